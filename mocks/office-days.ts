import { addDays, weekday, type CivilDate } from '../src/kit/instant.ts';

/** Weekdays on which offices are closed, month and day by year (domain notes §7; provisional for 2027). */
const CLOSED: Readonly<Record<string, string>> = {
  2024: '01-01 02-08 02-09 02-12 02-13 02-14 04-18 04-29 04-30 05-01 09-02 09-03',
  2025: '01-01 01-27 01-28 01-29 01-30 01-31 04-07 04-30 05-01 05-02 09-01 09-02',
  2026: '01-01 01-02 02-16 02-17 02-18 02-19 02-20 04-27 04-30 05-01 08-31 09-01 09-02 11-24',
  2027: '01-01 02-05 02-08 02-09 02-10 04-16 04-30 05-03 09-02 09-03 11-24',
};

/** Saturdays that are worked in exchange for another day. */
const WORKED_SATURDAYS: readonly CivilDate[] = ['2024-05-04', '2025-04-26', '2026-01-10', '2026-08-22'];

/** Whether the ministries' offices are open on the date. They keep a calendar of their own: the hub's is not theirs to read. */
export function isOfficeDay(date: CivilDate): boolean {
  if (weekday(date) > 5) return WORKED_SATURDAYS.includes(date);
  return !CLOSED[date.slice(0, 4)]?.split(' ').includes(date.slice(5));
}

/** The date that many office days later. */
export function addOfficeDays(date: CivilDate, days: number): CivilDate {
  let day = date;
  for (let left = days; left > 0; ) {
    day = addDays(day, 1);
    if (isOfficeDay(day)) left -= 1;
  }
  return day;
}
