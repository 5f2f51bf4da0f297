import { z } from 'zod';
import type { DataFile } from './data-file.ts';
import type { Problem } from './refusal.ts';
import { bilingual } from './row.ts';

/** What may stand in a field: text, a date yyyy-mm-dd, a commune of the catalogue or of any province, a whole number, whole đồng, a mobile number, a personal id, yes or no. */
export const formKinds = ['TEXT', 'DATE', 'COMMUNE', 'ANY_COMMUNE', 'NUMBER', 'DONG', 'PHONE', 'PERSONAL_ID', 'YES_NO'] as const;

/** What may stand in a field of a form. */
export type FormKind = (typeof formKinds)[number];

/** Where a value may be known from: a fact of a register about the applicant or the enterprise, or the applicant's latest dossier with the same field. */
export const formSources = [
  'residence.communeCode', 'residence.detail', 'hometown', 'ethnicity', 'nationality',
  'head.personalId', 'head.fullName', 'head.relation', 'father.fullName', 'mother.fullName', 'spouse.personalId', 'spouse.fullName',
  'enterprise.name', 'enterprise.address', 'earlier',
] as const;

/** Where the value of a field may be known from. */
export type FormSource = (typeof formSources)[number];

/** A text may have this many characters where its row says nothing: an address with its quarter is below 200. */
export const USUAL_LENGTH = 300;

/** No text of a form may be longer, characters: some pages of reasons, and not a document. */
const MOST_LENGTH = 4_000;

const formField = z
  .strictObject({
    path: z.string().regex(/^[a-z][A-Za-z]*(\.[a-z][A-Za-z]*)*$/, 'a path is written in small camel case with dots, like business.address.detail'),
    title: bilingual,
    kind: z.enum(formKinds),
    required: z.boolean(),
    most: z.int().min(1).optional(),
    from: z.array(z.enum(formSources)).default([]),
  })
  .refine(({ kind, most = 1 }) => kind !== 'TEXT' || most <= MOST_LENGTH, { path: ['most'], error: `a text has at most ${MOST_LENGTH} characters` })
  .refine(({ kind, most }) => most === undefined || ['TEXT', 'NUMBER', 'DONG'].includes(kind), { path: ['most'], error: 'only a text (characters), a number or an amount has a most' });

/** The fields of a procedure's electronic form. */
export const form = z.array(formField).default([]);

/**
 * A field of an electronic form (tờ khai điện tử). `path` means the same in every form; `most` is a text's characters
 * (`USUAL_LENGTH` unless said) or the greatest number; `from` is where its value may be known from, the best first.
 */
export type FormField = Readonly<z.infer<typeof formField>>;

/** The most characters of a text or the greatest number of a field, where there is such a limit. */
export function mostOf({ kind, most }: Pick<FormField, 'kind' | 'most'>): number | undefined {
  return most ?? (kind === 'TEXT' ? USUAL_LENGTH : undefined);
}

/** Finds paths given twice in one form, and paths that mean something else in another. */
export function checkForms(file: DataFile, procedures: readonly { readonly code: string; readonly form: readonly FormField[] }[]): Problem[] {
  const known = new Map<string, { readonly kind: FormKind; readonly line: number }>();
  return procedures.flatMap(({ code, form: fields }, index) =>
    fields.flatMap(({ path, kind }, number) => {
      const at = ['procedures', index, 'form', number];
      if (fields.findIndex((other) => other.path === path) < number) return [file.problem([...at, 'path'], `the form of ${code} has two fields at ${path}`)];
      const meant = known.get(path);
      if (!meant) known.set(path, { kind, line: file.lineOf(at) });
      return meant && meant.kind !== kind ? [file.problem([...at, 'kind'], `${path} is ${kind} here and ${meant.kind} in line ${meant.line}; a path means the same in every form`)] : [];
    }),
  );
}
