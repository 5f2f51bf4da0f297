import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { countDueDate, type Due } from '../../src/catalogue/due-date.ts';
import type { DueUnit } from '../../src/catalogue/office-hours.ts';
import { effectiveReception } from '../../src/catalogue/reception.ts';
import { findInstant } from '../../src/kit/instant.ts';

const catalogue = loadCatalogue();

/** An instant from a wall-clock reading in Việt Nam, "2024-02-07 09:00". */
function at(wall: string): string {
  const instant = findInstant(`${wall.replace(' ', 'T')}+07:00`);
  if (!instant) throw new Error(`${wall} is no time`);
  return instant;
}

function count(wall: string, amount: number, unit: DueUnit, cutoff?: string): Due {
  const due = countDueDate(catalogue, { receivedAt: at(wall), amount, unit, rule: { cutoff } });
  if (due.is !== 'due') throw new Error(`no due date: ${JSON.stringify(due)}`);
  return due;
}

test.each([
  ['2024-02-07 09:00', 3, 'WORKING_DAY', '2024-02-19 17:00'],
  ['2024-04-26 10:00', 3, 'WORKING_DAY', '2024-05-04 17:00'],
  ['2024-08-30 16:00', 0, 'WORKING_DAY', '2024-09-04 17:00'],
  ['2025-01-23 09:00', 2, 'WORKING_DAY', '2025-02-03 17:00'],
  ['2025-04-25 09:00', 2, 'WORKING_DAY', '2025-04-28 17:00'],
  ['2026-02-13 09:00', 1, 'WORKING_DAY', '2026-02-23 17:00'],
  ['2026-11-23 15:30', 0, 'WORKING_DAY', '2026-11-25 17:00'],
  ['2024-06-01 09:00', 60, 'CALENDAR_DAY', '2024-07-31 17:00'],
] as const)('the domain notes work out %s + %i %s as %s', (received, amount, unit, due) => {
  expect(count(received, amount, unit).dueAt).toBe(at(due));
});

test.each<[string, string, string]>([
  ['2025-03-03 06:59:59', '2025-03-03 07:00', 'before opening'],
  ['2025-03-03 07:00', '2025-03-03 07:00', 'at opening'],
  ['2025-03-03 10:59:59.999', '2025-03-03 10:59:59.999', 'at the end of the morning'],
  ['2025-03-03 11:00', '2025-03-03 13:00', 'at noon break'],
  ['2025-03-03 13:00', '2025-03-03 13:00', 'at the afternoon opening'],
  ['2025-03-03 16:59', '2025-03-03 16:59', 'just before closing'],
  ['2025-03-03 17:00', '2025-03-04 07:00', 'at closing'],
  ['2025-03-07 22:00', '2025-03-10 07:00', 'on Friday night'],
  ['2025-03-08 09:00', '2025-03-10 07:00', 'on a Saturday'],
  ['2024-05-04 09:00', '2024-05-04 09:00', 'on a make-up Saturday'],
  ['2024-04-30 09:00', '2024-05-02 07:00', 'on a holiday'],
  ['2024-02-07 18:00', '2024-02-15 07:00', 'on the eve of Tết'],
])('a filing at %s counts as received at %s (%s)', (filed, received) => {
  expect(effectiveReception(catalogue, at(filed))).toEqual({ is: 'effective', at: at(received), date: received.slice(0, 10), filedOn: filed.slice(0, 10) });
});

test.each<[string, string, string]>([
  ['2025-03-03 14:59:59.999', '2025-03-03 17:00', 'a millisecond before 15:00'],
  ['2025-03-03 15:00', '2025-03-04 17:00', 'at 15:00 sharp'],
  ['2025-03-03 11:30', '2025-03-03 17:00', 'in the noon break'],
  ['2025-03-03 05:00', '2025-03-03 17:00', 'before opening'],
  ['2025-03-03 19:00', '2025-03-04 17:00', 'after closing: received in the next session, before its cutoff'],
  ['2025-03-01 19:00', '2025-03-03 17:00', 'on a Saturday'],
  ['2024-05-04 16:00', '2024-05-06 17:00', 'late on a make-up Saturday'],
])('a same-day procedure filed at %s is due at %s (%s)', (filed, due) => {
  expect(count(filed, 0, 'WORKING_DAY').dueAt).toBe(at(due));
});

test('a procedure may set a cutoff of its own for the same day', () => {
  expect(count('2025-03-03 15:30', 0, 'WORKING_DAY', '16:00').date).toBe('2025-03-03');
  expect(count('2025-03-03 10:00', 0, 'WORKING_DAY', '09:30').date).toBe('2025-03-04');
});

