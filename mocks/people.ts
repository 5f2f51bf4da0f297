import { openBirthBooks } from './people/birth-books.ts';
import { openChance } from './people/chance.ts';
import { ageOn, REFERENCE_DAY } from './people/days.ts';
import { inventFamily, openSettlement } from './people/family.ts';
import { openNumberOffice } from './people/person.ts';
import type { Family, InventedPerson } from './people/records.ts';

export { cardNumber, teCardEnd } from './people/cards.ts';
export { ageOn, REFERENCE_DAY } from './people/days.ts';
export { RESERVED } from './people/person.ts';
export { COMMUNES, hometownIn, MARK, PROVINCES } from './people/places.ts';
export type * from './people/records.ts';

/** The people whom all simulated ministries know, and the ways in which a ministry looks them up. */
export interface Population {
  readonly seed: number;
  readonly families: readonly Family[];
  readonly people: readonly InventedPerson[];
  /** Number of people. */
  readonly size: number;
  readonly find: (personalId: string) => InventedPerson | undefined;
  /** By the nine digits of the old identity card. */
  readonly findByOldId: (oldIdNumber: string) => InventedPerson | undefined;
  /** By the ten digits of the social insurance number. */
  readonly findByInsuranceNumber: (insuranceNumber: string) => InventedPerson | undefined;
  /** The family to which the person belongs. */
  readonly findFamily: (personalId: string) => Family | undefined;
  /** How many births the commune has registered in the year: the next number is one more. */
  readonly birthsRegistered: (commune: string, year: number) => number;
}

/** A family of the kind that files for a newborn. */
export type YoungFamily = Family & { readonly father: InventedPerson; readonly mother: InventedPerson };

/** The seed of the sandbox, the demo and the tests. */
export const SEED = 766;

/** Families in a population. */
const FAMILIES = 10_400;

/** The invented population of a seed: made at the first call, the same object ever after. */
export function inventFamilies(seed: number = SEED): Population {
  let population = populations.get(seed);
  if (!population) populations.set(seed, (population = composePopulation(seed)));
  return population;
}

const populations = new Map<number, Population>();

/** Makes the population of a seed anew; only who wants to compare two makings asks for this. */
export function composePopulation(seed: number): Population {
  const chance = openChance(seed);
  const books = openBirthBooks();
  const workshop = { chance, books, numbers: openNumberOffice(chance), count: 0 };
  const settle = openSettlement();
  const families = Array.from({ length: FAMILIES }, (_, index) => inventFamily(workshop, settle, index + 1));
  const counts = books.close();
  const people = families.flatMap((family) => family.members);
  const find = finder(people, (person) => person.personalId);
  return {
    seed,
    families,
    people,
    size: people.length,
    find,
    findByOldId: finder(people, (person) => person.oldIdNumber),
    findByInsuranceNumber: finder(people, (person) => person.insuranceNumber),
    findFamily: (personalId) => families[(find(personalId)?.family ?? 0) - 1],
    birthsRegistered: (commune, year) => counts.get(`${commune}/${year}`) ?? 0,
  };
}

/** Families with a living, married mother of 20 to 40 years and a living father, both in the family's one household. */
export function youngFamilies(population: Population): readonly YoungFamily[] {
  return population.families.filter(isYoung);
}

function isYoung(family: Family): family is YoungFamily {
  const { father, mother, householdNumber } = family;
  if (!father || !mother || father.deceased || mother.deceased || mother.maritalStatus !== 'MARRIED') return false;
  const age = ageOn(REFERENCE_DAY, mother.birthDate);
  return age >= 20 && age <= 40 && father.householdNumber === householdNumber && mother.householdNumber === householdNumber;
}

/** Looks people up by one of their numbers; the index is built at the first question. */
function finder(people: readonly InventedPerson[], numberOf: (person: InventedPerson) => string | undefined) {
  let index: Map<string, InventedPerson> | undefined;
  return (number: string): InventedPerson | undefined => {
    index ??= new Map(people.flatMap((person) => pairOf(numberOf(person), person)));
    return index.get(number);
  };
}

function pairOf(number: string | undefined, person: InventedPerson): [string, InventedPerson][] {
  return number === undefined ? [] : [[number, person]];
}
