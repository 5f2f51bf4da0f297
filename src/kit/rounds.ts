import PQueue from 'p-queue';
import type { EntitySchema } from 'typeorm';
import type { Clock } from './clock.ts';
import { later, type Instant } from './instant.ts';
import type { Log } from './log.ts';
import type { Store } from './store.ts';

/** Where the truth is about what is due: rows of a table, each with the instant of its next look. */
export interface DueList {
  /** Keys that are due, the longest waiting first. */
  due(now: Instant, most: number): Promise<readonly string[]>;
  /** The instant of the next look after the first `skip`, in the same order; nothing when none is planned. */
  next(skip: number): Promise<Instant | null | undefined>;
}

/** The due list of a table: `key` names its rows, `at` is the column of the next look, null for none. */
export function dueIn<Row extends object>(store: Store, table: EntitySchema<Row>, key: keyof Row & string, at: keyof Row & string): DueList {
  const planned = () => store.read().createQueryBuilder(table, 'row').orderBy(`row.${at}`, 'ASC').select([`row.${key}`, `row.${at}`]);
  return {
    due: async (now, most) => (await planned().where(`row.${at} <= :now`, { now }).take(most).getMany()).map((row) => String(row[key])),
    async next(skip) {
      const row = await planned().where(`row.${at} IS NOT NULL`).skip(skip).take(1).getOne();
      return row && String(row[at]);
    },
  };
}

/** Looks at whatever is due: never twice at once at the same key, some side by side, and sleeps until the next. */
export interface Rounds {
  /** Something may be due earlier than was known. A hint: it may come doubled or late. */
  nudge(): void;
  /** Begins. The handler must move the instant of the key's next look, or it is called again at once. */
  start(handler: (key: string) => Promise<void>): void;
  /** Ends after the looks now under way. */
  stop(): Promise<void>;
}

/** Looks side by side; each is a few milliseconds of database work. */
const SIDE_BY_SIDE = 8;

/** Due keys fetched at once. */
const FETCH = 100;

/** Further away than any look; a nudge comes first. */
const FAR: Instant = '9999-01-01T00:00:00.000Z';

/** The pause after the database or a look failed, milliseconds, so that neither is hammered. */
const PAUSE_MS = 1_000;

/** Prepares rounds over a list; `name` tells in the log whose they are. */
export function openRounds(list: DueList, { clock, log, name }: { readonly clock: Clock; readonly log: Log; readonly name: string }): Rounds {
  const looks = new PQueue({ concurrency: SIDE_BY_SIDE });
  const looking = new Set<string>();
  const ended = new AbortController();
  let nudge = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  async function run(handler: (key: string) => Promise<void>): Promise<void> {
    while (!ended.signal.aborted) {
      nudge = new AbortController(); // armed before the read: a nudge that comes meanwhile is not missed
      const sleep = AbortSignal.any([nudge.signal, ended.signal]);
      try {
        const due = await list.due(clock.now(), FETCH);
        const fresh = due.filter((key) => !looking.has(key));
        for (const key of fresh) look(handler, key);
        if (fresh.length > 0 && due.length === FETCH) {
          await looks.onSizeLessThan(SIDE_BY_SIDE);
          continue;
        }
        await clock.sleepUntil((await list.next(due.length)) ?? FAR, sleep);
      } catch (error) {
        log.error({ err: error, rounds: name }, 'what is due could not be read; trying again');
        await clock.sleepUntil(later(clock.now(), PAUSE_MS), ended.signal);
      }
    }
  }

  function look(handler: (key: string) => Promise<void>, key: string): void {
    looking.add(key);
    void looks.add(async () => {
      try {
        await handler(key);
      } catch (error) {
        log.error({ err: error, rounds: name, key }, 'a look failed; there will be another');
        await clock.sleepUntil(later(clock.now(), PAUSE_MS), ended.signal);
      } finally {
        looking.delete(key);
        nudge.abort();
      }
    });
  }

  return {
    nudge: () => nudge.abort(),
    start(handler) {
      loop = run(handler);
    },
    async stop() {
      ended.abort();
      await loop;
      await looks.onIdle();
    },
  };
}
