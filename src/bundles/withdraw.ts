import type { Viewer } from '../access/viewer.ts';
import { isFailure, type Failure } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { allowedActions, statusOf } from '../dossiers/states.ts';
import { dossierTable, type DossierRow } from '../dossiers/table.ts';
import { dossierNotFound, transition } from '../dossiers/transition.ts';
import { withdrawOrdinary } from '../dossiers/desk.ts';
import { isSettled } from './decide.ts';
import type { Engine } from './engine.ts';
import { findFirstAnswer, keepAnswer } from '../dossiers/idempotency.ts';
import { closeIncidents } from './incident.ts';
import { write } from './settle.ts';
import { isOrdinary } from './supplement.ts';
import { runTable, stepTable, type StepRow } from './table.ts';

/** A withdrawal as it comes in. */
export interface Withdrawal {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  /** A dossier's code, or a run's own: then every open part is withdrawn. */
  readonly code: string;
  readonly reason: string;
}

/**
 * Withdraws a dossier, or all open parts of a bundle (status 7). What is done stays done; what was ordered and not yet
 * answered is watched, because a ministry that acts all the same has acted lawfully. Gives the withdrawn dossiers.
 */
export async function withdraw(engine: Engine, withdrawal: Withdrawal): Promise<readonly DossierRow[] | Failure> {
  const { viewer, code, reason } = withdrawal;
  if (await isOrdinary(engine, code)) {
    const dossier = await withdrawOrdinary(engine, { viewer, idempotencyKey: withdrawal.idempotencyKey, code, reason });
    return isFailure(dossier) ? dossier : [dossier];
  }
  const use = { viewer, key: withdrawal.idempotencyKey, mutation: 'withdrawDossier', body: { code, reason } };
  return engine.store.transact(async (rows) => {
    const first = await findFirstAnswer(rows, use);
    if (first) return isFailure(first) ? first : withdrawnOf(rows, first.answer);
    const steps = await stepsOf(rows, code);
    if (steps.length === 0) return dossierNotFound();
    const withdrawn: DossierRow[] = [];
    for (const step of steps) {
      if (steps.length > 1 && !(await canBeWithdrawn(rows, step))) continue; // of a whole bundle: the open parts
      const dossier = await transition(engine, rows, {
        code: step.dossier,
        action: 'withdraw',
        actor: viewer.id,
        note: words(`Công dân rút hồ sơ: ${reason}`, `The citizen withdrew: ${reason}`),
        set: { finishedAt: engine.clock.now(), reason: JSON.stringify(words(`Công dân rút hồ sơ: ${reason}`, `The citizen withdrew: ${reason}`)) },
      });
      if (isFailure(dossier)) return dossier;
      await write(rows, step, { state: 'WITHDRAWN', nextAt: step.ordered && step.state !== 'SUPPLEMENT' ? engine.clock.now() : null });
      const run = await rows.findOneByOrFail(runTable, { code: step.run });
      const isWatched = step.ordered === 1 && step.state !== 'SUPPLEMENT'; // what the ministry does all the same is still asked for
      await closeIncidents(engine, rows, { run, step, causes: ['OVERDUE', 'SECOND_SUPPLEMENT', 'STALLED', ...(isWatched ? [] : (['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'] as const))] });
      withdrawn.push(dossier);
    }
    const [step] = steps;
    if (withdrawn.length === 0 && step) return transition(engine, rows, { code: step.dossier, action: 'withdraw', actor: viewer.id }) as Promise<Failure>; // names what is allowed instead
    if (step) await engine.wakeUps.wake(rows, step.run, engine.clock.now());
    await keepAnswer(rows, use, code, engine.clock.now());
    return withdrawn;
  });
}

async function stepsOf(rows: Rows, code: string): Promise<StepRow[]> {
  const run = await rows.findOneBy(runTable, { code });
  return rows.find(stepTable, { where: run ? { run: code } : { dossier: code }, order: { position: 'ASC' } });
}

async function canBeWithdrawn(rows: Rows, step: StepRow): Promise<boolean> {
  const { statusCode } = await rows.findOneByOrFail(dossierTable, { code: step.dossier });
  return !isSettled(step) && allowedActions(statusOf(statusCode)).includes('withdraw');
}

async function withdrawnOf(rows: Rows, code: string): Promise<readonly DossierRow[]> {
  const steps = await stepsOf(rows, code);
  const dossiers = await Promise.all(steps.map((step) => rows.findOneByOrFail(dossierTable, { code: step.dossier })));
  return dossiers.filter((dossier) => statusOf(dossier.statusCode) === 'WITHDRAWN');
}
