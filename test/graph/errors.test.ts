import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Log } from '../../src/kit/log.ts';
import { openHouse, post, spoilRows, storedDossier, storeDossiers, type Posted } from './house.ts';
import { listen, transports, watchFollowers } from './listeners.ts';

const DUE = 'query ($code: String!) { dossier(code: $code) { code status due { dueAt } } }';

const bothLanguages = { vi: expect.stringMatching(/[à-ỹđ]/i), en: expect.stringMatching(/^[\x20-\x7E–“”’…]+$/) };

/** Words that only the inside of the hub knows. */
const INSIDE = /SyntaxError|TypeError|Unexpected token|not valid JSON|SQLITE|no such table|node_modules|\.(ts|js|mjs):\d+|at \w+ \(|stack/;

/** A log whose lines can be read back. */
function keptLog(): { readonly log: Log; lines(): Record<string, unknown>[] } {
  const written: string[] = [];
  const log = pino({ level: 'error' }, new Writable({ write: (chunk: Buffer, _, done) => done(void written.push(chunk.toString('utf8'))) }));
  return { log, lines: () => written.map((line) => JSON.parse(line) as Record<string, unknown>) };
}

test('a bug in a resolver nulls its field with INTERNAL and a request id by which the log tells the rest', async () => {
  const { log, lines } = keptLog();
  const house = await openHouse({ log });
  const stored = storedDossier(1);
  await storeDossiers(house, [stored]);
  spoilRows(house, 'UPDATE dossier SET due = ?', '{"broken');
  const { data, errors } = await house.ask(DUE, { code: stored.code });
  expect(data).toEqual({ dossier: { code: stored.code, status: 'IN_PROCESS', due: null } });
  expect(errors).toEqual([
    { message: expect.stringContaining('Có lỗi trong hệ thống'), locations: [expect.anything()], path: ['dossier', 'due'], extensions: { code: 'INTERNAL', requestId: expect.stringMatching(/^[\w-]{36}$/), ...bothLanguages } },
  ]);
  expect(JSON.stringify(errors)).not.toMatch(INSIDE);
  expect(lines()).toMatchObject([{ requestId: errors?.[0]?.extensions['requestId'], err: { type: 'SyntaxError', stack: expect.any(String) } }]);
});

test('the request id is the caller’s own where it sent one, and another for each request where it did not', async () => {
  const house = await openHouse();
  const stored = storedDossier(1);
  await storeDossiers(house, [stored]);
  spoilRows(house, 'UPDATE dossier SET due = ?', '{"broken');
  const body = { query: `query ($code: String!) { dossier(code: $code) { due { dueAt } again: due { date } } }`, variables: { code: stored.code } };
  const named = await post(house, body, { 'x-request-id': 'partner-42' });
  expect(named.errors?.map(({ extensions }) => extensions['requestId'])).toEqual(['partner-42', 'partner-42']);
  const [one, two] = [await post(house, body), await post(house, body)].map(({ errors }) => new Set(errors?.map(({ extensions }) => extensions['requestId'])));
  expect(one?.size).toBe(1);
  expect([...(one ?? [])]).not.toEqual([...(two ?? [])]);
});

test.each(transports)('over %s a bug in a resolver is masked like over HTTP', async (transport) => {
  const house = await openHouse();
  const stored = storedDossier(1);
  await storeDossiers(house, [stored]);
  spoilRows(house, 'UPDATE dossier SET due = ?', '{"broken');
  const { data, errors } = await listen(house, transport, { query: DUE, variables: { code: stored.code } }).next();
  expect(data).toMatchObject({ dossier: { code: stored.code, due: null } });
  expect(errors).toMatchObject([{ extensions: { code: 'INTERNAL', requestId: expect.any(String), ...bothLanguages } }]);
  expect(JSON.stringify(errors)).not.toMatch(INSIDE);
});

test.each(transports)('over %s an event log that cannot be read ends the subscription with INTERNAL and releases its follower', async (transport) => {
  const watch = watchFollowers();
  const house = await openHouse();
  spoilRows(house, 'ALTER TABLE event RENAME TO elsewhere');
  const listener = listen(house, transport, { query: 'subscription { events(after: "0") { kind } }' });
  const errors = await listener.next().then((payload) => payload.errors, (refused: unknown) => refused);
  expect(errors).toMatchObject([{ message: expect.stringContaining('Có lỗi trong hệ thống'), extensions: { code: 'INTERNAL', requestId: expect.any(String), ...bothLanguages } }]);
  expect(JSON.stringify(errors)).not.toMatch(INSIDE);
  await watch.reached('all', 0);
});

const noTimes: readonly [string, string, string][] = [
  ['DateTime', '"2025-03-03"', '2025-03-03T08:00:00+07:00'],
  ['DateTime', '"2025-03-03T08:00:00"', '2025-03-03T08:00:00+07:00'],
  ['DateTime', '"2025-02-30T08:00:00+07:00"', '2025-03-03T08:00:00+07:00'],
  ['DateTime', '"yesterday"', '2025-03-03T08:00:00+07:00'],
  ['DateTime', '""', '2025-03-03T08:00:00+07:00'],
  ['DateTime', '1740963600', '2025-03-03T08:00:00+07:00'],
  ['DateTime', 'true', '2025-03-03T08:00:00+07:00'],
  ['Date', '"2025-02-29"', '2025-03-03'],
  ['Date', '"03/03/2025"', '2025-03-03'],
  ['Date', '"2025-03-03T08:00:00+07:00"', '2025-03-03'],
  ['Date', '"20250303"', '2025-03-03'],
  ['Date', '20250303', '2025-03-03'],
];

test('a DateTime or Date that is none is BAD_INPUT with what would be right, as a literal and as a variable', async () => {
  const house = await openHouse();
  for (const [type, value, expected] of noTimes) {
    const field = (argument: string) => (type === 'Date' ? `procedures(on: ${argument}) { code }` : `dueDate(receivedAt: ${argument}, amount: 1, unit: WORKING_DAY) { date }`);
    const literal = await house.ask(`{ ${field(value)} }`);
    const variable = await house.ask(`query ($value: ${type}!) { ${field('$value')} }`, { value: JSON.parse(value) as unknown });
    for (const { data, errors } of [literal, variable]) {
      expect(data ?? null).toBeNull();
      expect(errors, `${type} ${value}`).toMatchObject([{ message: expect.stringContaining(expected), extensions: { code: 'BAD_INPUT', expected, ...bothLanguages } }]);
    }
  }
});

test('instants are answered in UTC, whatever offset they were asked with', async () => {
  const house = await openHouse();
  const answers = await Promise.all(['2025-03-03T08:00:00+07:00', '2025-03-03T01:00:00Z', '2025-03-02T20:00:00.000-05:00'].map((receivedAt) => house.ask('query ($receivedAt: DateTime!) { dueDate(receivedAt: $receivedAt, amount: 1, unit: WORKING_DAY) { countedFrom dueAt } }', { receivedAt })));
  for (const answer of answers) expect(answer).toEqual({ data: { dueDate: { countedFrom: '2025-03-03T01:00:00.000Z', dueAt: '2025-03-04T10:00:00.000Z' } } });
});

const noCodes = ['', 'x', '000.17.23.H01-250303', '000.17.23.H01-250230-0001', '000.17.23.H01-250303-1', '000.17.23.Z01-250303-0001', '000.17.23.H01-250303-0001 ', "000.17.23.H01-250303-0001' OR 1=1", '000.17.23.H01-20251303-0001', 'x'.repeat(10_000)];

test.each(['dossier', 'bundleRun'])('a code that Query.%s cannot read is BAD_INPUT with what would be right', async (field) => {
  const house = await openHouse();
  for (const code of noCodes) {
    const { data, errors } = await house.ask(`query ($code: String!) { ${field}(code: $code) { code } }`, { code });
    expect(data, code).toEqual({ [field]: null });
    expect(errors, code).toMatchObject([{ path: [field], extensions: { code: 'BAD_INPUT', field: 'code', expected: '000.17.23.H01-250303-0001', ...bothLanguages } }]);
  }
});

test('a code of either era that belongs to nothing is null without an error', async () => {
  const house = await openHouse();
  for (const code of ['000.17.23.H01-250303-0001', 'H01.23.17-20250303-00001', 'H01-250303-0001']) {
    expect(await house.ask('query ($code: String!) { dossier(code: $code) { code } bundleRun(code: $code) { code } }', { code }), code).toEqual({ data: { dossier: null, bundleRun: null } });
  }
});

const noRequests: readonly [string, Posted][] = [
  ['a variable that is missing', { query: DUE }],
  ['a variable of another type', { query: DUE, variables: { code: 12 } }],
  ['a variable with a field too many', { query: 'query ($filter: DossierFilter) { dossiers(filter: $filter) { edges { cursor } } }', variables: { filter: { colour: 'red' } } }],
  ['an enum value of nobody', { query: 'query ($filter: DossierFilter) { dossiers(filter: $filter) { edges { cursor } } }', variables: { filter: { status: 'LOST' } } }],
  ['a number that is no Int', { query: 'query ($first: Int) { dossiers(first: $first) { edges { cursor } } }', variables: { first: 1.5 } }],
];

test('variables that do not fit their types are BAD_INPUT in both languages', async () => {
  const house = await openHouse();
  for (const [how, body] of noRequests) {
    const { errors, data } = await post(house, body);
    expect(data ?? null).toBeNull();
    expect(errors, how).toMatchObject([{ extensions: { code: 'BAD_INPUT', vi: expect.stringContaining('Yêu cầu không hợp lệ'), en: expect.any(String) } }]);
  }
});

test('the hub says by name what it is, and nothing where nothing is', async () => {
  const house = await openHouse();
  expect(await (await fetch(`${house.hub.url}/health/live`)).json()).toEqual({ live: true });
  expect(await (await fetch(`${house.hub.url}/health/ready`)).json()).toEqual({ ready: true, state: 'READY', problems: [], degraded: [] });
  expect((await fetch(`${house.hub.url}/`, { redirect: 'manual' })).headers.get('location')).toBe('/graphql');
  expect((await fetch(`${house.hub.url}/nowhere`)).status).toBe(404);
});
