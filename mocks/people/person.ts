import type { Sex } from '../../src/kit/personal-id.ts';
import { composePersonalId } from '../../src/kit/personal-id.ts';
import type { BirthBooks } from './birth-books.ts';
import { drawRegistrationDay } from './birth-books.ts';
import type { Chance } from './chance.ts';
import { scatter, weigh } from './chance.ts';
import type { DayNumber } from './days.ts';
import { dateOf } from './days.ts';
import { inventName } from './names.ts';
import { drawBirthCommune, drawBirthProvince, hometownIn } from './places.ts';
import type { BloodGroup, Draft, Ethnicity, MaritalStatus, Residence } from './records.ts';

/**
 * The numbers a population never gives out, for special cases and for people born while the ministries run: personal
 * ids with a tail of 990,000 or more, and insurance numbers that begin with 8999.
 */
export const RESERVED = { idTailFrom: 990_000, insurancePrefix: '8999' } as const;

/** Gives each person, by order of invention, numbers that nobody else has. */
export interface NumberOffice {
  readonly idTail: (index: number) => number;
  readonly oldIdNumber: (index: number) => string;
  readonly insuranceNumber: (index: number) => string;
}

/** Opens the office that numbers one population. */
export function openNumberOffice(chance: Chance): NumberOffice {
  const oldTail = scatter(chance, 10_000_000);
  const insuranceTail = scatter(chance, 99_000_000);
  return {
    idTail: scatter(chance, RESERVED.idTailFrom),
    oldIdNumber: (index) => `35${String(oldTail(index)).padStart(7, '0')}`, // 35 stood for An Giang on the old card
    insuranceNumber: (index) => `89${String(insuranceTail(index)).padStart(8, '0')}`,
  };
}

/** What the people of one population have in common while they are being invented. */
export interface Workshop {
  readonly chance: Chance;
  readonly numbers: NumberOffice;
  readonly books: BirthBooks;
  /** How many have been invented so far. */
  count: number;
}

/** What relatives of one side of a family share. */
export interface Kin {
  readonly family: number;
  readonly residence: Residence;
  readonly ethnicity: Ethnicity;
  readonly religion: string | undefined;
  /** Full names already borne in the family. */
  readonly taken: Set<string>;
}

/** What is settled about a person before the rest is drawn. */
export interface Outline {
  readonly sex: Sex;
  readonly born: DayNumber;
  readonly surname: string;
  readonly maritalStatus: MaritalStatus;
  readonly father: Draft | undefined;
  readonly mother: Draft | undefined;
}

const drawBloodGroup = weigh<BloodGroup | undefined>([['O', 22], ['B', 15], ['A', 10], ['AB', 3], [undefined, 50]]);

/**
 * Invents a person. Spouse, household and health card are written when the family is complete. All facts stand in one
 * literal, the unknown ones as undefined: objects of one shape make the whole population twice as fast to build.
 */
export function inventPerson(workshop: Workshop, kin: Kin, outline: Outline): Draft {
  const { chance, numbers, books } = workshop;
  const { sex, born, father, mother } = outline;
  const index = workshop.count++;
  const date = dateOf(born);
  const birthYear = Number(date.slice(0, 4));
  const province = drawBirthProvince(chance, birthYear);
  const person: Draft = {
    synthetic: true,
    family: kin.family,
    personalId: composePersonalId({ province, sex, birthYear }, numbers.idTail(index)),
    oldIdNumber: birthYear < 2000 && chance.happens(0.85) ? numbers.oldIdNumber(index) : undefined,
    fullName: inventName(chance, outline.surname, { ethnicity: kin.ethnicity, sex, birthYear, taken: kin.taken }),
    sex,
    birthDate: birthYear < 1970 && chance.happens(0.04) ? date.slice(0, 4) : date,
    ethnicity: kin.ethnicity,
    religion: kin.religion,
    nationality: 'Việt Nam',
    maritalStatus: outline.maritalStatus,
    bloodGroup: drawBloodGroup(chance),
    fatherId: father?.personalId,
    motherId: mother?.personalId,
    spouseId: undefined,
    headId: '',
    headRelation: 'Chủ hộ',
    householdNumber: '',
    residence: kin.residence,
    hometown: (father ?? mother)?.hometown ?? hometownIn(province),
    birthRegistration: undefined,
    insuranceNumber: numbers.insuranceNumber(index),
    healthCard: NO_CARD_YET,
    deceased: undefined,
  };
  if (birthYear >= 2005) {
    books.enter({ person, commune: drawBirthCommune(chance, province, kin.residence.commune), day: drawRegistrationDay(chance, born) });
  }
  return person;
}

/** Stands in a draft until its family is complete; no finished person holds it. */
const NO_CARD_YET = { group: 'GD', benefit: 4, province: '89', validFrom: '', validTo: '', facility: '' } as const;
