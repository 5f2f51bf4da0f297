import { z } from 'zod';
import type { CivilDate } from '../kit/instant.ts';
import { desk } from './agencies.ts';
import type { Opened } from './data-file.ts';
import { checkForms, form } from './form.ts';
import { dueUnits } from './office-hours.ts';
import { checkPeriods, holdsOn } from './period.ts';
import { checkPapers, inPerson, papers, result } from './procedure-papers.ts';
import type { Problem } from './refusal.ts';
import { bilingual, confidence, period, source } from './row.ts';

/** Longest term that is understood, in any unit: ten years of days. */
export const MOST_AMOUNT = 3_650;

/** Ways of filing (kênh thực hiện): 1 trực tiếp, 2 trực tuyến, 3 bưu chính công ích. */
export const channels = ['COUNTER', 'ONLINE', 'POSTAL'] as const;

/** A way of filing. */
export type Channel = (typeof channels)[number];

/** In whose name an application may be filed: a person's own, or an enterprise's by a person (loại đối tượng). */
export const applicantKinds = ['PERSON', 'ENTERPRISE'] as const;

/** In whose name an application may be filed. */
export type ApplicantKind = (typeof applicantKinds)[number];

const procedureCode = z.string('a procedure code stands in quotes').regex(/^\d\.\d{6}$/, 'a procedure code is one digit, a dot and six digits');
const dong = z.int('a fee is a whole number of đồng').min(0);
const term = z.strictObject({ amount: z.int().min(0).max(MOST_AMOUNT), unit: z.enum(dueUnits), source, confidence });
const fees = z.strictObject({ COUNTER: dong.optional(), ONLINE: dong.optional(), POSTAL: dong.optional(), source, confidence });

const part = z.strictObject({ act: z.string().regex(/^[a-z][A-Za-z]*$/), name: bilingual, procedure: procedureCode.optional(), desk, term, fees });

const procedure = z.strictObject({
  code: procedureCode,
  name: bilingual,
  listed: z.strictObject({ source, confidence }),
  sector: z.strictObject({ code: z.string().regex(/^[A-Z]\d{2}-[A-Z0-9]+$/).optional(), name: bilingual }),
  level: z.enum(['PROVINCE', 'DISTRICT', 'COMMUNE']),
  desk: desk.optional(),
  serviceLevel: z.enum(['FULL', 'PARTIAL']),
  term,
  fees,
  applicants: z.array(z.enum(applicantKinds)).min(1).default(['PERSON']),
  papers,
  result: result.optional(),
  inPerson,
  form,
  parts: z.array(part).default([]),
  ...period,
});

/** The shape of procedures.yaml. */
export const proceduresFile = z.strictObject({ procedures: z.array(procedure) });

/** What procedures.yaml says. */
export type ProceduresFile = z.infer<typeof proceduresFile>;

/**
 * An administrative procedure (thủ tục hành chính) as it stands in one period. `listed`: where code, name and level of
 * service are from. Fees in đồng; a missing way of filing is not offered. `form` is the electronic form, empty where there is none.
 */
export type Procedure = Readonly<z.infer<typeof procedure>>;

/** One act within a linked procedure (liên thông): who answers, within which term, for which fee. `act` is the bundle's name for it. */
export type ProcedurePart = Readonly<z.infer<typeof part>>;

/** How long a procedure may take (thời hạn giải quyết), from reception to result; `amount` 0 of `WORKING_DAY` = the same day. */
export type ProcedureTerm = Readonly<z.infer<typeof term>>;

/** The procedure as it stands on the date. */
export function findProcedure(rows: readonly Procedure[], code: string, date: CivilDate): Procedure | undefined {
  return rows.find((row) => row.code === code && holdsOn(row, date));
}

/** Finds rows of one code that overlap, parts named twice or unknown, and papers and forms that contradict themselves. */
export function checkProcedures(file: Opened<ProceduresFile>): Problem[] {
  const rows = file.says.procedures;
  const problems = [...checkPeriods(file, 'procedures', rows), ...checkPapers(file, rows), ...checkForms(file, rows)];
  rows.forEach(({ parts, code }, index) => {
    parts.forEach((part, number) => {
      const at = ['procedures', index, 'parts', number];
      if (parts.findIndex(({ act }) => act === part.act) < number) problems.push(file.problem([...at, 'act'], `${code} has two parts called ${part.act}`));
      if (part.procedure !== undefined && !rows.some((row) => row.code === part.procedure)) {
        problems.push(file.problem([...at, 'procedure'], `the part ${part.act} of ${code} names the procedure ${part.procedure}, which has no row`));
      }
    });
  });
  return problems;
}
