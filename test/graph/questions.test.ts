import { expect, test } from 'vitest';
import { birthFormOf } from '../../mocks/application.ts';
import { systemEnumName } from '../../src/graph/builder.ts';
import { systemNames } from '../../src/kit/system.ts';
import { familyOf, type TestHub } from '../support/hub.ts';
import { countBeside } from '../support/database.ts';
import { openHouse } from './house.ts';

const REHEARSE = `query ($form: BundleForm!) { rehearseBundle(input: { form: $form }) { __typename
  ... on BundleRehearsal { bundle procedureCode due { dueAt provisional } steps { act title(lang: EN) vi: title system after agency { alias name } due { dueAt } } }
  ... on Failure { code vi: message en: message(lang: EN) issues { path code vi: message en: message(lang: EN) expected expectedEn: expected(lang: EN) } }
  ... on NoDefinitionInForce { nextFrom }
} }`;

const INCIDENTS = `query ($first: Int, $after: String, $filter: IncidentFilter) { incidents(first: $first, after: $after, filter: $filter) {
  edges { cursor node { id cause detail en: detail(lang: EN) bundleCode act dossierCode system ownerAgency ownerRole openedAt resolvedAt } } pageInfo { hasNextPage endCursor }
} }`;

/** How many lines every table has and every ministry was asked: what must not change by a rehearsal. */
function traceOf(house: TestHub): unknown {
  return [countBeside(house.config.databaseUrl), Object.values(house.ministries.byName).map(({ name, calls }) => [name, calls.length])];
}

test('a rehearsal tells who would do what by when, and leaves no trace', async () => {
  const house = await openHouse();
  const before = traceOf(house);
  const { data, errors } = await house.ask(REHEARSE, { form: { birth: birthFormOf(familyOf(100), house.clock.now()) } });
  expect(errors).toBeUndefined();
  expect(data?.['rehearseBundle']).toEqual({
    __typename: 'BundleRehearsal',
    bundle: 'birth',
    procedureCode: '2.002621',
    due: { dueAt: '2025-03-06T10:00:00.000Z', provisional: false },
    steps: [
      { act: 'birth', title: expect.stringMatching(/birth/i), vi: expect.stringMatching(/khai sinh/i), system: 'CIVIL_STATUS', after: [], agency: { alias: expect.stringMatching(/H01$/), name: expect.stringMatching(/^UBND|^Ủy ban/) }, due: { dueAt: '2025-03-03T10:00:00.000Z' } },
      { act: 'residence', title: expect.any(String), vi: expect.stringMatching(/thường trú/i), system: 'RESIDENCE', after: ['birth'], agency: { alias: expect.any(String), name: expect.stringMatching(/^Công an/) }, due: { dueAt: expect.stringMatching(/^2025-03-0[56]T10:00/) } },
      { act: 'healthCard', title: expect.any(String), vi: expect.stringMatching(/BHYT|bảo hiểm y tế/i), system: 'SOCIAL_INSURANCE', after: ['birth'], agency: { alias: expect.any(String), name: expect.stringMatching(/^(BHXH|Bảo hiểm xã hội)/) }, due: { dueAt: expect.stringMatching(/^2025-03-0[56]T10:00/) } },
    ],
  });
  expect(traceOf(house)).toEqual(before);
});

test('what a rehearsal promised is what a filing at that moment gets', async () => {
  const house = await openHouse({ paceMs: 3_600_000 });
  const { data } = await house.ask(REHEARSE, { form: { birth: birthFormOf(familyOf(101), house.clock.now()) } });
  const filed = await house.file(familyOf(101));
  const dossiers = filed['bundleRun'].dossiers as { act: string; agencyCode: string }[];
  expect(filed['bundleRun'].dueAt).toBe(data?.['rehearseBundle'].due.dueAt);
  expect(dossiers.map(({ act, agencyCode }) => [act, agencyCode])).toEqual(data?.['rehearseBundle'].steps.map((step: { act: string; agency: { alias: string } }) => [step.act, step.agency.alias]));
});

test('a rehearsal asks for no purpose, because it asks nobody', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  const { data, errors } = await house.ask(REHEARSE, { form: { birth: birthFormOf(familyOf(102), house.clock.now()) } });
  expect(errors).toBeUndefined();
  expect(data?.['rehearseBundle'].__typename).toBe('BundleRehearsal');
});

