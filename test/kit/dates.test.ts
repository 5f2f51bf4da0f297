import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { expect, test } from 'vitest';
import { dateInWords } from '../../src/kit/date-words.ts';
import { LAW_ZONE, addDays, addMonths, civilDateOf, epochMs, findCivilDate, findInstant, instantAt, instantOf, later, printed, printedDate, secondOf, wallTimeOf, weekday } from '../../src/kit/instant.ts';
import { findWireDate, findWireTime, writeWireDate, writeWireTime, type WireDate } from '../../src/kit/wire-date.ts';

const dates = fc.date({ min: new Date('1900-01-01T00:00:00Z'), max: new Date('2399-12-31T00:00:00Z'), noInvalidDate: true }).map((date) => date.toISOString().slice(0, 10));
const forms: readonly WireDate[] = ['yyyyMMdd', 'dd.MM.yyyy', 'dd/MM/yyyy'];

test.each([
  ['2025-03-03T08:00:00+07:00', '2025-03-03T01:00:00.000Z'],
  ['2025-03-03T01:00:00Z', '2025-03-03T01:00:00.000Z'],
  ['2025-03-03T08:00+07:00', '2025-03-03T01:00:00.000Z'],
  ['2025-03-03T01:00:00.123456Z', '2025-03-03T01:00:00.123Z'],
  ['2025-03-03T01:00:00,5Z', '2025-03-03T01:00:00.500Z'],
])('%s is the instant %s', (text, instant) => {
  expect(findInstant(text)).toBe(instant);
});

test.each(['', '2025-03-03', '2025-03-03T08:00:00', '2025-02-30T08:00:00Z', '2025-03-03T25:00:00Z', 'yesterday', '1741000000000'])('%j is no instant', (text) => {
  expect(findInstant(text)).toBeUndefined();
});

test.each(['2024-02-29', '2000-02-29', '2025-12-31', '0001-01-01'])('%s is a date', (text) => {
  expect(findCivilDate(text)).toBe(text);
});

test.each(['2025-02-29', '2025-02-30', '1900-02-29', '2025-04-31', '2025-13-01', '2025-00-01', '2025-01-00', '2025-1-1', '25-01-01', '20250101', '2025-01-01T00:00', '2025-01-01 ', '', '２０２５-01-01'])('%j is no date', (text) => {
  expect(findCivilDate(text)).toBeUndefined();
});

test('the law’s day begins at 17:00 UTC of the day before', () => {
  expect(civilDateOf('2025-03-02T16:59:59.999Z')).toBe('2025-03-02');
  expect(civilDateOf('2025-03-02T17:00:00.000Z')).toBe('2025-03-03');
  expect(wallTimeOf('2025-03-03T10:00:59.999Z')).toBe('17:00');
  expect(instantAt('2025-03-03', '17:00')).toBe('2025-03-03T10:00:00.000Z');
});

test('instants sort as texts in the order of time', () => {
  const ms = fc.integer({ min: epochMs('1990-01-01T00:00:00Z'), max: epochMs('2100-01-01T00:00:00Z') });
  fc.assert(fc.property(ms, ms, (one, other) => Math.sign(one - other) === Math.sign(instantOf(one) < instantOf(other) ? -1 : instantOf(one) > instantOf(other) ? 1 : 0)));
  fc.assert(fc.property(ms, fc.integer({ min: -1e9, max: 1e9 }), (one, by) => epochMs(later(instantOf(one), by)) === one + by));
});

test.each([
  ['2025-01-31', 1, '2025-02-28'],
  ['2024-01-31', 1, '2024-02-29'],
  ['2019-02-28', 72, '2025-02-28'], // the six years of a child's card
  ['2025-03-31', -1, '2025-02-28'],
])('%s and %i months is %s', (date, months, result) => {
  expect(addMonths(date, months)).toBe(result);
});

test('days and weekdays are counted over months and years', () => {
  expect(addDays('2024-12-31', 1)).toBe('2025-01-01');
  expect(addDays('2025-03-01', -1)).toBe('2025-02-28');
  expect(['2025-03-03', '2025-03-08', '2025-03-09'].map(weekday)).toEqual([1, 6, 7]);
});

