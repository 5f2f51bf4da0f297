import { BrokenCircuitError, BulkheadRejectedError, ConsecutiveBreaker, CircuitState, bulkhead, circuitBreaker, handleType, wrap } from 'cockatiel';
import PQueue from 'p-queue';
import { Pool } from 'undici';
import { realDeadline, realMs } from './clock.ts';
import type { Unreachable } from './outcome.ts';
import type { Limits, Outgoing } from './system.ts';

/** An answer off the wire, not yet compared with any contract. */
export interface RawAnswer {
  readonly is: 'raw';
  readonly status: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
  /** Real milliseconds from begin to end. */
  readonly tookMs: number;
}

/** One ministry's telephone line: its own pool, deadline, breaker, bulkhead and rate. Nothing else in src opens a connection. */
export interface Line {
  send(request: Outgoing, signal?: AbortSignal): Promise<RawAnswer | Unreachable>;
  /** Whether calls go through at the moment. */
  state(): LineState;
  close(): Promise<void>;
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

class LineFailure extends Error {
  readonly unreachable: Unreachable;
  constructor(unreachable: Unreachable) {
    super(unreachable.cause);
    this.unreachable = unreachable;
  }
}

/** Opens the line to one address. */
export function openLine(baseUrl: string, limits: Limits, { longestQueue = LONGEST_QUEUE }: { readonly longestQueue?: number } = {}): Line {
  const pool = new Pool(new URL(baseUrl).origin, { connections: limits.parallel, pipelining: 1, maxResponseSize: LONGEST_ANSWER });
  const rate = new PQueue({ intervalCap: limits.perSecond, interval: 1_000 }); // one second
  const breaker = circuitBreaker(handleType(LineFailure), {
    halfOpenAfter: limits.openMs,
    breaker: new ConsecutiveBreaker(limits.failuresToOpen),
  });
  const policy = wrap(bulkhead(limits.parallel, longestQueue), breaker);

  async function attempt(request: Outgoing, caller: AbortSignal | undefined): Promise<RawAnswer> {
    const deadline = realDeadline(limits.deadlineMs, caller);
    const begun = realMs();
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
      return { is: 'raw', status: answer.statusCode, headers, text, tookMs: realMs() - begun };
    } catch (error) {
      if (error instanceof LineFailure) throw error;
      throw new LineFailure({ is: 'unreachable', cause: deadline.isOver ? 'timed out' : 'connection failed' });
    } finally {
      deadline.release();
    }
  }

  return {
    async send(request, signal) {
      try {
        return await policy.execute(() => rate.add(() => attempt(request, signal)));
      } catch (error) {
        if (error instanceof LineFailure) return error.unreachable;
        if (error instanceof BrokenCircuitError) return { is: 'unreachable', cause: 'breaker open' };
        if (error instanceof BulkheadRejectedError) return { is: 'unreachable', cause: 'too busy' };
        throw error;
      }
    },
    state: () => (breaker.state === CircuitState.Closed ? 'CLOSED' : breaker.state === CircuitState.HalfOpen ? 'HALF_OPEN' : 'OPEN'),
    close: () => pool.destroy(),
  };
}

/** Reads `Retry-After` in seconds, the form that gateways use; a date is left aside. */
export function retryAfter(headers: RawAnswer['headers']): { retryAfterMs?: number } {
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1_000 } : {};
}
