import { leavesOf } from '../kit/leaves.ts';

/**
 * The fields of a birth form as it came in, by path. Papers are counted where papers are kept; of the birth notice only
 * what is copied out of it by hand is a field.
 */
export function birthFields(form: unknown): ReadonlyMap<string, string> {
  return new Map([...leavesOf(form)].filter(([path]) => !path.startsWith(NOTICE) || path.startsWith(`${NOTICE}source.register.`)));
}

const NOTICE = 'birthNotice.';

/** What every birth form needs beside its parents: they are named as far as they are known. */
export const neededFields: readonly string[] = [
  'requester.phone', 'child.fullName', 'child.sex', 'child.birthDate', 'child.birthPlace.provinceCode', 'child.birthPlace.detail', 'child.hometown', 'birthNotice',
  'residence.headOfHousehold.personalId', 'residence.headOfHousehold.fullName', 'residence.headOfHousehold.birthDate', 'residence.headConsents',
  'residence.address.communeCode', 'residence.address.detail', 'healthCare.facilityCode',
];
