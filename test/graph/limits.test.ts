import { request, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { DEEPEST, LONGEST_BODY } from '../../src/server/limits.ts';
import { familyOf, type Answer, type TestHub } from '../support/hub.ts';
import { openHouse, post } from './house.ts';
import { listen } from './listeners.ts';

/** A query so many levels deep; the innermost asks the population register. */
function deepQuery(levels: number): string {
  let selection = levels % 2 === 0 ? 'child { personalId }' : 'applicant { personalId }';
  for (let level = levels - 2; level > 1; level -= 1) selection = level % 2 === 0 ? `bundleRun { ${selection} }` : `dossiers { ${selection} }`;
  return `query ($code: String!) { dossier(code: $code) { ${selection} } }`;
}

const tooDeep = { message: expect.stringContaining('12 tầng'), extensions: { code: 'TOO_COMPLEX', limit: DEEPEST, vi: expect.any(String), en: expect.stringContaining('12 levels') } };

/** A finished birth, and the code of one of its dossiers. */
async function fileDossier(house: TestHub, family: number): Promise<string> {
  const { code } = await house.file(familyOf(family));
  return (await house.ended(code))['dossiers'][0].code;
}

test(`a query ${DEEPEST} levels deep is answered, one level more is TOO_COMPLEX before anybody is asked`, async () => {
  const house = await openHouse();
  const code = await fileDossier(house, 90);
  const allowed = await house.ask(deepQuery(DEEPEST), { code });
  expect(allowed.errors).toBeUndefined();
  const before = house.ministries.population.calls.length;
  const { data, errors, status } = await post(house, { query: deepQuery(DEEPEST + 1), variables: { code } });
  expect(status).toBe(200);
  expect(data ?? null).toBeNull();
  expect(errors).toMatchObject([tooDeep]);
  expect(house.ministries.population.calls).toHaveLength(before);
});

test('over server-sent events a query that is too deep is TOO_COMPLEX before anybody is asked', async () => {
  const house = await openHouse();
  const code = await fileDossier(house, 91);
  const before = house.ministries.population.calls.length;
  const response = await fetch(`${house.hub.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' }, body: JSON.stringify({ query: deepQuery(DEEPEST + 1), variables: { code } }) });
  const text = await response.text();
  const [, payload = ''] = /^data: (.+)$/m.exec(text) ?? [];
  expect((JSON.parse(payload) as Answer).errors).toMatchObject([tooDeep]);
  expect(house.ministries.population.calls).toHaveLength(before);
});

test('on a socket a query or subscription that is too deep is TOO_COMPLEX, and the socket goes on', async () => {
  const house = await openHouse();
  const code = await fileDossier(house, 92);
  const before = house.ministries.population.calls.length;
  const client = createClient({ url: `${house.hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: false, retryAttempts: 0 });
  onTestFinished(() => client.dispose() as Promise<void>);
  const closes: unknown[] = [];
  client.on('closed', (event) => closes.push(event));
  const deepSubscription = deepQuery(DEEPEST).replace('query', 'subscription').replace('dossier(code: $code) {', 'dossier(code: $code) { dossier {').replace(/\}$/, '} }');
  for (const query of [deepQuery(DEEPEST + 1), deepSubscription]) {
    const refused = await client.iterate({ query, variables: { code } }).next().then(() => undefined, (errors: unknown) => errors);
    expect(refused).toEqual([{ ...tooDeep, extensions: { ...tooDeep.extensions } }]); // and nothing of HTTP, which a socket does not speak
  }
  expect(house.ministries.population.calls).toHaveLength(before);
  expect(await client.iterate({ query: '{ now }' }).next()).toMatchObject({ value: { data: { now: expect.any(String) } } });
  expect(closes).toEqual([]);
});

const hidings: readonly [string, (query: string) => string][] = [
  ['a fragment', (query) => `${query.replace('bundleRun {', '...Rest').replace(/\.\.\.Rest.*/s, '...Rest } }')} fragment Rest on Dossier { ${query.slice(query.indexOf('bundleRun'), query.lastIndexOf('}', query.lastIndexOf('}') - 1))} }`],
  ['an inline fragment', (query) => query.replace('bundleRun {', '... on Dossier { bundleRun {').replace(/\}$/, '} }')],
  ['an alias', (query) => query.replaceAll('bundleRun', 'a: bundleRun')],
  ['a second operation', (query) => `query Small { now } ${query.replace('query', 'query Deep')}`],
];

test('neither a fragment nor an alias nor another operation hides the depth', async () => {
  const house = await openHouse();
  for (const [how, hide] of hidings) {
    const query = hide(deepQuery(DEEPEST + 1));
    const { errors } = await post(house, { query, variables: { code: '000.17.23.H01-250303-0001' }, ...(query.includes('query Small') ? { operationName: 'Small' } : {}) });
    expect(errors, how).toMatchObject([tooDeep]);
  }
});

