import { z } from 'zod';
import type { DataFile } from './data-file.ts';
import type { Problem } from './refusal.ts';
import { bilingual } from './row.ts';

/** Code of a type of paper (mã thành phần hồ sơ) or of a result (mã giấy tờ kết quả, KQ.<agency>.<six digits>). */
export const paperTypeCode = z.string().regex(/^[A-Z][A-Z0-9_.]{1,59}$/, 'a paper type is written in capitals, like GIAY_CHUNG_SINH or KQ.G15.000031');

/** Why somebody who files online need not hand in a paper that the application is incomplete without. */
export const insteads = ['FORM', 'REGISTER', 'COUNTER'] as const;

const paper = z.strictObject({ typeCode: paperTypeCode, name: bilingual, required: z.boolean(), instead: z.enum(insteads).optional() });

/** The papers of a procedure, none twice. */
export const papers = z.array(paper).default([]);

/** A paper that belongs to an application (thành phần hồ sơ). */
export type ProcedurePaper = Readonly<z.infer<typeof paper>>;

/** Whether an online application is sent back without it. */
export function isDemandedOnline({ required, instead }: Pick<ProcedurePaper, 'required' | 'instead'>): boolean {
  return required && instead === undefined;
}

/** What a procedure ends in (kết quả giải quyết); `typeCode` where the code of the result is known. */
export const result = z.strictObject({ typeCode: paperTypeCode.optional(), name: bilingual });

/** What a procedure ends in. */
export type ProcedureResult = Readonly<z.infer<typeof result>>;

/** The acts at the desk before which something may have to be done in person. */
export const inPersonMoments = ['ACCEPT', 'FINISH', 'RETURN'] as const;

/** An act at the desk: acceptance, finishing, or the handing over of the result. */
export type InPersonMoment = (typeof inPersonMoments)[number];

const inPersonStep = z.strictObject({ at: z.enum(inPersonMoments), what: bilingual });

/** What is left to do in person where a partly online procedure was filed from afar, each moment once. */
export const inPerson = z.array(inPersonStep).default([]);

/** Something that somebody must come for, although the application was filed from afar (việc phải làm trực tiếp). */
export type InPersonStep = Readonly<z.infer<typeof inPersonStep>>;

/** What of a procedure's row is compared with its papers. */
interface Papered {
  readonly code: string;
  readonly papers: readonly ProcedurePaper[];
  readonly inPerson: readonly InPersonStep[];
  readonly serviceLevel: 'FULL' | 'PARTIAL';
  readonly fees: { readonly ONLINE?: number | undefined };
  readonly parts: readonly unknown[];
}

/** Finds papers and moments named twice, and levels of service that their rows contradict. */
export function checkPapers(file: DataFile, procedures: readonly Papered[]): Problem[] {
  return procedures.flatMap(({ code, papers: listed, inPerson: steps, serviceLevel, fees, parts }, index) => {
    const at = ['procedures', index];
    const problems = [
      ...listed.flatMap(({ typeCode }, number) => (isAgain(listed, number, (one) => one.typeCode) ? [file.problem([...at, 'papers', number, 'typeCode'], `${code} lists the paper ${typeCode} twice`)] : [])),
      ...steps.flatMap((step, number) => (isAgain(steps, number, (one) => one.at) ? [file.problem([...at, 'inPerson', number, 'at'], `${code} has two rows for what is done in person at ${step.at}; say it in one`)] : [])),
    ];
    if (serviceLevel === 'FULL' && steps.length > 0) problems.push(file.problem([...at, 'inPerson'], `${code} is fully online and still names something to be done in person; it is PARTIAL`));
    if (serviceLevel === 'FULL' && fees.ONLINE === undefined) problems.push(file.problem([...at, 'serviceLevel'], `${code} is fully online but cannot be filed online; give fees.ONLINE or write PARTIAL`));
    if (serviceLevel === 'PARTIAL' && fees.ONLINE !== undefined && parts.length === 0 && steps.length === 0) problems.push(file.problem([...at, 'serviceLevel'], `${code} is partly online but names nothing that is done in person; give inPerson or write FULL`));
    return problems;
  });
}

function isAgain<Row>(rows: readonly Row[], index: number, keyOf: (row: Row) => string): boolean {
  const row = rows[index];
  return row !== undefined && rows.findIndex((other) => keyOf(other) === keyOf(row)) < index;
}
