import type { Remedy } from '../dossiers/remedy.ts';
import type { Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { isSettled } from './decide.ts';
import type { Engine } from './engine.ts';
import { DENIED, write } from './settle.ts';
import { runTable, stepTable, type RunRow, type StepRow } from './table.ts';

/** What the engine knows of the incidents about its runs and steps. */
export function openBundleRemedy(engine: Pick<Engine, 'wakeUps'>): Remedy {
  return {
    isFor: ({ run }) => run !== null,
    async standing(rows, { run: code, act, cause }) {
      const run = await rows.findOneBy(runTable, { code: code ?? '' });
      if (!run) return undefined;
      const step = act === null ? null : await rows.findOneBy(stepTable, { run: run.code, act });
      switch (cause) {
        case 'MINISTRY_UNREACHABLE':
        case 'MINISTRY_BAD_ANSWER':
          return (step ? isTried(step) && step.tries > 0 : isConfirming(run) && run.tries > 0) ? ['retryStep', 'retrySteps'] : undefined;
        case 'OVERDUE':
        case 'SECOND_SUPPLEMENT':
          return (step ? !isSettled(step) : run.state === 'RUNNING') ? ['retryStep', 'withdrawDossier'] : undefined;
        default:
          return undefined; // what was refused, or done all the same, stands: only a person can say that it was seen to
      }
    },
    async retry(rows, { run: code, act }, at) {
      const run = await rows.findOneBy(runTable, { code: code ?? '' });
      if (!run) return 0;
      const step = act === null ? null : await rows.findOneBy(stepTable, { run: run.code, act });
      if (step ? !isTried(step) : !isConfirming(run)) return 0;
      if ((step ?? run).owner !== null) return 0; // it is being tried in this moment
      await tryAt(engine, rows, { run, step }, at);
      return 1;
    },
  };
}

/** Whether the step waits between two tries, or between two questions what became of it. */
export function isTried({ state, nextAt }: Pick<StepRow, 'state' | 'nextAt'>): boolean {
  return nextAt !== null && (state === 'ORDERING' || state === 'WAITING' || state === 'WITHDRAWN');
}

/** Whether the run waits for the population register to confirm its persons. */
export function isConfirming({ state, confirmed }: Pick<RunRow, 'state' | 'confirmed'>): boolean {
  return state === 'RUNNING' && confirmed === 0;
}

/**
 * Lets a step, or the confirmation of a run, be tried at the instant instead of when it would have been. An order that its
 * ministry took and then denied is given again: that is the owner's decision, which nothing but this can make.
 */
export async function tryAt({ wakeUps }: Pick<Engine, 'wakeUps'>, rows: Rows, { run, step }: { readonly run: RunRow; readonly step: StepRow | null }, at: Instant): Promise<void> {
  if (step?.state === 'WAITING' && step.ordered === DENIED && step.tries > 0) await write(rows, step, { state: 'ORDERING', ordered: 0, nextAt: at });
  else if (step) await write(rows, step, { nextAt: at });
  else await rows.update(runTable, { code: run.code }, { nextAt: at });
  await wakeUps.wake(rows, run.code, run.wakeAt !== null && run.wakeAt < at ? run.wakeAt : at); // another step may be due sooner
}
