import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLine, retryAfter, type Line } from '../../src/kit/call.ts';
import { realMs } from '../../src/kit/clock.ts';
import type { Limits, Outgoing } from '../../src/kit/system.ts';
import { openAnswering, type Answering } from './answering.ts';
import { gate } from './gate.ts';

const LIMITS: Limits = { deadlineMs: 5_000, budgetMs: 20_000, parallel: 4, perSecond: 10_000, failuresToOpen: 3, openMs: 5_000 };

function openTestLine(url: string, limits: Partial<Limits> = {}, queue: Parameters<typeof openLine>[2] = {}): Line {
  const line = openLine(url, { ...LIMITS, ...limits }, queue);
  onTestFinished(() => line.close());
  return line;
}

const get = ({ url }: Pick<Answering, 'url'>): Outgoing => ({ method: 'GET', url: `${url}/a?b=c`, headers: { 'x-request-id': 'r' } });
const status = (code: number) => (_: unknown, response: ServerResponse) => void response.writeHead(code).end(String(code));
const causes = async (line: Line, at: Answering, calls: number) => {
  const told: string[] = [];
  for (let number = 0; number < calls; number += 1) {
    const answer = await line.send(get(at));
    told.push(answer.is === 'unreachable' ? answer.cause : String(answer.status));
  }
  return told;
};

test('a request goes out as it is and the answer comes back as it is', async () => {
  const seen: unknown[] = [];
  const at = await openAnswering(async (request, response) => {
    seen.push(request.method, request.url, request.headers['x-request-id'], Buffer.concat((await request.toArray()) as Buffer[]).toString('utf8'));
    response.writeHead(202, { 'content-type': 'application/json', 'x-two': ['a', 'b'] }).end('{"ten":"Bình"}');
  });
  const answer = await openTestLine(at.url).send({ method: 'POST', url: `${at.url}/nhan?ma=1`, headers: { 'x-request-id': 'r-1' }, body: 'Hòa' });
  expect(seen).toEqual(['POST', '/nhan?ma=1', 'r-1', 'Hòa']);
  expect(answer).toMatchObject({ is: 'raw', status: 202, text: '{"ten":"Bình"}', headers: { 'content-type': 'application/json', 'x-two': 'a, b' } });
});

test('letters that the wire cuts in two arrive whole', async () => {
  const bytes = Buffer.from('Nguyễn Thị Hòa');
  const at = await openAnswering(async (_, response) => {
    for (const byte of bytes) await new Promise<void>((resolve) => response.write(Buffer.of(byte), () => resolve()));
    response.end();
  });
  expect(await openTestLine(at.url).send(get(at))).toMatchObject({ text: 'Nguyễn Thị Hòa' });
});

test.each([400, 401, 403, 404, 409, 422, 429, 500])('%i is an answer, which says nothing against the line', async (code) => {
  const at = await openAnswering(status(code));
  const line = openTestLine(at.url);
  expect(await causes(line, at, 5)).toEqual(Array(5).fill(String(code)));
  expect(line.standing().state).toBe('CLOSED');
});

test.each([502, 503, 504])('%i means that nobody is there', async (code) => {
  const at = await openAnswering(status(code));
  expect(await openTestLine(at.url).send(get(at))).toEqual({ is: 'unreachable', cause: 'server error' });
});

test('how long a gateway asks us to wait is told', async () => {
  const at = await openAnswering((_, response) => void response.writeHead(503, { 'retry-after': '7' }).end());
  expect(await openTestLine(at.url).send(get(at))).toEqual({ is: 'unreachable', cause: 'server error', retryAfterMs: 7_000 });
});

test.each([
  ['7', { retryAfterMs: 7_000 }],
  ['0', { retryAfterMs: 0 }],
  ['0.5', { retryAfterMs: 500 }],
  ['-1', {}],
  ['Wed, 21 Oct 2026 07:28:00 GMT', {}],
  ['soon', {}],
  [undefined, {}],
])('Retry-After: %s', (value, read) => {
  expect(retryAfter({ 'retry-after': value })).toEqual(read);
});

test('whoever does not answer within the deadline is hung up on', async () => {
  const gone = gate();
  const at = await openAnswering((request) => void request.socket.once('close', gone.open));
  const begun = realMs();
  expect(await openTestLine(at.url, { deadlineMs: 60 }).send(get(at))).toEqual({ is: 'unreachable', cause: 'timed out' });
  expect(realMs() - begun).toBeLessThan(2_000);
  await gone.opened;
});

test('the deadline holds for the body too', async () => {
  const gone = gate();
  const at = await openAnswering((_, response) => {
    response.once('close', gone.open);
    response.writeHead(200).write('{"half":');
  });
  expect(await openTestLine(at.url, { deadlineMs: 60 }).send(get(at))).toEqual({ is: 'unreachable', cause: 'timed out' });
  await gone.opened;
});

test('nobody at the address, a reset and an answer cut off are failed connections', async () => {
  const closed = await openAnswering(status(200));
  await closed.close();
  const reset = await openAnswering((request) => request.socket.resetAndDestroy());
  const cut = await openAnswering((_, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"half":', () => response.destroy());
  });
  for (const at of [closed, reset, cut]) expect(await openTestLine(at.url).send(get(at))).toEqual({ is: 'unreachable', cause: 'connection failed' });
});

