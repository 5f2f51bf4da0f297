import { expect, test } from 'vitest';
import { loadCatalogue, type Catalogue } from '../../src/catalogue/catalogue.ts';
import { findCodeParts, nextCode } from '../../src/dossiers/code.ts';
import { counterTable } from '../../src/dossiers/table.ts';
import type { Store } from '../../src/kit/store.ts';
import { openStore } from './opened.ts';

const catalogue = loadCatalogue();
const AGENCIES = ['000.17.23.H01', '000.00.31.H01', '000.00.00.H01'];
const DAYS = ['2025-03-03', '2025-03-04'];

/** A catalogue whose codes are written as some ministries have done since 2026. */
const ministerial: Catalogue = { ...catalogue, dossierCodeFormat: (date) => ({ ...catalogue.dossierCodeFormat(date), agency: 'forward', date: 'yyyyMMdd', sequenceDigits: 7 }) };

const numbersOf = (codes: readonly string[], agency: string, date: string) =>
  codes
    .map((code) => findCodeParts(code))
    .filter((parts) => parts?.agency === agency && parts.date === date)
    .map((parts) => parts?.number ?? 0)
    .sort((a, b) => a - b);

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

async function setLast(store: Store, last: number): Promise<void> {
  await store.transact((rows) => rows.insert(counterTable, { agency: 'H01', day: '2025-03-03', last }));
}

const next = (store: Store, of: Catalogue = catalogue) => store.transact((rows) => nextCode(rows, of, 'H01', '2025-03-03'));

test('300 codes taken at once at three agencies over a change of day have neither gap nor double', async () => {
  const { store } = await openStore();
  const wanted = upTo(300).map((number) => ({ agency: AGENCIES[number % 3] ?? '', date: DAYS[number <= 150 ? 0 : 1] ?? '' }));
  const codes = await Promise.all(wanted.map(({ agency, date }) => store.transact((rows) => nextCode(rows, catalogue, agency, date))));
  expect(new Set(codes).size).toBe(300);
  for (const agency of AGENCIES) for (const date of DAYS) expect(numbersOf(codes, agency, date)).toEqual(upTo(50));
});

test('a registration that is rolled back leaves no gap, whoever else registers at the time', async () => {
  const { store } = await openStore();
  const told = await Promise.allSettled(
    upTo(100).map((number) =>
      store.transact(async (rows) => {
        const code = await nextCode(rows, catalogue, '000.17.23.H01', '2025-03-03');
        if (number % 3 === 0) throw new Error('the registration fails');
        return code;
      }),
    ),
  );
  const codes = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(codes).toHaveLength(67);
  expect(numbersOf(codes, '000.17.23.H01', '2025-03-03')).toEqual(upTo(67));
});

test('several codes of one agency in one unit follow each other', async () => {
  const { store } = await openStore();
  const take = () => store.transact(async (rows) => [await nextCode(rows, catalogue, 'H01', '2025-03-03'), await nextCode(rows, catalogue, 'H01', '2025-03-03')]);
  const pairs = await Promise.all([take(), take(), take()]);
  expect(pairs.map((pair) => pair.map((code) => findCodeParts(code)?.number)).sort(([a = 0], [b = 0]) => a - b)).toEqual([[1, 2], [3, 4], [5, 6]]);
});

test('a code is the agency, the day in six digits and four digits of a number', async () => {
  const { store } = await openStore();
  expect(await store.transact((rows) => nextCode(rows, catalogue, '000.17.23.H01', '2025-03-03'))).toBe('000.17.23.H01-250303-0001');
});

test('where the format of the day says so, the day has eight digits and the number seven', async () => {
  const { store } = await openStore();
  expect(await next(store, ministerial)).toBe('H01-20250303-0000001');
});

test.each([
  [9_998, 'H01-250303-9999'],
  [9_999, 'H01-250303-10000'],
  [10_000, 'H01-250303-10001'],
  [999_999, 'H01-250303-1000000'],
])('after number %i of the day comes %s: a day that overflows grows', async (last, code) => {
  const { store } = await openStore();
  await setLast(store, last);
  expect(await next(store)).toBe(code);
  expect(findCodeParts(code)).toEqual({ agency: 'H01', date: '2025-03-03', number: last + 1 });
});

test.each([
  ['000.00.01.H01-240516-0001', { agency: '000.00.01.H01', date: '2024-05-16', number: 1 }],
  ['G09.20-20260609-0092637', { agency: 'G09.20', date: '2026-06-09', number: 92_637 }],
  ['H01-250303-0042', { agency: 'H01', date: '2025-03-03', number: 42 }],
  ['H01.01.03-20250701-12345', { agency: 'H01.01.03', date: '2025-07-01', number: 12_345 }],
  ['000.17.23.H01-20250303-1234567', { agency: '000.17.23.H01', date: '2025-03-03', number: 1_234_567 }],
  ['H01-240229-0001', { agency: 'H01', date: '2024-02-29', number: 1 }],
])('%s is understood, of whichever era', (code, parts) => {
  expect(findCodeParts(code)).toEqual(parts);
});

test.each([
  ['30 February', 'H01-240230-0001'],
  ['29 February of a common year', 'H01-250229-0001'],
  ['31 April', 'H01-20250431-0001'],
  ['month 13', 'H01-251303-0001'],
  ['month 0', 'H01-250003-0001'],
  ['day 0', 'H01-250300-0001'],
  ['seven digits of a date', 'H01-2025033-0001'],
  ['a number of three digits', 'H01-250303-001'],
  ['a number of eight digits', 'H01-250303-12345678'],
  ['a letter beyond Y', 'Z01-250303-0001'],
  ['a small letter', 'h01-250303-0001'],
  ['a mixture of both agency forms', '000.H01-250303-0001'],
  ['no agency', '-250303-0001'],
  ['a space before it', ' H01-250303-0001'],
  ['a line after it', 'H01-250303-0001\n'],
  ['full-width digits', 'H01-２５０３０３-0001'],
  ['nothing', ''],
])('a code with %s is none', (_, code) => {
  expect(findCodeParts(code)).toBeUndefined();
});
