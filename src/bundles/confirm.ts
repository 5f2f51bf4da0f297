import { engine as engineViewer } from '../access/viewer.ts';
import { pass } from '../kit/boundary.ts';
import type { FieldIssue } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { transition } from '../dossiers/transition.ts';
import { definitionOf, type Engine } from './engine.ts';
import { noAnswer } from '../dossiers/incident.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { checkPeople } from './people.ts';
import { retryAt, turnAt } from '../kit/retry.ts';
import { must, write } from './settle.ts';
import { runTable, stepTable, type RunRow } from './table.ts';

/**
 * Confirms the persons of an application that was taken while the population register was dark: an application is
 * never lost for that, but nothing is ordered before they are known. Gives what writes the answer down.
 */
export async function confirm(engine: Engine, code: string): Promise<() => Promise<void>> {
  const run = await engine.store.read().findOneByOrFail(runTable, { code });
  const definition = definitionOf(engine, run);
  const officer = engine.catalogue().findAgency(run.agency)?.dutyOfficer;
  const purpose = { procedure: run.procedure, unit: run.agency, ...(officer ? { officer } : {}) };
  const check = await checkPeople(engine, engineViewer, purpose, definition.people(definition.form.parse(JSON.parse(run.form))));
  pass('confirmation.answered');
  return () => settleConfirmation(engine, run, check);
}

async function settleConfirmation(engine: Engine, run: RunRow, check: Awaited<ReturnType<typeof checkPeople>>): Promise<void> {
  const { code } = run;
  await engine.store.transact(async (rows) => {
    const now = engine.clock.now();
    const present = await rows.findOneByOrFail(runTable, { code });
    if (present.state !== 'RUNNING' || present.confirmed) return;
    if (check.is === 'checked') {
      await closeIncidents(engine, rows, { run, step: null, causes: ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'] });
      if (check.issues.length > 0) await refuseAll(engine, rows, present, check.issues);
      await rows.update(runTable, { code }, { confirmed: 1, nextAt: null, tries: 0, owner: null });
    } else if (turnAt(now, check)) {
      await rows.update(runTable, { code }, { nextAt: turnAt(now, check) ?? now, owner: null });
    } else {
      const tries = present.tries + 1;
      const [cause, detail] = check.is === 'unreachable' ? (['MINISTRY_UNREACHABLE', check.cause] as const) : (['MINISTRY_BAD_ANSWER', check.problem] as const);
      if (tries >= engine.patience.triesToIncident) await openIncident(engine, rows, { run, step: null, system: 'population', cause, detail: noAnswer('population', detail) });
      await rows.update(runTable, { code }, { tries, nextAt: retryAt(engine.patience, now, tries, check.is === 'unreachable' ? check.retryAfterMs : undefined), owner: null });
    }
    await engine.wakeUps.wake(rows, code, now);
  });
  pass('confirmation.settled');
}

async function refuseAll(engine: Engine, rows: Rows, run: RunRow, issues: readonly FieldIssue[]): Promise<void> {
  const fields = issues.map((issue) => issue.path).join(', ');
  const reason = words(`Không tiếp nhận: thông tin của ${fields} không khớp Cơ sở dữ liệu quốc gia về dân cư.`, `Not accepted: ${fields} does not match the population register.`);
  for (const step of await rows.findBy(stepTable, { run: run.code, state: 'PLANNED' })) {
    await write(rows, step, { state: 'REFUSED', nextAt: null, reason: JSON.stringify(reason) });
    must(await transition(engine, rows, { code: step.dossier, action: 'refuse', actor: 'engine', note: reason, set: { reason: JSON.stringify(reason), finishedAt: engine.clock.now() } }));
  }
}
