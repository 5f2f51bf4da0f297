import { printed, printedDate, type Instant } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import type { CalendarDay } from './calendar.ts';
import { inBoth, nameDay, type DayPart } from './day-reason.ts';
import type { DueUnit, OfficeHours } from './office-hours.ts';

/** All that a counted term is explained from. */
export interface CountedTerm {
  readonly term: { readonly receivedAt: Instant; readonly amount: number; readonly unit: DueUnit };
  readonly countedFrom: Instant;
  readonly dueAt: Instant;
  readonly parts: readonly DayPart[];
  /** The rules under which it was counted. */
  readonly hours: OfficeHours;
  readonly weeklyRestSource: string;
}

/** A piece of an explanation, and on what it rests. */
interface Point {
  readonly text: Words;
  readonly sources: readonly string[];
}

/** Names the rule, the days that were left out and why, and the make-up days that counted; and on what all that rests. */
export function explainTerm(counted: CountedTerm): { text: Words; sources: string[] } {
  const points = [...sayFiling(counted), sayRule(counted), ...sayRests(counted), ...sayMakeUps(counted), ...sayMove(counted), sayDue(counted), ...sayDoubts(counted)];
  return {
    text: inBoth((lang) => points.map(({ text }) => text[lang]).join(' ')),
    sources: [...new Set(points.flatMap(({ sources }) => sources))],
  };
}

function sayFiling({ term: { receivedAt }, countedFrom, hours }: CountedTerm): Point[] {
  const filed = { text: words(`Hồ sơ nộp lúc ${printed(receivedAt)}.`, `Filed at ${printed(receivedAt)}.`), sources: [] };
  if (countedFrom === receivedAt) return [filed];
  const text = words(
    `Nộp ngoài giờ làm việc nên tính là tiếp nhận lúc ${printed(countedFrom)}.`,
    `Filed outside office hours, so it counts as received at ${printed(countedFrom)}.`,
  );
  return [filed, { text, sources: [hours.sources.outsideHours, hours.sources.sessions] }];
}

function sayRule({ term: { amount, unit }, parts, hours: { sources } }: CountedTerm): Point {
  const s = amount === 1 ? '' : 's';
  const cutoff = parts.find((part) => part.cutoff !== undefined)?.cutoff;
  if (cutoff !== undefined) {
    const text = words(
      `Thủ tục giải quyết trong ngày; tiếp nhận từ ${cutoff} trở đi thì trả kết quả vào ngày làm việc tiếp theo.`,
      `Same-day procedure; received at ${cutoff} or later it is due on the next working day.`,
    );
    return { text, sources: [sources.sameDayCutoff] };
  }
  switch (unit) {
    case 'WORKING_DAY':
      return { text: words(`Thời hạn ${amount} ngày làm việc, ngày thứ nhất là ngày làm việc tiếp theo.`, `Term of ${amount} working day${s}; day 1 is the next working day.`), sources: [sources.dayOne] };
    case 'CALENDAR_DAY':
      return { text: words(`Thời hạn ${amount} ngày, ngày thứ nhất là ngày tiếp theo.`, `Term of ${amount} calendar day${s}; day 1 is the following day.`), sources: [sources.dayOne] };
    case 'WORKING_HOUR':
      return { text: words(`Thời hạn ${amount} giờ làm việc, chỉ tính trong giờ làm việc.`, `Term of ${amount} working hour${s}, counted inside office hours only.`), sources: [sources.sessions] };
  }
}

function sayRests({ parts, weeklyRestSource }: CountedTerm): Point[] {
  const rests = parts.flatMap(({ role, day }) => (day && (role === 'skipped' || role === 'endsOff') ? [day] : []));
  if (rests.length === 0) return [];
  const weekly = rests.filter(({ kind }) => kind === 'WEEKLY_REST').length;
  const list = runsOf(rests.filter(({ kind }) => kind !== 'WEEKLY_REST')).map(sayRun);
  if (weekly > 0) list.push(words(`${weekly} ngày nghỉ hằng tuần`, `${weekly} day${weekly === 1 ? '' : 's'} of weekly rest`));
  const listed = inBoth((lang) => list.map((item) => item[lang]).join('; '));
  const sources = rests.flatMap(({ kind, source }) => (kind === 'WEEKLY_REST' ? weeklyRestSource : (source ?? [])));
  return [{ text: words(`Không tính: ${listed.vi}.`, `Not counted: ${listed.en}.`), sources }];
}

function sayMakeUps({ parts }: CountedTerm): Point[] {
  const days = parts.flatMap(({ counted, day }) => (counted !== null && day?.kind === 'MAKE_UP' ? [day] : []));
  return days.map((day) => {
    const date = nameDay(day);
    return { text: words(`Có tính ${date.vi} (${day.name?.vi}).`, `${date.en} counts (${day.name?.en}).`), sources: day.source ? [day.source] : [] };
  });
}

function sayMove({ parts, hours }: CountedTerm): Point[] {
  if (!parts.some(({ role }) => role === 'endsOff')) return [];
  const text = words('Ngày cuối của thời hạn là ngày nghỉ nên hạn chuyển sang ngày làm việc tiếp theo.', 'The term ends on a day off, so it moves to the next working day.');
  return [{ text, sources: [hours.sources.calendarEnd] }];
}

function sayDue({ term: { unit }, dueAt, hours }: CountedTerm): Point {
  return { text: words(`Hạn trả kết quả: ${printed(dueAt)}.`, `Due at ${printed(dueAt)}.`), sources: unit === 'WORKING_HOUR' ? [] : [hours.sources.dayEnd] };
}

function sayDoubts({ parts }: CountedTerm): Point[] {
  const days = parts.flatMap(({ day }) => (day?.provisional ? [day] : []));
  if (days.length === 0) return [];
  const dates = days.map(({ date }) => printedDate(date)).join(', ');
  const text = words(`Lịch ngày ${dates} là dự kiến, hạn có thể thay đổi.`, `The calendar of ${dates} is provisional; the due date may change.`);
  return [{ text, sources: days.flatMap(({ source }) => source ?? []) }];
}

/** Holidays of one name, as long as no other comes between: Tết is one block, over its weekend too. */
function runsOf(days: readonly CalendarDay[]): CalendarDay[][] {
  const runs: CalendarDay[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run && last?.name?.vi === day.name?.vi && last?.date.slice(0, 4) === day.date.slice(0, 4)) run.push(day);
    else runs.push([day]);
  }
  return runs;
}

function sayRun(run: readonly CalendarDay[]): Words {
  const [first, last] = [run[0], run.at(-1)];
  if (!first || !last) return words('', '');
  const dates = first === last ? printedDate(first.date) : `${printedDate(first.date)}–${printedDate(last.date)}`;
  return inBoth((lang) => `${dates} ${first.name?.[lang] ?? ''}`.trim());
}
