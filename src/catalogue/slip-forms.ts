import { z } from 'zod';
import type { CivilDate } from '../kit/instant.ts';
import type { Opened } from './data-file.ts';
import { checkPeriods, holdsOn } from './period.ts';
import type { Problem } from './refusal.ts';
import { bilingual, confidence, period, source } from './row.ts';

/** The slips that a desk hands out while a dossier is on its way. */
export const slipKinds = ['RECEPTION_SLIP', 'SUPPLEMENT_SLIP', 'REFUSAL_SLIP'] as const;

/** One of the slips. */
export type SlipKind = (typeof slipKinds)[number];

const form = z.strictObject({
  kind: z.enum(slipKinds),
  number: z.string('a form number stands in quotes').regex(/^\d{2}$/, 'a form number is two digits'),
  title: bilingual,
  regulation: z.string().min(1),
  source,
  confidence,
  ...period,
});

/** The shape of slip-forms.yaml. */
export const slipFormsFile = z.strictObject({ forms: z.array(form).min(1) });

/** What slip-forms.yaml says. */
export type SlipFormsFile = z.infer<typeof slipFormsFile>;

/** The form (biểu mẫu) of a slip in one period: its number, its title, and the regulation that sets it. */
export type SlipForm = Readonly<z.infer<typeof form>>;

/** The form in force on the date; the earliest of the kind before that. */
export function getSlipForm(forms: readonly SlipForm[], kind: SlipKind, date: CivilDate): SlipForm {
  const ofKind = forms.filter((one) => one.kind === kind);
  const found = ofKind.find((one) => holdsOn(one, date)) ?? ofKind[0];
  if (!found) throw new Error(`The catalogue was loaded without a form of ${kind}.`);
  return found;
}

/** Finds forms of one kind that overlap, and kinds without any. */
export function checkSlipForms(file: Opened<SlipFormsFile>): Problem[] {
  const { forms } = file.says;
  const missing = slipKinds.filter((kind) => !forms.some((one) => one.kind === kind));
  return [...checkPeriods(file, 'forms', forms.map((one) => ({ ...one, code: one.kind }))), ...missing.map((kind) => file.problem(['forms'], `no form is listed for ${kind}`))];
}
