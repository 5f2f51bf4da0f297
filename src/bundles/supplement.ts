import { IsNull } from 'typeorm';
import { z } from 'zod';
import type { Viewer } from '../access/viewer.ts';
import { invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf } from '../kit/instant.ts';
import { words } from '../kit/words.ts';
import { attachPapers } from '../dossiers/attach-papers.ts';
import { takeSupplement } from '../dossiers/desk.ts';
import { findPapers, type PaperMatter } from '../dossiers/find-papers.ts';
import { checkStated, placesOf, type StatedPaper } from '../dossiers/stated-paper.ts';
import { retype } from '../dossiers/form-fields.ts';
import { startClock } from '../dossiers/term.ts';
import type { DossierRow } from '../dossiers/table.ts';
import { dossierTable } from '../dossiers/table.ts';
import { dossierNotFound, transition } from '../dossiers/transition.ts';
import { below, paperApplicant, readIssue, withoutNulls } from './application.ts';
import { birthFields } from './birth-fields.ts';
import { birthForm, type BirthForm } from './birth-form.ts';
import { checkBirthForm } from './birth-rules.ts';
import type { Bundle } from './bundle.ts';
import { definitionOf, partOf, type Engine } from './engine.ts';
import { findFormPapers } from './form-papers.ts';
import { findFirstAnswer, keepAnswer } from '../dossiers/idempotency.ts';
import { write } from './settle.ts';
import { runTable, stepTable } from './table.ts';

/** What the citizen may correct when a part of a birth application was sent back. */
export const corrections = z.object({
  birthNotice: birthForm.shape.birthNotice.optional(),
  residence: birthForm.shape.residence.optional(),
  healthCare: birthForm.shape.healthCare.optional(),
});

/** A supplement as it comes in. */
export interface Supplement {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  readonly code: string;
  readonly note: string;
  readonly corrections?: unknown;
  readonly papers?: readonly StatedPaper[] | null | undefined;
}

/**
 * Takes what the citizen adds to a dossier that was sent back (5 → 2): the form is corrected, the agency's time counts
 * anew (NĐ 61/2018 Điều 19.4), and the same order goes to the ministry again under the same key.
 */
export async function supplementDossier(engine: Engine, supplement: Supplement): Promise<DossierRow | Failure> {
  const { viewer, code, note } = supplement;
  if (await isOrdinary(engine, code)) return takeSupplement(engine, { viewer, idempotencyKey: supplement.idempotencyKey, code, note, papers: supplement.papers });
  const use = { viewer, key: supplement.idempotencyKey, mutation: 'supplementDossier', body: { code, note, corrections: supplement.corrections, papers: supplement.papers } };
  return engine.store.transact(async (rows) => {
    const first = await findFirstAnswer(rows, use);
    if (first) return isFailure(first) ? first : rows.findOneByOrFail(dossierTable, { code: first.answer });
    const parsed = corrections.safeParse(withoutNulls(supplement.corrections ?? {}));
    if (!parsed.success) return invalidInput(parsed.error.issues.map((issue) => readIssue('corrections', issue)));
    const step = await rows.findOneBy(stepTable, { dossier: code });
    if (!step) return dossierNotFound();
    const run = await rows.findOneByOrFail(runTable, { code: step.run });
    const before = birthForm.parse(JSON.parse(run.form));
    const now = engine.clock.now();
    const definition = definitionOf(engine, run) as Bundle<BirthForm>;
    const corrected: BirthForm = { ...before, ...parsed.data };
    const matter: PaperMatter = { viewer, applicant: paperApplicant(definition, corrected), catalogue: engine.catalogue(), now };
    const { form, found, issues: unfound } = await findFormPapers(rows, definition, matter, corrected, Object.keys(parsed.data));
    const issues = [...checkBirthForm(form, engine.catalogue(), now, run.receivedAt), ...unfound];
    if (issues.length > 0) return invalidInput(issues.map((issue) => below('corrections', issue)));
    const further = placesOf(supplement.papers ?? []);
    const wrong = checkStated(further, civilDateOf(now));
    const added = await findPapers(rows, matter, further, found.map(({ paper }) => paper));
    if (wrong.length + added.issues.length > 0) return invalidInput([...wrong, ...added.issues]);
    const clock = startClock(engine.catalogue(), partOf(engine, run, step.act).term, now);
    const accepted = await transition(engine, rows, {
      code,
      action: 'accept',
      actor: viewer.id,
      note: words(`Công dân đã bổ sung: ${note}`, `The citizen supplemented: ${note}`),
      set: { ...clock, supplementUntil: null, reason: null },
    });
    if (isFailure(accepted)) return accepted;
    for (const { act, paper } of found) {
      const { dossier } = await rows.findOneByOrFail(stepTable, { run: run.code, act });
      await attachPapers(rows, { dossier, stage: 'SUPPLEMENT', now }, [paper]);
    }
    await attachPapers(rows, { dossier: code, stage: 'SUPPLEMENT', now }, added.found);
    await rows.update(runTable, { code: run.code }, { form: JSON.stringify(form), version: run.version + 1 });
    await retype(rows, run.code, birthFields(before), birthFields(form), now);
    await write(rows, step, { state: 'PLANNED', generation: step.generation + 1, ordered: 0, tries: 0, nextAt: null, dueAt: clock.dueAt, reason: null, supplementUntil: null });
    await keepAnswer(rows, use, code, now);
    await engine.wakeUps.wake(rows, run.code, now);
    return accepted;
  });
}

/** Whether the dossier stands for itself, so that officers move it and no engine plays it. */
export async function isOrdinary({ store }: Pick<Engine, 'store'>, code: string): Promise<boolean> {
  return store.read().existsBy(dossierTable, { code, run: IsNull() });
}
