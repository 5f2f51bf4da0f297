import fc from 'fast-check';
import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { cataloguePart } from '../../src/catalogue/part.ts';
import { gather, supply } from '../../src/kit/part.ts';
import { searchWords, unmarked } from '../../src/kit/word-search.ts';
import { schema } from '../../src/server/schema.ts';

const catalogue = loadCatalogue();
const contextValue = { parts: gather([supply(cataloguePart, () => catalogue)]), clock: { now: () => '2025-03-03T01:00:00.000Z' } };

async function ask(source: string, variableValues: Record<string, unknown> = {}) {
  const { data, errors } = await graphql({ schema, source, contextValue, variableValues });
  return { data: data as Record<string, { code: string }[]> | null, errors };
}

const PROCEDURES = 'query ($search: String, $sector: String, $level: AgencyLevel, $serviceLevel: ServiceLevel, $first: Int, $after: String, $on: Date) { procedures(search: $search, sector: $sector, level: $level, serviceLevel: $serviceLevel, first: $first, after: $after, on: $on) { code } }';

async function codes(variables: Record<string, unknown>): Promise<string[]> {
  const { data, errors } = await ask(PROCEDURES, variables);
  expect(errors).toBeUndefined();
  return (data?.['procedures'] ?? []).map(({ code }) => code);
}

const texts = [...catalogue.procedures('2025-03-03'), ...catalogue.communes('2025-03-03'), ...catalogue.agencies('2025-03-03')].flatMap(({ name }) => [name.vi, name.en]);
/** The tone at its new place, for the spellings that the catalogue writes at the old one. */
const newPlace = (text: string) => text.replaceAll('óa', 'oá').replaceAll('òa', 'oà').replaceAll('ỏa', 'oả').replaceAll('úy', 'uý').replaceAll('ủy', 'uỷ').replaceAll('Ủy', 'Uỷ');

test('a text is found by itself, without its marks, in any case, order and form, and by how its words begin', () => {
  const spelling = fc.constantFrom<(text: string) => string>(
    (text) => text,
    unmarked,
    (text) => text.toLocaleUpperCase('vi'),
    (text) => unmarked(text).toLowerCase(),
    (text) => text.normalize('NFD'),
    newPlace,
    (text) => text.split(' ').reverse().join('   '),
    (text) => text.split(' ').map((word) => unmarked(word).slice(0, 2)).join(' '),
  );
  fc.assert(
    fc.property(fc.constantFrom(...texts), spelling, (text, spell) => {
      expect(searchWords(texts.map((one) => ({ one })), spell(text), ({ one }) => [one]).map(({ one }) => one)).toContain(text);
    }),
    { numRuns: 150 }, // of some 400 pairs; each search reads every text
  );
});

test('a text without its marks has none and keeps every letter', () => {
  fc.assert(
    fc.property(fc.constantFrom(...texts), (text) => {
      expect(unmarked(text)).not.toMatch(/[\p{M}đĐ]/u);
      expect(unmarked(text)).toHaveLength(text.length);
      expect(unmarked(unmarked(text))).toBe(unmarked(text));
    }),
  );
});

test('what is written as it was sought comes before what is met without marks, whole words before beginnings', () => {
  const rows = ['Hòa Bình', 'Hoa Sen', 'Hoàng Hoa', 'Hóa đơn', 'Hồ Sen'];
  const search = (sought: string) => searchWords(rows, sought, (row) => [row]);
  expect(search('hoà')).toEqual(['Hòa Bình', 'Hoàng Hoa', 'Hoa Sen', 'Hóa đơn']);
  expect(search('hoa')).toEqual(['Hoa Sen', 'Hoàng Hoa', 'Hòa Bình', 'Hóa đơn']);
  expect(search('hoa don')).toEqual(['Hóa đơn']);
  expect(search('sen ho')).toEqual(['Hồ Sen', 'Hoa Sen']);
  expect(search('  —  ')).toEqual(rows);
  expect(search('hoa xyz')).toEqual([]);
});

test.each([
  ['khai sinh', ['1.001193', '2.002621']],
  ['dang ky thuong tru', ['1.004222', '1.003197', '2.002622', '2.002621']],
  ['THƯỜNG TRÚ đăng ký', ['1.004222', '1.003197', '2.002622', '2.002621']],
  ['ho kinh doanh', ['1.001612']],
  ['birth', ['1.001193', '2.002621']],
  ['1.0042', ['1.004222']],
  ['ly lich', ['3.000333']],
  ['hôn nhân', ['1.004873']],
])('procedures are found by "%s"', async (search, expected) => {
  expect(await codes({ search })).toEqual(expected);
});

test('procedures are narrowed by sector, level, level of service and day, and read on from a code', async () => {
  expect(await codes({ sector: 'cu tru' })).toEqual(['1.003197', '1.004194', '1.004222']);
  expect(await codes({ level: 'DISTRICT' })).toEqual(['1.001612']);
  expect(await codes({ level: 'DISTRICT', on: '2025-07-01' })).toEqual([]);
  expect(await codes({ serviceLevel: 'PARTIAL', search: 'chung' })).toEqual(['2.000815']);
  const all = await codes({ sector: 'Hộ tịch' });
  expect([...(await codes({ sector: 'Hộ tịch', first: 2 })), ...(await codes({ sector: 'Hộ tịch', first: 2, after: all[1] })), ...(await codes({ sector: 'Hộ tịch', after: all[3] }))]).toEqual(all);
});

test('agencies and communes are found by words without marks, by code and by desk', async () => {
  const { data, errors } = await ask(`{
    communes(search: "phuong my hoa") { code } hung: communes(search: "hung") { code } city: communes(search: "chau doc", first: 2) { code }
    agencies(search: "cong an my binh") { code } alias: agencies(search: "001.01.23.H01") { code } district: agencies(desk: DISTRICT_FINANCE) { code }
    of: agencies(commune: "30316") { code } later: agencies(desk: DISTRICT_FINANCE, on: "2025-07-01") { code }
  }`);
  expect(errors).toBeUndefined();
  const got = Object.fromEntries(Object.entries(data ?? {}).map(([name, rows]) => [name, rows.map(({ code }) => code)]));
  expect(got).toEqual({
    communes: ['30307'],
    hung: ['30313'],
    city: ['30334', '30316'],
    agencies: ['H01.23.01.001'],
    alias: ['H01.23.01.001'],
    district: ['H01.23.60', 'H01.24.60'],
    of: ['H01', 'H01.24.01', 'H01.24.01.001', 'H01.24.60', 'H01.60'],
    later: [],
  });
});

test.each([
  [{ search: 'x'.repeat(201) }, 'BAD_INPUT'],
  [{ first: 101 }, 'BAD_INPUT'],
  [{ after: '9.999999' }, 'BAD_CURSOR'],
])('a listing with %j is refused by name', async (variables, code) => {
  const { errors } = await ask(PROCEDURES, variables);
  expect(errors?.[0]?.extensions).toMatchObject({ code, en: expect.any(String) });
});
