import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql, parse } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StatusName } from '../../mocks/business/firm.ts';
import { inventFirms } from '../../mocks/business/invent.ts';
import { openDatabase } from '../../src/database/open.ts';
import { findDossiersOf } from '../../src/dossiers/find-of.ts';
import { dossierTable } from '../../src/dossiers/table.ts';
import { done } from '../../src/kit/outcome.ts';
import type { PersonKey } from '../../src/kit/personal-id.ts';
import { createSeal } from '../../src/kit/seal.ts';
import type { Store } from '../../src/kit/store.ts';
import { MOST_ROWS_IN_ALL, findTooManyRows } from '../../src/server/row-limit.ts';
import { schema } from '../../src/server/schema.ts';
import { readRows, storedDossier, storeDossiers } from '../graph/house.ts';
import { demandedFor } from '../support/demanded.ts';
import { families, familyOf, startHub, type TestHub } from '../support/hub.ts';

const people = families.slice(0, 50).map(({ mother }) => mother);
const firms = inventFirms().firms.filter(({ status }) => status === 'Đang hoạt động').slice(-50);

/** Three dossiers of each of fifty persons, each in the name of an enterprise of its own, due on different days. */
const dossiers = people.flatMap(({ personalId, fullName, birthDate }, index) =>
  [0, 1, 2].map((one) =>
    storedDossier(index * 3 + one + 1, { applicantId: personalId, applicantName: fullName, applicantBirth: birthDate, enterprise: firms[index]?.code ?? null, dueAt: `2025-04-${String(28 - one * 3).padStart(2, '0')}T10:00:00.000Z` }),
  ),
);
const codesOf = (index: number) => dossiers.slice(index * 3, index * 3 + 3).map(({ code }) => code).reverse(); // by due date, the last filed first

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
  await storeDossiers(hub, dossiers);
});
afterAll(() => hub.close());

const firmThatIs = (status: StatusName, branches = 0) => inventFirms().firms.find((firm) => firm.status === status && firm.branches.length >= branches) ?? expect.fail(`no invented firm is ${status}`);
const active = firmThatIs('Đang hoạt động', 2);

const SHOWN = 'code agencyCode enterpriseNumber business { name status registrationNumber source } applicant { fullName }';

const stored = () => readRows(hub, 'SELECT count(*) AS count FROM dossier');

let keys = 0;
async function file({ procedure = '2.002041', ...rest }: Record<string, unknown> & { readonly procedure?: string }, shown = SHOWN) {
  const { personalId, fullName, birthDate } = familyOf(61).mother;
  const input = { idempotencyKey: `enterprise-${(keys += 1)}`, procedure, communeCode: '30280', applicant: { personalId, fullName, birthDate }, papers: demandedFor(procedure), ...rest };
  const { data, errors } = await hub.ask(
    `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename
      ... on DossierAccepted { dossier { ${shown} } }
      ... on Failure { issues { path code vi: message message(lang: EN) expected(lang: EN) } } } }`,
    { input },
  );
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

test('a person files in the name of an enterprise, and the dossier leads to it', async () => {
  const { dossier } = await file({ enterprise: ` ${active.code} ` });
  expect(dossier).toMatchObject({
    agencyCode: '000.00.00.H01',
    enterpriseNumber: active.code,
    business: { name: active.name, status: 'ACTIVE', registrationNumber: active.code, source: 'BUSINESS' },
    applicant: { fullName: familyOf(61).mother.fullName.toLocaleUpperCase('vi') },
  });
});

test('a branch files in its own name, and has its own dossiers', async () => {
  const [branch] = active.branches;
  const { dossier } = await file({ enterprise: branch?.code });
  expect(dossier.business).toMatchObject({ name: branch?.name });
  const { data } = await hub.ask('query ($branch: String!) { business(registrationNumber: $branch) { dossiers { edges { node { code } } } parent { dossiers { edges { node { enterpriseNumber } } } } } }', { branch: branch?.code });
  expect(data?.['business'].dossiers.edges).toEqual([{ node: { code: dossier.code } }]);
  const { edges } = data?.['business'].parent.dossiers ?? {};
  for (const { node } of edges) expect(node.enterpriseNumber).toBe(active.code);
});

test.each([
  ['a check digit that does not fit', { enterprise: '0100109107' }, 'CONTRADICTION'],
  ['a personal number in its place', { enterprise: '089195990001' }, 'MALFORMED'],
  ['no enterprise where one is needed', {}, 'REQUIRED'],
  ['an enterprise where only persons may file', { enterprise: active.code, procedure: '1.004222' }, 'NOT_ALLOWED_NOW'],
  ['an enterprise that nobody registered', { enterprise: '1699900018' }, 'NOT_IN_REGISTER'],
  ['one that suspended its business', { enterprise: firmThatIs('Tạm ngừng kinh doanh').code }, 'NOT_ALLOWED_NOW'],
  ['one that was dissolved', { enterprise: firmThatIs('Đã giải thể').code }, 'NOT_ALLOWED_NOW'],
  ['one whose certificate was taken away', { enterprise: firmThatIs('Bị thu hồi GCN ĐKDN').code }, 'NOT_ALLOWED_NOW'],
])('%s is a named failure, and nothing is stored', async (_, rest, code) => {
  const before = stored();
  const result = await file(rest);
  expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'enterprise', code, message: expect.any(String), expected: expect.stringMatching(/.+/) }] });
  expect(stored()).toEqual(before);
});

