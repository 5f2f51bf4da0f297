import { expect, test } from 'vitest';
import { familyOf, type TestHub } from '../support/hub.ts';
import { openHouse, storedDossier, storeDossiers } from './house.ts';

const IDS = `query ($code: String!) { bundleRun(code: $code) { id code dossiers { id code applicant { id personalId fullName birthDate } } } }`;

const NODE = `query ($id: ID!) { node(id: $id) { __typename id
  ... on Dossier { code status }
  ... on BundleRun { code state }
  ... on Person { personalId fullName source asOf }
} }`;

interface Ids {
  readonly code: string;
  readonly run: string;
  readonly dossier: string;
  readonly dossierCode: string;
  readonly person: string;
  readonly personalId: string;
  readonly fullName: string;
  readonly birthDate: string;
}

/** The ids of a finished birth, and what they stand for. */
async function fileForIds(house: TestHub, family: number): Promise<Ids> {
  const { code } = await house.file(familyOf(family));
  await house.ended(code);
  const { data } = await house.ask(IDS, { code });
  const run = data?.['bundleRun'];
  const [{ id: dossier, code: dossierCode, applicant }] = run.dossiers;
  return { code, run: run.id, dossier, dossierCode, person: applicant.id, personalId: applicant.personalId, fullName: applicant.fullName, birthDate: applicant.birthDate };
}

test('node gives a dossier, a linked application and a person by their ids', async () => {
  const house = await openHouse();
  const ids = await fileForIds(house, 20);
  const [dossier, run, person] = await Promise.all([ids.dossier, ids.run, ids.person].map((id) => house.ask(NODE, { id })));
  expect(dossier).toEqual({ data: { node: { __typename: 'Dossier', id: ids.dossier, code: ids.dossierCode, status: 'FINISHED' } } });
  expect(run).toEqual({ data: { node: { __typename: 'BundleRun', id: ids.run, code: ids.code, state: 'FINISHED' } } });
  expect(person).toEqual({ data: { node: { __typename: 'Person', id: ids.person, personalId: ids.personalId, fullName: ids.fullName, source: 'POPULATION', asOf: expect.any(String) } } });
});

test('an id tells nothing: no number, name, code or type can be read out of it', async () => {
  const house = await openHouse();
  const ids = await fileForIds(house, 21);
  for (const id of [ids.dossier, ids.run, ids.person]) {
    expect(id).toMatch(/^[\w-]{40,}$/);
    const readings = [id, Buffer.from(id, 'base64url').toString('utf8'), Buffer.from(id, 'base64url').toString('latin1'), Buffer.from(id, 'base64url').toString('hex')].join('\n');
    for (const secret of [ids.personalId, ids.personalId.slice(-6), ids.fullName, ids.birthDate, ids.code, 'Person', 'Dossier', 'BundleRun']) expect(readings).not.toContain(secret);
  }
});

test('the same object has the same id in every answer and after a restart', async () => {
  const house = await openHouse();
  const before = await fileForIds(house, 22);
  await house.restart();
  const { data } = await house.ask(IDS, { code: before.code });
  expect([data?.['bundleRun'].id, data?.['bundleRun'].dossiers[0].id, data?.['bundleRun'].dossiers[0].applicant.id]).toEqual([before.run, before.dossier, before.person]);
  expect((await house.ask(NODE, { id: before.person })).data?.['node'].personalId).toBe(before.personalId);
});

test('another hub gives another id to the same person, and knows none of the first one’s', async () => {
  const [house, other] = [await openHouse(), await openHouse()];
  const key = familyOf(23).mother;
  const query = 'query ($personalId: String!, $fullName: String!, $birthDate: String!) { person(personalId: $personalId, fullName: $fullName, birthDate: $birthDate) { id } }';
  const variables = { personalId: key.personalId, fullName: key.fullName, birthDate: key.birthDate };
  const [id, elsewhere] = [(await house.ask(query, variables)).data?.['person'].id, (await other.ask(query, variables)).data?.['person'].id];
  expect(id).not.toBe(elsewhere);
  const calls = house.ministries.population.calls.length;
  const { data, errors } = await house.ask(NODE, { id: elsewhere });
  expect(data).toEqual({ node: null });
  expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_INPUT', vi: expect.any(String), en: expect.any(String) } }]);
  expect(house.ministries.population.calls).toHaveLength(calls);
});

