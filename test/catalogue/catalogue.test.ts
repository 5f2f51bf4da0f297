import { expect, test } from 'vitest';
import { findReversed, REVERSED } from '../../src/catalogue/agency-code.ts';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';

const catalogue = loadCatalogue();
const eras = ['2024-01-01', '2025-03-03', '2025-06-30', '2025-07-01', '2027-12-31'];

test.each(['1.001193', '1.000656', '1.004222', '2.000635', '1.001612', '2.001610', '3.000333'])('the procedure %s has a row in the demonstration era', (code) => {
  expect(catalogue.findProcedure(code, '2025-03-03')?.code).toBe(code);
});

test('registering a birth is free and due the same day', () => {
  expect(catalogue.findProcedure('1.001193', '2025-03-03')).toMatchObject({ term: { amount: 0, unit: 'WORKING_DAY' }, fees: { COUNTER: 0, ONLINE: 0 } });
});

test('permanent residence takes 7 working days and costs 20,000 đ at the counter, 10,000 đ online', () => {
  expect(catalogue.findProcedure('1.004222', '2025-03-03')).toMatchObject({ term: { amount: 7, unit: 'WORKING_DAY' }, fees: { COUNTER: 20_000, ONLINE: 10_000 } });
});

test('each linked procedure holds in its own era only', () => {
  const inForce = (date: string) => catalogue.procedures(date).filter(({ desk }) => desk === 'LINKED_PROCEDURES').map(({ code }) => code);
  expect(inForce('2024-06-30')).toEqual(['2.000986', '2.001023']);
  expect(inForce('2024-07-01')).toEqual(['2.002621', '2.002622']);
  expect(inForce('2026-08-31')).toEqual(['2.002621', '2.002622']);
  expect(inForce('2026-09-01')).toEqual(['2.002913', '3.000722']);
});

test('the birth bundle takes 3 working days, its residence part 2', () => {
  const bundle = catalogue.findProcedure('2.002621', '2025-03-03');
  expect(bundle?.term).toMatchObject({ amount: 3, unit: 'WORKING_DAY' });
  expect(bundle?.parts.map(({ act, desk, term }) => [act, desk, term.amount])).toEqual([
    ['birth', 'COMMUNE', 0],
    ['residence', 'COMMUNE_POLICE', 2],
    ['healthCard', 'SOCIAL_INSURANCE', 2],
  ]);
});

test('household businesses register at the district until it is abolished, then at the commune', () => {
  expect(catalogue.findProcedure('1.001612', '2025-06-30')?.level).toBe('DISTRICT');
  expect(catalogue.findProcedure('1.001612', '2025-07-01')?.level).toBe('COMMUNE');
});

test('one commune code can mean two communes, one after the other', () => {
  expect(catalogue.findCommune('30307', '2025-06-30')?.name.vi).toBe('Phường Mỹ Hòa');
  expect(catalogue.findCommune('30307', '2025-07-01')?.name.vi).toBe('Phường Long Xuyên');
  expect(catalogue.findCommune('30280', '2025-07-01')).toBeUndefined();
  expect(catalogue.findCommune('30280', '2025-06-30')?.successor).toBe('30307');
});

test('old An Giang has twenty wards and communes in the catalogue, the new one six', () => {
  expect(catalogue.communes('2025-06-30')).toHaveLength(20);
  expect(catalogue.communes('2025-07-01')).toHaveLength(6);
});

test.each(eras)('on %s every desk of every commune is answered', (date) => {
  for (const { code } of catalogue.communes(date)) {
    for (const desk of ['COMMUNE', 'COMMUNE_POLICE', 'SOCIAL_INSURANCE', 'LINKED_PROCEDURES', 'PROVINCE'] as const) {
      expect(catalogue.findDesk(desk, code, date), `${desk} of ${code}`).toBeDefined();
    }
  }
});

test('a commune that is gone has no desk any more', () => {
  expect(catalogue.findDesk('COMMUNE', '30280', '2025-06-30')?.name.vi).toBe('Ủy ban nhân dân phường Mỹ Bình');
  expect(catalogue.findDesk('COMMUNE', '30280', '2025-07-01')).toBeUndefined();
});

test('an agency is found by its forward and by its reversed code', () => {
  const agency = catalogue.findDesk('COMMUNE_POLICE', '30280', '2025-03-03');
  expect(agency).toMatchObject({ code: 'H01.23.01.001', alias: '001.01.23.H01', commune: '30280', dutyOfficer: 'CA-30280-01' });
  expect(catalogue.findAgency('H01.23.01.001')).toBe(agency);
  expect(catalogue.findAgency('001.01.23.H01')).toBe(agency);
  expect(catalogue.findDesk('LINKED_PROCEDURES', '30280', '2025-03-03')).toMatchObject({ code: 'H01', alias: '000.00.00.H01' });
});

test('every agency has a reversed code of four groups that no other has', () => {
  const aliases = eras.flatMap((date) => catalogue.communes(date).flatMap(({ code }) => (['COMMUNE', 'COMMUNE_POLICE'] as const).map((desk) => catalogue.findDesk(desk, code, date))));
  const byAlias = new Map(aliases.map((agency) => [agency?.alias, agency]));
  expect(byAlias.size).toBe(new Set(aliases).size);
  for (const alias of byAlias.keys()) expect(alias).toMatch(REVERSED);
});

test('a code too deep for the four groups has no reversed form', () => {
  expect(findReversed('H01.23.17')).toBe('000.17.23.H01');
  expect(findReversed('H29.01')).toBe('000.00.01.H29');
  expect(findReversed('H01.23.17.001.01')).toBeUndefined();
  expect(findReversed('H01.123')).toBeUndefined();
});

test('a facility of first registration is found by its five digits', () => {
  expect(catalogue.findHealthFacility('89001')?.name.vi).toContain('Sông Hậu');
  expect(catalogue.findHealthFacility('89999')).toBeUndefined();
  expect(catalogue.healthFacilities).toHaveLength(12);
});

test('dossiers of the demonstration era carry the reversed agency, a six-digit date and four digits', () => {
  expect(catalogue.dossierCodeFormat('2025-03-03')).toMatchObject({ agency: 'reversed', date: 'yyMMdd', sequenceDigits: 4 });
});

test('the calendar is known for four years and not a day longer', () => {
  const { calendar } = catalogue;
  expect(calendar.findDay('2023-12-31')).toBeUndefined();
  expect(calendar.findDay('2024-01-01')).toMatchObject({ kind: 'HOLIDAY', works: false });
  expect(calendar.findDay('2025-04-26')).toMatchObject({ kind: 'MAKE_UP', works: true, provisional: false });
  expect(calendar.findDay('2027-02-11')).toMatchObject({ kind: 'WORKDAY', works: true, provisional: true });
  expect(calendar.findDay('2027-12-31')).toMatchObject({ kind: 'WORKDAY', works: true });
  expect(calendar.findDay('2028-01-01')).toBeUndefined();
});

test('four years have as many working days as the law leaves', () => {
  const worked = (year: number) => {
    let days = 0;
    for (let date = `${year}-01-01`; date <= `${year}-12-31`; ) {
      const day = catalogue.calendar.findDay(date);
      if (!day) break;
      if (day.works) days += 1;
      date = day.next;
    }
    return days;
  };
  expect([2024, 2025, 2026, 2027].map(worked)).toEqual([251, 250, 249, 249]);
});
