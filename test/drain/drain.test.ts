import { once } from 'node:events';
import { createServer, request as openRequest, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startMinistries, type Ministries } from '../../mocks/list.ts';
import { findFreePorts } from '../../mocks/ports.ts';
import { movableClock, realMs } from '../../src/kit/clock.ts';
import { openLog } from '../../src/kit/log.ts';
import { compile, type Compiled } from '../crash/compiled.ts';
import { killAll, start, type Process } from '../crash/process.ts';
import { gate, type Gate } from '../kit/gate.ts';
import { pdf } from '../papers/sheets.ts';
import { MONDAY, familyOf } from '../support/hub.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 }); // a minute: every test here starts and ends a process

/*
 * A hub in a process of its own is told to end while everything that can be under way is: a question that waits for C06, an
 * upload in its middle, subscribers on a socket and on SSE. The population register answers when the test lets it.
 */
const clock = movableClock(MONDAY);
let compiled: Compiled;
let ministries: Ministries;
let dataDir: string;
let register: { readonly url: string; held: Gate<void> | undefined; close(): void };
let hub: Process;
let url: string;

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lienthong-drain-'));
  compiled = await compile('test/crash/child.ts');
  ministries = await startMinistries({ port: 0, host: '127.0.0.1', dataDir, clock, log: openLog('silent'), paceMs: 3_600_000 });
  register = await openRegister(ministries.urls.population ?? '');
});
beforeEach(async () => {
  const port = await findFreePorts(1);
  url = `http://127.0.0.1:${port}`;
  register.held = undefined;
  rmSync(join(dataDir, 'hub-clock'), { force: true }); // C06 takes no question whose time is not its own
  const addresses = Object.fromEntries((['ndxp', 'residence', 'paygov'] as const).map((name) => [`MINISTRY_${name.toUpperCase()}_URL`, ministries.urls[name] ?? '']));
  hub = start(compiled.file, 'main', { PORT: String(port), DATA_DIR: dataDir, SANDBOX_NOW: clock.now(), LOG_LEVEL: 'fatal', ...addresses, MINISTRY_POPULATION_URL: register.url });
  await hub.serves;
});
afterAll(async () => {
  await killAll();
  register.close();
  await ministries.close();
  compiled.remove();
  rmSync(dataDir, { recursive: true, force: true });
});

/** C06 behind a gate. */
async function openRegister(behind: string) {
  const server = createServer(async (request, response) => {
    const body = Buffer.concat((await request.toArray()) as Buffer[]);
    await opened.held?.opened;
    const onward = openRequest(`${behind}${request.url ?? ''}`, { method: 'POST', headers: request.headers }, (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 0, answer.headers))); // under its own name: C06 signs addresses
    onward.once('error', () => response.destroy()).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const opened: typeof register = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, held: undefined, close: () => (server.closeAllConnections(), void server.close()) };
  return opened;
}

const { mother } = familyOf(60);
const PERSON = `{ person(personalId: "${mother.personalId}", fullName: "${mother.fullName}", birthDate: "${mother.birthDate}") { fullName source } }`;
const EVENTS = 'subscription { events(after: "0") { kind cursor } }';

const post = (query: string, headers: Record<string, string> = {}) => fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify({ query }) });

/** Resolves when a question stands before the register. */
async function heldUp(): Promise<void> {
  register.held = gate();
}

/** A reader of the events over SSE: how it ended, and what it was told. */
async function follow(): Promise<{ told: () => string; ended: Promise<'cut' | 'ended'> }> {
  const response = await post(EVENTS, { accept: 'text/event-stream' });
  let told = '';
  const ended = (async () => {
    try {
      for await (const chunk of response.body ?? []) told += Buffer.from(chunk as Uint8Array).toString('utf8');
      return 'ended' as const;
    } catch {
      return 'cut' as const;
    }
  })();
  return { told: () => told, ended };
}

/** An upload of which the first half has been sent. */
function halfAnUpload(content: Buffer) {
  const request = openRequest(`${url}/papers`, { method: 'POST', headers: { 'content-length': content.length, expect: '100-continue' } });
  request.flushHeaders();
  return {
    begun: once(request, 'continue').then(() => new Promise<void>((resolve) => request.write(content.subarray(0, content.length / 2), () => resolve()))),
    finish: () => request.end(content.subarray(content.length / 2)),
    answer: once(request, 'response').then(([response]) => response as IncomingMessage),
  };
}

test('a hub told to end answers what was begun, turns away what comes, sends subscribers elsewhere, and is gone within ten seconds', async () => {
  await heldUp();
  const question = post(PERSON);
  const overSocket = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazy: false, onNonLazyError: () => undefined });
  const asked = overSocket.iterate({ query: PERSON }).next();
  const upload = halfAnUpload(pdf('drain', 100_000));
  await upload.begun;
  const reader = await follow();
  const listener = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const goodbye = once(listener, 'close') as Promise<[number, Buffer]>;
  await once(listener, 'open');
  listener.send('{"type":"connection_init"}');
  await once(listener, 'message');
  listener.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query: EVENTS } }));

  const begun = realMs();
  const ended = hub.end();
  const [code, reason] = await goodbye;
  expect([code, reason.toString()]).toEqual([1001, 'the hub is going away; resume from your cursor']);
  expect(await reader.ended).toBe('cut'); // an end in order would tell the reader that there is nothing more to come
  expect(reader.told()).not.toContain('event: complete');
  expect(reader.told()).toContain('resume from your cursor');

  const ready = await fetch(`${url}/health/ready`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { ready: false, draining: true }]);
  expect((await fetch(`${url}/health/live`)).status).toBe(200);
  for (const late of [await post('{ systems { name } }'), await fetch(`${url}/papers`, { method: 'POST', body: 'x' }), await fetch(`${url}/callbacks/paygov/x`, { method: 'POST', body: 'x' })]) {
    expect([late.status, late.headers.get('retry-after'), late.headers.get('connection')]).toEqual([503, '1', 'close']);
    expect(await late.json()).toMatchObject({ code: 'GOING_AWAY', en: expect.stringMatching(/nothing was begun/) as string });
  }
  const lateSocket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  const [, refusal] = (await once(lateSocket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect([refusal.statusCode, refusal.headers['retry-after']]).toEqual([503, '1']);

  upload.finish();
  const kept = await upload.answer;
  expect(kept.statusCode).toBe(201);
  kept.resume();
  register.held?.open();
  const answer = await question;
  expect([answer.status, await answer.json()]).toEqual([200, { data: { person: { fullName: mother.fullName.toUpperCase(), source: 'POPULATION' } } }]);
  expect(await asked).toMatchObject({ done: false, value: { data: { person: { fullName: mother.fullName.toUpperCase() } } } });
  expect(await ended).toEqual([0, null]);
  expect(realMs() - begun).toBeLessThan(10_000);
  await overSocket.dispose();
});

test('a question whose answer never comes and an upload that stands still do not keep a hub for longer than ten seconds', async () => {
  await heldUp();
  const question = post(PERSON).then(() => 'answered', () => 'cut');
  const upload = halfAnUpload(pdf('stands still', 100_000));
  const lost = upload.answer.then(() => 'answered', () => 'cut');
  await upload.begun;
  const begun = realMs();
  expect(await hub.end()).toEqual([0, null]);
  expect(realMs() - begun).toBeLessThan(10_000);
  expect([await question, await lost]).toEqual(['cut', 'cut']);
});
