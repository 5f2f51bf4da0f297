import { z } from 'zod';
import { findCivilDate } from '../kit/instant.ts';

/** A date of the data files: "yyyy-mm-dd", possible in the Gregorian calendar. */
export const civilDate = z
  .string('a date is written yyyy-mm-dd')
  .refine((text) => findCivilDate(text) !== undefined, { error: ({ input }) => `${String(input)} is not a possible date; dates are written yyyy-mm-dd` });

/** A wall-clock time of the data files: "HH:MM" in the zone of the law. */
export const wallTime = z.string('a time is written "HH:MM", in quotes').regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written "HH:MM"');

const text = z
  .string()
  .min(1)
  .refine((value) => value === value.normalize('NFC'), 'text is written in composed form (Unicode NFC)');

/** A text with its two wordings. */
export const bilingual = z.strictObject({ vi: text, en: text });

/** Where a row comes from: a law, a decision, or what it was taken from. */
export const source = text;

/** How sure the row is: found in a public source, derived from such, or assumed with so much confidence. */
export const confidence = z.enum(['CHECKED', 'DERIVED', 'HIGH', 'MEDIUM_HIGH', 'MEDIUM', 'LOW']);

/** How sure a row is; anything below `HIGH` is a guess that an operator should replace. */
export type Confidence = z.infer<typeof confidence>;

/** The two dates between which a row holds. */
export const period = { validFrom: civilDate, validTo: civilDate.optional() };

/** Code of an administrative unit of commune level (mã đơn vị hành chính cấp xã): five digits. */
export const communeCode = z.string('a commune code is five digits in quotes').regex(/^\d{5}$/, 'a commune code is five digits');
