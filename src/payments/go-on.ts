import { states } from '../dossiers/states.ts';
import { historyTable, type DossierRow } from '../dossiers/table.ts';
import { resumeClock } from '../dossiers/term.ts';
import { transition } from '../dossiers/transition.ts';
import type { Failure } from '../kit/failure.ts';
import { printed } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import type { Till } from './till.ts';

/** A dossier goes on after its payment (6 → 4). The days on which it waited for the citizen do not count: its due date moves. */
export async function goOn(till: Till, rows: Rows, { code, due, dueAt, run, agency, procedure }: DossierRow, by: { readonly actor: string; readonly note: Words }): Promise<DossierRow | Failure> {
  const now = till.clock.now();
  const [asked] = await rows.find(historyTable, { where: { dossier: code, toCode: states.PAYMENT_REQUESTED.code }, order: { id: 'DESC' }, take: 1 });
  const moved = asked && resumeClock(till.catalogue(), due, asked.at, now);
  if (!moved || moved.dueAt === null || moved.dueAt === dueAt) return transition(till, rows, { code, action: 'process', ...by });
  const note = words(`${by.note.vi} Hạn trả dời đến ${printed(moved.dueAt)}.`, `${by.note.en} Due ${printed(moved.dueAt)}.`);
  const after = await transition(till, rows, { code, action: 'process', actor: by.actor, note, set: moved });
  await till.feed.append(rows, { kind: 'dossier.dueDateChanged', dossier: code, run, agency, procedure, statusCode: states.IN_PROCESS.code });
  return after;
}