test('a rehearsal names every wrong field at once, with what would be right in both languages', async () => {
  const house = await openHouse();
  const form = birthFormOf(familyOf(103), house.clock.now());
  const wrong = { ...form, child: { ...form.child, birthDate: '2025-03-04' }, residence: { ...form.residence, address: { ...form.residence.address, communeCode: '99999' } }, healthCare: { facilityCode: '00000' } };
  const { data, errors } = await house.ask(REHEARSE, { form: { birth: wrong } });
  expect(errors).toBeUndefined();
  expect(data?.['rehearseBundle']).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT', vi: expect.any(String), en: expect.any(String) });
  const issues = data?.['rehearseBundle'].issues as Record<string, string>[];
  expect(issues.map(({ path, code }) => [path, code])).toEqual(expect.arrayContaining([['form.birth.child.birthDate', 'IN_FUTURE'], ['form.birth.residence.address.communeCode', 'UNKNOWN_CODE'], ['form.birth.healthCare.facilityCode', 'UNKNOWN_CODE']]));
  for (const issue of issues) for (const said of ['vi', 'en', 'expected', 'expectedEn']) expect(issue[said]).toMatch(/\S/);
});

test('before the linked procedure is in force a rehearsal says from when it will be', async () => {
  const house = await openHouse({ now: '2024-06-28T01:00:00.000Z' });
  const { data } = await house.ask(REHEARSE, { form: { birth: birthFormOf(familyOf(104), house.clock.now()) } });
  expect(data?.['rehearseBundle']).toMatchObject({ __typename: 'NoDefinitionInForce', code: 'NO_DEFINITION_IN_FORCE', nextFrom: '2024-07-01', vi: expect.stringContaining('01/07/2024'), en: expect.stringContaining('2024-07-01') });
});

test('two forms at once, or none, are no form', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask(REHEARSE, { form: {} });
  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([{ message: expect.stringMatching(/exactly one/i), extensions: { code: 'BAD_INPUT' } }]);
});

test('the systems are told with title, gateway and the state of their lines', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask('{ systems { name title en: title(lang: EN) behind state } }');
  expect(errors).toBeUndefined();
  const systems = data?.['systems'] as { name: string; title: string; en: string; behind: string | null; state: string }[];
  expect(systems.map(({ name }) => name)).toEqual(systemNames.map(systemEnumName));
  for (const { title, en, state } of systems) expect([title, en, state]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/^[\x20-\x7E]+$/), 'CLOSED']);
  const behind = Object.fromEntries(systems.map((system) => [system.name, system.behind]));
  expect(behind).toMatchObject({ NDXP: null, POPULATION: null, RESIDENCE: null, CIVIL_STATUS: 'NDXP', SOCIAL_INSURANCE: 'NDXP' });
});

test('a refused card raises an incident with cause, words, dossier and owner, found by every filter that fits', async () => {
  const house = await openHouse();
  house.ministries.byName['social-insurance'].decide([{ contains: 'Trẻ Bị Từ Chối', outcome: 'refuse', reason: 'Không đủ điều kiện.' }]);
  const { code } = await house.file(familyOf(105), { childName: 'Trẻ Bị Từ Chối' });
  const run = await house.ended(code);
  const card = run['dossiers'].find((dossier: { act: string }) => dossier.act === 'healthCard');
  const all = (await house.ask(INCIDENTS)).data?.['incidents'];
  const [{ node }] = all.edges;
  expect(all.edges).toHaveLength(1);
  expect(node).toEqual({
    id: expect.any(String),
    cause: 'MINISTRY_REFUSED',
    detail: expect.stringContaining('Không đủ điều kiện.'),
    en: expect.stringMatching(/refused/i),
    bundleCode: code,
    act: 'healthCard',
    dossierCode: card.code,
    system: 'SOCIAL_INSURANCE',
    ownerAgency: card.code.slice(0, card.code.indexOf('-')),
    ownerRole: 'CASE_OFFICER',
    openedAt: expect.stringMatching(/^2025-03-03T/),
    resolvedAt: null,
  });
  const count = async (filter: object) => (await house.ask(INCIDENTS, { filter })).data?.['incidents'].edges.length as number;
  for (const filter of [{ open: true }, { cause: 'MINISTRY_REFUSED' }, { agency: node.ownerAgency }, { system: 'SOCIAL_INSURANCE' }, { open: true, cause: 'MINISTRY_REFUSED', agency: node.ownerAgency, system: 'SOCIAL_INSURANCE' }, {}]) expect(await count(filter), JSON.stringify(filter)).toBe(1);
  for (const filter of [{ open: false }, { cause: 'OVERDUE' }, { agency: 'H99' }, { system: 'RESIDENCE' }, { open: true, system: 'NDXP' }]) expect(await count(filter), JSON.stringify(filter)).toBe(0);
});