// what Date does for us is what Temporal, which knows the zone database, would have done
test('the quick ways give what Temporal gives, for every instant and date, before and after the zone settled in 1975', () => {
  const instants = fc.oneof(fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2200, 0, 1) }), fc.integer({ min: Date.UTC(1955, 0, 1), max: Date.UTC(1977, 0, 1) }), fc.integer({ min: -62_200_000_000_000, max: 253_500_000_000_000 }));
  fc.assert(
    fc.property(instants, fc.integer({ min: -40_000, max: 40_000 }), (ms, days) => {
      const at = Temporal.Instant.fromEpochMilliseconds(ms);
      const law = at.toZonedDateTimeISO(LAW_ZONE);
      const date = law.toPlainDate();
      const instant = at.toString({ smallestUnit: 'millisecond' });
      expect(instantOf(ms)).toBe(instant);
      expect(epochMs(instant)).toBe(ms);
      expect([civilDateOf(instant), wallTimeOf(instant), secondOf(instant)]).toEqual([date.toString(), law.toPlainTime().toString({ smallestUnit: 'minute', roundingMode: 'trunc' }), law.toPlainTime().toString({ smallestUnit: 'second', roundingMode: 'trunc' })]);
      expect(instantAt(date.toString(), '17:05')).toBe(date.toZonedDateTime({ timeZone: LAW_ZONE, plainTime: '17:05' }).toInstant().toString({ smallestUnit: 'millisecond' }));
      expect(addDays(date.toString(), days)).toBe(date.add({ days }).toString());
      expect(weekday(date.toString())).toBe(date.dayOfWeek);
    }),
    { numRuns: 1_000 },
  );
});

test.each(['2025-02-30T00:00:00.000Z', '2025-03-03T24:00:00.000Z', '2025-03-03', ''])('%j is refused where an instant is needed', (text) => {
  expect(() => epochMs(text)).toThrow(RangeError);
});

test('people read dates and times as the portal prints them', () => {
  expect(printed('2025-03-03T01:05:59.999Z')).toBe('03/03/2025 08:05');
  expect(printedDate('2025-03-03')).toBe('03/03/2025');
});

test.each(forms)('a date written as %s is read as what it was', (form) => {
  fc.assert(fc.property(dates, (date) => findWireDate(writeWireDate(date, form), form) === date));
});

test.each<[WireDate, string]>([
  ['yyyyMMdd', '20250220'],
  ['dd.MM.yyyy', '20.02.2025'],
  ['dd/MM/yyyy', '20/02/2025'],
])('20 February 2025 as %s is %s', (form, text) => {
  expect(writeWireDate('2025-02-20', form)).toBe(text);
});

test.each<[WireDate, string]>([
  ['yyyyMMdd', '20250230'],
  ['yyyyMMdd', '2025022'],
  ['yyyyMMdd', '2025-02-20'],
  ['dd.MM.yyyy', '30.02.2025'],
  ['dd.MM.yyyy', '20/02/2025'],
  ['dd.MM.yyyy', '1.2.2025'],
  ['dd/MM/yyyy', '02/20/2025'],
  ['dd/MM/yyyy', ''],
])('in the form %s, %j is no date', (form, text) => {
  expect(findWireDate(text, form)).toBeUndefined();
});

test('a time on the wire is the law’s wall clock, to the second', () => {
  expect(writeWireTime('2025-03-03T01:02:03.999Z')).toBe('03/03/2025 08:02:03');
  expect(findWireTime('03/03/2025 08:02:03')).toBe('2025-03-03T01:02:03.000Z');
  expect(writeWireTime('2024-12-31T17:00:00.000Z')).toBe('01/01/2025 00:00:00');
});

test.each(['30/02/2025 08:00:00', '03/03/2025 25:00:00', '03/03/2025', '03/03/2025 08:00', '03/03/2025T08:00:00', '', '03/03/2025 08:00:00 x'])('%j is no time on the wire', (text) => {
  expect(findWireTime(text)).toBeUndefined();
});

test.each([
  ['2025-02-20', 'Ngày hai mươi, tháng hai, năm hai nghìn không trăm hai mươi lăm'],
  ['2025-01-01', 'Ngày một, tháng một, năm hai nghìn không trăm hai mươi lăm'],
  ['2024-04-05', 'Ngày năm, tháng tư, năm hai nghìn không trăm hai mươi bốn'],
  ['2001-10-10', 'Ngày mười, tháng mười, năm hai nghìn không trăm linh một'],
  ['1990-11-11', 'Ngày mười một, tháng mười một, năm một nghìn chín trăm chín mươi'],
  ['1995-12-15', 'Ngày mười lăm, tháng mười hai, năm một nghìn chín trăm chín mươi lăm'],
  ['2021-05-21', 'Ngày hai mươi mốt, tháng năm, năm hai nghìn không trăm hai mươi mốt'],
  ['2000-07-31', 'Ngày ba mươi mốt, tháng bảy, năm hai nghìn không trăm'],
  ['1915-08-25', 'Ngày hai mươi lăm, tháng tám, năm một nghìn chín trăm mười lăm'],
  ['2110-09-30', 'Ngày ba mươi, tháng chín, năm hai nghìn một trăm mười'],
])('%s in words', (date, text) => {
  expect(dateInWords(date)).toBe(text);
});

test('every date of ten years has words of its own', () => {
  const all = Array.from({ length: 3_653 }, (_, day) => dateInWords(addDays('2000-01-01', day)));
  expect(new Set(all).size).toBe(all.length);
  expect(all.some((text) => /undefined|  |, ,/.test(text))).toBe(false);
});
