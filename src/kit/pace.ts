/** How many calls may begin in a second on one line, and how many usually do. Instants are real milliseconds from any fixed point. */
export interface Pace {
  /** Calls that may begin in a second now. */
  perSecond(now: number): number;
  /** Calls that may begin in a second while a backlog drains. */
  drain(now: number): number;
  /** Calls that usually begin in a second: what was before it went dark, while it is dark or drains. */
  usual(now: number): number;
  /** A call begins. */
  began(now: number): void;
  /** A call must wait for its turn, until then where that is known: as long as that happens, the backlog is not drained. */
  heldBack(now: number, until?: number): void;
  /** The line went dark: its breaker opened. */
  wentDark(now: number): void;
  /** The line answers again. */
  cameBack(now: number): void;
  /** Whether it came back and its backlog drains. */
  isDraining(now: number): boolean;
}

/**
 * What is usual is the average of some minutes, older ones counting ever less, milliseconds: long enough that one citizen's
 * burst is nothing, short enough that the morning is not measured by the night.
 */
const MEMORY_MS = 300_000;

/** A line that came back is called at most so many times as fast as usual. */
const DRAIN_FACTOR = 2;

/**
 * While it drains a line may be called at a twentieth of the agreed rate however seldom it was called before: a register
 * that is asked once an hour would else take days over a backlog of thirty, and a twentieth of what a ministry agreed to
 * stand is no storm.
 */
const DRAIN_FLOOR = 1 / 20;

/**
 * Whoever tries again waits at most about four times as long as it has been dark (the published schedule 1, 5, 15, 60, 300 …
 * seconds): so long come those who waited.
 */
const STRAGGLERS = 4;

/** And never longer than the slowest pace of that schedule with its jitter, milliseconds: thirty-six minutes. */
const LONGEST_DRAIN_MS = 36 * 60_000;

/** While calls must wait for their turn it goes on for so long after each, milliseconds: ten of the seconds in which the rate is counted. */
const STILL_WAITING_MS = 10_000;

/** Opens the pace of a line. `agreed` is how many calls a second the ministry agreed to take from this process. */
export function openPace(agreed: () => number): Pace {
  let rate = 0; // calls per millisecond, decayed up to `at`
  let at = 0;
  let darkSince: number | undefined;
  let drainsUntil = 0;

  const isResting = (now: number) => darkSince !== undefined || now < drainsUntil;
  const decayed = (now: number) => rate * Math.exp(-Math.max(0, now - Math.max(at, drainsUntil)) / MEMORY_MS);
  const settle = (now: number) => {
    rate = decayed(now);
    at = now;
  };
  const usual = (now: number) => (isResting(now) ? rate : decayed(now)) * 1_000;

  const drain = (now: number) => Math.min(agreed(), Math.max(DRAIN_FACTOR * usual(now), DRAIN_FLOOR * agreed()));

  return {
    usual,
    drain,
    perSecond: (now) => (now < drainsUntil ? drain(now) : agreed()),
    began(now) {
      if (isResting(now)) return; // what a backlog does is not what is usual
      settle(now);
      rate += 1 / MEMORY_MS;
    },
    heldBack(now, until = now) {
      if (now < drainsUntil) drainsUntil = Math.max(drainsUntil, until + STILL_WAITING_MS);
    },
    wentDark(now) {
      if (!isResting(now)) settle(now);
      darkSince ??= now;
    },
    cameBack(now) {
      if (darkSince === undefined) return;
      drainsUntil = Math.max(drainsUntil, now + Math.min(STRAGGLERS * (now - darkSince), LONGEST_DRAIN_MS));
      darkSince = undefined;
      at = now;
    },
    isDraining: (now) => now < drainsUntil,
  };
}
