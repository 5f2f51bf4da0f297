import type { Catalogue } from '../catalogue/catalogue.ts';
import { channels, type Channel, type Procedure } from '../catalogue/procedures.ts';
import { isDemandedOnline } from '../catalogue/procedure-papers.ts';
import { findEnterpriseCodeIssue } from '../kit/enterprise-code.ts';
import { fieldIssue, invalidInput, type Failure, type FieldIssue } from '../kit/failure.ts';
import { civilDateOf, findCivilDate, printedDate, type CivilDate } from '../kit/instant.ts';
import { LONGEST_NAME, PERSON_NAME } from '../kit/person-name.ts';
import { PERSONAL_ID, findPersonalIdFacts, type PersonKey } from '../kit/personal-id.ts';
import { words } from '../kit/words.ts';
import { agencyInCodes } from './code.ts';
import { checkAnswers, type FilledField } from './form-answers.ts';
import type { Office } from './office.ts';
import { checkStated, type PlacedPaper } from './stated-paper.ts';
import { readVoucher, type Vouched } from './voucher.ts';

/** What of an ordinary application can be checked without asking anybody. */
export interface Checkable {
  readonly procedure: string;
  readonly communeCode: string;
  readonly channel: Channel;
  readonly applicant: PersonKey;
  readonly enterprise: string | undefined;
  readonly fields?: readonly FilledField[] | null | undefined;
  readonly prefill?: string | null | undefined;
  /** The client that files, to which a prefill token belongs. */
  readonly client: string;
  readonly papers: readonly PlacedPaper[];
}

/** An application that can be taken: its procedure, and the agency that answers as dossier codes write it. */
export interface CheckedFiling {
  readonly procedure: Procedure;
  readonly agency: string;
  /** The electronic form by its paths, tidy; empty where the form comes as a paper. */
  readonly answers: ReadonlyMap<string, string>;
  readonly vouched: Vouched;
}

/** Checks an ordinary application against the catalogue and itself: everything that is wrong at once. Asks no register. */
export function checkFiling(office: Office, filing: Checkable): CheckedFiling | Failure {
  const catalogue = office.catalogue();
  const today = civilDateOf(office.clock.now());
  const procedure = catalogue.findProcedure(filing.procedure, today);
  const desk = procedure?.desk && catalogue.findDesk(procedure.desk, filing.communeCode, today);
  const issues = [...checkApplicant(filing.applicant), ...checkPlace(catalogue, filing, today), ...checkProcedure(procedure, filing.channel, today), ...checkEnterprise(procedure, filing), ...checkStated(filing.papers, today), ...checkDemanded(procedure, filing)];
  const form = procedure && filing.fields?.length ? checkAnswers(procedure.form, filing.fields, { catalogue, today }) : NO_FORM;
  const vouched = readVoucher(office.seal, filing.prefill, { client: filing.client, form: filing.procedure, applicant: filing.applicant.personalId }, office.clock.now());
  issues.push(...form.issues, ...('path' in vouched ? [vouched] : []));
  if (procedure && procedure.parts.length === 0 && catalogue.findCommune(filing.communeCode, today) && !desk) {
    issues.push(fieldIssue('procedure', 'NOT_ALLOWED_NOW', words('Chưa có cơ quan nào trong danh mục tiếp nhận thủ tục này.', 'No agency of the catalogue answers for this procedure.'), words('thủ tục có Procedure.agency', 'a procedure with an agency')));
  }
  if (issues.length > 0 || !procedure || !desk || 'path' in vouched) return invalidInput(issues);
  return { procedure, agency: agencyInCodes(catalogue, desk, today), answers: form.answers, vouched };
}

/** An application whose form comes as a paper. */
const NO_FORM = { answers: new Map<string, string>(), issues: [] };

/** Checks what a prefill is asked with: the procedure, or what is wrong with it, the applicant or the enterprise. */
export function checkForPrefill(office: Office, wanted: Pick<Checkable, 'procedure' | 'applicant' | 'enterprise'>): Procedure | Failure {
  const today = civilDateOf(office.clock.now());
  const procedure = office.catalogue().findProcedure(wanted.procedure, today);
  const issues = [...checkApplicant(wanted.applicant), ...checkProcedure(procedure, undefined, today), ...checkEnterprise(procedure, wanted)];
  return issues.length > 0 || !procedure ? invalidInput(issues) : procedure;
}

function checkProcedure(procedure: Procedure | undefined, channel: Channel | undefined, today: CivilDate): FieldIssue[] {
  if (!procedure) return [fieldIssue('procedure', 'UNKNOWN_CODE', words(`Không có thủ tục này vào ngày ${printedDate(today)}.`, `No such procedure is in force on ${today}.`), words('một mã của Query.procedures', 'a code of Query.procedures'))];
  if (procedure.parts.length > 0) return [fieldIssue('procedure', 'NOT_ALLOWED_NOW', words('Đây là thủ tục liên thông.', 'This is a linked procedure.'), words('nộp bằng submitBundle', 'file it with submitBundle'))];
  if (channel === undefined || procedure.fees[channel] !== undefined) return [];
  const offered = channels.filter((one) => procedure.fees[one] !== undefined).join(', ');
  return [fieldIssue('channel', 'NOT_ALLOWED_NOW', words('Thủ tục này không nhận hồ sơ theo kênh đã chọn.', 'This procedure is not offered that way.'), words(offered, offered))];
}