test('fragments that name each other are refused, not followed for ever', async () => {
  const house = await openHouse();
  const { errors } = await house.ask('{ dossier(code: "000.17.23.H01-250303-0001") { ...A } } fragment A on Dossier { bundleRun { ...B } } fragment B on BundleRun { dossiers { ...A } }');
  expect(errors?.length).toBeGreaterThan(0);
  expect(errors?.map(({ message }) => message).join('\n')).toContain('Cannot spread fragment "A" within itself');
});

test('what tools ask to learn the schema is answered, but introspection without end is not', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask(getIntrospectionQuery({ oneOf: true, specifiedByUrl: true, directiveIsRepeatable: true, schemaDescription: true, inputValueDeprecation: true }));
  expect(errors).toBeUndefined();
  expect(data?.['__schema'].types.length).toBeGreaterThan(50);
  const endless = '{ __schema { types { fields { type { fields { type { fields { type { fields { type { fields { name } } } } } } } } } } } }';
  expect((await house.ask(endless)).errors?.[0]?.message).toMatch(/introspection depth/i);
});

test.each(['length told', 'length not told'])('a body that is too long is refused with 413 in both languages, %s', async (told) => {
  const house = await openHouse();
  const body = JSON.stringify({ query: `{ now } # ${'x'.repeat(LONGEST_BODY)}` });
  const outgoing = request(`${house.hub.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...(told === 'length told' ? { 'content-length': body.length } : { 'transfer-encoding': 'chunked' }) } });
  outgoing.on('error', () => undefined); // the hub need not read to the end
  outgoing.end(body);
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  let text = '';
  for await (const chunk of response) text += String(chunk);
  expect(response.statusCode).toBe(413);
  expect((JSON.parse(text) as Answer).errors).toMatchObject([{ message: expect.stringContaining(String(LONGEST_BODY)), extensions: { code: 'TOO_COMPLEX', vi: expect.stringContaining('dài quá'), en: expect.stringContaining('longer than') } }]);
  expect((await house.ask('{ now }')).data).toEqual({ now: expect.any(String) });
});

test('a body just below the limit is read', async () => {
  const house = await openHouse();
  const frame = JSON.stringify({ query: '{ now } # ' }).length;
  const { status, data } = await post(house, { query: `{ now } # ${'x'.repeat(LONGEST_BODY - frame)}` });
  expect({ status, data }).toEqual({ status: 200, data: { now: expect.any(String) } });
});

test('a socket message that is too long closes that socket with 1009 and no other', async () => {
  const house = await openHouse();
  const complaints = vi.spyOn(console, 'error').mockImplementation(() => undefined); // graphql-ws prints the fault of a client
  onTestFinished(() => complaints.mockRestore());
  const other = listen(house, 'graphql-ws', { query: 'subscription { events(after: "0") { kind } }' });
  const { code } = await house.file(familyOf(93));
  await other.next();
  const socket = new WebSocket(`${house.hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  await once(socket, 'open');
  const closed = once(socket, 'close');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { filler: 'x'.repeat(LONGEST_BODY) } }));
  expect((await closed)[0]).toBe(1009);
  await house.ended(code);
  expect(await other.until(({ events }) => events.kind === 'BUNDLE_FINISHED')).not.toEqual([]);
});

test('a body that is no operation is refused with 400 and an answer that GraphQL clients read', async () => {
  const house = await openHouse();
  for (const body of ['{"query":', '[{"query":"{ now }"}]', '{"query":1}']) {
    const { status, errors } = await post(house, body);
    expect(status, body).toBe(400);
    expect(errors?.[0]?.message).toEqual(expect.any(String));
  }
  expect((await post(house, '{}')).errors).toMatchObject([{ message: 'Must provide query string.' }]);
});

test('a body with a property that nobody knows yet is answered all the same', async () => {
  const house = await openHouse();
  expect(await post(house, JSON.stringify({ query: '{ now }', documentId: 'a', onlyInLaterEditions: { x: 1 } }))).toMatchObject({ status: 200, data: { now: expect.any(String) } });
});

test('a mutation does not go by GET', async () => {
  const house = await openHouse();
  const response = await fetch(`${house.hub.url}/graphql?query=${encodeURIComponent('mutation { withdrawDossier(input: { idempotencyKey: "a", code: "x", reason: "y" }) { __typename } }')}`, { headers: { accept: 'application/json' } });
  expect(response.status).toBe(405);
});

test('GraphiQL is served whole, without an address outside', async () => {
  const house = await openHouse();
  const response = await fetch(`${house.hub.url}/graphql`, { headers: { accept: 'text/html' } });
  expect(response.headers.get('content-type')).toContain('text/html');
  const page = await response.text();
  expect(page).toContain('dueDate('); // the welcome
  const loaded = [...page.matchAll(/<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*["']?([^"'\s>]+)/gi)].map(([, address]) => address ?? '');
  expect(loaded.filter((address) => /^(https?:)?\/\//.test(address))).toEqual([]);
  expect(page).not.toMatch(/unpkg\.com|jsdelivr|cdnjs|googleapis|esm\.sh/);
});