test('one that has ceased is told apart from one that never was, in the register’s own words', async () => {
  const [ceased] = (await file({ enterprise: firmThatIs('Đã giải thể').code })).issues;
  expect(ceased.vi).toContain('Đã giải thể');
});

test.each(['Đang làm thủ tục giải thể', 'Không còn hoạt động tại địa chỉ đã đăng ký'] as const)('an enterprise in the state "%s" may still settle its matters', async (status) => {
  expect(await file({ enterprise: firmThatIs(status).code })).toMatchObject({ __typename: 'DossierAccepted' });
});

test('a dark enterprise register loses no application: it is taken, and the officer sees the state once the register answers', async () => {
  const suspended = firmThatIs('Tạm ngừng kinh doanh');
  hub.ministries.byName.business.script([{ match: {}, do: 'html' }]);
  const { dossier } = await file({ enterprise: suspended.code }, 'code status');
  expect(dossier.status).toBe('REGISTERED');
  hub.ministries.byName.business.script([]);
  const { data } = await hub.ask('query ($code: String!) { dossier(code: $code) { business { status } } }', { code: dossier.code });
  expect(data?.['dossier'].business).toEqual({ status: 'SUSPENDED' });
});

const edges = (connection: { edges: { node: { code: string } }[] }) => connection.edges.map(({ node }) => node.code);

