import { z } from 'zod';
import { addDays, type CivilDate } from '../kit/instant.ts';
import { agencyCode } from './agency-code.ts';
import type { Opened } from './data-file.ts';
import { checkPeriods, holdsOn } from './period.ts';
import type { Problem } from './refusal.ts';
import { bilingual, communeCode, confidence, period } from './row.ts';

const commune = z.strictObject({
  code: communeCode,
  kind: z.enum(['WARD', 'COMMUNE']),
  name: bilingual,
  district: bilingual.optional(),
  province: z.string().regex(/^\d{2}$/, 'a province code is two digits'),
  agency: agencyCode,
  ...period,
  successor: communeCode.optional(),
  confidence,
});

/** The shape of communes.yaml. */
export const communesFile = z.strictObject({ communes: z.array(commune) });

/** What communes.yaml says. */
export type CommunesFile = z.infer<typeof communesFile>;

/**
 * A ward or commune (phường, xã) in one period. `province` is the administrative code (89 the old An Giang, 91 the new),
 * `agency` the forward code of its People's Committee, `successor` the commune that took over on the day after `validTo`.
 */
export type Commune = Readonly<z.infer<typeof commune>>;

/** The commune of that code on the date; one code may mean two communes, one after the other. */
export function findCommune(rows: readonly Commune[], code: string, date: CivilDate): Commune | undefined {
  return rows.find((row) => row.code === code && holdsOn(row, date));
}

/** Finds rows of one code that overlap, rows that end without a successor, and successors that do not exist on the next day. */
export function checkCommunes(file: Opened<CommunesFile>): Problem[] {
  const rows = file.says.communes;
  const problems = checkPeriods(file, 'communes', rows);
  rows.forEach((row, index) => {
    if (row.validTo === undefined) {
      if (row.successor !== undefined) problems.push(file.problem(['communes', index, 'successor'], `${row.code} has a successor but no end; give it validTo`));
      return;
    }
    if (row.successor === undefined) {
      problems.push(file.problem(['communes', index], `${row.code} ends on ${row.validTo} without a successor`));
    } else if (!findCommune(rows, row.successor, addDays(row.validTo, 1))) {
      problems.push(file.problem(['communes', index, 'successor'], `the successor ${row.successor} of ${row.code} is unknown on ${addDays(row.validTo, 1)}`));
    }
  });
  return problems;
}
