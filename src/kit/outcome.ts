import type { Instant } from './instant.ts';
import type { Words } from './words.ts';

/** The ministry did it or told us: the value, and as of when. */
export interface Done<T> {
  readonly is: 'done';
  readonly value: T;
  /** When the ministry said so (UTC): its own time where its answer carries one, else when the answer arrived. */
  readonly asOf: Instant;
}

/** The ministry took the order and will answer later, by poll or callback. */
export interface Pending {
  readonly is: 'pending';
  /** Where the citizen must do something before the order can go on, such as a payment page, and until when. */
  readonly meanwhile?: { readonly url: string; readonly until?: Instant };
}

/** The ministry wants more papers before it goes on; `until` is its deadline where it names one. */
export interface Supplement {
  readonly is: 'supplement';
  readonly what: string;
  readonly until?: Instant;
}

/** The ministry said no, in a form its contract knows. Never retried. */
export interface Refused {
  readonly is: 'refused';
  /** The ministry's own code, or `NOT_FOUND` where it knows of no such record. */
  readonly code: string;
  readonly reason: Words;
}

/** Nobody answered, or somebody who is not in a state to: worth trying again. */
export interface Unreachable {
  readonly is: 'unreachable';
  readonly cause: 'timed out' | 'connection failed' | 'breaker open' | 'too busy' | 'server error' | 'throttled' | 'not authorised';
  /** How long the ministry asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** Something answered, but not in the words of the contract (HTML, cut-off JSON, the wrong shape). */
export interface BadAnswer {
  readonly is: 'badAnswer';
  /** Where the answer leaves the contract; never the answer itself, which may hold personal data. */
  readonly problem: string;
}

/** What an outside system makes of a read. */
export type Outcome<T> = Done<T> | Refused | Unreachable | BadAnswer;

/** What an outside system makes of an order: done, refused or under way, and the ways to fail. */
export type OrderOutcome<T> = Outcome<T> | Pending | Supplement;

/** The code of a refusal that only means "no such record". */
export const NOT_FOUND = 'NOT_FOUND';

/** A finished answer. */
export function done<T>(value: T, asOf: Instant): Done<T> {
  return { is: 'done', value, asOf };
}

/** A refusal in the ministry's words. */
export function refused(code: string, reason: Words): Refused {
  return { is: 'refused', code, reason };
}

/** An answer outside the contract. */
export function badAnswer(problem: string): BadAnswer {
  return { is: 'badAnswer', problem };
}

/** Applies a mapping to the value of a finished answer and leaves every other outcome as it is. */
export function mapDone<T, U, Other extends { readonly is: string }>(outcome: Done<T> | Other, map: (value: T) => U): Done<U> | Other {
  return isDone(outcome) ? { ...outcome, value: map(outcome.value) } : outcome;
}

function isDone<T, Other extends { readonly is: string }>(outcome: Done<T> | Other): outcome is Done<T> {
  return outcome.is === 'done';
}

/** Whether the hub's own line held a call back, so that it cannot have reached anybody. */
export function neverLeft(outcome: Unreachable | BadAnswer): boolean {
  return outcome.is === 'unreachable' && (outcome.cause === 'breaker open' || outcome.cause === 'too busy');
}
