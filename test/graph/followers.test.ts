import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { familyOf, type Answer, type TestHub } from '../support/hub.ts';
import { openHouse } from './house.ts';
import { listen, transports, watchFollowers } from './listeners.ts';

const RUN = `subscription ($code: String!, $after: String) { bundleRun(code: $code, after: $after) { cursor event { kind } bundleRun { state } } }`;
const EVENTS = `subscription ($after: String) { events(after: $after) { cursor kind bundleCode } }`;

const finished = ({ bundleRun }: NonNullable<Answer['data']>) => bundleRun.event.kind === 'BUNDLE_FINISHED';

/** A socket that speaks the protocol by hand, so that it can misbehave. */
async function openBareSocket(house: TestHub): Promise<{ readonly socket: WebSocket; say(message: object): void; heard(): Promise<Record<string, any>> }> { // eslint-disable-line @typescript-eslint/no-explicit-any -- messages are looked into by path
  const socket = new WebSocket(`${house.hub.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
  onTestFinished(() => socket.terminate());
  const messages: string[] = [];
  let wake = () => {};
  socket.on('message', (data: Buffer) => {
    messages.push(data.toString('utf8'));
    wake();
  });
  await once(socket, 'open');
  const say = (message: object) => socket.send(JSON.stringify(message));
  const heard = async () => {
    while (messages.length === 0) await new Promise<void>((resolve) => (wake = resolve));
    return JSON.parse(messages.shift() ?? '');
  };
  say({ type: 'connection_init' });
  expect(await heard()).toMatchObject({ type: 'connection_ack' });
  return { socket, say, heard };
}

/** A server-sent stream by hand: gives the open request after the first payload has come. */
async function openBareStream(house: TestHub, query: string, variables: object): Promise<ClientRequest> {
  const outgoing = request(`${house.hub.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'text/event-stream' } });
  outgoing.on('error', () => undefined); // it is cut off on purpose
  outgoing.end(JSON.stringify({ query, variables }));
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  await new Promise<void>((resolve) => {
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      if (text.includes('event: next')) resolve();
    });
  });
  return outgoing;
}

test.each(transports)('over %s coming and going leaves no follower behind', async (transport) => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(60));
  await house.ended(code);
  for (let round = 0; round < 10; round += 1) {
    const listeners = [listen(house, transport, { query: RUN, variables: { code, after: '0' } }), listen(house, transport, { query: EVENTS, variables: { after: '0' } })];
    for (const listener of listeners) await listener.take(3);
    expect([watch.count(`run ${code}`), watch.count('all')]).toEqual([1, 1]);
    for (const listener of listeners) await listener.leave();
    await Promise.all([watch.reached(`run ${code}`, 0), watch.reached('all', 0)]);
  }
});

test.each(transports)('over %s a reader who leaves while nothing happens is let go', async (transport) => {
  const watch = watchFollowers();
  const house = await openHouse();
  const listener = listen(house, transport, { query: EVENTS, variables: { after: '0' } });
  const { code } = await house.file(familyOf(61));
  await house.ended(code);
  await listener.until(({ events }) => events.kind === 'BUNDLE_FINISHED');
  const nothing = listener.next().catch(() => undefined);
  expect(watch.count('all')).toBe(1);
  await listener.leave();
  await watch.reached('all', 0);
  expect(await nothing).toBeUndefined();
});

test('a hundred readers at once hear every event, over both transports, and all are let go', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code, cursor } = await house.file(familyOf(62));
  const readers = Array.from({ length: 100 }, (_, index) => listen(house, index % 2 === 0 ? 'graphql-ws' : 'graphql-sse', { query: RUN, variables: { code, after: cursor } }));
  const heard = await Promise.all(readers.map((reader) => reader.until(finished)));
  const stories = new Set(heard.map((answers) => answers.map(({ data }) => `${data?.['bundleRun'].cursor} ${data?.['bundleRun'].event.kind}`).join('\n')));
  expect(stories.size).toBe(1);
  expect(heard[0]?.length).toBe(14); // received, four changes of each of three dossiers, finished
  expect(watch.count(`run ${code}`)).toBe(100);
  await Promise.all(readers.map((reader) => reader.leave()));
  await watch.reached(`run ${code}`, 0);
});

test('a hundred subscriptions of one socket hear every event, and all end with the socket', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(63));
  const { socket, say, heard } = await openBareSocket(house);
  for (let id = 0; id < 100; id += 1) say({ id: String(id), type: 'subscribe', payload: { query: RUN, variables: { code, after: '0' } } });
  const ends = new Set<string>();
  while (ends.size < 100) {
    const { id, type, payload } = await heard();
    expect(type).toBe('next');
    if (finished(payload.data)) ends.add(id);
  }
  expect(watch.count(`run ${code}`)).toBe(100);
  socket.terminate();
  await watch.reached(`run ${code}`, 0);
});

