import type { Catalogue } from '../catalogue/catalogue.ts';
import { mostOf, type FormField, type FormKind } from '../catalogue/form.ts';
import { fieldIssue, type FieldIssue, type IssueCode } from '../kit/failure.ts';
import { findCivilDate, type CivilDate } from '../kit/instant.ts';
import { PERSONAL_ID } from '../kit/personal-id.ts';
import { tidy } from '../kit/person-name.ts';
import { MOBILE } from '../kit/phone.ts';
import { words, type Words } from '../kit/words.ts';

/** One field of an electronic form as it comes in. */
export interface FilledField {
  readonly path: string;
  readonly value: string;
}

/** A form has fewer fields than this, whatever is sent: bounds what one answer has to say. */
const MOST_FIELDS = 200;

/** What an answer is compared with. */
interface Law {
  readonly catalogue: Catalogue;
  readonly today: CivilDate;
}

interface Kind {
  /** Whether a tidy answer is one of the kind. */
  readonly fits: (answer: string, law: Law) => boolean;
  readonly code: IssueCode;
  readonly expected: Words;
}

const kinds: Record<Exclude<FormKind, 'TEXT'>, Kind> = {
  DATE: { fits: (answer) => findCivilDate(answer) !== undefined, code: 'IMPOSSIBLE_DATE', expected: words('yyyy-mm-dd của một ngày có thật', 'yyyy-mm-dd of a real day') },
  COMMUNE: { fits: (answer, { catalogue, today }) => catalogue.findCommune(answer, today) !== undefined, code: 'UNKNOWN_CODE', expected: words('một mã của Query.communes, ví dụ 30280', 'a code of Query.communes, such as 30280') },
  ANY_COMMUNE: { fits: (answer) => /^\d{5}$/.test(answer), code: 'MALFORMED', expected: words('mã xã, phường gồm 5 chữ số, ví dụ 30280', 'a commune code of 5 digits, such as 30280') },
  NUMBER: { fits: (answer) => /^\d{1,9}$/.test(answer), code: 'MALFORMED', expected: words('số nguyên viết bằng chữ số, ví dụ 3', 'a whole number in digits, such as 3') },
  DONG: { fits: (answer) => /^\d{1,15}$/.test(answer), code: 'MALFORMED', expected: words('số đồng viết liền bằng chữ số, ví dụ 50000000', 'đồng in digits without dots, such as 50000000') },
  PHONE: { fits: (answer) => MOBILE.test(answer), code: 'MALFORMED', expected: words('số di động 10 chữ số bắt đầu bằng 03, 05, 07, 08 hoặc 09', 'a mobile number of 10 digits beginning with 03, 05, 07, 08 or 09') },
  PERSONAL_ID: { fits: (answer) => PERSONAL_ID.test(answer), code: 'MALFORMED', expected: words('12 chữ số', '12 digits') },
  YES_NO: { fits: (answer) => answer === 'true' || answer === 'false', code: 'MALFORMED', expected: words('true hoặc false', 'true or false') },
};

/**
 * Checks a filled-in form against the one that the catalogue lays down: the answers by their paths, tidy, or everything
 * that is wrong at once. Issues stand at `fields.<path>`, those of a path that is none of the form at `fields.<place>.path`.
 */
export function checkAnswers(form: readonly FormField[], filled: readonly FilledField[], law: Law): { readonly answers: ReadonlyMap<string, string>; readonly issues: readonly FieldIssue[] } {
  if (filled.length > MOST_FIELDS) return { answers: new Map(), issues: [fieldIssue('fields', 'OUT_OF_RANGE', words('Quá nhiều trường.', 'There are too many fields.'), words(`nhiều nhất ${MOST_FIELDS}`, `at most ${MOST_FIELDS}`))] };
  const answers = new Map<string, string>();
  const issues = filled.flatMap(({ path, value }, place) => {
    const field = form.find((one) => one.path === path);
    if (!field || answers.has(path)) return [misplaced(form, place, field !== undefined)];
    const answer = tidy(value);
    answers.set(path, answer);
    return answer === '' ? [] : checkAnswer(field, answer, law);
  });
  for (const [path, answer] of answers) if (answer === '') answers.delete(path);
  const missing = form.filter(({ required, path }) => required && !answers.has(path));
  return { answers, issues: [...issues, ...missing.map(({ path, title }) => fieldIssue(`fields.${path}`, 'REQUIRED', words(`Thiếu: ${title.vi}.`, `Missing: ${title.en}.`), title))] };
}

function misplaced(form: readonly FormField[], place: number, again: boolean): FieldIssue {
  const expected = form.length > 0 ? words(`một trong: ${form.map(({ path }) => path).join(', ')}`, `one of: ${form.map(({ path }) => path).join(', ')}`) : words('bỏ trống fields: thủ tục này không có tờ khai điện tử', 'no fields: this procedure has no electronic form');
  if (again) return fieldIssue(`fields.${place}.path`, 'CONTRADICTION', words('Trường này đã được khai ở trên.', 'This field was filled in before.'), words('mỗi trường một lần', 'each field once'));
  return fieldIssue(`fields.${place}.path`, 'UNKNOWN_CODE', words('Tờ khai của thủ tục không có trường này.', 'The form of this procedure has no such field.'), expected);
}

function checkAnswer(field: FormField, answer: string, law: Law): FieldIssue[] {
  const path = `fields.${field.path}`;
  const kind = field.kind === 'TEXT' ? undefined : kinds[field.kind];
  if (kind && !kind.fits(answer, law)) return [fieldIssue(path, kind.code, words(`${field.title.vi}: giá trị không đúng dạng.`, `${field.title.en}: not a value of its kind.`), kind.expected)];
  const most = mostOf(field);
  if (most === undefined || (kind ? Number(answer) : answer.length) <= most) return [];
  return [fieldIssue(path, 'OUT_OF_RANGE', words(`${field.title.vi}: giá trị quá lớn hoặc quá dài.`, `${field.title.en}: the value is too large or too long.`), kind ? words(`nhiều nhất ${most}`, `at most ${most}`) : words(`nhiều nhất ${most} ký tự`, `at most ${most} characters`))];
}
