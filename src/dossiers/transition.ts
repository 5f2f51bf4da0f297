import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Feed } from '../events/feed.ts';
import type { ResultDocument } from '../kit/act.ts';
import { pass } from '../kit/boundary.ts';
import type { Clock } from '../kit/clock.ts';
import { failure, type Failure } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { issueFor } from './issue.ts';
import { allowedActions, factOf, findNext, isFruitless, states, statusOf, type DossierAction, type DossierStatus } from './states.ts';
import { dossierTable, historyTable, type DossierRow } from './table.ts';

/** What changing a dossier needs. */
export interface Registry {
  readonly clock: Clock;
  readonly feed: Feed;
  /** The law as it stands now. */
  catalogue(): Catalogue;
  /** Told, in the unit of work in which it happens, that a dossier ended without a result (3, 7 or 8). A room above listens. */
  readonly onFruitlessEnd?: (rows: Rows, dossier: DossierRow) => Promise<void>;
}

/** A change about to be made. */
export interface Change {
  readonly code: string;
  readonly action: DossierAction;
  /** Who does it: an opaque id. */
  readonly actor: string;
  readonly note?: Words | undefined;
  /** What a ministry's act brought, as a document; an officer's own finish needs none. */
  readonly result?: ResultDocument | undefined;
  /** Further columns that change with it. */
  readonly set?: Partial<Pick<DossierRow, 'receivedAt' | 'dueAt' | 'due' | 'dueOrder' | 'finishedAt' | 'reason' | 'supplements' | 'supplementUntil' | 'assignee'>>;
}

/**
 * The only door to a dossier's state: checks the edge, writes state, history, event and the slip or result that the new
 * state hands out, in the unit of work now open. Gives the changed dossier, or the failure that names what is allowed.
 */
export async function transition(registry: Registry, rows: Rows, change: Change): Promise<DossierRow | Failure> {
  const before = await rows.findOneBy(dossierTable, { code: change.code });
  if (!before) return dossierNotFound();
  const from = statusOf(before.statusCode);
  const to = findNext(from, change.action);
  if (!to) return notAllowed(from, change.action);
  const set = { ...change.set, statusCode: states[to].code, version: before.version + 1 };
  const after: DossierRow = { ...before, ...set };
  const { affected } = await rows.update(dossierTable, { code: before.code, version: before.version }, set); // what does not change stays out: every column that is set moves the indices it stands in
  if (affected !== 1) throw new Error(`The dossier ${before.code} changed under the transition.`); // cannot happen inside one unit of work
  await record(registry, rows, { dossier: after, from, to, action: change.action, actor: change.actor, note: change.note });
  await issueFor(registry.catalogue(), rows, registry.clock.now(), { dossier: after, from, to, action: change.action, note: change.note, result: change.result });
  if (isFruitless(to)) await registry.onFruitlessEnd?.(rows, after);
  return after;
}

/** Stores a new dossier in status 1 with its first history line and event. */
export async function register(registry: Registry, rows: Rows, dossier: DossierRow, actor: string): Promise<void> {
  await rows.insert(dossierTable, dossier);
  await record(registry, rows, { dossier, from: null, to: 'REGISTERED', action: 'register', actor, note: undefined });
}

/** There is no such dossier, or it may not be seen: both answer alike. */
export function dossierNotFound(): Failure {
  return failure('DossierNotFound', words('Không tìm thấy hồ sơ.', 'There is no such dossier.'));
}

interface Recorded {
  readonly dossier: DossierRow;
  readonly from: DossierStatus | null;
  readonly to: DossierStatus;
  readonly action: string;
  readonly actor: string;
  readonly note: Words | undefined;
}

async function record({ clock, feed }: Registry, rows: Rows, { dossier, from, to, action, actor, note }: Recorded): Promise<void> {
  await rows.insert(historyTable, {
    dossier: dossier.code,
    fromCode: from && states[from].code,
    toCode: states[to].code,
    action,
    at: clock.now(),
    actor,
    note: note ? JSON.stringify(note) : null,
  });
  pass('dossier.changed', `${dossier.act ?? 'dossier'} ${to}`);
  await feed.append(rows, { kind: factOf[to], dossier: dossier.code, run: dossier.run, agency: dossier.agency, procedure: dossier.procedure, statusCode: states[to].code });
}

/** The failure of an action that the status does not allow; names what it does. */
export function notAllowed(status: DossierStatus, action: string): Failure {
  const allowed = allowedActions(status);
  const list = allowed.length > 0 ? allowed.join(', ') : '–';
  return failure(
    'TransitionNotAllowed',
    words(`Hồ sơ đang ở trạng thái "${states[status].title.vi}", không thể ${action}; được phép: ${list}.`, `A dossier that is ${status} cannot be ${action}; allowed now: ${list}.`),
    { facts: { status, allowed } },
  );
}
