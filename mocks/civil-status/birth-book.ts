import type { CivilDate } from '../../src/kit/instant.ts';
import type { Records } from '../ministry/records.ts';
import type { Register } from '../population/register.ts';

/** What is written down of a birth. */
export interface BirthEntry {
  readonly personalId: string;
  readonly fullName: string;
  readonly commune: string;
  /** Day of registration; its year is the year of the book. */
  readonly date: CivilDate;
}

/** Where it stands: number "n/yyyy", book "NN/yyyy-KS", page. */
export interface BookPlace {
  readonly number: string;
  readonly book: string;
  readonly page: number;
}

/** The birth books of all communes. */
export interface BirthBook {
  /** Writes a birth into the commune's book of the year: the next number, without gaps. Call it inside a unit of work. */
  readonly enter: (entry: BirthEntry) => BookPlace;
  /** The entry of a person, whether written here or before the ministries opened. */
  readonly find: (personalId: string) => (BirthEntry & BookPlace) | undefined;
}

/** Entries in one book, one to a page; the same as in the books of the invented population, which these continue. */
const PAGES = 100;

/** Opens the books. */
export function openBirthBook(records: Records, register: Register): BirthBook {
  records.layOut(`CREATE TABLE IF NOT EXISTS births (
    personalId TEXT PRIMARY KEY, fullName TEXT NOT NULL, commune TEXT NOT NULL, year INTEGER NOT NULL, number INTEGER NOT NULL, date TEXT NOT NULL,
    UNIQUE (commune, year, number))`);
  return {
    enter({ personalId, fullName, commune, date }) {
      const year = Number(date.slice(0, 4));
      const last = records.find<{ last: number | null }>('SELECT max(number) AS last FROM births WHERE commune = ? AND year = ?', commune, year)?.last;
      const number = (last ?? register.birthsRegistered(commune, year)) + 1;
      records.write('INSERT INTO births (personalId, fullName, commune, year, number, date) VALUES (?, ?, ?, ?, ?, ?)', personalId, fullName, commune, year, number, date);
      return placeOf(number, year);
    },
    find(personalId) {
      const row = records.find<BirthEntry & { year: number; number: number }>('SELECT * FROM births WHERE personalId = ?', personalId);
      if (row) return { ...row, ...placeOf(row.number, row.year) };
      const person = register.find(personalId);
      return person?.birthRegistration && { personalId, fullName: person.fullName, ...person.birthRegistration };
    },
  };
}

function placeOf(number: number, year: number): BookPlace {
  const book = String(Math.ceil(number / PAGES)).padStart(2, '0');
  return { number: `${number}/${year}`, book: `${book}/${year}-KS`, page: ((number - 1) % PAGES) + 1 };
}
