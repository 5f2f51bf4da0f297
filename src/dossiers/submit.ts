import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import { channels, type Channel } from '../catalogue/procedures.ts';
import { invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf } from '../kit/instant.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import { tidy } from '../kit/person-name.ts';
import type { ApplicantRegister } from './applicants.ts';
import { attachPapers } from './attach-papers.ts';
import { nextCode } from './code.ts';
import { checkFiling } from './filing-rules.ts';
import { findPapers, type PaperMatter } from './find-papers.ts';
import type { FilledField } from './form-answers.ts';
import { keepForm } from './form-fields.ts';
import { findFirstAnswer, keepAnswer } from './idempotency.ts';
import type { Office } from './office.ts';
import { placesOf, type StatedPaper } from './stated-paper.ts';
import { dossierTable, newDossier, type DossierRow } from './table.ts';
import { register } from './transition.ts';
import { originsOf } from './voucher.ts';

/** An ordinary application as it comes in. */
export interface Filing {
  readonly viewer: Viewer;
  readonly purpose: Purpose;
  readonly idempotencyKey: string;
  readonly procedure: string;
  readonly communeCode: string;
  readonly channel: Channel;
  readonly applicant: PersonKey;
  /** Code of the enterprise in whose name the person applies ("mã số doanh nghiệp"). */
  readonly enterprise?: string | null | undefined;
  /** The electronic form; absent where the form comes as a paper. */
  readonly fields?: readonly FilledField[] | null | undefined;
  /** Token of Query.prefill. Not part of what is applied for: a retry may carry a newer one. */
  readonly prefill?: string | null | undefined;
  readonly papers?: readonly StatedPaper[] | null | undefined;
}

/** Files an ordinary dossier (status 1) at the desk that answers for its procedure; everything is checked first. */
export async function fileDossier(office: Office, registers: ApplicantRegister, filing: Filing): Promise<DossierRow | Failure> {
  const { viewer, idempotencyKey, purpose, prefill, ...body } = filing;
  const use = { viewer, key: idempotencyKey, mutation: 'submitDossier', body };
  const first = await findFirstAnswer(office.store.read(), use);
  if (first) return isFailure(first) ? first : office.store.read().findOneByOrFail(dossierTable, { code: first.answer });
  const applicant: PersonKey = { ...filing.applicant, fullName: tidy(filing.applicant.fullName) };
  const enterprise = filing.enterprise?.trim() || undefined;
  const papers = placesOf(filing.papers ?? []);
  const checked = checkFiling(office, { ...filing, applicant, enterprise, papers, client: viewer.client });
  if (isFailure(checked)) return checked;
  const matter = (): PaperMatter => ({ viewer, applicant: { applicantId: applicant.personalId, enterprise: enterprise ?? null }, catalogue: office.catalogue(), now: office.clock.now() });
  const early = await findPapers(office.store.read(), matter(), papers);
  if (early.issues.length > 0) return invalidInput(early.issues);
  const known = await registers(viewer, purpose, { applicant, enterprise });
  const unknown = known.flatMap((check) => (check.is === 'checked' ? check.issues : [])); // a silent register loses no application: the officer checks at reception
  if (unknown.length > 0) return invalidInput(unknown);
  return office.store.transact(async (rows) => {
    const again = await findFirstAnswer(rows, use);
    if (again) return isFailure(again) ? again : rows.findOneByOrFail(dossierTable, { code: again.answer });
    const now = office.clock.now();
    const { found, issues } = await findPapers(rows, matter(), papers); // again: somebody may have attached one meanwhile
    if (issues.length > 0) return invalidInput(issues);
    const code = await nextCode(rows, office.catalogue(), checked.agency, civilDateOf(now));
    const dossier = newDossier({ code, procedure: checked.procedure.code, agency: checked.agency, run: null, act: null, channel: channels.indexOf(filing.channel) + 1, registeredAt: now, enterprise }, applicant);
    await register(office, rows, dossier, viewer.id);
    await keepForm(rows, code, checked.answers, originsOf(office.seal, checked.answers, checked.vouched, now));
    await attachPapers(rows, { dossier: code, stage: 'SUBMISSION', now }, found);
    await keepAnswer(rows, use, dossier.code, now);
    return dossier;
  });
}
