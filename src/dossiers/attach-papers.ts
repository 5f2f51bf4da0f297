import { IsNull } from 'typeorm';
import type { FieldIssue } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { findPapers, type FoundPaper, type PaperMatter } from './find-papers.ts';
import { dossierPaperTable, paperTable, type PaperStage } from './paper-table.ts';
import { checkStated, type PlacedPaper } from './stated-paper.ts';

/** To which dossier, with what and when papers are attached. */
export interface Attachment {
  readonly dossier: string;
  readonly stage: PaperStage;
  readonly now: Instant;
}

/** Makes papers part of a dossier, in the unit of work that found them: from then on an upload is nobody's but the dossier's and is never swept. */
export async function attachPapers(rows: Rows, { dossier, stage, now }: Attachment, found: readonly FoundPaper[]): Promise<void> {
  for (const one of found) {
    await rows.insert(dossierPaperTable, { ...one, dossier, stage, addedAt: now });
    if (one.origin !== 'UPLOAD' || one.paper === null) continue;
    const { affected } = await rows.update(paperTable, { id: one.paper, attachedAt: IsNull() }, { attachedAt: now });
    if (affected !== 1) throw new Error('An uploaded paper went away between being found and being attached.'); // cannot happen inside one unit of work
  }
}

/** Adds papers to a dossier that was sent back, or says what is wrong with them and adds none. */
export async function addPapers(rows: Rows, matter: PaperMatter, dossier: string, papers: readonly PlacedPaper[]): Promise<readonly FieldIssue[]> {
  const seen = checkStated(papers, civilDateOf(matter.now));
  if (seen.length > 0) return seen;
  const { found, issues } = await findPapers(rows, matter, papers);
  if (issues.length === 0) await attachPapers(rows, { dossier, stage: 'SUPPLEMENT', now: matter.now }, found);
  return issues;
}
