import { addMonths, type CivilDate } from '../../src/kit/instant.ts';
import type { Records } from '../ministry/records.ts';
import { RESERVED, teCardEnd } from '../people.ts';
import { openChance, scatter } from '../people/chance.ts';
import type { Citizen } from '../population/register.ts';

/** A health-insurance card as it stands in the files. */
export interface Card {
  readonly number: string;
  readonly validFrom: CivilDate;
  readonly validTo: CivilDate;
  readonly facility: string;
  /** Benefit digit, 1 to 5. */
  readonly benefit: string;
  /** The order that brought it; absent for cards older than the simulation. */
  readonly order?: number;
}

/** The files of all cards. */
export interface CardFiles {
  readonly find: (person: Citizen) => Card | undefined;
  /** Issues the card of a child under six. Call it inside a unit of work. */
  readonly issue: (child: Citizen, facility: string, order: number) => Card;
}

/** Group and benefit of a child under six, and the province on the card. */
const CHILD_GROUP = 'TE';
const CHILD_BENEFIT = '1';
const PROVINCE = '89';

/** Cards of children end at 72 months, or at the start of school. */
const LAST_MONTH = 72;

/** Insurance numbers of newborns: the reserved prefix and six digits in an order that is the same in every sandbox. */
const TAILS = 1_000_000;
const drawTail = scatter(openChance(Number(RESERVED.insurancePrefix)), TAILS);

/** Opens the files. */
export function openCardFiles(records: Records): CardFiles {
  records.layOut(`CREATE TABLE IF NOT EXISTS cards (
    personalId TEXT PRIMARY KEY, insuranceNumber TEXT NOT NULL UNIQUE, validFrom TEXT NOT NULL, validTo TEXT NOT NULL, facility TEXT NOT NULL, "order" INTEGER NOT NULL)`);

  function find(person: Citizen): Card | undefined {
    const row = records.find<Omit<Card, 'number' | 'benefit'> & { insuranceNumber: string }>('SELECT * FROM cards WHERE personalId = ?', person.personalId);
    if (row) return { ...row, number: cardNumber(CHILD_GROUP, CHILD_BENEFIT, row.insuranceNumber), benefit: CHILD_BENEFIT };
    const { healthCard: older, insuranceNumber } = person;
    if (!older || insuranceNumber === undefined) return undefined;
    return { number: cardNumber(older.group, String(older.benefit), insuranceNumber), validFrom: older.validFrom, validTo: older.validTo, facility: older.facility, benefit: String(older.benefit) };
  }

  return {
    find,
    issue(child, facility, order) {
      const count = records.find<{ count: number }>('SELECT count(*) AS count FROM cards')?.count ?? 0;
      const insuranceNumber = child.insuranceNumber ?? `${RESERVED.insurancePrefix}${String(drawTail(count)).padStart(6, '0')}`;
      const validTo = teCardEnd(child.birthDate);
      records.write('INSERT INTO cards (personalId, insuranceNumber, validFrom, validTo, facility, "order") VALUES (?, ?, ?, ?, ?, ?)', child.personalId, insuranceNumber, child.birthDate, validTo, facility, order);
      return { number: cardNumber(CHILD_GROUP, CHILD_BENEFIT, insuranceNumber), validFrom: child.birthDate, validTo, facility, benefit: CHILD_BENEFIT, order };
    },
  };
}

/** Whether the person is under 72 months old on the date; who is registered by the year of birth alone is grown up. */
export function isUnderSix({ birthDate }: Citizen, date: CivilDate): boolean {
  return birthDate.length > 4 && date < addMonths(birthDate, LAST_MONTH);
}

function cardNumber(group: string, benefit: string, insuranceNumber: string): string {
  return `${group}${benefit}${PROVINCE}${insuranceNumber}`;
}
