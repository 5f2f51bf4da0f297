import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { inventFamilies, type InventedPerson } from '../../mocks/people.ts';
import { birthFormOf } from '../../mocks/application.ts';
import { familyOf, SUBMIT, type TestHub } from '../support/hub.ts';
import { openHouse, post, readRows, storedDossier, storeDossiers } from './house.ts';

const person = inventFamilies().people.find((one) => one.birthRegistration !== undefined && one.deceased === undefined) as InventedPerson;

const ASKED = `query ($code: String!) { dossier(code: $code) { code status applicant { personalId civilRecords { number } healthCard { number } } } }`;

interface AuditLine {
  readonly request_id: string;
  readonly stage: string;
  readonly system: string;
  readonly operation: string;
  readonly viewer: string;
  readonly purpose: string;
  readonly answer_hash: string | null;
}

const auditLines = (house: TestHub) => readRows<AuditLine>(house, 'SELECT * FROM audit ORDER BY id');

/** The dossier of somebody whom every ministry knows. */
async function storeKnown(house: TestHub): Promise<string> {
  const stored = storedDossier(1, { applicantId: person.personalId, applicantName: person.fullName, applicantBirth: person.birthDate });
  await storeDossiers(house, [stored]);
  return stored.code;
}

test('the header’s procedure and the officer’s number reach the register, under the request id of the audit lines', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  const { errors } = await house.ask('query ($code: String!) { dossier(code: $code) { applicant { personalId } } }', { code }, `procedure=1.004222; dossier=${code}; officer=CB-H01-07`);
  expect(errors).toBeUndefined();
  const [question] = house.ministries.population.questions();
  expect(question).toMatchObject({ procedure: '1.004222', officer: expect.stringMatching(/^\d{12}$/), matched: 1 });
  const lines = auditLines(house);
  expect(lines.map(({ request_id, stage, system, operation, viewer }) => [request_id, stage, system, operation, viewer])).toEqual([
    [question?.requestId, 'asked', 'population', 'population.findCitizen', 'developer'],
    [question?.requestId, 'answered', 'population', 'population.findCitizen', 'developer'],
  ]);
  for (const { purpose } of lines) expect(JSON.parse(purpose)).toEqual({ procedure: '1.004222', dossier: code, officer: 'CB-H01-07' });
  expect(lines.map(({ answer_hash }) => answer_hash)).toEqual([null, expect.stringMatching(/^[0-9a-f]{64}$/)]);
});

test('the systems behind the gateway are told procedure, officer and request id too', async () => {
  const carried = vi.spyOn(globalThis, 'fetch'); // the simulated gateway carries its calls with it
  onTestFinished(() => carried.mockRestore());
  const house = await openHouse();
  const code = await storeKnown(house);
  await house.ask(ASKED, { code }, 'procedure=1.004222; officer=CB-H01-07');
  const { officer } = house.ministries.population.questions()[0] ?? {};
  const bodies = carried.mock.calls.flatMap(([url, init]) => (/traCuuHoTich|tra-cuu/.test(url as string) ? [JSON.parse(init?.body as string) as Record<string, string>] : []));
  const asked = new Set(auditLines(house).map(({ request_id }) => request_id));
  expect(bodies).toHaveLength(2);
  for (const body of bodies) {
    expect(body).toMatchObject({ maTTHC: '1.004222', maCanBo: officer });
    expect(asked).toContain(body['maYeuCau']);
  }
});

test('extensions.purpose goes before the header', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  const { errors } = await post(house, { query: ASKED, variables: { code }, extensions: { purpose: { procedure: '2.000635', officer: 'CB-H01-02', unit: 'H01.23' } } }, { 'lienthong-purpose': 'procedure=1.004222' });
  expect(errors).toBeUndefined();
  expect(house.ministries.population.questions()).toMatchObject([{ procedure: '2.000635' }]);
  expect(new Set(auditLines(house).map(({ purpose }) => purpose))).toEqual(new Set([JSON.stringify({ procedure: '2.000635', officer: 'CB-H01-02', unit: 'H01.23' })]));
});

test('extensions.purpose may be written like the header', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  await post(house, { query: ASKED, variables: { code }, extensions: { purpose: 'procedure=2.000635; officer=CB-H01-02' } });
  expect(house.ministries.population.questions()).toMatchObject([{ procedure: '2.000635' }]);
});

test('who states no purpose in the sandbox has the documented one', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  await house.ask(ASKED, { code });
  expect(house.ministries.population.questions()).toMatchObject([{ procedure: '2.002621' }]);
  expect(JSON.parse(auditLines(house)[0]?.purpose ?? '')).toEqual({ procedure: '2.002621', officer: 'CB-H01-01' });
});

