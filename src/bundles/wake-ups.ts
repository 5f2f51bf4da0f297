import PQueue from 'p-queue';
import { IsNull, LessThanOrEqual, Not } from 'typeorm';
import type { Clock } from '../kit/clock.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import type { Rows, Store } from '../kit/store.ts';
import { runTable } from './table.ts';

/** Tells the engine which runs to look at. Hints, given at least once: a doubled or late one meets the fences and does nothing. */
export interface WakeUps {
  /** Asks for a look at the run, inside the unit of work now open. Null: not again until something happens. */
  wake(rows: Rows, run: string, at: Instant | null): Promise<void>;
  /** Begins to call the handler for due runs. */
  start(handler: (run: string) => Promise<void>): void;
  /** Ends after the handlers now running. */
  stop(): Promise<void>;
}

/** Runs looked at side by side; each look is a few milliseconds of database work. */
const SIDE_BY_SIDE = 8;

/** Due runs fetched at once. */
const FETCH = 100;

/** The adapter for one process on one database: asks the run table for due runs, and sleeps until the next. */
export function openTableWakeUps(store: Store, clock: Clock, log: Log): WakeUps {
  const looks = new PQueue({ concurrency: SIDE_BY_SIDE });
  const looking = new Set<string>();
  const ended = new AbortController();
  let nudge = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  async function run(handler: (run: string) => Promise<void>): Promise<void> {
    while (!ended.signal.aborted) {
      nudge = new AbortController(); // armed before the read: a wake-up that comes meanwhile is not missed
      const sleep = AbortSignal.any([nudge.signal, ended.signal]);
      try {
        const now = clock.now();
        const due = await store.read().find(runTable, { where: { wakeAt: LessThanOrEqual(now) }, order: { wakeAt: 'ASC' }, take: FETCH, select: { code: true } });
        const fresh = due.filter(({ code }) => !looking.has(code));
        for (const { code } of fresh) look(handler, code);
        if (fresh.length > 0 && due.length === FETCH) {
          await looks.onSizeLessThan(SIDE_BY_SIDE);
          continue;
        }
        const [next] = await store.read().find(runTable, { where: { wakeAt: Not(IsNull()) }, order: { wakeAt: 'ASC' }, skip: due.length, take: 1, select: { code: true, wakeAt: true } });
        await clock.sleepUntil(next?.wakeAt ?? FAR, sleep);
      } catch (error) {
        log.error({ err: error }, 'the engine could not read its due runs; trying again');
        await clock.sleepUntil(later(clock.now(), PAUSE_MS), ended.signal);
      }
    }
  }

  function look(handler: (run: string) => Promise<void>, code: string): void {
    looking.add(code);
    void looks.add(async () => {
      try {
        await handler(code);
      } catch (error) {
        log.error({ err: error, run: code }, 'a look at a run failed; the sweeper will look again');
        await clock.sleepUntil(later(clock.now(), PAUSE_MS), ended.signal);
      } finally {
        looking.delete(code);
        nudge.abort();
      }
    });
  }

  return {
    async wake(rows, code, at) {
      await rows.update(runTable, { code }, { wakeAt: at });
      store.afterCommit(() => nudge.abort());
    },
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

/** Further away than any wake-up; a nudge comes first. */
const FAR: Instant = '9999-01-01T00:00:00.000Z';

/** The pause after the database or a look failed, milliseconds, so that neither is hammered. */
const PAUSE_MS = 1_000;
