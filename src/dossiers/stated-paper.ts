import { paperTypeCode } from '../catalogue/procedure-papers.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { findCivilDate, printedDate, type CivilDate } from '../kit/instant.ts';
import { tidy } from '../kit/person-name.ts';
import { words, type Words } from '../kit/words.ts';

/** What a paper says of itself, as far as it was stated. GraphQL gives null for what is absent. */
export interface StatedFacts {
  readonly number?: string | null | undefined;
  /** "yyyy-mm-dd". */
  readonly issuedOn?: string | null | undefined;
  readonly issuer?: string | null | undefined;
}

/** A paper as an application names it: exactly one source. */
export interface StatedPaper {
  readonly typeCode: string;
  readonly source: {
    readonly upload?: (StatedFacts & { readonly id: string }) | null | undefined;
    readonly stored?: { readonly dossier: string } | null | undefined;
    readonly register?: (StatedFacts & { readonly number: string; readonly issuedOn: string; readonly issuer: string }) | null | undefined;
  };
}

/** A paper at its place in the input. */
export interface PlacedPaper {
  /** Path below the input, such as papers.0 or birthNotice. */
  readonly path: string;
  readonly paper: StatedPaper;
  /** The field of a linked procedure's form in which it stands. */
  readonly place: string | null;
}

/** An application may carry so many papers: more than any procedure lists, and few enough to be looked up at once. */
const MOST_PAPERS = 50;

/** As long as a number or an issuer may be, characters: the longest on real forms, twice. */
const LONGEST_NUMBER = 60;
const LONGEST_ISSUER = 200;

/** The papers of a list with their places. */
export function placesOf(papers: readonly StatedPaper[]): PlacedPaper[] {
  return papers.map((paper, index) => ({ path: `papers.${index}`, paper, place: null }));
}

/** What can be seen to be wrong with stated papers without looking anything up. */
export function checkStated(papers: readonly PlacedPaper[], today: CivilDate): FieldIssue[] {
  if (papers.length > MOST_PAPERS) return [fieldIssue('papers', 'OUT_OF_RANGE', words('Quá nhiều giấy tờ.', 'There are too many papers.'), words(`nhiều nhất ${MOST_PAPERS}`, `at most ${MOST_PAPERS}`))];
  return papers.flatMap(({ path, paper: { typeCode, source } }) => [
    ...(paperTypeCode.safeParse(typeCode).success ? [] : [fieldIssue(`${path}.typeCode`, 'MALFORMED', words('Mã loại giấy tờ không đúng dạng.', 'This is not a code of a type of paper.'), words('chữ in hoa, ví dụ GIAY_CHUNG_SINH', 'capitals, such as GIAY_CHUNG_SINH'))]),
    ...(source.upload ? checkFacts(`${path}.source.upload`, source.upload, today) : []),
    ...(source.register ? checkFacts(`${path}.source.register`, source.register, today) : []),
  ]);
}

function checkFacts(path: string, { number, issuedOn, issuer }: StatedFacts, today: CivilDate): FieldIssue[] {
  return [
    ...checkText(`${path}.number`, number, LONGEST_NUMBER),
    ...checkText(`${path}.issuer`, issuer, LONGEST_ISSUER),
    ...(issuedOn == null || findCivilDate(issuedOn) ? [] : [fieldIssue(`${path}.issuedOn`, 'IMPOSSIBLE_DATE', words('Ngày không có trong lịch.', 'There is no such day.'), words('yyyy-mm-dd của một ngày có thật', 'yyyy-mm-dd of a real day'))]),
    ...(issuedOn != null && findCivilDate(issuedOn) && issuedOn > today ? [fieldIssue(`${path}.issuedOn`, 'IN_FUTURE', words('Ngày cấp ở tương lai.', 'The day of issue lies in the future.'), words(`không sau ngày ${printedDate(today)}`, `not after ${today}`))] : []),
  ];
}

function checkText(path: string, text: string | null | undefined, most: number): FieldIssue[] {
  if (text == null) return [];
  const length = tidy(text).length;
  const right: Words = words(`1 đến ${most} ký tự`, `1 to ${most} characters`);
  if (length === 0) return [fieldIssue(path, 'MALFORMED', words('Nội dung trống.', 'It is empty.'), right)];
  return length > most ? [fieldIssue(path, 'OUT_OF_RANGE', words('Nội dung quá dài.', 'It is too long.'), right)] : [];
}
