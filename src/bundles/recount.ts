import { In } from 'typeorm';
import { recountDueDates } from '../dossiers/recount.ts';
import { dossierTable } from '../dossiers/table.ts';
import { findDue, type KeptDue } from '../dossiers/term.ts';
import { inGroups } from '../kit/in-groups.ts';
import type { Engine } from './engine.ts';
import { runTable, stepTable } from './table.ts';

/** Dossiers read by one statement: SQLite takes 32,766 values, and a changed calendar may move more dossiers than that. */
const AT_ONCE = 500;

/**
 * Counts every open due date anew after the calendar was edited: dossiers first, then the steps that follow them and the
 * runs as a whole. The engine looks at the touched runs again, because an alarm may be due earlier or later now.
 */
export async function recountAll(engine: Engine): Promise<void> {
  const { store, clock } = engine;
  const catalogue = engine.catalogue();
  const moved = await recountDueDates(engine, store, catalogue);
  const running = await store.read().find(runTable, { where: { state: 'RUNNING' } });
  const stale = running.filter(({ due }) => due !== null && (JSON.parse(due) as KeptDue).calendar !== catalogue.digest);
  await store.transact(async (rows) => {
    for (const run of stale) {
      const kept = JSON.parse(run.due ?? 'null') as KeptDue;
      const due = findDue(catalogue, { ...kept.term, confidence: 'CHECKED' }, kept.startedAt);
      await rows.update(runTable, { code: run.code }, { dueAt: due?.dueAt ?? null, due: due ? JSON.stringify(due) : run.due });
    }
    for (const codes of inGroups(moved, AT_ONCE)) {
      for (const dossier of await rows.findBy(dossierTable, { code: In(codes) })) {
        const step = await rows.findOneBy(stepTable, { dossier: dossier.code });
        if (!step) continue;
        await rows.update(stepTable, { dossier: dossier.code }, { dueAt: dossier.dueAt, version: step.version + 1 });
        await engine.wakeUps.wake(rows, step.run, clock.now());
      }
    }
  });
  if (moved.length > 0) engine.log.info({ dossiers: moved.length }, 'due dates moved with the calendar');
}
