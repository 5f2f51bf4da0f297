import { z } from 'zod';
import { LONGEST_NAME, PERSON_NAME, tidy } from '../kit/person-name.ts';
import { PERSONAL_ID } from '../kit/personal-id.ts';
import { MOBILE } from '../kit/phone.ts';
import { words, type Words } from '../kit/words.ts';

/** What would be right where a field's form is wrong; the key stands as the message of the check. */
export const expectations = {
  personalId: words('12 chữ số, ví dụ 089190000001', '12 digits, such as 089190000001'),
  birthDate: words('yyyy-mm-dd hoặc yyyy', 'yyyy-mm-dd or yyyy'),
  date: words('yyyy-mm-dd', 'yyyy-mm-dd'),
  phone: words('số di động 10 chữ số bắt đầu bằng 03, 05, 07, 08 hoặc 09', 'a mobile number of 10 digits beginning with 03, 05, 07, 08 or 09'),
  communeCode: words('mã xã, phường gồm 5 chữ số, ví dụ 30280', 'a commune code of 5 digits, such as 30280'),
  provinceCode: words('mã tỉnh gồm 2 chữ số, ví dụ 89', 'a province code of 2 digits, such as 89'),
  facilityCode: words('mã cơ sở khám chữa bệnh gồm 5 chữ số, ví dụ 89001', 'a health-facility code of 5 digits, such as 89001'),
  filled: words('không để trống', 'not empty'),
  name: words('họ tên bằng chữ cái, ví dụ Nguyễn An Bình', 'a name in letters, such as Nguyễn An Bình'),
  copies: words('số nguyên từ 0 đến 20', 'a whole number from 0 to 20'),
} satisfies Record<string, Words>;

type Expectation = keyof typeof expectations;

const matching = (form: RegExp, expected: Expectation) => z.string().regex(form, expected);
const text = (most: number) => z.string().transform(tidy).pipe(z.string().min(1, 'filled' satisfies Expectation).max(most));
const personName = text(LONGEST_NAME).pipe(z.string().regex(PERSON_NAME, 'name' satisfies Expectation));
const communeCode = matching(/^\d{5}$/, 'communeCode');
const date = matching(/^\d{4}-\d{2}-\d{2}$/, 'date');

/** Number, name and date of birth (full or year only) of a person. */
export const personKey = z.object({
  personalId: matching(PERSONAL_ID, 'personalId'),
  fullName: personName,
  birthDate: matching(/^\d{4}(-\d{2}-\d{2})?$/, 'birthDate'),
});

/** How the requester stands to the child ("quan hệ với trẻ"). */
export const relations = ['MOTHER', 'FATHER', 'GRANDPARENT', 'OTHER_RELATIVE', 'GUARDIAN'] as const;

const onPaper = { number: text(60), issuedOn: date, issuer: text(200) };
const perhapsOnPaper = z.object(onPaper).partial();

/** A paper and where it comes from; the graph sees to it that one source is given. A stored one gets its facts when it is looked up. */
const paper = z.object({
  typeCode: text(60),
  source: z.object({
    upload: perhapsOnPaper.extend({ id: z.string().max(60) }).optional(),
    stored: perhapsOnPaper.extend({ dossier: z.string().max(60) }).optional(),
    register: z.object(onPaper).optional(),
  }),
});

/** The checked form of the birth bundle ("tờ khai Mẫu 01, NĐ 63/2024/NĐ-CP"). */
export const birthForm = z.object({
  requester: personKey.extend({ phone: matching(MOBILE, 'phone').optional() }),
  relation: z.enum(relations),
  mother: personKey.optional(),
  father: personKey.optional(),
  child: z.object({
    fullName: personName,
    sex: z.enum(['MALE', 'FEMALE']),
    birthDate: date,
    birthPlace: z.object({ provinceCode: matching(/^\d{2}$/, 'provinceCode'), detail: text(300) }),
    hometown: text(300),
    ethnicity: text(60).default('Kinh'),
    nationality: text(60).default('Việt Nam'),
  }),
  birthNotice: paper,
  residence: z.object({
    headOfHousehold: personKey,
    headConsents: z.boolean(),
    address: z.object({ communeCode, detail: text(300) }),
  }),
  healthCare: z.object({ facilityCode: matching(/^\d{5}$/, 'facilityCode') }),
  copies: z.int('copies' satisfies Expectation).min(0, 'copies').max(20, 'copies').default(0), // extract copies; the civil-status software takes at most 20
});

/** The checked form of the birth bundle. */
export type BirthForm = z.output<typeof birthForm>;

/** What a notice of birth must say, and where in it that stands. */
export interface NoticeFacts {
  /** Path below the form, without the field. */
  readonly path: string;
  readonly number: string | undefined;
  readonly issuedOn: string | undefined;
}

/** The number and day of the notice of birth, from wherever it comes. */
export function noticeFacts({ birthNotice: { source } }: Pick<BirthForm, 'birthNotice'>): NoticeFacts {
  const kind = source.upload ? 'upload' : source.stored ? 'stored' : 'register';
  const { number, issuedOn } = source[kind] ?? {};
  return { path: `birthNotice.source.${kind}`, number, issuedOn };
}

/** The form as it comes in. */
export type BirthFormInput = z.input<typeof birthForm>;
