import { BrokenCircuitError, ConsecutiveBreaker, CircuitState, circuitBreaker, handleType, type CircuitBreakerPolicy, type IBackoff, type IBackoffFactory, type IHalfOpenAfterBackoffContext } from 'cockatiel';
import { Pool } from 'undici';
import { realDeadline, realMs } from './clock.ts';
import type { Instant } from './instant.ts';
import type { Unreachable } from './outcome.ts';
import { openPace } from './pace.ts';
import type { Limits, Outgoing } from './system.ts';
import { openTurns, type Waiter } from './turns.ts';

/** An answer off the wire, not yet compared with any contract. */
export interface RawAnswer {
  readonly is: 'raw';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Real milliseconds from begin to end. */
  readonly tookMs: number;
}

/** One ministry's telephone line: its own pool, deadline, breaker, bulkhead, rate and time budget. Nothing else in src opens a connection. */
export interface Line {
  /** Calls, when it is this call's turn. A person's call waits for it as long as the budget allows; the engine's is sent away with the time at which to come again. */
  send(request: Outgoing, how?: { readonly waiter?: Waiter; readonly signal?: AbortSignal }): Promise<RawAnswer | Unreachable>;
  /** How the line stands at the moment. */
  standing(): LineStanding;
  close(): Promise<void>;
}

/** How a line stands. */
export interface LineStanding {
  readonly state: LineState;
  /** Calls that have left and are not answered. */
  readonly underWay: number;
  /** Calls that wait for their turn in this process. */
  readonly waiting: number;
  /** Calls without an answer since the last answer. */
  readonly failuresInARow: number;
  /** When the ministry last answered anything, by the house's clock; null: not since this process began. */
  readonly lastAnswerAt: Instant | null;
  /** Calls that usually begin in a second. */
  readonly usualPerSecond: number;
  /** Calls that may begin in a second now. */
  readonly allowedPerSecond: number;
  /** Calls that may begin in a second while a backlog drains. */
  readonly drainPerSecond: number;
  /** Whether it was dark and its backlog drains. */
  readonly isDraining: boolean;
}

/** State of a line's breaker: calls pass, are held back, or one tries. */
export type LineState = 'CLOSED' | 'OPEN' | 'HALF_OPEN';

/** A ministry's answer may be this long, in bytes; a result PDF in base64 is well below 1 MB. */
const LONGEST_ANSWER = 20 * 1024 * 1024;

/**
 * This many calls may wait for a free place on the line before more are turned away: a hundred pages of a hundred persons
 * each, all asked for at once. A waiting call holds a few kilobytes.
 */
const LONGEST_QUEUE = 10_000;

/**
 * An open breaker waits as long as the ministry asked by Retry-After, and never longer than an hour, milliseconds: after
 * a mistake in that header it would take a day to learn that the ministry is there, and one call an hour harms nobody.
 */
const LONGEST_WINDOW_MS = 3_600_000;

/** How much a new answer's duration counts in the average by which the wait for a turn is estimated: ten calls make it. */
const NEWEST_SHARE = 0.1;

/** What may be set of a line besides its address and limits. */
export interface LineOptions {
  readonly longestQueue?: number;
  /** Which part of the agreed rate and of the agreed places is this process's: 1 / number of hub processes alive. */
  readonly share?: () => number;
  /** The house's clock. */
  readonly now?: () => Instant;
}

class LineFailure extends Error {
  readonly unreachable: Unreachable;
  constructor(unreachable: Unreachable) {
    super(unreachable.cause);
    this.unreachable = unreachable;
  }
}