test('incidents come newest first and page without a gap', async () => {
  const house = await openHouse();
  house.ministries.byName['social-insurance'].decide([{ contains: 'Trẻ Bị Từ Chối', outcome: 'refuse' }]);
  const runs: string[] = [];
  for (const number of [106, 107, 108]) {
    const { code } = await house.file(familyOf(number), { childName: 'Trẻ Bị Từ Chối' });
    await house.ended(code);
    runs.push(code);
  }
  const found: string[] = [];
  let after: string | null = null;
  do {
    const page: Record<string, any> = (await house.ask(INCIDENTS, { first: 1, after })).data?.['incidents']; // eslint-disable-line @typescript-eslint/no-explicit-any -- an answer is looked into by path
    found.push(...page['edges'].map((edge: { node: { bundleCode: string } }) => edge.node.bundleCode));
    after = page['pageInfo'].hasNextPage ? page['pageInfo'].endCursor : null;
  } while (after !== null);
  expect(found).toEqual([...runs].reverse());
});

test.each([
  [1, 'WORKING_DAY', '2025-03-04T10:00:00.000Z'],
  [0, 'WORKING_DAY', '2025-03-03T10:00:00.000Z'],
  [5, 'CALENDAR_DAY', '2025-03-10T10:00:00.000Z'], // the fifth day is a Saturday
  [4, 'WORKING_HOUR', '2025-03-03T07:00:00.000Z'], // three hours to the noon break at eleven, one after it
])('over HTTP the term of %i %s from Monday 08:00 ends at %s', async (amount, unit, dueAt) => {
  const house = await openHouse();
  const { data, errors } = await house.ask('query ($amount: Int!, $unit: DueUnit!) { dueDate(receivedAt: "2025-03-03T08:00:00+07:00", amount: $amount, unit: $unit) { date dueAt provisional explanation en: explanation(lang: EN) days { date counted reason } sources } }', { amount, unit });
  expect(errors).toBeUndefined();
  expect(data?.['dueDate']).toMatchObject({ date: dueAt.slice(0, 10), dueAt, provisional: false, explanation: expect.stringMatching(/\S/), en: expect.stringMatching(/\S/) });
  expect(data?.['dueDate'].days.length).toBeGreaterThan(0);
  expect(data?.['dueDate'].sources.length).toBeGreaterThan(0);
});

test('outside the calendar a due date is CALENDAR_UNKNOWN, and the other fields are answered', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask('{ now systems { name } procedure(code: "2.002621") { code } far: dueDate(receivedAt: "2031-01-01T08:00:00+07:00", amount: 1, unit: WORKING_DAY) { date } }');
  expect(data).toBeNull(); // dueDate promises a date, so that the answer as a whole is gone
  expect(errors).toMatchObject([{ path: ['far'], extensions: { code: 'CALENDAR_UNKNOWN', date: expect.stringMatching(/^2031/), from: expect.any(String), to: expect.any(String), vi: expect.any(String), en: expect.any(String) } }]);
});

test('procedures are those in force today, each found again by its code', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask('{ procedures { code name en: name(lang: EN) sector level term { amount unit source } fees { channel amount } validFrom } }');
  expect(errors).toBeUndefined();
  const codes = data?.['procedures'].map((procedure: { code: string }) => procedure.code) as string[];
  expect(codes).toEqual([...codes].sort());
  expect(codes).toEqual(expect.arrayContaining(['2.002621', '1.001193', '1.004222']));
  for (const code of codes) expect((await house.ask('query ($code: String!) { procedure(code: $code) { code } }', { code })).data).toEqual({ procedure: { code } });
  expect((await house.ask('{ procedure(code: "9.999999") { code } }')).data).toEqual({ procedure: null });
});

test('a dossier shows its procedure and agency as they stood when it was filed', async () => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(109));
  await house.ended(code);
  const { data, errors } = await house.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { procedureCode procedure { code name parts { act } } agencyCode agency { alias name } channel receivedAt dueAt due { dueAt explanation } } } }', { code });
  expect(errors).toBeUndefined();
  const dossiers = (data?.['bundleRun'].dossiers ?? []) as { procedureCode: string; procedure: { code: string }; agencyCode: string; agency: { alias: string }; due: { dueAt: string } }[];
  expect(dossiers).toHaveLength(3);
  for (const dossier of dossiers) {
    expect(dossier.procedure.code).toBe(dossier.procedureCode);
    expect(dossier.agency.alias).toBe(dossier.agencyCode);
    expect(dossier).toMatchObject({ channel: 'ONLINE', receivedAt: expect.stringMatching(/^2025-03-03T/), dueAt: dossier.due.dueAt });
  }
});

test('the hub’s clock is told in UTC', async () => {
  const house = await openHouse({ now: '2025-03-03T01:00:00.000Z' });
  expect((await house.ask('{ now }')).data?.['now']).toMatch(/^2025-03-03T01:00:\d\d\.\d{3}Z$/);
});
