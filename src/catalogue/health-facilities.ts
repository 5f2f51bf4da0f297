import { z } from 'zod';
import type { Opened } from './data-file.ts';
import type { CommunesFile } from './communes.ts';
import type { Problem } from './refusal.ts';
import { bilingual, communeCode } from './row.ts';

const facility = z.strictObject({ code: z.string().regex(/^\d{5}$/, 'a facility code is five digits in quotes'), commune: communeCode, name: bilingual });

/** The shape of health-facilities.yaml. */
export const healthFacilitiesFile = z.strictObject({ facilities: z.array(facility) });

/** What health-facilities.yaml says. */
export type HealthFacilitiesFile = z.infer<typeof healthFacilitiesFile>;

/** A facility of first registration for medical care (cơ sở khám chữa bệnh ban đầu); `code` is the wire's maCoSoKCB. */
export type HealthFacility = Readonly<z.infer<typeof facility>>;

/** Finds codes given twice, and facilities in communes that the catalogue does not know. */
export function checkHealthFacilities(file: Opened<HealthFacilitiesFile>, communes: CommunesFile | undefined): Problem[] {
  const { facilities } = file.says;
  return facilities.flatMap(({ code, commune }, index) => {
    const problems: Problem[] = [];
    if (facilities.findIndex((other) => other.code === code) < index) problems.push(file.problem(['facilities', index, 'code'], `the code ${code} is given to two facilities`));
    if (communes && !communes.communes.some((row) => row.code === commune)) problems.push(file.problem(['facilities', index, 'commune'], `${code} stands in the commune ${commune}, which has no row`));
    return problems;
  });
}