test('an answer of more than 20 MB is not read to its end', async () => {
  const gone = gate();
  let sent = 0;
  const at = await openAnswering(async (_, response) => {
    response.once('close', gone.open);
    const block = Buffer.alloc(1024 * 1024, 'x');
    for (; sent < 100 && !response.destroyed; sent += 1) await new Promise<void>((resolve) => response.write(block, () => resolve()));
    response.end();
  });
  expect(await openTestLine(at.url).send(get(at))).toEqual({ is: 'unreachable', cause: 'connection failed' });
  await gone.opened;
  expect(sent).toBeGreaterThanOrEqual(20);
  expect(sent).toBeLessThan(60);
});

test('an answer of just below 20 MB is read', async () => {
  const at = await openAnswering((_, response) => void response.end(Buffer.alloc(20 * 1024 * 1024 - 1, 'x')));
  const answer = await openTestLine(at.url).send(get(at));
  expect(answer.is === 'raw' && answer.text.length).toBe(20 * 1024 * 1024 - 1);
});

test('after so many failures in a row the line calls no longer; after a while one call tries, and its success opens the line again', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  let dark = true;
  const states: string[] = [];
  const at = await openAnswering((_, response) => {
    states.push(line.standing().state);
    response.writeHead(dark ? 503 : 200).end();
  });
  const line = openTestLine(at.url);
  expect(await causes(line, at, 5)).toEqual(['server error', 'server error', 'server error', 'breaker open', 'breaker open']);
  expect([at.calls(), line.standing().state]).toEqual([3, 'OPEN']);
  vi.setSystemTime(Date.now() + 5_000);
  expect(await causes(line, at, 2)).toEqual(['server error', 'breaker open']); // the trial failed
  dark = false;
  vi.setSystemTime(Date.now() + 5_000);
  expect(await causes(line, at, 3)).toEqual(['200', '200', '200']);
  expect(states).toEqual(['CLOSED', 'CLOSED', 'CLOSED', 'HALF_OPEN', 'HALF_OPEN', 'CLOSED', 'CLOSED']);
});

test('while the one call tries, the others are not let through', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const trial = gate<ServerResponse>();
  const at = await openAnswering((_, response, number) => (number <= 3 ? void response.writeHead(503).end() : trial.open(response)));
  const line = openTestLine(at.url);
  await causes(line, at, 3);
  vi.setSystemTime(Date.now() + 5_000);
  const trying = line.send(get(at));
  const response = await trial.opened;
  const others = [line.send(get(at)), line.send(get(at))];
  response.writeHead(503).end();
  expect(await trying).toMatchObject({ cause: 'server error' });
  expect(await Promise.all(others)).toEqual(Array(2).fill({ is: 'unreachable', cause: 'breaker open' }));
  expect(at.calls()).toBe(4);
});

test('an answer between two failures begins the count anew', async () => {
  const at = await openAnswering((_, response, number) => void response.writeHead(number % 3 === 0 ? 404 : 503).end());
  const line = openTestLine(at.url);
  await causes(line, at, 9);
  expect([line.standing().state, at.calls()]).toEqual(['CLOSED', 9]);
});

test('no more calls are under way at once than the ministry agreed to, and none is lost for that', async () => {
  let held: ServerResponse[] = [];
  const at = await openAnswering((_, response) => {
    held.push(response);
    if (held.length < 3) return;
    for (const one of held) one.end('x');
    held = [];
  });
  const line = openTestLine(at.url, { parallel: 3 });
  const answers = await Promise.all(Array.from({ length: 60 }, () => line.send(get(at))));
  expect(answers.every(({ is }) => is === 'raw')).toBe(true);
  expect(at.mostAtOnce()).toBe(3);
});

test('when as many wait as may, the next is turned away at once, and that says nothing against the line', async () => {
  const first = gate<ServerResponse>();
  const at = await openAnswering((_, response, number) => (number === 1 ? first.open(response) : void response.end('x')));
  const line = openTestLine(at.url, { parallel: 1 }, { longestQueue: 100 });
  const waiting = Array.from({ length: 101 }, () => line.send(get(at)));
  const response = await first.opened;
  expect(await line.send(get(at))).toEqual({ is: 'unreachable', cause: 'too busy' });
  expect(line.standing().state).toBe('CLOSED');
  response.end('x');
  expect((await Promise.all(waiting)).every(({ is }) => is === 'raw')).toBe(true);
});

test('no more calls begin within a second than the ministry agreed to', async () => {
  const begun: number[] = [];
  const at = await openAnswering((_, response) => {
    begun.push(realMs());
    response.end('x');
  });
  const line = openTestLine(at.url, { perSecond: 5 });
  await Promise.all(Array.from({ length: 8 }, () => line.send(get(at))));
  const firstFive = begun.slice(0, 5);
  expect(Math.max(...firstFive) - Math.min(...firstFive)).toBeLessThan(900);
  expect((begun[5] ?? 0) - (begun[0] ?? 0)).toBeGreaterThan(800);
});

test('a caller who gives up ends the call', async () => {
  const arrived = gate();
  const gone = gate();
  const at = await openAnswering((request) => {
    request.socket.once('close', gone.open);
    arrived.open();
  });
  const caller = new AbortController();
  const call = openTestLine(at.url).send(get(at), { signal: caller.signal });
  await arrived.opened;
  caller.abort();
  expect(await call).toMatchObject({ is: 'unreachable' });
  await gone.opened;
});

test('closing the line ends the call that is under way', async () => {
  const arrived = gate();
  const at = await openAnswering(() => arrived.open());
  const line = openLine(at.url, LIMITS);
  const call = line.send(get(at));
  await arrived.opened;
  await line.close();
  expect(await call).toEqual({ is: 'unreachable', cause: 'connection failed' });
});