const flip = (id: string, at: number) => id.slice(0, at) + (id[at] === 'A' ? 'B' : 'A') + id.slice(at + 1);

const spoilings: readonly [string, (id: string) => string][] = [
  ['a changed first letter', (id: string) => flip(id, 0)],
  ['a changed letter in the middle', (id: string) => flip(id, 30)],
  ['a changed end', (id: string) => flip(id, id.length - 3)],
  ['its end cut off', (id: string) => id.slice(0, -4)],
  ['something after it', (id: string) => `${id}AAAA`],
  ['a line break after it', (id: string) => `${id}\n`],
  ['padding after it', (id: string) => `${id}=`],
  ['nothing in it', () => ''],
  ['Relay’s usual form', () => Buffer.from('Dossier:000.17.23.H01-250301-0001').toString('base64')],
  ['a bare code', () => '000.17.23.H01-250301-0001'],
  ['words', () => 'xin chào'],
];

test('an id that was changed, cut, padded or made up is BAD_INPUT and null', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1)]);
  const { data: list } = await house.ask('{ dossiers { edges { node { id } } } }');
  for (const [how, spoil] of spoilings) {
    const { data, errors } = await house.ask(NODE, { id: spoil(list?.['dossiers'].edges[0].node.id) });
    expect(data, how).toEqual({ node: null });
    expect(errors, how).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_INPUT', vi: 'Mã định danh không hợp lệ.', en: 'This id was not given out by this hub.' } }]);
  }
});

test('a cursor does not pass for an id', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1)]);
  const { data: list } = await house.ask('{ dossiers { edges { cursor } } events { pageInfo { endCursor } } }');
  for (const id of [list?.['dossiers'].edges[0].cursor, list?.['events'].pageInfo.endCursor]) {
    const { data, errors } = await house.ask(NODE, { id });
    expect(data).toEqual({ node: null });
    expect(errors?.[0]?.extensions['code']).toBe('BAD_INPUT');
  }
});

test('an id beside another in one query spoils only its own field', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1)]);
  const { data: list } = await house.ask('{ dossiers { edges { node { id } } } }');
  const { data, errors } = await house.ask('query ($good: ID!) { good: node(id: $good) { id } bad: node(id: "x") { id } }', { good: list?.['dossiers'].edges[0].node.id });
  expect(data).toEqual({ good: { id: list?.['dossiers'].edges[0].node.id }, bad: null });
  expect(errors).toMatchObject([{ path: ['bad'] }]);
});

test('a person by id asks for a purpose like a person by name', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  const { mother } = familyOf(24);
  const query = 'query ($personalId: String!, $fullName: String!, $birthDate: String!) { person(personalId: $personalId, fullName: $fullName, birthDate: $birthDate) { id } }';
  const { data: found } = await house.ask(query, { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate }, 'procedure=1.004222');
  const { data, errors } = await house.ask(NODE, { id: found?.['person'].id });
  expect(data).toEqual({ node: null });
  expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'PURPOSE_REQUIRED' } }]);
});

test('a person by id and the same person as an applicant are asked for once', async () => {
  const house = await openHouse();
  const ids = await fileForIds(house, 25);
  const before = house.ministries.population.calls.length;
  const { errors } = await house.ask('query ($id: ID!, $code: String!) { node(id: $id) { id } again: node(id: $id) { id } dossier(code: $code) { applicant { id } } }', { id: ids.person, code: ids.dossierCode });
  expect(errors).toBeUndefined();
  expect(house.ministries.population.calls).toHaveLength(before + 1);
});
