import { graphql } from 'graphql';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import '../../src/catalogue/graph.ts';
import { cataloguePart } from '../../src/catalogue/part.ts';
import { builder } from '../../src/graph/builder.ts';
import { gather, supply } from '../../src/kit/part.ts';

// Only this room's fields are asked; the roots that it leaves empty get a field so that the schema is valid.
builder.mutationField('nothing', (t) => t.boolean({ resolve: () => true }));
builder.subscriptionField('nothing', (t) => t.boolean({ subscribe: async function* nothing() {}, resolve: () => true }));
const schema = builder.toSchema();

const catalogue = loadCatalogue();
const contextValue = { parts: gather([supply(cataloguePart, () => catalogue)]), clock: { now: () => '2025-03-03T01:00:00.000Z' } };

async function ask(source: string) {
  const { data, errors } = await graphql({ schema, source, contextValue });
  return { data: JSON.parse(JSON.stringify(data ?? null)) as Record<string, unknown> | null, errors };
}

test('dueDate answers with the date, its reasons and both languages', async () => {
  const { data, errors } = await ask(`{
    dueDate(receivedAt: "2024-04-26T10:00:00+07:00", amount: 3, unit: WORKING_DAY) {
      date dueAt provisional countedFrom explanation english: explanation(lang: EN) sources days { date counted reason(lang: EN) }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    dueDate: { date: '2024-05-04', dueAt: '2024-05-04T10:00:00.000Z', provisional: false, countedFrom: '2024-04-26T03:00:00.000Z', english: expect.stringContaining('Saturday 04/05/2024 counts') },
  });
  expect((data?.['dueDate'] as { days: unknown[] }).days).toHaveLength(9);
});

test.each([
  ['2027-12-31T09:00:00+07:00', 1, 'CALENDAR_UNKNOWN'],
  ['2023-12-29T09:00:00+07:00', 1, 'CALENDAR_UNKNOWN'],
  ['2025-03-03T09:00:00+07:00', -1, 'BAD_INPUT'],
  ['2025-03-03T09:00:00+07:00', 3651, 'BAD_INPUT'],
])('dueDate from %s + %i is refused as %s', async (receivedAt, amount, code) => {
  const { data, errors } = await ask(`{ dueDate(receivedAt: "${receivedAt}", amount: ${amount}, unit: WORKING_DAY) { date } }`);
  expect(data).toBeNull();
  expect(errors?.[0]?.extensions).toMatchObject({ code, en: expect.any(String) });
});

test('a linked procedure shows its parts and the agency that answers for a commune', async () => {
  const { data, errors } = await ask(`{
    procedure(code: "2.002621") {
      name(lang: EN) level serviceLevel term { amount unit } fees { channel amount } validFrom validTo
      parts { act procedure desk term { amount confidence } fees { amount } }
    }
    residence: procedure(code: "1.004222") {
      fees { channel amount }
      agency(commune: "30280") { code alias name desk commune { code name successor { name district } } }
    }
  }`);
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({
    procedure: { level: 'COMMUNE', term: { amount: 3, unit: 'WORKING_DAY' }, fees: [{ channel: 'ONLINE', amount: 10_000 }], validFrom: '2024-07-01', parts: [{ act: 'birth', procedure: '1.001193' }, { act: 'residence' }, { act: 'healthCard' }] },
    residence: {
      fees: [{ channel: 'COUNTER', amount: 20_000 }, { channel: 'ONLINE', amount: 10_000 }],
      agency: { alias: '001.01.23.H01', name: 'Công an phường Mỹ Bình', desk: 'COMMUNE_POLICE', commune: { code: '30280', successor: { name: 'Phường Long Xuyên', district: null } } },
    },
  });
});

test('procedures are those in force today, or on the day that is asked for', async () => {
  const { data, errors } = await ask('{ today: procedures { code } later: procedures(on: "2026-09-01") { code } }');
  expect(errors).toBeUndefined();
  expect(data?.['today']).toContainEqual({ code: '2.002621' });
  expect(data?.['later']).not.toContainEqual({ code: '2.002621' });
  expect(data?.['later']).toContainEqual({ code: '3.000722' });
});

test('a procedure that is not in force is null', async () => {
  expect(await ask('{ procedure(code: "3.000722") { code } }')).toMatchObject({ data: { procedure: null } });
});

test('every type, field, argument and value that the catalogue adds is described with its Vietnamese term', () => {
  const names = ['DueDate', 'DayOfTerm', 'DueUnit', 'Procedure', 'ProcedurePart', 'ProcedureTerm', 'ProcedureFee', 'Agency', 'Commune', 'Desk', 'FilingChannel', 'Confidence', 'AgencyLevel', 'ServiceLevel'];
  const undescribed = names.flatMap((name) => {
    const type = schema.getType(name);
    const members = type && 'getFields' in type ? Object.values(type.getFields()) : type && 'getValues' in type ? type.getValues() : [];
    return [type, ...members].filter((thing) => !thing?.description?.includes('("')).map((thing) => `${name}.${thing?.name}`);
  });
  expect(undescribed).toEqual([]);
});
