import type { CivilDate } from '../kit/instant.ts';
import type { DataFile } from './data-file.ts';
import type { Problem } from './refusal.ts';

/** When a row of the catalogue holds: both days included, in the zone of the law; without an end while none is known. */
export interface Period {
  readonly validFrom: CivilDate;
  readonly validTo?: CivilDate | undefined;
}

/** Whether the row holds on that date. */
export function holdsOn(period: Period, date: CivilDate): boolean {
  return period.validFrom <= date && (period.validTo === undefined || date <= period.validTo);
}

/** Whether some date lies in both periods. */
export function overlap(a: Period, b: Period): boolean {
  return (a.validTo === undefined || b.validFrom <= a.validTo) && (b.validTo === undefined || a.validFrom <= b.validTo);
}

/** Finds rows that end before they begin, and rows of one code that hold at the same time. `at` is the list's name in the file. */
export function checkPeriods(file: DataFile, at: string, rows: readonly (Period & { readonly code: string })[]): Problem[] {
  const problems: Problem[] = [];
  rows.forEach((row, index) => {
    if (row.validTo !== undefined && row.validTo < row.validFrom) {
      problems.push(file.problem([at, index, 'validTo'], `${row.code} ends on ${row.validTo}, before it begins on ${row.validFrom}`));
    }
    const earlier = rows.findIndex((other, before) => before < index && other.code === row.code && overlap(other, row));
    if (earlier >= 0) {
      problems.push(file.problem([at, index], `${row.code} has two rows for the same days; the other stands in line ${file.lineOf([at, earlier])}`));
    }
  });
  return problems;
}
