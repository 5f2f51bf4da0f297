import type { CivilDate } from '../../src/kit/instant.ts';
import type { Chance } from './chance.ts';
import { ageOn, dateOf, dayNumberOf, REFERENCE_DAY } from './days.ts';
import type { CardGroup, HealthCard, InventedPerson } from './records.ts';

/** Benefit digit of each group: 1 and 2 pay all, 3 pays 95 %, 4 pays 80 %. */
const BENEFITS: Readonly<Record<CardGroup, number>> = { TE: 1, BT: 2, HT: 3, HS: 4, DN: 4, GD: 4 };

/** Number of facilities with which people may register, "89001" and on. */
const FACILITIES = 12;

/** Draws the facility where a whole family is registered. */
export function drawFacility(chance: Chance): string {
  return `890${String(chance.between(1, FACILITIES)).padStart(2, '0')}`;
}

/**
 * Last day of a small child's card: the day of 72 months or, when that day comes before the school year has begun,
 * 30 September of its year. A child born on 29 February is 72 months old on 28 February.
 */
export function teCardEnd(birthDate: CivilDate): CivilDate {
  const year = Number(birthDate.slice(0, 4)) + 6;
  const schoolStart = `${year}-09-30`;
  // Six years after a leap year is never one.
  const sixth = birthDate.endsWith('-02-29') ? `${year}-02-28` : `${year}${birthDate.slice(4)}`;
  return sixth < schoolStart ? schoolStart : sixth;
}

/** The card that a person holds on the reference day, or held when death ended it. */
export function composeCard(chance: Chance, person: Pick<InventedPerson, 'birthDate' | 'sex' | 'deceased'>, facility: string): HealthCard {
  const asOf = person.deceased?.date ?? REFERENCE_DAY;
  const group = groupOf(chance, person, asOf);
  const { validFrom, validTo } = termOf(chance, group, person.birthDate, asOf);
  return { group, benefit: BENEFITS[group], province: '89', validFrom, validTo: person.deceased ? asOf : validTo, facility };
}

/** The card's number of 15 characters, as it stands in the insurance's own files. */
export function cardNumber(person: InventedPerson): string {
  const { group, benefit, province } = person.healthCard;
  return `${group}${benefit}${province}${person.insuranceNumber}`;
}

function groupOf(chance: Chance, person: Pick<InventedPerson, 'birthDate' | 'sex'>, asOf: CivilDate): CardGroup {
  const age = ageOn(asOf, person.birthDate);
  if (age < 18) return age < 7 && asOf <= teCardEnd(person.birthDate) ? 'TE' : 'HS';
  const pensionAge = person.sex === 'MALE' ? 61 : 56;
  if (age >= pensionAge && chance.happens(0.3)) return 'HT';
  if (age >= 80) return 'BT';
  return age < pensionAge && chance.happens(0.45) ? 'DN' : 'GD';
}

function termOf(chance: Chance, group: CardGroup, birthDate: string, asOf: CivilDate): { validFrom: CivilDate; validTo: CivilDate } {
  const year = Number(asOf.slice(0, 4));
  if (group === 'TE') return { validFrom: birthDate, validTo: teCardEnd(birthDate) };
  if (group === 'HT' || group === 'BT') return { validFrom: `${year}-01-01`, validTo: `${year + 4}-12-31` };
  if (group === 'HS' || group === 'DN') return { validFrom: `${year}-01-01`, validTo: `${year}-12-31` };
  // A household pays for twelve months from any day; up to 400 days back, so that some cards have run out.
  const start = dayNumberOf(asOf) - chance.between(5, 400);
  return { validFrom: dateOf(start), validTo: dateOf(start + 364) };
}