async function callsDuring(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const seen = Object.values(hub.ministries.byName).map(({ calls }) => [calls, calls.length] as const);
  await work();
  const counts: Record<string, number> = {};
  for (const [calls, before] of seen) for (const { operation } of calls.slice(before)) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

test('a person leads to their dossiers by due date, page by page, and a stranger’s cursor is refused', async () => {
  const [{ personalId, fullName, birthDate } = expect.fail()] = people;
  const page = async (first: number, after?: string) => {
    const { data, errors } = await hub.ask(
      'query ($personalId: String!, $fullName: String!, $birthDate: String!, $first: Int, $after: String) { person(personalId: $personalId, fullName: $fullName, birthDate: $birthDate) { dossiers(first: $first, after: $after) { edges { node { code } } pageInfo { hasNextPage endCursor } } } }',
      { personalId, fullName, birthDate, first, after },
    );
    return { dossiers: data?.['person']?.dossiers, errors };
  };
  const first = await page(2);
  expect(edges(first.dossiers)).toEqual(codesOf(0).slice(0, 2));
  expect(first.dossiers.pageInfo.hasNextPage).toBe(true);
  const second = await page(2, first.dossiers.pageInfo.endCursor);
  expect(edges(second.dossiers)).toEqual(codesOf(0).slice(2));
  expect(second.dossiers.pageInfo.hasNextPage).toBe(false);
  expect((await page(2, 'abc')).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_CURSOR' });
  expect((await page(101)).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
});

test('fifty dossiers with applicants, enterprises and the dossiers of both ask one call for each person and enterprise', async () => {
  const calls = await callsDuring(async () => {
    const { data, errors } = await hub.ask('{ dossiers(first: 50) { edges { node { applicant { personalId dossiers(first: 5) { edges { node { code } } } } business { registrationNumber dossiers { edges { node { code enterpriseNumber } } } } } } } }');
    expect(errors).toBeUndefined();
    const nodes = data?.['dossiers'].edges.map(({ node }: { node: unknown }) => node);
    expect(nodes).toHaveLength(50);
    for (const { applicant, business } of nodes) {
      const index = people.findIndex(({ personalId }) => personalId === applicant.personalId);
      expect(business.registrationNumber).toBe(firms[index]?.code);
      expect(edges(applicant.dossiers)).toEqual(codesOf(index));
      expect(edges(business.dossiers)).toEqual(codesOf(index));
    }
  });
  expect({ ...calls, 'ndxp.token': 0 }).toEqual({ 'population.findCitizen': 50, 'business.findEnterprise': 50, 'ndxp.carry': 50, 'ndxp.token': 0 }); // the gateway's token may be there already
});

test('a list whose dossiers belong to no enterprise asks the enterprise register nothing', async () => {
  const { personalId, fullName, birthDate } = families[60]?.mother ?? expect.fail();
  await storeDossiers(hub, [storedDossier(9_000, { applicantId: personalId, applicantName: fullName, applicantBirth: birthDate, assignee: 'CB-30280-09' })]);
  const calls = await callsDuring(async () => {
    const { data } = await hub.ask('{ dossiers(filter: { assignee: "CB-30280-09" }) { edges { node { business { name } enterpriseNumber } } } }');
    expect(data?.['dossiers'].edges).toEqual([{ node: { business: null, enterpriseNumber: null } }]);
  });
  expect(calls).toEqual({});
});

test('the store is read once for each level of a list, however many owners stand in it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'joins-'));
  const { store } = await openDatabase(`sqlite:${join(folder, 'hub.sqlite')}`);
  try {
    await store.transact((rows) => rows.insert(dossierTable, dossiers));
    let reads = 0;
    const counting: Store = { ...store, read: () => ((reads += 1), store.read()) };
    const citizens = (keys: readonly PersonKey[]) => Promise.resolve(keys.map((key) => done({ ...key, sex: 'FEMALE', deceased: false }, '2025-03-03T01:00:00.000Z')));
    const contextValue = { store: counting, seal: createSeal(Buffer.alloc(32)), loaders: new Map(), purpose: { procedure: '1.004222' }, clock: { now: () => '2025-03-03T01:00:00.000Z' }, reach: () => ({ people: citizens }) };
    const { data, errors } = await graphql({ schema, contextValue, source: '{ dossiers(first: 50) { edges { node { applicant { dossiers(first: 2) { edges { node { code applicant { dossiers(first: 1) { edges { node { code } } } } } } } } } } } }' });
    expect(errors).toBeUndefined();
    expect((data?.['dossiers'] as { edges: unknown[] }).edges).toHaveLength(50);
    expect(reads).toBe(3);
  } finally {
    await store.close();
    rmSync(folder, { recursive: true });
  }
});

test('dossiers of owners who have none are empty, in the order of the owners', async () => {
  const { store } = await openDatabase(hub.config.databaseUrl);
  const [one, , three] = people;
  const found = await findDossiersOf(store, 'applicantId', [three?.personalId ?? '', 'nobody', one?.personalId ?? ''], undefined, 2);
  await store.close();
  expect(found.map((list) => list.map(({ code }) => code))).toEqual([codesOf(2).slice(0, 2), [], codesOf(0).slice(0, 2)]);
});

test('lists within lists that could bring too many rows are TOO_COMPLEX before anybody is asked, however they are written', async () => {
  const page = 'dossiers(first: $n) { edges { node { applicant { dossiers(first: $n) { edges { cursor } } } } } }';
  const rows = `one: ${page} two: ${page}`; // 2 × (100 + 100 × 100)
  const calls = await callsDuring(async () => {
    for (const query of [`query ($n: Int) { ${rows} }`, `query ($n: Int) { ...Page } fragment Page on Query { ${rows} }`]) {
      const { data, errors } = await hub.ask(query, { n: 100 });
      expect(data ?? null).toBeNull();
      expect(errors).toMatchObject([{ extensions: { code: 'TOO_COMPLEX', limit: MOST_ROWS_IN_ALL, vi: expect.any(String), en: expect.any(String) } }]);
    }
  });
  expect(calls).toEqual({});
  expect((await hub.ask(`query ($n: Int) { ${rows} }`, { n: 2 })).errors).toBeUndefined();
});

test('rows are counted without following fragments for ever', () => {
  const fragments = Array.from({ length: 30 }, (_, index) => `fragment F${index} on Query { ${index === 29 ? 'now' : `...F${index + 1} ...F${index + 1}`} }`).join(' ');
  expect(findTooManyRows({ schema, document: parse(`{ ...F0 } ${fragments}`) })?.extensions).toMatchObject({ code: 'TOO_COMPLEX' });
  expect(findTooManyRows({ schema, document: parse('{ dossiers(first: 100) { edges { node { code } } } }') })).toBeUndefined();
});
