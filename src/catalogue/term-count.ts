import { addDays, epochMs, instantAt, instantOf, wallTimeOf, type CivilDate, type Instant } from '../kit/instant.ts';
import type { CalendarDay } from './calendar.ts';
import type { DayPart } from './day-reason.ts';
import { minutesOf, type DueUnit } from './office-hours.ts';
import { calendarUnknown, findNextWorkingDay, getOfficeHours, type CalendarUnknown, type EffectiveReception, type LawOfTime } from './reception.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A term to be counted (thời hạn). */
export interface Term {
  /** When the dossier was filed, UTC. */
  readonly receivedAt: Instant;
  /** Whole, 0 to 3,650. 0 of `WORKING_DAY` is a same-day procedure. */
  readonly amount: number;
  readonly unit: DueUnit;
  /** `cutoff`: another hour ("HH:MM") than the law's general one after which a same-day procedure slips to the next working day. */
  readonly rule?: { readonly cutoff?: string | undefined } | undefined;
}

/** A counted term: when it ends, and every day from reception on. */
export interface Counted {
  readonly date: CivilDate;
  readonly dueAt: Instant;
  readonly parts: readonly DayPart[];
}

/** Counts the term from its effective reception. Precondition: a sound amount. */
export function countTerm(law: LawOfTime, term: Term, reception: EffectiveReception): Counted | CalendarUnknown {
  if (term.unit === 'CALENDAR_DAY') return countCalendarDays(law, term, reception.date);
  const start = law.calendar.findDay(reception.date);
  if (!start) return calendarUnknown(law, reception.date);
  if (term.unit === 'WORKING_HOUR') return countHours(law, term, reception.at, start);
  return term.amount === 0 ? countSameDay(law, term, reception.at, start) : countWorkingDays(law, term, start);
}

/** The days from filing up to the day of effective reception, which come before the term. */
export function findFilingDays(law: LawOfTime, { filedOn, date: received }: EffectiveReception): DayPart[] {
  return daysBetween(law, filedOn, received).map(({ date, day }) => ({ date, day, role: day?.works ? 'filedLate' : 'skipped', counted: null }));
}

function countWorkingDays(law: LawOfTime, { amount }: Term, start: CalendarDay): Counted | CalendarUnknown {
  const parts: DayPart[] = [{ date: start.date, day: start, role: 'received', counted: null }];
  let last = start;
  for (let counted = 0; counted < amount; ) {
    const day = law.calendar.findDay(last.next);
    if (!day) return calendarUnknown(law, last.next);
    if (day.works) counted += 1;
    parts.push({ date: day.date, day, role: day.works ? 'workingDay' : 'skipped', counted: day.works ? counted : null });
    last = day;
  }
  return { ...endOf(law, last.date), parts };
}

function countSameDay(law: LawOfTime, { rule }: Term, from: Instant, start: CalendarDay): Counted | CalendarUnknown {
  const { date } = start;
  const cutoff = rule?.cutoff ?? getOfficeHours(law, date).sameDayCutoff;
  const received = { date, day: start, counted: null, cutoff };
  if (wallTimeOf(from) < cutoff) return { ...endOf(law, date), parts: [{ ...received, role: 'sameDay' }] };
  const next = findNextWorkingDay(law, date);
  if ('is' in next) return next;
  const parts: DayPart[] = [{ ...received, role: 'afterCutoff' }, ...restsBetween(law, date, next.date), { date: next.date, day: next, role: 'workingDay', counted: 1 }];
  return { ...endOf(law, next.date), parts };
}

function countCalendarDays(law: LawOfTime, { amount }: Term, start: CivilDate): Counted | CalendarUnknown {
  const last = addDays(start, amount);
  const end = law.calendar.findDay(last);
  if (!end) return calendarUnknown(law, last);
  const parts: DayPart[] = [];
  let date = start;
  for (let number = 0; number < amount; number += 1, date = dayAfter(law, date)) {
    parts.push({ date, role: number === 0 ? 'received' : 'calendarDay', counted: number || null });
  }
  parts.push({ date: last, day: end, role: end.works ? 'calendarDay' : 'endsOff', counted: amount || null });
  if (end.works) return { ...endOf(law, last), parts };
  const next = findNextWorkingDay(law, last);
  if ('is' in next) return next;
  return { ...endOf(law, next.date), parts: [...parts, ...restsBetween(law, last, next.date), { date: next.date, day: next, role: 'moved', counted: null }] };
}

function countHours(law: LawOfTime, { amount }: Term, from: Instant, start: CalendarDay): Counted | CalendarUnknown {
  const parts: DayPart[] = [];
  let left = amount * HOUR_MS;
  let day = start;
  for (let at = epochMs(from); ; at = 0) {
    const { date } = day;
    const before = left;
    const midnight = day.works ? epochMs(instantAt(date, '00:00')) : 0;
    for (const session of day.works ? getOfficeHours(law, date).sessions : []) {
      // Without daylight saving every day of the zone has 24 hours, so wall-clock minutes are minutes.
      const opens = Math.max(at, midnight + minutesOf(session.from) * MINUTE_MS);
      const open = Math.max(0, midnight + minutesOf(session.to) * MINUTE_MS - opens);
      if (left <= open) return { date, dueAt: instantOf(opens + left), parts: [...parts, { date, day, role: 'hours', counted: before / HOUR_MS }] };
      left -= open;
    }
    parts.push({ date, day, role: day.works ? 'hours' : 'skipped', counted: day.works ? (before - left) / HOUR_MS : null });
    const after = law.calendar.findDay(day.next);
    if (!after) return calendarUnknown(law, day.next);
    day = after;
  }
}

function restsBetween(law: LawOfTime, after: CivilDate, before: CivilDate): DayPart[] {
  return daysBetween(law, dayAfter(law, after), before).map(({ date, day }) => ({ date, day, role: 'skipped', counted: null }));
}

function daysBetween(law: LawOfTime, from: CivilDate, before: CivilDate): { date: CivilDate; day: CalendarDay | undefined }[] {
  const days = [];
  for (let date = from; date < before; date = dayAfter(law, date)) days.push({ date, day: law.calendar.findDay(date) });
  return days;
}

/** The calendar knows its days' followers; outside it they are computed, which takes longer. */
function dayAfter(law: LawOfTime, date: CivilDate): CivilDate {
  return law.calendar.findDay(date)?.next ?? addDays(date, 1);
}

function endOf(law: LawOfTime, date: CivilDate): Pick<Counted, 'date' | 'dueAt'> {
  return { date, dueAt: instantAt(date, getOfficeHours(law, date).dayEnd) };
}
