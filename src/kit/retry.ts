import { later, type Instant } from './instant.ts';

/** How something is tried again that failed for want of an answer. */
export interface Retrying {
  /** Waits between tries after failures, milliseconds; the last one repeats. */
  readonly retryMs: readonly number[];
  /** This many failures in a row open an incident; trying goes on at the slowest pace. */
  readonly triesToIncident: number;
  /** How long an answer may be under way before it is taken for lost, milliseconds; above every line's deadline. */
  readonly lostMs: number;
}

/** Retry waits are spread by up to this share either way, so that a returning ministry is not met by everybody at once. */
const JITTER = 0.2;

/** The published schedule: 1 s, 5 s, 15 s, 1 min, 5 min, 15 min, then every 30 min. */
export const publishedSchedule: readonly number[] = [1_000, 5_000, 15_000, 60_000, 300_000, 900_000, 1_800_000];

/** When to try again after that many failures in a row (1 or more); what the ministry asks for is honoured, milliseconds. */
export function retryAt({ retryMs }: Pick<Retrying, 'retryMs'>, now: Instant, failures: number, askedMs = 0): Instant {
  const wait = retryMs[Math.min(failures, retryMs.length) - 1] ?? publishedSchedule[0] ?? 0;
  const spread = wait * (1 + JITTER * (2 * Math.random() - 1));
  return later(now, Math.max(spread, askedMs));
}

/**
 * When to ask again who has just said that nothing arrived: after the second pause of the schedule, 5 s, however long the
 * ministry was silent before. It answers, so there is no reason for long pauses; and an old copy of its books is younger than that.
 */
export function secondLookAt(retrying: Pick<Retrying, 'retryMs'>, now: Instant): Instant {
  return retryAt(retrying, now, 2);
}

/** What comes again in a second if nobody said when, milliseconds: the pause of the first failure. */
const USUAL_TURN_MS = 1_000;

/**
 * When an order comes again that never left, because the line had no turn for it: that says nothing against the ministry and
 * is no try. Nothing where the outcome is another one. An exchange before it may have left; `ordered` tells.
 */
export function turnAt(now: Instant, outcome: { readonly is: string; readonly cause?: string; readonly retryAfterMs?: number }): Instant | undefined {
  return outcome.is === 'unreachable' && outcome.cause === 'too busy' ? later(now, outcome.retryAfterMs ?? USUAL_TURN_MS) : undefined;
}
