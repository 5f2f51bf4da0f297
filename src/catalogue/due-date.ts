import type { CivilDate, Instant } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import { explainDay } from './day-reason.ts';
import { explainTerm } from './explanation.ts';
import { MOST_AMOUNT } from './procedures.ts';
import { effectiveReception, getOfficeHours, type CalendarUnknown, type LawOfTime } from './reception.ts';
import { countTerm, findFilingDays, type Term } from './term-count.ts';

/** One calendar day between filing and due date, and what it counted for. */
export interface DayOfTerm {
  readonly date: CivilDate;
  /** Its number within a term of days; the hours counted on it within a term of hours; `null` = it did not count. */
  readonly counted: number | null;
  readonly reason: Words;
}

/** A counted due date (hạn trả kết quả), with its reasons. */
export interface Due {
  readonly is: 'due';
  /** The civil date, in the zone of the law. */
  readonly date: CivilDate;
  /** The instant (UTC): the end of the office day (17:00) for terms of days, exact for terms of hours. */
  readonly dueAt: Instant;
  /** Whether any day that decided rests on a calendar row not yet announced or not confirmed. */
  readonly provisional: boolean;
  /** When the filing counts as received (UTC). */
  readonly countedFrom: Instant;
  readonly explanation: Words;
  /** Every day from filing to due date. */
  readonly days: readonly DayOfTerm[];
  /** Laws and decisions on which the count rests. */
  readonly sources: readonly string[];
}

/** The amount is no term: negative, not whole, or longer than ten years. */
export interface BadAmount {
  readonly is: 'badAmount';
  readonly reason: Words;
}

/**
 * Counts a due date. Day 1 is the day after reception (BLDS 2015 Điều 147.2), for working days the next working day;
 * a calendar-day term that ends on a day off moves to the next working day (Điều 148.5); a same-day procedure received
 * before the cutoff is due that day, else the next working day; working hours run inside the sessions only.
 * A term of working days or hours needs every day from filing on; a calendar-day term only the day it ends on and after.
 */
export function countDueDate(law: LawOfTime, term: Term): Due | CalendarUnknown | BadAmount {
  if (!Number.isInteger(term.amount) || term.amount < 0 || term.amount > MOST_AMOUNT) {
    return { is: 'badAmount', reason: words(`Thời hạn phải là số nguyên từ 0 đến ${MOST_AMOUNT}`, `A term is a whole number from 0 to ${MOST_AMOUNT}`) };
  }
  const reception = effectiveReception(law, term.receivedAt, term.unit);
  if (reception.is !== 'effective') return reception;
  const counted = countTerm(law, term, reception);
  if ('is' in counted) return counted;
  const { date, dueAt } = counted;
  const parts = [...findFilingDays(law, reception), ...counted.parts];
  const hours = getOfficeHours(law, reception.date);
  const { text, sources } = explainTerm({ term, countedFrom: reception.at, dueAt, parts, hours, weeklyRestSource: law.calendar.weeklyRestSource });
  return {
    is: 'due',
    date,
    dueAt,
    provisional: parts.some(({ day }) => day?.provisional),
    countedFrom: reception.at,
    explanation: text,
    days: parts.map((part) => ({ date: part.date, counted: part.counted, reason: explainDay(part) })),
    sources,
  };
}