test('the ministry is told the number that the staff directory knows, and an officer of nobody’s directory a number of their own', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-staff-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'staff.json'), JSON.stringify({ 'CB-A': '089085123456' }));
  const house = await openHouse({ env: { STAFF_FILE: join(folder, 'staff.json') } });
  const code = await storeKnown(house);
  for (const officer of ['CB-A', 'CB-B', 'CB-C', 'CB-B']) await house.ask(ASKED, { code }, `procedure=1.004222; officer=${officer}`);
  const [a, b, c, again] = house.ministries.population.questions().map(({ officer }) => officer);
  expect(a).toBe('089085123456');
  expect(new Set([a, b, c]).size).toBe(3);
  expect(again).toBe(b);
  expect(JSON.stringify(auditLines(house))).not.toContain('089085123456');
});

test('on a socket the purpose of connection_init holds for every operation that states none', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  const client = createClient({ url: `${house.hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { purpose: { procedure: '1.004222', officer: 'CB-H01-03' } } });
  onTestFinished(() => client.dispose() as Promise<void>);
  for (const extensions of [undefined, { purpose: { procedure: '2.000635' } }, undefined]) {
    for await (const { data, errors } of client.iterate({ query: ASKED, variables: { code }, ...(extensions ? { extensions } : {}) })) {
      expect(errors).toBeUndefined();
      expect(data).toMatchObject({ dossier: { applicant: { personalId: person.personalId } } });
    }
  }
  expect(house.ministries.population.questions().map(({ procedure }) => procedure)).toEqual(['1.004222', '2.000635', '1.004222']);
});

test('a subscription asks the ministries under the purpose of its own operation', async () => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(10));
  await house.ended(code);
  const before = house.ministries.population.questions().length;
  const client = house.socket();
  onTestFinished(() => client.dispose() as Promise<void>);
  const query = 'subscription ($code: String!) { bundleRun(code: $code, after: "0") { event { dossier { applicant { personalId } } } } }';
  for await (const { data, errors } of client.iterate<{ bundleRun: { event: { dossier: object | null } } }>({ query, variables: { code }, extensions: { purpose: { procedure: '1.001193', officer: 'CB-H01-09' } } })) {
    expect(errors).toBeUndefined();
    if (data?.bundleRun.event.dossier) break;
  }
  expect(house.ministries.population.questions()[before]).toMatchObject({ procedure: '1.001193' });
});

test.each([['headers', {}, { 'lienthong-purpose': 'procedure=1.004222' }], ['extensions', { extensions: { purpose: { procedure: '1.004222' } } }, {}]])('over server-sent events the purpose is read from %s', async (_, body, headers) => {
  const house = await openHouse();
  const code = await storeKnown(house);
  const client = createEventStreamClient({ url: `${house.hub.url}/graphql`, headers });
  for await (const { errors } of client.iterate({ query: ASKED, variables: { code }, ...body })) expect(errors).toBeUndefined();
  client.dispose();
  expect(house.ministries.population.questions()).toMatchObject([{ procedure: '1.004222' }]);
});

const malformed: readonly [string, string, string][] = [
  ['a procedure code that is none', 'procedure=abc', 'purpose.procedure'],
  ['no procedure', 'officer=CB-H01-01', 'purpose.procedure'],
  ['a part that nobody knows', 'procedure=1.004222; why=curiosity', 'purpose.why'],
  ['a part that is too long', `procedure=1.004222; officer=${'x'.repeat(65)}`, 'purpose.officer'],
  ['words without an equals sign', 'just looking', 'purpose.'],
];

test('a malformed purpose in the header is BAD_INPUT at the field that asks a ministry, and only there', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  for (const [how, purpose, path] of malformed) {
    const { data, errors } = await house.ask(ASKED, { code }, purpose);
    expect(data, how).toEqual({ dossier: { code, status: 'IN_PROCESS', applicant: null } });
    expect(errors, how).toMatchObject([{ path: ['dossier', 'applicant'], extensions: { code: 'BAD_INPUT', vi: expect.any(String), en: expect.any(String) } }]);
    expect(errors?.[0]?.extensions['issues'], how).toContainEqual(expect.objectContaining({ path: expect.stringContaining(path), code: 'MALFORMED', expected: { vi: expect.stringContaining('procedure=2.002621'), en: expect.stringContaining('procedure=2.002621') } }));
  }
  expect(house.ministries.population.calls).toEqual([]);
  expect(auditLines(house)).toEqual([]);
});

test('a malformed extensions.purpose is BAD_INPUT, and the header does not stand in for it', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  for (const purpose of [42, true, { procedure: 1_004_222 }, { procedure: '1.004222', officer: null }, ['procedure', '1.004222'], {}]) {
    const { data, errors } = await post(house, { query: ASKED, variables: { code }, extensions: { purpose } }, { 'lienthong-purpose': 'procedure=1.004222' });
    expect(data?.['dossier'].applicant).toBeNull();
    expect(errors, JSON.stringify(purpose)).toMatchObject([{ path: ['dossier', 'applicant'], extensions: { code: 'BAD_INPUT' } }]);
  }
  expect(house.ministries.population.calls).toEqual([]);
});

test('a malformed purpose of connection_init is told at the field, and the socket stays open', async () => {
  const house = await openHouse();
  const code = await storeKnown(house);
  const client = createClient({ url: `${house.hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, connectionParams: { purpose: 'nothing in particular' } });
  onTestFinished(() => client.dispose() as Promise<void>);
  for await (const { data, errors } of client.iterate({ query: ASKED, variables: { code } })) {
    expect(data).toMatchObject({ dossier: { code, applicant: null } });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT' } }]);
  }
  for await (const { errors } of client.iterate({ query: ASKED, variables: { code }, extensions: { purpose: { procedure: '1.004222' } } })) expect(errors).toBeUndefined();
});

