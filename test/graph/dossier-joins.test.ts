import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { graphql } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventFirms } from '../../mocks/business/invent.ts';
import { openDatabase } from '../../src/database/open.ts';
import { findDossiersOf } from '../../src/dossiers/find-of.ts';
import { dossierTable } from '../../src/dossiers/table.ts';
import { createSeal } from '../../src/kit/seal.ts';
import type { Store } from '../../src/kit/store.ts';
import { done } from '../../src/kit/outcome.ts';
import type { PersonKey } from '../../src/kit/personal-id.ts';
import { schema } from '../../src/server/schema.ts';
import { families, startHub, type TestHub } from '../support/hub.ts';
import { storedDossier, storeDossiers } from './house.ts';

const people = families.slice(0, 50).map(({ mother }) => mother);
const firms = inventFirms().firms.filter(({ status }) => status === 'Đang hoạt động').slice(0, 50);

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
  expect(calls).toEqual({ 'population.findCitizen': 50, 'business.findEnterprise': 50, 'ndxp.carry': 50, 'ndxp.token': 1 });
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
