import { expect } from 'vitest';
import { loadCatalogue, type Catalogue } from '../../src/catalogue/catalogue.ts';
import { createSeal, type Seal } from '../../src/kit/seal.ts';
import { movableClock, type MovableClock } from '../../src/kit/clock.ts';
import type { Store } from '../../src/kit/store.ts';
import { dossierTable, historyTable, newDossier, type DossierRow, type HistoryRow } from '../../src/dossiers/table.ts';
import { states, type DossierStatus } from '../../src/dossiers/states.ts';
import { register, transition, type Change } from '../../src/dossiers/transition.ts';
import { openFeed, type Feed } from '../../src/events/feed.ts';
import { eventTable, type LoggedEvent } from '../../src/events/log.ts';
import type { Failure } from '../../src/kit/failure.ts';
import { openStore } from './opened.ts';

const catalogue = loadCatalogue();

/** A registry of dossiers on a store of its own. */
export interface OpenedRegistry {
  readonly store: Store;
  readonly clock: MovableClock;
  readonly feed: Feed;
  readonly catalogue: () => Catalogue;
  readonly seal: Seal;
  /** Registers a dossier and puts it, by hand, into the status. */
  readonly place: (code: string, status: DossierStatus) => Promise<void>;
  /** One transition in a unit of its own. */
  /** Resolves when every event that is committed can be read: PostgreSQL holds one back while an older transaction is under way. */
  readonly settled: () => Promise<void>;
  readonly change: (change: Change) => Promise<DossierRow | Failure>;
  /** Everything that the store knows of the dossier. */
  readonly look: (code: string) => Promise<{ dossier: DossierRow | null; history: HistoryRow[]; events: LoggedEvent[] }>;
}

/** Opens it; gone when the test is over. */
export async function openRegistry(): Promise<OpenedRegistry> {
  const { store } = await openStore();
  const clock = movableClock('2025-03-03T01:00:00.000Z');
  const feed = openFeed(store, clock);
  const registry = { clock, feed, catalogue: () => catalogue };
  return {
    store,
    clock,
    feed,
    catalogue: () => catalogue,
    seal: createSeal(Buffer.alloc(32, 7)),
    place: (code, status) =>
      store.transact(async (rows) => {
        await register(registry, rows, dossierOf(code), 'citizen');
        await rows.update(dossierTable, { code }, { statusCode: states[status].code });
      }),
    async settled() {
      await expect.poll(async () => (await feed.newest()).id).toBe(await store.read().maximum(eventTable, 'id') ?? 0);
    },
    change: (change) => store.transact((rows) => transition(registry, rows, change)),
    async look(code) {
      const rows = store.read();
      return {
        dossier: await rows.findOneBy(dossierTable, { code }),
        history: await rows.find(historyTable, { where: { dossier: code }, order: { id: 'ASC' } }),
        events: await rows.find(eventTable, { where: { dossier: code }, order: { id: 'ASC' } }),
      };
    },
  };
}

/** A newly registered dossier of nobody. */
export function dossierOf(code: string): DossierRow {
  return newDossier(
    { code, procedure: '1.001193', agency: '000.17.23.H01', run: '000.00.00.H01-250303-0001', act: 'birth', channel: 2, registeredAt: '2025-03-03T01:00:00.000Z' },
    { personalId: '089195000001', fullName: 'Nguyễn Thị Giả Lập', birthDate: '1995-01-01' },
  );
}
