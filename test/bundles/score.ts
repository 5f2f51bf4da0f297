import fc from 'fast-check';
import type { AnyAct, ScoredAct } from '../../src/bundles/bundle.ts';
import { stepStates, type RunState, type StepRow, type StepState } from '../../src/bundles/table.ts';
import { later, type Instant } from '../../src/kit/instant.ts';

/** The moment at which every drawn situation stands. */
export const NOW: Instant = '2025-03-03T01:00:00.000Z';

/** A score of one to five acts, each after some of the earlier ones. */
export const drawnScore: fc.Arbitrary<readonly ScoredAct[]> = fc
  .array(fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), { minLength: 1, maxLength: 5 })
  .map((rows) => rows.map((row, index) => scored(`act${index}`, row.slice(0, index).flatMap((after, earlier) => (after ? [`act${earlier}`] : [])))));

function scored(name: string, after: readonly string[]): ScoredAct {
  return { name, after, act: undefined as unknown as AnyAct, given: () => undefined }; // decide looks at names and order only
}

/** A step as it begins. */
export function plannedStep(act: string, position: number): StepRow {
  return {
    run: 'run', act, position, state: 'PLANNED', dossier: `dossier-${position}`, agency: 'agency', orderKey: `run.${act}`, ticket: '', generation: 0, tries: 0, ordered: 0,
    nextAt: null, dueAt: null, result: null, resultAsOf: null, reason: null, supplementUntil: null,
    owner: null, version: 1,
  };
}

const drawnMoment = fc.option(fc.integer({ min: -100_000, max: 100_000 }).map((ms) => later(NOW, ms)), { nil: null }); // within a hundred seconds of now, either way

/** Steps of a score in whatever states, reachable or not: decide must not be led astray by any. */
export function drawnSteps(acts: readonly ScoredAct[]): fc.Arbitrary<readonly StepRow[]> {
  return fc.tuple(
    ...acts.map(({ name }, position) =>
      fc
        .record({ state: fc.constantFrom<StepState>(...stepStates), nextAt: drawnMoment, dueAt: drawnMoment, supplementUntil: drawnMoment })
        .map((drawn): StepRow => ({ ...plannedStep(name, position), ...drawn })),
    ),
  );
}

/** How a run must end, told in other words than the engine's: by what the citizen holds in hands. */
export function endOf(steps: readonly Pick<StepRow, 'state'>[]): RunState {
  const done = steps.filter(({ state }) => state === 'DONE').length;
  if (done === steps.length) return 'FINISHED';
  if (done > 0) return 'PARTLY_FINISHED';
  return steps.some(({ state }) => state === 'WITHDRAWN') ? 'WITHDRAWN' : 'REFUSED';
}