test('outside the sandbox a field that asks a ministry without a purpose is PURPOSE_REQUIRED, and the others are answered', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  expect(house.config.usualPurpose).toBeUndefined();
  const code = await storeKnown(house);
  const { data, errors } = await house.ask(ASKED, { code });
  expect(data).toEqual({ dossier: { code, status: 'IN_PROCESS', applicant: null } });
  expect(errors).toMatchObject([{ message: expect.stringContaining('mục đích'), path: ['dossier', 'applicant'], extensions: { code: 'PURPOSE_REQUIRED', vi: expect.any(String), en: expect.stringContaining('extensions.purpose') } }]);
  expect(house.ministries.population.calls).toEqual([]);
  const stated = await house.ask(ASKED, { code }, 'procedure=1.004222');
  expect(stated.errors).toBeUndefined();
  expect(stated.data?.['dossier'].applicant.personalId).toBe(person.personalId);
});

test('without a purpose the results of an application are withheld, and what the hub itself knows of it is answered', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  const form = birthFormOf(familyOf(11), house.clock.now());
  const filed = await house.ask(SUBMIT, { input: { idempotencyKey: 'with-purpose', form: { birth: form } } }, 'procedure=2.002621');
  const code = filed.data?.['submitBundle'].code as string;
  await house.happened(code, 'BUNDLE_FINISHED');
  const { data, errors } = await house.ask('query ($code: String!) { bundleRun(code: $code) { code state child { personalId } dossiers { status } results { ... on BirthBundleResults { birth { number } } } } }', { code });
  expect(data).toEqual({ bundleRun: { code, state: 'FINISHED', child: null, dossiers: [{ status: 'FINISHED' }, { status: 'FINISHED' }, { status: 'FINISHED' }], results: null } });
  expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions['code']]).sort()).toEqual([['bundleRun.child', 'PURPOSE_REQUIRED'], ['bundleRun.results', 'PURPOSE_REQUIRED']]);
});

test('without a purpose no application is taken and nothing is stored', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  const { data, errors } = await house.ask(SUBMIT, { input: { idempotencyKey: 'no-purpose', form: { birth: birthFormOf(familyOf(12), house.clock.now()) } } });
  expect(data).toBeNull();
  expect(errors).toMatchObject([{ path: ['submitBundle'], extensions: { code: 'PURPOSE_REQUIRED' } }]);
  expect(readRows(house, 'SELECT code FROM bundle_run UNION ALL SELECT code FROM dossier UNION ALL SELECT key FROM idempotency')).toEqual([]);
});

test('the engine asks and orders under the procedure of its run, each step under its dossier and the duty officer', async () => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(13));
  const run = await house.ended(code);
  const orders = auditLines(house).filter(({ viewer, operation }) => viewer === 'engine' && /receive|register|issueCard/.test(operation));
  const dossiers = run['dossiers'].map((dossier: { code: string }) => dossier.code);
  expect(new Set(orders.map(({ purpose }) => (JSON.parse(purpose) as { dossier: string }).dossier))).toEqual(new Set(dossiers));
  for (const { purpose } of orders) expect(JSON.parse(purpose)).toMatchObject({ procedure: '2.002621', officer: expect.stringMatching(/\S/), unit: expect.stringMatching(/H01$/) });
});

test('every outside call of a whole bundle leaves asked before and its end after, and no line tells a personal number or a name', async () => {
  const house = await openHouse();
  const family = familyOf(14);
  const { code } = await house.file(family);
  const run = await house.ended(code);
  const lines = auditLines(house).filter(({ operation }) => !operation.endsWith('.callback'));
  const stages = new Map<string, string[]>();
  for (const { request_id, stage } of lines) stages.set(request_id, [...(stages.get(request_id) ?? []), stage]);
  expect(stages.size).toBeGreaterThan(6);
  for (const one of stages.values()) expect(one).toEqual(['asked', 'answered']);
  const text = JSON.stringify(lines);
  for (const secret of [family.mother.personalId, family.father.personalId, family.head.personalId, run['child'].personalId, family.mother.fullName, run['child'].fullName]) expect(text).not.toContain(secret);
});
