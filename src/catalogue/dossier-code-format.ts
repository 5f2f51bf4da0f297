import { z } from 'zod';
import type { CivilDate } from '../kit/instant.ts';
import type { Opened } from './data-file.ts';
import type { Problem } from './refusal.ts';
import { civilDate, confidence, source } from './row.ts';

/** A number within the day never has more digits than this. */
export const MOST_SEQUENCE_DIGITS = 7;

const format = z.strictObject({
  from: civilDate,
  agency: z.enum(['reversed', 'forward']),
  date: z.enum(['yyMMdd', 'yyyyMMdd']),
  sequenceDigits: z.int().min(4).max(MOST_SEQUENCE_DIGITS),
  source,
  confidence,
});

/** The shape of dossier-code-format.yaml. */
export const dossierCodeFormatFile = z.strictObject({ formats: z.array(format).min(1) });

/** What dossier-code-format.yaml says. */
export type DossierCodeFormatFile = z.infer<typeof dossierCodeFormatFile>;

/**
 * How dossier codes (mã số hồ sơ) are written from a date on: `<agency>-<date of reception>-<number in the day>`.
 * `sequenceDigits` is the least width of the number; an overflowing day widens it, to `MOST_SEQUENCE_DIGITS`.
 */
export type DossierCodeFormat = Readonly<z.infer<typeof format>>;

/** The format in force on the date of reception; the first one for earlier dates. */
export function getDossierCodeFormat(formats: readonly DossierCodeFormat[], date: CivilDate): DossierCodeFormat {
  const format = formats.findLast(({ from }) => from <= date) ?? formats[0];
  if (!format) throw new Error('The catalogue was loaded without a dossier code format.');
  return format;
}

/** Finds formats out of the order of their dates. */
export function checkDossierCodeFormats(file: Opened<DossierCodeFormatFile>): Problem[] {
  const { formats } = file.says;
  return formats.flatMap(({ from }, index) => {
    const before = formats[index - 1];
    return before && from <= before.from ? [file.problem(['formats', index, 'from'], `${from} does not come after ${before.from}; formats stand in the order of their dates`)] : [];
  });
}
