import { In, Like, Not } from 'typeorm';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { printed } from '../kit/instant.ts';
import type { Store } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { states } from './states.ts';
import { dossierTable, historyTable, NO_DUE_DATE, type DossierRow } from './table.ts';
import { findDue, type KeptDue } from './term.ts';
import type { Registry } from './transition.ts';

/** Statuses in which a due date still runs. */
const OPEN = [states.REGISTERED.code, states.ACCEPTED.code, states.IN_PROCESS.code];

/** Dossiers recounted in one transaction: keeps other writers' wait below some milliseconds. */
const AT_ONCE = 200;

/**
 * Counts the due dates of open dossiers anew after the calendar was edited: swapped days are announced late, often in the
 * same year. Every moved date leaves a history line and an event. Gives the codes of the dossiers that moved.
 */
export async function recountDueDates(registry: Registry, store: Store, catalogue: Catalogue): Promise<string[]> {
  const counted = Not(Like(`%"calendar":"${catalogue.digest}"%`)); // asked of the database: a province has tens of thousands of open dossiers at every start, and none of them stale
  const stale = (await store.read().find(dossierTable, { where: { statusCode: In(OPEN), due: counted }, select: { code: true } })).map(({ code }) => code);
  const moved: string[] = [];
  for (let from = 0; from < stale.length; from += AT_ONCE) {
    await store.transact(async (rows) => {
      for (const dossier of await rows.findBy(dossierTable, { code: In(stale.slice(from, from + AT_ONCE)) })) {
        const recounted = recount(dossier, catalogue);
        await rows.update(dossierTable, { code: dossier.code, version: dossier.version }, { ...recounted, version: dossier.version + 1 });
        if (recounted.dueAt === dossier.dueAt) continue;
        moved.push(dossier.code);
        const say = (at: string | null) => (at ? printed(at) : '–');
        const note = words(`Lịch làm việc thay đổi: hạn trả ${say(dossier.dueAt)} → ${say(recounted.dueAt)}.`, `The calendar changed: due ${say(dossier.dueAt)} → ${say(recounted.dueAt)}.`);
        await rows.insert(historyTable, { dossier: dossier.code, fromCode: dossier.statusCode, toCode: dossier.statusCode, action: 'recountDueDate', at: registry.clock.now(), actor: 'calendar', note: JSON.stringify(note) });
        await registry.feed.append(rows, { kind: 'dossier.dueDateChanged', dossier: dossier.code, run: dossier.run, agency: dossier.agency, procedure: dossier.procedure, statusCode: dossier.statusCode });
      }
    });
  }
  return moved;
}

/** The due columns counted under the present calendar. */
function recount(dossier: DossierRow, catalogue: Catalogue): Pick<DossierRow, 'dueAt' | 'due' | 'dueOrder'> {
  const kept = JSON.parse(dossier.due ?? 'null') as KeptDue;
  const due = findDue(catalogue, { ...kept.term, confidence: 'CHECKED' }, kept.startedAt);
  return { dueAt: due?.dueAt ?? null, due: due ? JSON.stringify(due) : dossier.due, dueOrder: due?.dueAt ?? NO_DUE_DATE };
}
