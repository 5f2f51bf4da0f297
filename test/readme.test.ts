import { readFileSync } from 'node:fs';
import { parse, type OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { THREE_QUERIES } from '../mocks/sandbox.ts';
import { familyOf, startHub, type TestHub } from './support/hub.ts';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const queries = [...readme.matchAll(/```graphql\n(.*?)```/gs)].map(([, query = '']) => query.trim());
const kindOf = (query: string) => (parse(query).definitions[0] as OperationDefinitionNode).operation;

let hub: TestHub;
let run: { code: string; bundleRun: { dossiers: { code: string }[] } };

beforeAll(async () => {
  hub = await startHub();
  run = (await hub.file(familyOf(0))) as typeof run;
  await hub.ended(run.code);
});
afterAll(() => hub.close());

test('the README shows at least six operations', () => {
  expect(queries.length).toBeGreaterThanOrEqual(6);
});

test.each(queries.filter((query) => kindOf(query) === 'query'))('the query %s answers without errors', async (query) => {
  const answer = await hub.ask(query, query.includes('dossier(') ? { code: run.bundleRun.dossiers[0]?.code } : undefined);
  expect(answer.errors).toBeUndefined();
  expect(Object.values(answer.data ?? {}).every((value) => value !== null)).toBe(true);
});

test('the mutation of the README answers as the README says: InvalidInput, which names the unknown mother three times', async () => {
  const mutation = queries.find((query) => kindOf(query) === 'mutation') ?? '';
  const { data } = await hub.ask(mutation);
  expect(data?.['submitBundle']).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
  expect(data?.['submitBundle'].issues.map((issue: { path: string; code: string }) => `${issue.path} ${issue.code}`)).toEqual([
    'form.birth.requester NOT_IN_REGISTER',
    'form.birth.mother NOT_IN_REGISTER',
    'form.birth.residence.headOfHousehold NOT_IN_REGISTER',
  ]);
});

test('the subscription of the README tells the whole story of an application from the beginning', async () => {
  const subscription = queries.find((query) => kindOf(query) === 'subscription') ?? '';
  const client = hub.socket();
  const kinds: string[] = [];
  for await (const { data, errors } of client.iterate<{ bundleRun: { event: { kind: string } } }>({ query: subscription, variables: { code: run.code } })) {
    expect(errors).toBeUndefined();
    kinds.push(data?.bundleRun.event.kind ?? '');
    if (kinds.at(-1) === 'BUNDLE_FINISHED') break;
  }
  await client.dispose();
  expect(kinds[0]).toBe('BUNDLE_RECEIVED');
  expect(kinds.filter((kind) => kind === 'DOSSIER_FINISHED')).toHaveLength(3);
});

test('the three queries that the sandbox prints are the three of the README', () => {
  const printed = THREE_QUERIES.split('\n\n').map((query) => query.trim()).filter(Boolean);
  expect(queries.slice(0, 3)).toEqual(printed);
});

test('every npm command of the README exists', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm run ([a-z:]+)/g)].map(([, name = '']) => name);
  expect(named.length).toBeGreaterThan(4);
  expect(named.filter((name) => !(name in scripts))).toEqual([]);
});