function checkPlace(catalogue: Catalogue, { communeCode }: Checkable, today: CivilDate): FieldIssue[] {
  if (catalogue.findCommune(communeCode, today)) return [];
  return [fieldIssue('communeCode', 'UNKNOWN_CODE', words('Không có xã, phường nào mang mã này.', 'No commune has this code.'), words('một mã của Query.communes, ví dụ 30280', 'a code of Query.communes, such as 30280'))];
}

/** The papers without which an online application is sent back; at the counter and by post the officer looks. */
function checkDemanded(procedure: Procedure | undefined, { channel, papers }: Checkable): FieldIssue[] {
  if (!procedure || procedure.parts.length > 0 || channel !== 'ONLINE') return [];
  return procedure.papers
    .filter((demanded) => isDemandedOnline(demanded) && !papers.some(({ paper }) => paper.typeCode === demanded.typeCode))
    .map(({ typeCode, name }) => fieldIssue('papers', 'REQUIRED', words(`Thiếu ${name.vi} (${typeCode}).`, `${name.en} (${typeCode}) is missing.`), words(`giấy tờ loại ${typeCode}: upload, stored hoặc register`, `a paper of the type ${typeCode}: upload, stored or register`)));
}

/** Whether the procedure is for enterprises, and whether the code can be one. The register is asked later. */
function checkEnterprise(procedure: Procedure | undefined, { enterprise }: Pick<Checkable, 'enterprise'>): FieldIssue[] {
  if (enterprise === undefined) {
    if (!procedure || procedure.applicants.includes('PERSON')) return [];
    return [fieldIssue('enterprise', 'REQUIRED', words('Thủ tục này do doanh nghiệp thực hiện; thiếu mã số doanh nghiệp.', 'This procedure is filed in the name of an enterprise; its code is missing.'), words('mã số doanh nghiệp gồm 10 chữ số', 'an enterprise code of 10 digits'))];
  }
  const malformed = findEnterpriseCodeIssue('enterprise', enterprise);
  if (malformed) return [malformed];
  if (!procedure || procedure.parts.length > 0 || procedure.applicants.includes('ENTERPRISE')) return [];
  return [fieldIssue('enterprise', 'NOT_ALLOWED_NOW', words('Thủ tục này chỉ dành cho cá nhân.', 'This procedure is for persons only.'), words('bỏ trống enterprise', 'leave enterprise out'))];
}

function checkApplicant({ personalId, fullName, birthDate }: PersonKey): FieldIssue[] {
  const facts = findPersonalIdFacts(personalId);
  return [
    ...(PERSONAL_ID.test(personalId) ? [] : [fieldIssue('applicant.personalId', 'MALFORMED', words('Số định danh không đúng dạng.', 'Not a personal id.'), words('12 chữ số', '12 digits'))]),
    ...checkName(fullName),
    ...(/^\d{4}$/.test(birthDate) || findCivilDate(birthDate) ? [] : [fieldIssue('applicant.birthDate', 'IMPOSSIBLE_DATE', words('Ngày sinh không có thật.', 'Not a real date of birth.'), words('yyyy-mm-dd hoặc yyyy', 'yyyy-mm-dd or yyyy'))]),
    ...(facts && String(facts.birthYear) !== birthDate.slice(0, 4) ? [fieldIssue('applicant.personalId', 'CONTRADICTION', words('Số định danh không khớp năm sinh.', 'The personal id does not fit the year of birth.'), words(`số của người sinh năm ${birthDate.slice(0, 4)}`, `the id of a person born in ${birthDate.slice(0, 4)}`))] : []),
  ];
}

function checkName(fullName: string): FieldIssue[] {
  const path = 'applicant.fullName';
  if (!fullName) return [fieldIssue(path, 'REQUIRED', words('Thiếu họ và tên.', 'The name is missing.'), words('họ và tên', 'the full name'))];
  if (fullName.length > LONGEST_NAME) return [fieldIssue(path, 'OUT_OF_RANGE', words('Họ và tên quá dài.', 'The name is too long.'), words(`nhiều nhất ${LONGEST_NAME} ký tự`, `at most ${LONGEST_NAME} characters`))];
  if (PERSON_NAME.test(fullName)) return [];
  return [fieldIssue(path, 'MALFORMED', words('Họ và tên không đúng dạng.', 'This is not a name.'), words('họ tên bằng chữ cái, ví dụ Nguyễn An Bình', 'a name in letters, such as Nguyễn An Bình'))];
}
