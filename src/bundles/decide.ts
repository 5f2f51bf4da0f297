import type { Instant } from '../kit/instant.ts';
import type { ScoredAct } from './bundle.ts';
import type { IncidentCause } from '../dossiers/incident.ts';
import type { RunRow, RunState, StepRow } from './table.ts';

/** One thing that the engine is to do now. */
export type Move =
  | { readonly do: 'confirm' }
  | { readonly do: 'order'; readonly step: StepRow }
  | { readonly do: 'inquire'; readonly step: StepRow }
  | { readonly do: 'skip'; readonly step: StepRow; readonly because: StepRow }
  | { readonly do: 'expire'; readonly step: StepRow }
  | { readonly do: 'alarm'; readonly step: StepRow; readonly cause: IncidentCause }
  | { readonly do: 'finish'; readonly state: RunState };

/** What is to be done now, and when to look again (null: when something happens). */
export interface Decision {
  readonly moves: readonly Move[];
  readonly wakeAt: Instant | null;
}

/** What a decision is made from. */
export interface Situation {
  readonly acts: readonly ScoredAct[];
  readonly run: Pick<RunRow, 'state' | 'confirmed' | 'nextAt'>;
  readonly steps: readonly StepRow[];
  /** Acts for which an alarm of overdue stands. */
  readonly alarmed: ReadonlySet<string>;
  readonly now: Instant;
}

/**
 * What comes next in a run: definition + steps so far + time → moves. Pure. Two rules of government: a lawful act
 * stands whatever happens after it, and waiting is normal.
 */
export function decide({ acts, run, steps, alarmed, now }: Situation): Decision {
  const watched = steps.filter((step) => step.state === 'WITHDRAWN' && step.nextAt !== null); // ordered before the withdrawal: what became of it?
  if (run.state !== 'RUNNING') return timed(watched.map((step) => ({ at: step.nextAt, move: { do: 'inquire', step } })), now);
  if (steps.every(isSettled)) {
    const { moves, wakeAt } = timed(watched.map((step) => ({ at: step.nextAt, move: { do: 'inquire', step } })), now);
    return { moves: [...moves, { do: 'finish', state: finalState(steps) }], wakeAt };
  }
  if (!run.confirmed) return timed([{ at: run.nextAt ?? now, move: { do: 'confirm' } }], now);
  const byName = new Map(steps.map((step) => [step.act, step]));
  const timers = steps.flatMap((step): Timer[] => [
    ...nextOf(step, acts.find((act) => act.name === step.act)?.after ?? [], byName, now),
    ...(isSettled(step) || step.state === 'SUPPLEMENT' || alarmed.has(step.act) || !step.dueAt ? [] : [{ at: step.dueAt, move: { do: 'alarm', step, cause: 'OVERDUE' } } satisfies Timer]),
  ]);
  return timed([...timers, ...watched.map((step): Timer => ({ at: step.nextAt, move: { do: 'inquire', step } }))], now);
}

/** Whether nothing more is to come of the step. */
export function isSettled(step: Pick<StepRow, 'state'>): boolean {
  return step.state === 'DONE' || failed(step);
}

interface Timer {
  readonly at: Instant | null;
  readonly move: Move;
}

function nextOf(step: StepRow, after: readonly string[], byName: ReadonlyMap<string, StepRow>, now: Instant): Timer[] {
  const earlier = after.flatMap((name) => byName.get(name) ?? []);
  switch (step.state) {
    case 'PLANNED': {
      const because = earlier.find(failed);
      if (because) return [{ at: now, move: { do: 'skip', step, because } }];
      return earlier.every((one) => one.state === 'DONE') ? [{ at: now, move: { do: 'order', step } }] : [];
    }
    case 'ORDERING':
      return [{ at: step.nextAt, move: { do: 'order', step } }];
    case 'WAITING':
      return [{ at: step.nextAt, move: { do: 'inquire', step } }];
    case 'SUPPLEMENT':
      return [{ at: step.supplementUntil, move: { do: 'expire', step } }];
    default:
      return [];
  }
}

function failed(step: Pick<StepRow, 'state'>): boolean {
  return step.state === 'REFUSED' || step.state === 'SKIPPED' || step.state === 'WITHDRAWN';
}

function finalState(steps: readonly StepRow[]): RunState {
  if (steps.every((step) => step.state === 'DONE')) return 'FINISHED';
  if (steps.some((step) => step.state === 'DONE')) return 'PARTLY_FINISHED';
  return steps.some((step) => step.state === 'WITHDRAWN') ? 'WITHDRAWN' : 'REFUSED';
}

function timed(timers: readonly Timer[], now: Instant): Decision {
  const set = timers.filter((timer): timer is Timer & { at: Instant } => timer.at !== null);
  const due = set.filter((timer) => timer.at <= now);
  const later = set.filter((timer) => timer.at > now).map((timer) => timer.at);
  return { moves: due.map((timer) => timer.move), wakeAt: later.length > 0 ? later.reduce((a, b) => (a < b ? a : b)) : null };
}
