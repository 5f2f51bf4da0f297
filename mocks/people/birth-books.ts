import type { Chance } from './chance.ts';
import type { DayNumber } from './days.ts';
import { dateOf, dayNumberOf, isWeekend, REFERENCE_DAY } from './days.ts';
import type { Draft } from './records.ts';

/** Entries in one book, one to a page. Real books hold 200; with the smaller one a year fills a second book. */
const PAGES = 40;

/** A birth that waits to be written into its commune's book. */
interface Entry {
  readonly person: Draft;
  readonly commune: string;
  readonly day: DayNumber;
}

/** The birth registers of all communes. Entries are collected first and numbered together, in the order of their dates. */
export interface BirthBooks {
  /** Puts the birth down for registration in that commune. */
  readonly enter: (entry: Entry) => void;
  /** Numbers all entries; gives how many each commune registered in each year, by the key "commune/yyyy". */
  readonly close: () => ReadonlyMap<string, number>;
}

/** Opens empty registers. */
export function openBirthBooks(): BirthBooks {
  const entries: Entry[] = [];
  return {
    enter: (entry) => void entries.push(entry),
    close: () => {
      const counts = new Map<string, number>();
      entries.sort((one, other) => one.day - other.day); // stable: the same day keeps the order of entry
      for (const { person, commune, day } of entries) {
        const date = dateOf(day);
        const year = date.slice(0, 4);
        const key = `${commune}/${year}`;
        const count = (counts.get(key) ?? 0) + 1;
        counts.set(key, count);
        const book = String(Math.ceil(count / PAGES)).padStart(2, '0');
        person.birthRegistration = { commune, number: `${count}/${year}`, book: `${book}/${year}-KS`, page: ((count - 1) % PAGES) + 1, date };
      }
      return counts;
    },
  };
}

const LAST_DAY = dayNumberOf(REFERENCE_DAY);

/** A day, not at a weekend, on which parents come to register: 2 to 47 days after the birth, the law gives them 60. */
export function drawRegistrationDay(chance: Chance, born: DayNumber): DayNumber {
  let day = Math.min(born + chance.between(2, 45), LAST_DAY);
  while (isWeekend(day)) day += 1; // the reference day is a Monday, so this cannot pass it
  return day;
}
