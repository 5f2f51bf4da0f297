import { addDays, civilDateOf, instantAt, printedDate, wallTimeOf, type CivilDate, type Instant } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import type { Calendar, CalendarDay } from './calendar.ts';
import type { DueUnit, OfficeHours } from './office-hours.ts';

/** The two parts of the catalogue by which time is counted; a whole `Catalogue` is one. */
export interface LawOfTime {
  readonly calendar: Calendar;
  officeHours(date: CivilDate): OfficeHours | undefined;
}

/** A date was needed that the calendar does not cover: nothing can be said. */
export interface CalendarUnknown {
  readonly is: 'calendarUnknown';
  /** The first needed date that is not covered. */
  readonly date: CivilDate;
  /** First covered date. */
  readonly from: CivilDate;
  /** Last covered date. */
  readonly to: CivilDate;
  readonly reason: Words;
}

/** When a filing counts as received. */
export interface EffectiveReception {
  readonly is: 'effective';
  /** The filing's own instant within office hours, else the start of the next session (UTC). */
  readonly at: Instant;
  /** The civil date of that instant. */
  readonly date: CivilDate;
  /** The civil date of the filing itself. */
  readonly filedOn: CivilDate;
}

/**
 * When a filing counts as received, for a term of that unit (office-hours.yaml, `outsideHours`): within a session at
 * once, outside hours or on a day off at the start of the next session. Legal base: NĐ 61/2018, NĐ 45/2020.
 */
export function effectiveReception(law: LawOfTime, receivedAt: Instant, unit: DueUnit = 'WORKING_DAY'): EffectiveReception | CalendarUnknown {
  const date = civilDateOf(receivedAt);
  const effective = (at: Instant, on = date): EffectiveReception => ({ is: 'effective', at, date: on, filedOn: date });
  const hours = law.officeHours(date);
  if (!hours) return calendarUnknown(law, date);
  if (hours.outsideHours[unit] === 'AS_IS') return effective(receivedAt);
  const day = law.calendar.findDay(date);
  if (!day) return calendarUnknown(law, date);
  const time = wallTimeOf(receivedAt);
  const session = day.works ? hours.sessions.find(({ to }) => time < to) : undefined;
  if (session) return effective(session.from <= time ? receivedAt : instantAt(date, session.from));
  const next = findNextWorkingDay(law, date);
  if ('is' in next) return next;
  return effective(instantAt(next.date, openingTime(law, next.date)), next.date);
}

/** The first working day after the date. */
export function findNextWorkingDay(law: LawOfTime, date: CivilDate): CalendarDay | CalendarUnknown {
  let next = addDays(date, 1);
  for (let day = law.calendar.findDay(next); day; day = law.calendar.findDay(next)) {
    if (day.works) return day;
    next = day.next;
  }
  return calendarUnknown(law, next);
}

/** The answer for a date that the calendar does not cover. */
export function calendarUnknown({ calendar: { from, to } }: LawOfTime, date: CivilDate): CalendarUnknown {
  const span = `${printedDate(from)}–${printedDate(to)}`;
  return {
    is: 'calendarUnknown',
    date,
    from,
    to,
    reason: words(`Lịch làm việc chỉ có cho ${span}, không có ngày ${printedDate(date)}`, `The working-day calendar covers ${span}, not ${printedDate(date)}`),
  };
}

/** The rule of a date on which something was received or is due; the loader has made sure that there is one. */
export function getOfficeHours(law: LawOfTime, date: CivilDate): OfficeHours {
  const hours = law.officeHours(date);
  if (!hours) throw new Error(`No office hours are laid down for ${date}.`);
  return hours;
}

function openingTime(law: LawOfTime, date: CivilDate): string {
  const [first] = getOfficeHours(law, date).sessions;
  if (!first) throw new Error(`The office hours of ${date} have no session.`);
  return first.from;
}