test('a socket that vanishes releases its followers, whether they wait for news or have some left to send', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(64));
  await house.ended(code);
  const { socket, say, heard } = await openBareSocket(house);
  say({ id: 'waits', type: 'subscribe', payload: { query: RUN, variables: { code, after: '0' } } });
  for (let last = ''; last !== 'BUNDLE_FINISHED'; ) last = (await heard())['payload'].data.bundleRun.event.kind;
  socket.pause(); // reads no more: what is sent from here on fills the pipe
  for (let id = 0; id < 20; id += 1) say({ id: `full ${id}`, type: 'subscribe', payload: { query: RUN, variables: { code, after: '0' } } });
  await watch.reached(`run ${code}`, 21);
  socket.terminate();
  await watch.reached(`run ${code}`, 0);
});

test('a stream of server-sent events that is cut off releases its follower', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(65));
  await house.ended(code);
  const streams = await Promise.all([openBareStream(house, RUN, { code, after: '0' }), openBareStream(house, EVENTS, { after: '0' })]);
  expect([watch.count(`run ${code}`), watch.count('all')]).toEqual([1, 1]);
  for (const stream of streams) stream.destroy();
  await Promise.all([watch.reached(`run ${code}`, 0), watch.reached('all', 0)]);
});

test('complete ends one subscription of a socket and leaves the others', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(66));
  await house.ended(code);
  const { say, heard } = await openBareSocket(house);
  for (const id of ['one', 'two']) say({ id, type: 'subscribe', payload: { query: RUN, variables: { code, after: '0' } } });
  const ends: string[] = [];
  while (ends.length < 2) {
    const { id, payload } = await heard();
    if (finished(payload.data)) ends.push(id);
  }
  say({ id: 'one', type: 'complete' });
  await watch.reached(`run ${code}`, 1);
  const { code: next } = await house.file(familyOf(67));
  say({ id: 'three', type: 'subscribe', payload: { query: RUN, variables: { code: next, after: '0' } } });
  expect(await heard()).toMatchObject({ id: 'three', type: 'next' });
});

test('a syntax error, an unknown field, a missing variable or a refused argument ends its own operation only', async () => {
  const house = await openHouse();
  const { say, heard } = await openBareSocket(house);
  say({ id: 'lasting', type: 'subscribe', payload: { query: EVENTS, variables: { after: '0' } } });
  const wrong: readonly [string, object][] = [
    ['subscription {', {}],
    ['', {}],
    ['subscription { nothing }', {}],
    ['{ dossier(code: 12) { code } }', {}],
    ['subscription A { events { kind } } subscription B { events { kind } }', {}],
    [RUN, {}],
    ['subscription ($after: String) { events(after: $after) { kind } }', { after: 'x' }],
    ['query ($code: String!) { dossier(code: $code) { code } }', { code: 'x' }],
  ];
  for (const [index, [query, variables]] of wrong.entries()) {
    const id = `wrong ${index}`;
    say({ id, type: 'subscribe', payload: { query, variables } });
    const answer = await heard();
    const errors = answer['type'] === 'error' ? answer['payload'] : answer['payload'].errors;
    expect(answer, query).toMatchObject({ id, type: expect.stringMatching(/^(error|next)$/) });
    expect(errors[0].message, query).toEqual(expect.any(String));
    expect(JSON.stringify(errors)).not.toMatch(/\.(ts|js):\d+/); // no stack
    if (answer['type'] === 'next') expect(await heard()).toEqual({ id, type: 'complete' });
  }
  const { code } = await house.file(familyOf(68));
  expect(await heard()).toMatchObject({ id: 'lasting', type: 'next', payload: { data: { events: { kind: 'BUNDLE_RECEIVED', bundleCode: code } } } });
});

test('a hub that closes says goodbye with 1001 and keeps no follower', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(69));
  await house.ended(code);
  const { socket, say, heard } = await openBareSocket(house);
  say({ id: 'one', type: 'subscribe', payload: { query: RUN, variables: { code, after: '0' } } });
  await heard();
  await openBareStream(house, RUN, { code, after: '0' });
  expect(watch.count(`run ${code}`)).toBe(2);
  const closed = once(socket, 'close');
  await house.restart();
  expect((await closed)[0]).toBe(1001);
  await watch.reached(`run ${code}`, 0);
});

test('a client that reconnects by itself goes on from its cursor when the hub is back', async () => {
  const watch = watchFollowers();
  const house = await openHouse();
  const { code } = await house.file(familyOf(70));
  await house.ended(code);
  let after = '0';
  let url = house.hub.url;
  const heard: string[] = [];
  const client = createClient({ url: () => `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 3, retryWait: () => Promise.resolve(), shouldRetry: () => true });
  onTestFinished(() => client.dispose() as Promise<void>);
  const half = await listen(house, 'graphql-ws', { query: EVENTS, variables: { after } }).take(6);
  heard.push(...half.map(({ data }) => data?.['events'].cursor));
  after = heard.at(-1) ?? '';
  await house.restart();
  url = house.hub.url;
  for await (const { data } of client.iterate<{ events: { cursor: string; kind: string } }>({ query: EVENTS, variables: { after } })) {
    if (!data) continue;
    heard.push(data.events.cursor);
    if (data.events.kind === 'BUNDLE_FINISHED') break;
  }
  const log = await house.ask('{ events(after: "0", first: 100) { edges { cursor } } }');
  expect(heard).toEqual(log.data?.['events'].edges.map((edge: { cursor: string }) => edge.cursor));
  await watch.reached('all', 0);
});
