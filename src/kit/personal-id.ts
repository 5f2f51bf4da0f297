/** What the digits of a personal id ("số định danh cá nhân") say; they carry no check digit. */
export interface PersonalIdFacts {
  /** Code of the province of birth registration, three digits; An Giang is 089. */
  readonly province: string;
  readonly sex: Sex;
  readonly birthYear: number;
}

/** Sex as registered ("giới tính"). */
export type Sex = 'MALE' | 'FEMALE';

/** Twelve digits: province, century and sex, birth year, six random. */
export const PERSONAL_ID = /^\d{12}$/;

/** Reads province, sex and birth year out of a personal id; gives nothing when it is not twelve digits. */
export function findPersonalIdFacts(personalId: string): PersonalIdFacts | undefined {
  if (!PERSONAL_ID.test(personalId)) return undefined;
  const centuryAndSex = Number(personalId[3]);
  return {
    province: personalId.slice(0, 3),
    sex: centuryAndSex % 2 === 0 ? 'MALE' : 'FEMALE',
    birthYear: 1900 + 100 * Math.floor(centuryAndSex / 2) + Number(personalId.slice(4, 6)),
  };
}

/** Composes the id of an invented person. `serial` is the six-digit tail, 0 to 999,999. */
export function composePersonalId(facts: PersonalIdFacts, serial: number): string {
  const century = Math.floor((facts.birthYear - 1900) / 100) * 2 + (facts.sex === 'FEMALE' ? 1 : 0);
  return `${facts.province}${century}${String(facts.birthYear % 100).padStart(2, '0')}${String(serial).padStart(6, '0')}`;
}

/** The three facts by which the population register knows a person; all three must match. */
export interface PersonKey {
  readonly personalId: string;
  readonly fullName: string;
  /** "yyyy-mm-dd", or "yyyy" for a person registered by year only. */
  readonly birthDate: string;
}
