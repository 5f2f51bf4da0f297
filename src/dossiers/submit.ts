import { agencyInCodes, nextCode } from './code.ts';
import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import { channels, type Channel, type Procedure } from '../catalogue/procedures.ts';
import { fieldIssue, invalidInput, isFailure, type Failure, type FieldIssue } from '../kit/failure.ts';
import { civilDateOf, findCivilDate, printedDate } from '../kit/instant.ts';
import { PERSONAL_ID, findPersonalIdFacts, type PersonKey } from '../kit/personal-id.ts';
import { tidy } from '../kit/person-name.ts';
import { words } from '../kit/words.ts';
import type { ApplicantRegister } from './applicants.ts';
import { findFirstAnswer, keepAnswer } from './idempotency.ts';
import type { Office } from './office.ts';
import { dossierTable, newDossier, type DossierRow } from './table.ts';
import { register } from './transition.ts';

/** An ordinary application as it comes in. */
export interface Filing {
  readonly viewer: Viewer;
  readonly purpose: Purpose;
  readonly idempotencyKey: string;
  readonly procedure: string;
  readonly communeCode: string;
  readonly channel: Channel;
  readonly applicant: PersonKey;
}

/** Files an ordinary dossier (status 1) at the desk that answers for its procedure; everything is checked first. */
export async function fileDossier(office: Office, registers: ApplicantRegister, filing: Filing): Promise<DossierRow | Failure> {
  const { viewer, idempotencyKey, purpose, ...body } = filing;
  const use = { viewer, key: idempotencyKey, mutation: 'submitDossier', body };
  const first = await findFirstAnswer(office.store.read(), use);
  if (first) return isFailure(first) ? first : office.store.read().findOneByOrFail(dossierTable, { code: first.answer });
  const applicant: PersonKey = { ...filing.applicant, fullName: tidy(filing.applicant.fullName) };
  const checked = checkFiling(office, { ...filing, applicant });
  if (isFailure(checked)) return checked;
  const known = await registers(viewer, purpose, applicant);
  if (known.is === 'checked' && known.issues.length > 0) return invalidInput(known.issues); // a silent register loses no application: the officer checks at reception
  return office.store.transact(async (rows) => {
    const again = await findFirstAnswer(rows, use);
    if (again) return isFailure(again) ? again : rows.findOneByOrFail(dossierTable, { code: again.answer });
    const now = office.clock.now();
    const code = await nextCode(rows, office.catalogue(), checked.agency, civilDateOf(now));
    const dossier = newDossier({ code, procedure: checked.procedure.code, agency: checked.agency, run: null, act: null, channel: channels.indexOf(filing.channel) + 1, registeredAt: now }, applicant);
    await register(office, rows, dossier, viewer.id);
    await keepAnswer(rows, use, dossier.code, now);
    return dossier;
  });
}

function checkFiling(office: Office, { procedure: code, communeCode, channel, applicant }: Filing): { readonly procedure: Procedure; readonly agency: string } | Failure {
  const catalogue = office.catalogue();
  const today = civilDateOf(office.clock.now());
  const procedure = catalogue.findProcedure(code, today);
  const commune = catalogue.findCommune(communeCode, today);
  const desk = procedure?.desk && catalogue.findDesk(procedure.desk, communeCode, today);
  const issues: FieldIssue[] = [...checkApplicant(applicant)];
  if (!procedure) issues.push(fieldIssue('procedure', 'UNKNOWN_CODE', words(`Không có thủ tục này vào ngày ${printedDate(today)}.`, `No such procedure is in force on ${today}.`), words('một mã của Query.procedures', 'a code of Query.procedures')));
  else if (procedure.parts.length > 0) issues.push(fieldIssue('procedure', 'NOT_ALLOWED_NOW', words('Đây là thủ tục liên thông.', 'This is a linked procedure.'), words('nộp bằng submitBundle', 'file it with submitBundle')));
  else if (procedure.fees[channel] === undefined) {
    const offered = channels.filter((one) => procedure.fees[one] !== undefined).join(', ');
    issues.push(fieldIssue('channel', 'NOT_ALLOWED_NOW', words('Thủ tục này không nhận hồ sơ theo kênh đã chọn.', 'This procedure is not offered that way.'), words(offered, offered)));
  }
  if (!commune) issues.push(fieldIssue('communeCode', 'UNKNOWN_CODE', words(`Không có xã, phường nào mã ${communeCode.slice(0, 20)}.`, `No commune has the code ${communeCode.slice(0, 20)}.`), words('ví dụ 30280', 'such as 30280')));
  if (procedure && procedure.parts.length === 0 && commune && !desk) issues.push(fieldIssue('procedure', 'NOT_ALLOWED_NOW', words('Chưa có cơ quan nào trong danh mục tiếp nhận thủ tục này.', 'No agency of the catalogue answers for this procedure.'), words('thủ tục có Procedure.agency', 'a procedure with an agency')));
  if (issues.length > 0 || !procedure || !desk) return invalidInput(issues);
  return { procedure, agency: agencyInCodes(catalogue, desk, today) };
}

function checkApplicant({ personalId, fullName, birthDate }: PersonKey): FieldIssue[] {
  const facts = findPersonalIdFacts(personalId);
  return [
    ...(PERSONAL_ID.test(personalId) ? [] : [fieldIssue('applicant.personalId', 'MALFORMED', words('Số định danh không đúng dạng.', 'Not a personal id.'), words('12 chữ số', '12 digits'))]),
    ...(fullName ? [] : [fieldIssue('applicant.fullName', 'REQUIRED', words('Thiếu họ và tên.', 'The name is missing.'), words('họ và tên', 'the full name'))]),
    ...(/^\d{4}$/.test(birthDate) || findCivilDate(birthDate) ? [] : [fieldIssue('applicant.birthDate', 'IMPOSSIBLE_DATE', words('Ngày sinh không có thật.', 'Not a real date of birth.'), words('yyyy-mm-dd hoặc yyyy', 'yyyy-mm-dd or yyyy'))]),
    ...(facts && String(facts.birthYear) !== birthDate.slice(0, 4) ? [fieldIssue('applicant.personalId', 'CONTRADICTION', words('Số định danh không khớp năm sinh.', 'The personal id does not fit the year of birth.'), words(`số của người sinh năm ${birthDate.slice(0, 4)}`, `the id of a person born in ${birthDate.slice(0, 4)}`))] : []),
  ];
}
