import { EventEmitter } from 'node:events';
import { Repeater } from '@repeaterjs/repeater';
import { In, MoreThan, type FindOptionsWhere } from 'typeorm';
import { pass } from '../kit/boundary.ts';
import type { Clock } from '../kit/clock.ts';
import type { Rows, Store } from '../kit/store.ts';
import { eventTable, type EventKind, type LoggedEvent, type NewEvent } from './log.ts';
import type { Position } from './cursor.ts';

/** Which events a reader wants: one dossier's, one run's, or the firehose with a filter. */
export interface Wanted {
  readonly dossier?: string | undefined;
  readonly run?: string | undefined;
  readonly agency?: string | undefined;
  readonly procedure?: string | undefined;
  readonly kinds?: readonly EventKind[] | undefined;
}

/** Writes facts in the transaction that makes them true and tells readers after the commit. */
export interface Feed {
  /** Appends a fact inside the unit of work now open. */
  append(rows: Rows, event: NewEvent): Promise<void>;
  /** A page of events after a position, oldest first. */
  page(wanted: Wanted, after: Position, limit: number): Promise<LoggedEvent[]>;
  /** Id of the newest event. */
  newest(): Promise<Position>;
  /** Follows the log from a position (null: from now) until the reader returns. Pages are read as fast as the reader takes them. */
  follow(wanted: Wanted, after: Position | null): Promise<AsyncIterableIterator<LoggedEvent>>;
}

/** Rows a follower reads at once; bounds what a slow reader holds in memory. */
const PAGE = 100;

/** Opens the feed over the store. */
export function openFeed(store: Store, clock: Clock): Feed {
  const news = new EventEmitter();
  news.setMaxListeners(0); // one per follower, however many there are

  const feed: Feed = {
    async append(rows, event) {
      await rows.insert(eventTable, { ...event, at: clock.now() });
      store.afterCommit(() => {
        pass('event.published');
        news.emit('all');
        if (event.dossier) news.emit(`dossier ${event.dossier}`);
        if (event.run) news.emit(`run ${event.run}`);
      });
    },
    page: (wanted, after, limit) => store.read().find(eventTable, { where: whereOf(wanted, after), order: { id: 'ASC' }, take: limit }),
    async newest() {
      const [last] = await store.read().find(eventTable, { order: { id: 'DESC' }, take: 1, select: { id: true } });
      return last?.id ?? 0;
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
          const events = await feed.page(wanted, position, PAGE);
          for (const event of events) {
            await push(event);
            position = event.id;
          }
          if (events.length === 0 && !stopped) await changed;
        }
      });
    },
  };
  return feed;
}

function whereOf(wanted: Wanted, after: Position): FindOptionsWhere<LoggedEvent> {
  return {
    id: MoreThan(after),
    ...(wanted.dossier ? { dossier: wanted.dossier } : {}),
    ...(wanted.run ? { run: wanted.run } : {}),
    ...(wanted.agency ? { agency: wanted.agency } : {}),
    ...(wanted.procedure ? { procedure: wanted.procedure } : {}),
    ...(wanted.kinds ? { kind: In([...wanted.kinds]) } : {}),
  };
}