test.each([
  ['2025-03-03 10:00', 1, '2025-03-03 11:00'],
  ['2025-03-03 10:00', 2, '2025-03-03 14:00'],
  ['2025-03-03 07:00', 8, '2025-03-03 17:00'],
  ['2025-03-03 10:20:30', 8, '2025-03-04 10:20:30'],
  ['2025-03-07 16:30', 1, '2025-03-10 07:30'],
  ['2024-04-26 16:00', 16, '2024-05-03 16:00'],
  ['2025-03-03 12:00', 0, '2025-03-03 13:00'],
] as const)('working hours run inside the sessions: %s + %i h = %s', (filed, hours, due) => {
  expect(count(filed, hours, 'WORKING_HOUR').dueAt).toBe(at(due));
});

test.each([
  ['2025-03-01 23:59', 1, '2025-03-03'],
  ['2025-03-03 23:59', 1, '2025-03-04'],
  ['2024-04-25 09:00', 5, '2024-05-02'],
  ['2024-04-29 09:00', 5, '2024-05-04'],
  ['2025-03-03 09:00', 0, '2025-03-03'],
] as const)('a calendar term runs from the event’s own day, %s + %i ends on %s', (filed, days, due) => {
  expect(count(filed, days, 'CALENDAR_DAY')).toMatchObject({ date: due, countedFrom: at(filed) });
});

test('a term that leaves the calendar at its end is unknown, and says which date was missing', () => {
  const term = (wall: string, amount: number, unit: DueUnit) => countDueDate(catalogue, { receivedAt: at(wall), amount, unit });
  const unknown = (date: string) => ({ is: 'calendarUnknown', date, from: '2024-01-01', to: '2027-12-31' });
  expect(count('2027-12-30 09:00', 1, 'WORKING_DAY').date).toBe('2027-12-31');
  expect(term('2027-12-30 09:00', 2, 'WORKING_DAY')).toMatchObject(unknown('2028-01-01'));
  expect(term('2027-12-31 15:00', 0, 'WORKING_DAY')).toMatchObject(unknown('2028-01-01'));
  expect(term('2027-12-31 17:00', 0, 'WORKING_DAY')).toMatchObject(unknown('2028-01-01'));
  expect(term('2027-12-31 16:00', 2, 'WORKING_HOUR')).toMatchObject(unknown('2028-01-01'));
  expect(term('2027-12-31 09:00', 1, 'CALENDAR_DAY')).toMatchObject(unknown('2028-01-01'));
  expect(term('2027-01-01 09:00', 3_650, 'WORKING_DAY')).toMatchObject(unknown('2028-01-01'));
});

test('a term that starts before the calendar is unknown, unless only its end needs the calendar', () => {
  const term = (wall: string, amount: number, unit: DueUnit) => countDueDate(catalogue, { receivedAt: at(wall), amount, unit });
  expect(term('2023-12-29 09:00', 1, 'WORKING_DAY')).toMatchObject({ is: 'calendarUnknown', date: '2023-12-29' });
  expect(term('2023-12-31 23:59:59.999', 1, 'WORKING_HOUR')).toMatchObject({ is: 'calendarUnknown', date: '2023-12-31' });
  expect(term('2023-12-20 09:00', 5, 'CALENDAR_DAY')).toMatchObject({ is: 'calendarUnknown', date: '2023-12-25' });
  expect(count('2023-12-15 09:00', 60, 'CALENDAR_DAY').date).toBe('2024-02-15');
  expect(countDueDate(catalogue, { receivedAt: '+020000-01-01T00:00:00.000Z', amount: 1, unit: 'CALENDAR_DAY' }).is).toBe('calendarUnknown');
  expect(countDueDate(catalogue, { receivedAt: '1999-01-01T00:00:00.000Z', amount: 3_650, unit: 'CALENDAR_DAY' }).is).toBe('calendarUnknown');
});

test.each([-1, 0.5, 3_651, Number.NaN, Number.POSITIVE_INFINITY])('an amount of %d is no term', (amount) => {
  expect(countDueDate(catalogue, { receivedAt: at('2025-03-03 09:00'), amount, unit: 'CALENDAR_DAY' })).toMatchObject({ is: 'badAmount' });
});