/** Opens the line to one address. */
export function openLine(baseUrl: string, limits: Limits, { longestQueue = LONGEST_QUEUE, share = () => 1, now }: LineOptions = {}): Line {
  const pool = new Pool(new URL(baseUrl).origin, { connections: limits.parallel, pipelining: 1, maxResponseSize: LONGEST_ANSWER });
  const pace = openPace(() => limits.perSecond * share());
  const places = () => Math.max(1, Math.floor(limits.parallel * share()));
  const turns = openTurns({ parallel: places, perSecond: () => pace.perSecond(realMs()), longestQueue, heldBack: () => pace.heldBack(realMs()), now: realMs });
  const breaker = circuitBreaker(handleType(LineFailure), { halfOpenAfter: windowOf(limits.openMs), breaker: new ConsecutiveBreaker(limits.failuresToOpen) });
  breaker.onStateChange((state) => {
    if (state === CircuitState.Open) {
      pace.wentDark(realMs());
      turns.clear();
    } else if (state === CircuitState.Closed) pace.cameBack(realMs());
  });
  const waitMs = limits.budgetMs - limits.deadlineMs;
  let trial: Promise<unknown> = Promise.resolve();
  let underWay = 0;
  let failuresInARow = 0;
  let lastAnswerAt: Instant | null = null;
  let usualMs = 0;
  let bookedUntil = 0;

  async function attempt(request: Outgoing, caller: AbortSignal | undefined): Promise<RawAnswer> {
    const deadline = realDeadline(limits.deadlineMs, caller);
    const begun = realMs();
    pace.began(begun);
    underWay += 1;
    const url = new URL(request.url);
    try {
      const answer = await pool.request({
        method: request.method,
        path: url.pathname + url.search,
        headers: request.headers,
        body: request.body ?? null,
        signal: deadline.signal,
      });
      const text = await answer.body.text();
      const headers = Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
      if (answer.statusCode >= 502 && answer.statusCode <= 504) {
        throw new LineFailure({ is: 'unreachable', cause: 'server error', ...retryAfter(headers) });
      }
      failuresInARow = 0;
      lastAnswerAt = now?.() ?? null;
      return { is: 'raw', status: answer.statusCode, headers, text, tookMs: realMs() - begun };
    } catch (error) {
      failuresInARow += 1;
      if (error instanceof LineFailure) throw error;
      throw new LineFailure({ is: 'unreachable', cause: deadline.isOver ? 'timed out' : 'connection failed' });
    } finally {
      underWay -= 1;
      usualMs += NEWEST_SHARE * (realMs() - begun - usualMs);
      deadline.release();
    }
  }

  /** Calls through the breaker. */
  async function call(request: Outgoing, signal: AbortSignal | undefined): Promise<RawAnswer | Unreachable> {
    try {
      return await breaker.execute(() => attempt(request, signal));
    } catch (error) {
      if (error instanceof LineFailure) return error.unreachable;
      if (error instanceof BrokenCircuitError) return { is: 'unreachable', cause: 'breaker open' };
      throw error;
    }
  }

  /** While the line is dark nobody has a turn: one call tries, when it is time, and the others wait for what comes of it. */
  async function callDark(request: Outgoing, signal: AbortSignal | undefined): Promise<RawAnswer | Unreachable> {
    const answer = call(request, signal);
    if (stateOf(breaker) === 'HALF_OPEN') {
      turns.began();
      trial = answer;
    }
    return answer;
  }

  /** How many milliseconds whoever comes last now would wait for a turn, judged by the rate and by how long calls take. */
  function expectedMs(): number {
    return turns.waiting() / Math.min(pace.perSecond(realMs()) / 1_000, places() / Math.max(usualMs, Number.MIN_VALUE));
  }

  /** Gives the engine's call a time at which to come again: one after the other, at the rate at which they can be taken. */
  function comeAgain(): Unreachable {
    const present = realMs();
    bookedUntil = Math.max(bookedUntil, present + waitMs) + 1_000 / pace.perSecond(present);
    pace.heldBack(present, bookedUntil);
    return { is: 'unreachable', cause: 'too busy', retryAfterMs: Math.ceil(bookedUntil - present) };
  }

  return {
    async send(request, { waiter = 'person', signal } = {}) {
      const latest = realMs() + waitMs; // whoever begins later would need more than the budget
      for (;;) {
        if (stateOf(breaker) === 'HALF_OPEN') await within(latest - realMs(), trial);
        if (stateOf(breaker) === 'HALF_OPEN') return { is: 'unreachable', cause: 'breaker open' };
        if (stateOf(breaker) === 'OPEN') return callDark(request, signal);
        if (waiter === 'engine' && expectedMs() > waitMs) return comeAgain();
        const turn = await turns.take(waiter, latest - realMs(), signal);
        if (turn === 'dark') continue;
        if (turn === 'given up') return { is: 'unreachable', cause: 'connection failed' };
        if (turn === 'too busy') return waiter === 'engine' ? comeAgain() : { is: 'unreachable', cause: 'too busy' };
        try {
          if (stateOf(breaker) === 'CLOSED') return await call(request, signal);
        } finally {
          turn.end();
        }
      }
    },
    standing: () => ({
      state: stateOf(breaker),
      underWay,
      waiting: turns.waiting(),
      failuresInARow,
      lastAnswerAt,
      usualPerSecond: pace.usual(realMs()),
      allowedPerSecond: pace.perSecond(realMs()),
      drainPerSecond: pace.drain(realMs()),
      isDraining: pace.isDraining(realMs()),
    }),
    close: () => pool.destroy(),
  };
}

/** Waits for something, at most so many milliseconds. */
async function within(ms: number, awaited: Promise<unknown>): Promise<void> {
  const limit = realDeadline(Math.max(0, ms));
  await Promise.race([awaited, new Promise<void>((resolve) => limit.signal.addEventListener('abort', () => resolve()))]);
  limit.release();
}

function stateOf({ state }: CircuitBreakerPolicy): LineState {
  return state === CircuitState.Closed ? 'CLOSED' : state === CircuitState.HalfOpen ? 'HALF_OPEN' : 'OPEN';
}

/** How long the breaker stays open: the usual window, or what the ministry asked for. */
function windowOf(openMs: number): IBackoffFactory<IHalfOpenAfterBackoffContext> {
  const next = ({ result }: IHalfOpenAfterBackoffContext): IBackoff<IHalfOpenAfterBackoffContext> => {
    const asked = 'error' in result && result.error instanceof LineFailure ? (result.error.unreachable.retryAfterMs ?? 0) : 0;
    return { duration: Math.max(openMs, Math.min(asked, LONGEST_WINDOW_MS)), next };
  };
  return { next };
}

/** Reads `Retry-After` in seconds, the form that gateways use; a date is left aside. */
export function retryAfter(headers: RawAnswer['headers']): { retryAfterMs?: number } {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
}
