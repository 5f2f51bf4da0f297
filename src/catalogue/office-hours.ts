import { z } from 'zod';
import type { CivilDate } from '../kit/instant.ts';
import type { Opened } from './data-file.ts';
import type { Problem } from './refusal.ts';
import { civilDate, source, wallTime } from './row.ts';

/** The units in which law counts terms: ngày làm việc, ngày (calendar days), giờ làm việc. */
export const dueUnits = ['WORKING_DAY', 'CALENDAR_DAY', 'WORKING_HOUR'] as const;

/** The unit of a term. */
export type DueUnit = (typeof dueUnits)[number];

const outside = z.enum(['NEXT_SESSION', 'AS_IS']);

/** The shape of office-hours.yaml. */
export const officeHoursFile = z.strictObject({
  rules: z
    .array(
      z.strictObject({
        from: civilDate,
        sessions: z.array(z.strictObject({ from: wallTime, to: wallTime })).min(1),
        hoursPerDay: z.number().positive().max(24),
        sameDayCutoff: wallTime,
        dayEnd: wallTime,
        outsideHours: z.strictObject({ WORKING_DAY: outside, WORKING_HOUR: outside, CALENDAR_DAY: outside }),
        sources: z.strictObject({
          sessions: source,
          sameDayCutoff: source,
          dayEnd: source,
          dayOne: source,
          calendarEnd: source,
          outsideHours: source,
        }),
      }),
    )
    .min(1),
});

/** What office-hours.yaml says. */
export type OfficeHoursFile = z.infer<typeof officeHoursFile>;

/**
 * Office hours and counting rules (giờ làm việc, cách tính thời hạn) from a date on. Times are "HH:MM" on the wall
 * clock of Asia/Ho_Chi_Minh; a session takes its first minute and not its last.
 */
export type OfficeHours = Readonly<OfficeHoursFile['rules'][number]>;

/** The rule in force on the date: the last one that began on it or before. */
export function findOfficeHours(rules: readonly OfficeHours[], date: CivilDate): OfficeHours | undefined {
  return rules.findLast(({ from }) => from <= date);
}

/** Finds rules out of order, sessions that run into each other, and hours that do not add up to the day's. */
export function checkOfficeHours(file: Opened<OfficeHoursFile>, calendarFrom: CivilDate | undefined): Problem[] {
  const problems: Problem[] = [];
  const { rules } = file.says;
  rules.forEach((rule, index) => {
    const at = ['rules', index];
    const before = rules[index - 1];
    if (before && rule.from <= before.from) problems.push(file.problem([...at, 'from'], `${rule.from} does not come after ${before.from}; rules stand in the order of their dates`));
    rule.sessions.forEach((session, number) => {
      if (session.to <= session.from) problems.push(file.problem([...at, 'sessions', number], `a session ends at ${session.to}, not after its start at ${session.from}`));
      const earlier = rule.sessions[number - 1];
      if (earlier && session.from < earlier.to) problems.push(file.problem([...at, 'sessions', number], `a session starts at ${session.from}, before the one ahead of it ends at ${earlier.to}`));
    });
    const minutes = rule.sessions.reduce((sum, session) => sum + minutesOf(session.to) - minutesOf(session.from), 0);
    if (minutes !== rule.hoursPerDay * 60) problems.push(file.problem([...at, 'hoursPerDay'], `the sessions add up to ${minutes / 60} hours a day, not ${rule.hoursPerDay}`));
  });
  const first = rules[0];
  if (first && calendarFrom !== undefined && first.from > calendarFrom) problems.push(file.problem(['rules', 0, 'from'], `the first rule starts on ${first.from}, after the calendar's first day ${calendarFrom}`));
  return problems;
}

/** Minutes from midnight to a wall-clock time "HH:MM". */
export function minutesOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
