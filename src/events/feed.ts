import { EventEmitter } from 'node:events';
import { Repeater } from '@repeaterjs/repeater';
import { pass } from '../kit/boundary.ts';
import { realPause, type Clock } from '../kit/clock.ts';
import { readRows } from '../kit/rows.ts';
import { ANYTHING, StoreUnavailableError, type Rows, type Store } from '../kit/store.ts';
import { BEGINNING, placeBefore, type Position } from './cursor.ts';
import { eventTable, type EventKind, type LoggedEvent, type NewEvent } from './log.ts';

/** Which events a reader wants: one dossier's, one run's, or the firehose with a filter. */
export interface Wanted {
  readonly dossier?: string | undefined;
  readonly run?: string | undefined;
  readonly agency?: string | undefined;
  readonly procedure?: string | undefined;
  readonly kinds?: readonly EventKind[] | undefined;
}

/** Writes facts in the transaction that makes them true and tells readers, in this process and in every other, after the commit. */
export interface Feed {
  /** Appends a fact inside the unit of work now open. */
  append(rows: Rows, event: NewEvent): Promise<void>;
  /** A page of events after a position, oldest first. An event that one still being committed may come before is held back. */
  page(wanted: Wanted, after: Position, limit: number): Promise<LoggedEvent[]>;
  /** Place of the newest event that a page would show. */
  newest(): Promise<Position>;
  /** The place from which everything of a dossier or run is heard, its first event included. */
  beginningOf(wanted: Pick<Wanted, 'dossier' | 'run'>): Promise<Position>;
  /** Follows the log from a position (null: from now) until the reader returns. Pages are read as fast as the reader takes them. */
  follow(wanted: Wanted, after: Position | null): Promise<AsyncIterableIterator<LoggedEvent>>;
  /** Hears no more of other processes. */
  close(): void;
}

/** Rows a follower reads at once; bounds what a slow reader holds in memory. */
const PAGE = 100;

/** How long before readers look again for an event that was held back, milliseconds: about as long as a transaction takes. */
const SETTLES_MS = 10;

/** Between two looks of a follower while the database is gone, milliseconds. */
const OUTAGE_PAUSE_MS = 500;

/** Opens the feed over the store. */
export function openFeed(store: Store, clock: Clock): Feed {
  const news = new EventEmitter();
  news.setMaxListeners(0); // one per follower, however many there are
  const unsettled = new Set<string>(); // topics whose newest event may have been held back
  let settling = false;
  let closed = false;

  function tell(topics: readonly string[]): void {
    for (const topic of topics) news.emit(topic);
    if (!store.peers.shared) return;
    for (const topic of topics) unsettled.add(topic);
    if (!settling) void settle();
  }

  /** Has readers look again until everything that was called out can be read. */
  async function settle(): Promise<void> {
    settling = true;
    while (unsettled.size > 0 && !closed) {
      await realPause(SETTLES_MS);
      const topics = [...unsettled];
      unsettled.clear();
      const held = await readEvents({}, undefined, 1, `NOT (${store.settledEvents})`).catch(() => undefined);
      if (!held || held.length > 0) for (const topic of topics) unsettled.add(topic);
      for (const topic of topics) news.emit(topic);
    }
    settling = false;
  }

  const deaf = store.peers.hear((words) => tell(words.includes(ANYTHING) ? (news.eventNames() as string[]) : words.filter(isTopic)));

  function readEvents(wanted: Wanted, after: Position | undefined, limit: number, only: string, order: 'ASC' | 'DESC' = 'ASC'): Promise<LoggedEvent[]> {
    return readRows<LoggedEvent>(store.read(), eventTable, (value) => {
      const conditions = [
        only,
        ...(after ? [`(tx, id) > (${value(after.tx)}, ${value(after.id)})`] : []),
        ...(wanted.dossier ? [`dossier = ${value(wanted.dossier)}`] : []),
        ...(wanted.run ? [`run = ${value(wanted.run)}`] : []),
        ...(wanted.agency ? [`agency = ${value(wanted.agency)}`] : []),
        ...(wanted.procedure ? [`procedure = ${value(wanted.procedure)}`] : []),
        ...(wanted.kinds ? [wanted.kinds.length > 0 ? `kind IN (${wanted.kinds.map((kind) => value(kind)).join(', ')})` : '1 = 0'] : []),
      ];
      return `WHERE ${conditions.join(' AND ')} ORDER BY tx ${order}, id ${order} LIMIT ${limit}`;
    });
  }

  const feed: Feed = {
    async append(rows, event) {
      await rows.insert(eventTable, { ...event, at: clock.now() });
      const topics = topicsOf(event);
      store.peers.announce(...topics);
      store.afterCommit(() => {
        pass('event.published', event.kind);
        tell(topics);
      });
    },
    page: (wanted, after, limit) => readEvents(wanted, after, limit, store.settledEvents),
    async newest() {
      const [last] = await readEvents({}, undefined, 1, store.settledEvents, 'DESC');
      return last ?? BEGINNING;
    },
    async beginningOf(wanted) {
      const [first] = await readEvents(wanted, undefined, 1, '1 = 1');
      return placeBefore(first);
    },
    async follow(wanted, after) {
      const from = after ?? (await feed.newest());
      const topic = wanted.dossier ? `dossier ${wanted.dossier}` : wanted.run ? `run ${wanted.run}` : 'all';
      return new Repeater<LoggedEvent>(async (push, stop) => {
        let wake = () => {};
        let stopped = false;
        const look = () => wake();
        news.on(topic, look);
        void stop.then(() => {
          stopped = true;
          news.off(topic, look);
          wake();
        });
        let position = from;
        while (!stopped) {
          const changed = new Promise<void>((resolve) => (wake = resolve)); // armed before the read: news that comes meanwhile is not missed
          const events = await feed.page(wanted, position, PAGE).catch(outlast);
          if (!events) continue;
          for (const event of events) {
            await push(event);
            position = event;
          }
          if (events.length === 0 && !stopped) await changed;
        }
      });
    },
    close() {
      closed = true;
      deaf();
    },
  };
  return feed;
}

/** A reader who follows outlasts a database that is gone for a while: nothing is missed, it comes later. */
async function outlast(error: unknown): Promise<undefined> {
  if (!(error instanceof StoreUnavailableError)) throw error;
  await realPause(OUTAGE_PAUSE_MS);
}

/** Readers wait on these: the firehose, a dossier, a run. */
function topicsOf({ dossier, run }: NewEvent): string[] {
  return ['all', ...(dossier ? [`dossier ${dossier}`] : []), ...(run ? [`run ${run}`] : [])];
}

function isTopic(word: string): boolean {
  return /^(all$|dossier |run )/.test(word);
}