test('a due date is provisional when a day that decided it is not yet announced', () => {
  expect(count('2027-02-03 09:00', 1, 'WORKING_DAY').provisional).toBe(true);
  expect(count('2027-02-10 09:00', 1, 'WORKING_DAY').provisional).toBe(true);
  expect(count('2027-02-11 09:00', 1, 'WORKING_DAY').provisional).toBe(true);
  expect(count('2027-02-12 09:00', 1, 'WORKING_DAY').provisional).toBe(false);
  expect(count('2027-02-01 09:00', 1, 'WORKING_DAY').provisional).toBe(false);
  expect(count('2026-08-21 09:00', 1, 'WORKING_DAY').provisional).toBe(true);
  expect(count('2027-01-30 09:00', 30, 'CALENDAR_DAY').provisional).toBe(false);
  expect(count('2027-01-30 09:00', 10, 'CALENDAR_DAY').provisional).toBe(true);
  expect(count('2024-04-26 09:00', 3, 'WORKING_DAY').provisional).toBe(false);
});

test('the explanation names the rule, the holidays left out and the make-up Saturday that counted', () => {
  const { explanation, sources } = count('2024-04-26 10:00', 3, 'WORKING_DAY');
  for (const part of ['3 ngày làm việc', '29/04/2024', 'Ngày Chiến thắng 30/4', 'Ngày Quốc tế lao động', '2 ngày nghỉ hằng tuần', 'thứ Bảy 04/05/2024', 'Làm bù']) {
    expect(explanation.vi).toContain(part);
  }
  for (const part of ['3 working days', 'Reunification Day', 'Labour Day', '2 days of weekly rest', 'Saturday 04/05/2024 counts', '04/05/2024 17:00']) {
    expect(explanation.en).toContain(part);
  }
  expect(sources.join()).toContain('BLDS 2015 Điều 147.2');
});

test('the explanation says that Tết was left out, as one block', () => {
  expect(count('2024-02-07 09:00', 3, 'WORKING_DAY').explanation.vi).toContain('08/02/2024–14/02/2024 Tết Nguyên đán');
});

test('the explanation says when a filing counts as received later, and when the calendar is uncertain', () => {
  const late = count('2027-02-02 18:00', 1, 'WORKING_DAY');
  expect(late.explanation.vi).toContain('tính là tiếp nhận lúc 03/02/2027 07:00');
  expect(late.explanation.en).toContain('is provisional');
  expect(late.sources.join()).toContain('chưa công bố');
});

test('the days of a term are every date from filing to due date, each with its reason', () => {
  const { days } = count('2024-04-26 18:00', 2, 'WORKING_DAY');
  expect(days.map(({ date, counted }) => [date, counted])).toEqual([
    ['2024-04-26', null],
    ['2024-04-27', null],
    ['2024-04-28', null],
    ['2024-04-29', null],
    ['2024-04-30', null],
    ['2024-05-01', null],
    ['2024-05-02', null],
    ['2024-05-03', 1],
    ['2024-05-04', 2],
  ]);
  expect(days.map(({ reason }) => reason.vi)).toEqual([
    'Nộp sau giờ làm việc, tính tiếp nhận từ phiên sau',
    'Nghỉ hằng tuần, thứ Bảy',
    'Nghỉ hằng tuần, Chủ nhật',
    'Nghỉ: Hoán đổi với thứ Bảy 04/05/2024',
    'Nghỉ: Ngày Chiến thắng 30/4',
    'Nghỉ: Ngày Quốc tế lao động 1/5',
    'Ngày tiếp nhận, không tính',
    'Ngày làm việc thứ 1',
    'Ngày làm việc thứ 2. Làm bù cho ngày 29/04/2024',
  ]);
});

test('a calendar term that ends on a day off says so and moves', () => {
  const { days, explanation, sources } = count('2024-12-28 18:00', 4, 'CALENDAR_DAY');
  expect(days.map(({ date, counted }) => [date, counted])).toEqual([
    ['2024-12-28', null],
    ['2024-12-29', 1],
    ['2024-12-30', 2],
    ['2024-12-31', 3],
    ['2025-01-01', 4],
    ['2025-01-02', null],
  ]);
  expect(explanation.vi).toContain('Ngày cuối của thời hạn là ngày nghỉ');
  expect(sources.join()).toContain('Điều 148.5');
});

test('the hours counted on each day add up to the term', () => {
  const { days } = count('2025-03-07 15:30', 10, 'WORKING_HOUR');
  expect(days.map(({ date, counted }) => [date, counted])).toEqual([
    ['2025-03-07', 1.5],
    ['2025-03-08', null],
    ['2025-03-09', null],
    ['2025-03-10', 8],
    ['2025-03-11', 0.5],
  ]);
});
