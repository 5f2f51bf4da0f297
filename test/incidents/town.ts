import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitions } from '../../src/bundles/list.ts';
import { openBundleBeat } from '../../src/bundles/beat.ts';
import type { Engine } from '../../src/bundles/engine.ts';
import { runTable, stepTable, type RunRow, type StepRow } from '../../src/bundles/table.ts';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { openDatabase } from '../../src/database/open.ts';
import { dossierTable } from '../../src/dossiers/table.ts';
import type { Beat } from '../../src/dossiers/watchman.ts';
import { openFeed, type Feed } from '../../src/events/feed.ts';
import { movableClock, type MovableClock } from '../../src/kit/clock.ts';
import { later, type Instant } from '../../src/kit/instant.ts';
import { openLog, type Log } from '../../src/kit/log.ts';
import type { Rows, Store } from '../../src/kit/store.ts';
import { openPaymentBeat } from '../../src/payments/beat.ts';
import { dayTable, newPayment, paymentTable, type DayRow, type PaymentRow } from '../../src/payments/table.ts';
import type { Till } from '../../src/payments/till.ts';
import { storedDossier } from '../graph/house.ts';
import { freshDatabase } from '../support/database.ts';

/** The moment at which the town stands. */
export const NOW: Instant = '2025-03-03T03:00:00.000Z';

/** What had to be looked at before this has waited too long. */
export const LATE: Instant = later(NOW, -300_000);

/** That many seconds from now. */
export const inSeconds = (seconds: number): Instant => later(NOW, seconds * 1_000);

const RUN: RunRow = {
  code: 'H01-run', bundle: 'birth', definitionFrom: definitions[0]?.from ?? '', procedure: '2.002621', agency: '000.00.23.H01', state: 'RUNNING', filedBy: 'developer', form: '{}', confirmed: 1, tries: 0,
  nextAt: null, receivedAt: inSeconds(-3_600), dueAt: inSeconds(86_400), due: null, finishedAt: null, wakeAt: inSeconds(60), owner: null, version: 1,
};

const STEP: StepRow = {
  run: RUN.code, act: 'birth', position: 0, state: 'DONE', dossier: 'H01-birth', agency: '000.17.23.H01', orderKey: 'birth', ticket: 'birth', generation: 0, tries: 0, ordered: 1,
  nextAt: null, dueAt: inSeconds(3_600), result: '{}', resultAsOf: inSeconds(-60), reason: null, supplementUntil: null, owner: null, version: 1,
};

const WAITING: Partial<StepRow> = { state: 'WAITING', nextAt: inSeconds(60), dueAt: inSeconds(86_400), result: null, resultAsOf: null };

const DAY: DayRow = { day: '2025-03-03', nextAt: inSeconds(54_000), tries: 0, reconciledAt: null, matched: null, missingAtHub: null, missingAtGateway: null, amountDiffers: null, paid: null, refunded: null, owner: null };

/** What a test puts in the place of a sound row's facts. */
export interface Spoilt {
  readonly run?: Partial<RunRow>;
  readonly birth?: Partial<StepRow>;
  readonly residence?: Partial<StepRow>;
  readonly healthCard?: Partial<StepRow>;
  readonly payment?: Partial<PaymentRow>;
  readonly day?: Partial<DayRow> | null;
}

/** A store in which one application, one payment and one day stand as they should, but for what the test spoils; and those who watch over them. */
export interface Town {
  readonly store: Store;
  readonly clock: MovableClock;
  readonly feed: Feed;
  readonly log: Log;
  readonly beats: readonly Beat[];
  close(): Promise<void>;
}

/** Puts what is not as it should be into the town. */
export async function spoil(rows: Rows, { run, birth, residence, healthCard, payment, day }: Spoilt): Promise<void> {
  if (run) await rows.update(runTable, { code: RUN.code }, run);
  for (const [act, facts] of Object.entries({ birth, residence, healthCard })) if (facts) await rows.update(stepTable, { run: RUN.code, act }, facts);
  if (payment) await rows.update(paymentTable, { transactionId: 'payment' }, payment);
  if (day === null) await rows.delete(dayTable, { day: DAY.day });
  else if (day) await rows.update(dayTable, { day: DAY.day }, day);
}

/** Opens a town. */
export async function openTown(spoilt: Spoilt = {}): Promise<Town> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-town-'));
  const database = await freshDatabase(folder);
  const { store } = await openDatabase(database.url);
  const clock = movableClock(NOW);
  const feed = openFeed(store, clock);
  const log = openLog('silent');
  const catalogue = loadCatalogue();
  const asked = storedDossier(1, { statusCode: 6, procedure: '1.004222' });
  await store.transact(async (rows) => {
    await rows.insert(runTable, RUN);
    await rows.insert(stepTable, [
      STEP,
      { ...STEP, act: 'residence', position: 1, dossier: 'H01-residence', orderKey: 'residence', ticket: 'residence', ...WAITING },
      { ...STEP, act: 'healthCard', position: 2, dossier: 'H01-card', orderKey: 'card', ticket: 'card', ...WAITING },
    ]);
    await rows.insert(dossierTable, asked);
    await rows.insert(paymentTable, { ...newPayment(asked, inSeconds(-600)), transactionId: 'payment', generation: 0, origin: 'HUB', requestedBy: 'officer', amount: 10_000, ordered: 1, task: 'WATCH', nextAt: inSeconds(60) });
    await rows.insert(dayTable, DAY);
    await spoil(rows, spoilt);
  });
  const patience = { triesToIncident: 5, lookMs: 120_000, fileAt: '01:00' };
  const wakeUps = { wake: async (rows: Rows, code: string, at: Instant | null) => void (await rows.update(runTable, { code }, { wakeAt: at })) };
  const engine = { definitions, patience, wakeUps, catalogue: () => catalogue } as unknown as Engine;
  const nudged = { nudge: () => undefined };
  const till = { store, clock, feed, patience, catalogue: () => catalogue, rounds: nudged, dayRounds: nudged } as unknown as Till;
  return {
    store,
    clock,
    feed,
    log,
    beats: [openBundleBeat(engine), openPaymentBeat(till)],
    async close() {
      feed.close();
      await store.close();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
