import { epochMs, instantOf, type Instant } from './instant.ts';

/**
 * The only source of time in the house. Deadlines, waits, polls and tokens of the simulated ministries
 * read it; transport deadlines and breaker windows stay on the machine's own time.
 */
export interface Clock {
  /** The present instant, UTC. */
  now(): Instant;
  /** Resolves when the clock reaches the instant, or at once when the signal is aborted. Never rejects. */
  sleepUntil(at: Instant, signal?: AbortSignal): Promise<void>;
}

/** A clock that can be set forward: the sandbox's and the tests'. Production never holds one. */
export interface MovableClock extends Clock {
  /** Moves to a later instant and wakes everything due on the way, earliest first. Refuses to go back. */
  moveTo(at: Instant): void;
}

/** Node refuses longer timers; a longer sleep is taken in pieces. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** The machine's own clock. */
export function systemClock(): Clock {
  return runningClock(() => Date.now()).clock;
}

/** A clock that starts at the given instant and runs at normal speed from now on. */
export function movableClock(start: Instant): MovableClock {
  let shift = epochMs(start) - Date.now();
  const { clock, rearm } = runningClock(() => Date.now() + shift);
  return {
    ...clock,
    moveTo(at) {
      const target = epochMs(at);
      const present = Date.now() + shift;
      if (target < present) throw new RangeError(`The clock stands at ${instantOf(present)} and cannot go back to ${at}; name a later instant.`);
      shift += target - present;
      rearm();
    },
  };
}

/** The instant as a `Date`, for libraries that know no other time (pdfkit). */
export function dateOf(instant: Instant): Date {
  return new Date(epochMs(instant));
}

/** Waits that many real milliseconds: for transport-level pauses and for people at a terminal, never for the law. */
export function realPause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Waits one turn of the event loop: until everything that has come in by now has been taken up. */
export function realTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Real milliseconds since some fixed point, for measuring how long a thing took. */
export function realMs(): number {
  return performance.now();
}

function runningClock(read: () => number) {
  const sleepers = new Set<{ at: number; arm: () => void }>();
  const clock: Clock = {
    now: () => instantOf(read()),
    sleepUntil(at, signal) {
      return new Promise<void>((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const sleeper = {
          at: epochMs(at),
          arm() {
            clearTimeout(timer);
            const left = sleeper.at - read();
            if (left <= 0 || signal?.aborted) return finish();
            timer = setTimeout(sleeper.arm, Math.min(left, LONGEST_TIMER_MS));
          },
        };
        const finish = () => {
          clearTimeout(timer);
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', finish);
          resolve();
        };
        sleepers.add(sleeper);
        signal?.addEventListener('abort', finish, { once: true });
        sleeper.arm();
      });
    },
  };
  const rearm = () => {
    for (const sleeper of [...sleepers].sort((a, b) => a.at - b.at)) sleeper.arm();
  };
  return { clock, rearm };
}
