import { createHash } from 'node:crypto';
import { z } from 'zod';
import { addDays, weekday, type CivilDate } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';
import type { DataFile, Opened } from './data-file.ts';
import type { Problem } from './refusal.ts';
import { bilingual, civilDate, source } from './row.ts';

/** The shape of calendar.yaml. */
export const calendarFile = z.strictObject({
  coverage: z.strictObject({ from: civilDate, to: civilDate }),
  weeklyRest: z.strictObject({ days: z.array(z.int().min(1).max(7)), source }),
  days: z.array(
    z.strictObject({ date: civilDate, kind: z.enum(['OFF', 'WORK']), status: z.enum(['official', 'provisional']), name: bilingual, source }),
  ),
});

/** What calendar.yaml says. */
export type CalendarFile = z.infer<typeof calendarFile>;

/** Longest span that a calendar may cover: every day of it is held in memory. */
const MOST_DAYS = 36_600;

/** What kind of day it is for a State office; `MAKE_UP` = worked in exchange for another day (làm bù). */
export type DayKind = 'WORKDAY' | 'MAKE_UP' | 'WEEKLY_REST' | 'HOLIDAY';

/** One day of the calendar of State offices. */
export interface CalendarDay {
  readonly date: CivilDate;
  /** The following date, covered or not. */
  readonly next: CivilDate;
  readonly kind: DayKind;
  /** Whether offices are open. */
  readonly works: boolean;
  /** 1 = Monday … 7 = Sunday. */
  readonly weekday: number;
  /** Name of the holiday or make-up day; absent on a day that only follows the week. */
  readonly name?: Words;
  /** Where it is laid down that the day differs from the week. */
  readonly source?: string;
  /** Whether it rests on a row that is not yet announced or not confirmed. */
  readonly provisional: boolean;
}

/** The working-day calendar (lịch làm việc): which days offices are open, within the dates that it covers. */
export interface Calendar {
  /** First covered date. */
  readonly from: CivilDate;
  /** Last covered date. */
  readonly to: CivilDate;
  /** Where the weekly rest is laid down. */
  readonly weeklyRestSource: string;
  /** SHA-256 of the calendar's content: another digest means that somebody edited it. Layout and comments do not count. */
  readonly digest: string;
  /** The day, or nothing outside the covered dates. */
  findDay(date: CivilDate): CalendarDay | undefined;
}

/** Spreads the file over every covered day. */
export function buildCalendar(file: CalendarFile): Calendar {
  const rows = new Map(file.days.map((row) => [row.date, row]));
  const days = new Map<CivilDate, CalendarDay>();
  for (let date = file.coverage.from, next; date <= file.coverage.to; date = next) {
    next = addDays(date, 1);
    const row = rows.get(date);
    const ofWeek = weekday(date);
    const rests = file.weeklyRest.days.includes(ofWeek);
    const works = row ? row.kind === 'WORK' : !rests;
    const kind = works ? (rests ? 'MAKE_UP' : 'WORKDAY') : row ? 'HOLIDAY' : 'WEEKLY_REST';
    const said = row && { name: row.name, source: row.source };
    days.set(date, { date, next, kind, works, weekday: ofWeek, ...said, provisional: row?.status === 'provisional' });
  }
  return {
    from: file.coverage.from,
    to: file.coverage.to,
    weeklyRestSource: file.weeklyRest.source,
    digest: digestOf(file),
    findDay: (date) => days.get(date),
  };
}

/** Finds dates named twice or outside the coverage, and a coverage that is empty or too long. */
export function checkCalendar(file: Opened<CalendarFile>): Problem[] {
  const { coverage, days } = file.says;
  const problems = checkCoverage(file, coverage);
  days.forEach(({ date }, index) => {
    const at = ['days', index, 'date'];
    const earlier = days.findIndex((other) => other.date === date);
    if (earlier < index) problems.push(file.problem(at, `${date} stands twice; the other row is in line ${file.lineOf(['days', earlier])}`));
    if (date < coverage.from || date > coverage.to) problems.push(file.problem(at, `${date} lies outside the coverage ${coverage.from} to ${coverage.to}`));
  });
  return problems;
}

function checkCoverage(file: DataFile, { from, to }: { from: CivilDate; to: CivilDate }): Problem[] {
  if (to < from) return [file.problem(['coverage', 'to'], `the coverage ends on ${to}, before it begins on ${from}`)];
  if (addDays(from, MOST_DAYS) < to) return [file.problem(['coverage', 'to'], `the coverage is longer than ${MOST_DAYS} days`)];
  return [];
}

function digestOf(file: CalendarFile): string {
  const days = [...file.days].sort((a, b) => (a.date < b.date ? -1 : 1));
  return createHash('sha256').update(JSON.stringify({ ...file, days })).digest('hex');
}
