import type { Clock } from '../kit/clock.ts';
import type { Hint, Hints } from '../kit/hints.ts';
import { epochMs, later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { dueIn, openRounds, type DueList } from '../kit/rounds.ts';
import type { Rows, Store } from '../kit/store.ts';
import { runTable } from './table.ts';

/** Tells the engine which runs to look at. Hints, given at least once: a doubled or late one meets the fences and does nothing. */
export interface WakeUps {
  /** Asks for a look at the run, inside the unit of work now open. Null: not again until something happens. */
  wake(rows: Rows, run: string, at: Instant | null): Promise<void>;
  /** Runs may be due that another process has not come to. */
  nudge(): void;
  /** Begins to call the handler for due runs. */
  start(handler: (run: string) => Promise<void>): void;
  /** Ends after the handlers now running. */
  stop(): Promise<void>;
}

/** The adapter that needs nothing but the run table: asks it for due runs, and sleeps until the next. */
export function openTableWakeUps(store: Store, clock: Clock, log: Log): WakeUps {
  const rounds = openRounds(dueIn(store, runTable, 'code', 'wakeAt'), { clock, log, name: 'runs' });
  return {
    async wake(rows, code, at) {
      await rows.update(runTable, { code }, { wakeAt: at });
      store.afterCommit(rounds.nudge);
    },
    nudge: rounds.nudge,
    start: rounds.start,
    stop: rounds.stop,
  };
}

/** A run that is due for so long, milliseconds, has lost its hint: whoever sees it looks at it. */
const LOST_MS = 2_000;

/** How soon is looked again while runs are due that another process has in hand, milliseconds. */
const BUSY_MS = 100;

/**
 * The adapter for several processes: a hint is kept in the transaction that makes it true and given to one of them, so that
 * they do not all look at the same run. What is due by the table and was not looked at is taken up without a hint.
 */
export function openHintedWakeUps(store: Store, clock: Clock, log: Log, hints: Hints): WakeUps {
  const table = dueIn(store, runTable, 'code', 'wakeAt');
  const inHand = new Map<string, Hint[]>();
  const list: DueList = {
    async due(now, most) {
      for (const hint of await hints.take(most)) inHand.set(hint.key, [...(inHand.get(hint.key) ?? []), hint]);
      const lost = await table.due(later(now, -LOST_MS), most);
      return [...new Set([...inHand.keys(), ...lost])];
    },
    async next() {
      const next = await table.next(0);
      return next && next <= clock.now() ? later(clock.now(), BUSY_MS) : next;
    },
  };
  const rounds = openRounds(list, { clock, log, name: 'runs' });
  return {
    async wake(rows, code, at) {
      await rows.update(runTable, { code }, { wakeAt: at });
      if (at !== null) await hints.put(rows, code, Math.max(0, epochMs(at) - epochMs(clock.now())));
      store.afterCommit(rounds.nudge);
    },
    nudge: rounds.nudge,
    start: (handler) =>
      rounds.start(async (run) => {
        const taken = inHand.get(run) ?? [];
        inHand.delete(run);
        await handler(run);
        if (taken.length > 0) await hints.done(taken);
      }),
    stop: rounds.stop,
  };
}
