import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
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

/** Waits that many real milliseconds, or until the signal is aborted: for transport-level pauses and for people at a terminal, never for the law. Never rejects. */
export function realPause(ms: number, signal?: AbortSignal): Promise<void> {
  return setTimeoutPromise(ms, undefined, { signal }).catch(() => undefined);
}

/** A limit of real time on one piece of work. */
export interface Deadline {
  /** Aborted when the time is over, or when the caller's own signal is. */
  readonly signal: AbortSignal;
  /** Whether it was the time. */
  readonly isOver: boolean;
  /** Takes the limit away. Work that is done and not released costs as much again when its time comes. */
  release(): void;
}

/** Sets a limit of so many real milliseconds. */
export function realDeadline(ms: number, caller?: AbortSignal): Deadline {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, ms).unref();
  const give = () => controller.abort();
  caller?.addEventListener('abort', give, { once: true });
  if (caller?.aborted) give();
  return {
    signal: controller.signal,
    get isOver() {
      return isOver;
    },
    release() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', give);
    },
  };
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
  let last = { ms: Number.NaN, instant: '' };
  const clock: Clock = {
    now() {
      const ms = read();
      if (ms !== last.ms) last = { ms, instant: instantOf(ms) }; // asked several times in a millisecond by a busy hub
      return last.instant;
    },
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
