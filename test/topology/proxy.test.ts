import { createServer, request as openRequest, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { openProxy, type Proxy } from '../../mocks/proxy.ts';
import { findFreePorts } from '../../mocks/ports.ts';
import { gate } from '../kit/gate.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

/** A stand-in for a hub that says whose answer it is. */
async function openStand(name: string, answer: Answer = (_, response) => void response.end(name)): Promise<{ readonly url: string; readonly heard: string[]; isReady: boolean; readonly server: Server }> {
  const heard: string[] = [];
  const stand = { url: '', heard, isReady: true, server: undefined as unknown as Server };
  stand.server = createServer(async (request, response) => {
    if (request.url === '/health/ready') return void response.writeHead(stand.isReady ? 200 : 503).end();
    const body = Buffer.concat((await request.toArray().catch(() => [])) as Buffer[]).toString('utf8');
    heard.push(`${request.method ?? ''} ${request.url ?? ''} ${body}`.trim());
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => stand.server.listen(0, '127.0.0.1', resolve));
  stand.url = `http://127.0.0.1:${(stand.server.address() as AddressInfo).port}`;
  onTestFinished(() => (stand.server.closeAllConnections(), void stand.server.close()));
  return stand;
}

async function openBefore(...hubs: readonly string[]): Promise<Proxy> {
  const proxy = await openProxy({ hubs, port: 0, host: '127.0.0.1' });
  onTestFinished(() => proxy.close());
  return proxy;
}

const goingAway: Answer = (_, response) => void response.writeHead(503, { 'lienthong-draining': '1', 'retry-after': '1' }).end('going away');
const hangUp: Answer = (request) => void request.socket.destroy();

test('requests are given to the hubs in turn, with their bodies, and answers come back with status and headers', async () => {
  const [one, two] = [await openStand('one'), await openStand('two', (_, response, body) => void response.writeHead(201, { 'x-own': 'two' }).end(`two ${body}`))];
  const proxy = await openBefore(one.url, two.url);
  const answers = await Promise.all([1, 2, 3, 4].map(async (number) => {
    const answer = await fetch(`${proxy.url}/graphql?n=${number}`, { method: 'POST', body: `body ${number}` });
    return `${answer.status} ${answer.headers.get('x-own') ?? ''} ${(await answer.text()).split(' ')[0] ?? ''}`;
  }));
  expect(answers.sort()).toEqual(['200  one', '200  one', '201 two two', '201 two two']);
  expect([...one.heard, ...two.heard].sort()).toEqual([1, 2, 3, 4].map((number) => `POST /graphql?n=${number} body ${number}`));
});

test('what a hub that goes away has turned away, and what one that is dark never heard, another one answers, whatever the method', async () => {
  const [leaving, living] = [await openStand('leaving', goingAway), await openStand('living')];
  const proxy = await openBefore(leaving.url, `http://127.0.0.1:${await findFreePorts(1)}`, living.url);
  for (let number = 0; number < 6; number += 1) {
    expect(await (await fetch(`${proxy.url}/graphql`, { method: 'POST', body: `${number}` })).text()).toBe('living');
  }
  expect(living.heard).toHaveLength(6);
});

test('an order that a hub hung up on is not given again: its sender is told, and knows its key; a question is asked again', async () => {
  const [broken, living] = [await openStand('broken', hangUp), await openStand('living')];
  const proxy = await openBefore(broken.url, living.url);
  const orders = await Promise.all([1, 2, 3, 4].map(async () => (await fetch(`${proxy.url}/graphql`, { method: 'POST', body: 'x' })).status));
  expect(orders.sort((a, b) => a - b)).toEqual([200, 200, 502, 502]);
  expect(broken.heard.length + living.heard.length).toBe(4);
  for (let number = 0; number < 4; number += 1) expect(await (await fetch(`${proxy.url}/papers/x`)).text()).toBe('living');
});

test('a hub that is not ready gets nothing while another one is, and everything again when it is', async () => {
  const [one, two] = [await openStand('one'), await openStand('two')];
  const proxy = await openBefore(one.url, two.url);
  one.isReady = false;
  await expect.poll(() => proxy.hubs[0]?.state).toBe('NOT_READY');
  for (let number = 0; number < 4; number += 1) expect(await (await fetch(proxy.url)).text()).toBe('two');
  one.isReady = true;
  await expect.poll(() => proxy.hubs[0]?.state).toBe('READY');
  expect(new Set(await Promise.all([1, 2].map(async () => (await fetch(proxy.url)).text())))).toEqual(new Set(['one', 'two']));
  expect(await (await fetch(`${proxy.url}/__proxy`)).json()).toMatchObject({ hubs: [{ state: 'READY' }, { state: 'READY' }] });
});

test('where no hub is there, the sender is told when to come again', async () => {
  const proxy = await openBefore(`http://127.0.0.1:${await findFreePorts(1)}`);
  const answer = await fetch(proxy.url);
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
  const socket = new WebSocket(proxy.url.replace('http', 'ws'));
  const [, refusal] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage];
  expect([refusal.statusCode, refusal.headers['retry-after']]).toEqual([503, '1']);
});

test('events come through as they happen, and a stream that is cut off behind is cut off before', async () => {
  const cut = gate();
  const stand = await openStand('events', (request, response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
    void cut.opened.then(() => request.socket.destroy());
  });
  const proxy = await openBefore(stand.url);
  const answer = await fetch(proxy.url, { headers: { accept: 'text/event-stream' } });
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('data: 1\n\n'); // while the stream is open
  cut.open();
  await expect(reader.read()).rejects.toThrow();
});

test('sockets go through in both directions, past a hub that goes away, with the hub’s own close code', async () => {
  const [leaving, living] = [await openStand('leaving'), await openStand('living')];
  leaving.server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\nlienthong-draining: 1\r\nConnection: close\r\n\r\n'));
  const sockets = new WebSocketServer({ server: living.server });
  sockets.on('connection', (socket) => socket.on('message', (said: Buffer) => (said.toString() === 'bye' ? socket.close(1001, 'the hub is going away') : socket.send(`heard ${said.toString()}`))));
  const proxy = await openBefore(leaving.url, living.url);
  for (let number = 0; number < 2; number += 1) {
    const socket = new WebSocket(proxy.url.replace('http', 'ws'), 'graphql-transport-ws');
    await once(socket, 'open');
    socket.send('hello');
    expect(String((await once(socket, 'message'))[0])).toBe('heard hello');
    socket.send('bye');
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
    expect([code, reason.toString()]).toEqual([1001, 'the hub is going away']);
  }
});

test('a long body goes through piece by piece, and not before there is a hub that hears it', async () => {
  const [dark, living] = [`http://127.0.0.1:${await findFreePorts(1)}`, await openStand('living', (_, response, body) => void response.end(String(body.length)))];
  const proxy = await openBefore(dark, living.url);
  for (let number = 0; number < 2; number += 1) {
    const request = openRequest(`${proxy.url}/papers`, { method: 'POST' });
    const answer = once(request, 'response');
    for (let piece = 0; piece < 10; piece += 1) request.write('x'.repeat(100_000));
    request.end();
    const [response] = (await answer) as [IncomingMessage];
    expect(Buffer.concat((await response.toArray()) as Buffer[]).toString()).toBe('1000000');
  }
});
