import type { Clock } from '../kit/clock.ts';
import type { Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { dueIn, openRounds } from '../kit/rounds.ts';
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
