import type { ServerResponse } from 'node:http';
import { expect, onTestFinished, test, vi } from 'vitest';
import { openLine, type Line, type LineOptions } from '../../src/kit/call.ts';
import { realMs, systemClock } from '../../src/kit/clock.ts';
import type { Limits, Outgoing } from '../../src/kit/system.ts';
import { openAnswering, type Answering } from './answering.ts';
import { gate } from './gate.ts';

const LIMITS: Limits = { deadlineMs: 5_000, budgetMs: 20_000, parallel: 4, perSecond: 10_000, failuresToOpen: 3, openMs: 5_000 };

function openTestLine(url: string, limits: Partial<Limits> = {}, options: LineOptions = {}): Line {
  const line = openLine(url, { ...LIMITS, ...limits }, options);
  onTestFinished(() => line.close());
  return line;
}

const get = ({ url }: Pick<Answering, 'url'>, path = '/'): Outgoing => ({ method: 'GET', url: `${url}${path}`, headers: {} });

/** Makes the machine's date movable, by which the breaker counts its window; every other time stays real. */
function holdDate(): void {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
}

/** How many arrivals the fullest span of so many milliseconds holds. */
function fullest(arrivals: readonly number[], spanMs: number): number {
  return Math.max(...arrivals.map((from) => arrivals.filter((at) => at >= from && at < from + spanMs).length));
}

test('a ministry that comes back is met by so many calls a second and not more, until those who wait have been served', { retry: 3 }, async () => { // on a machine that stands still for half a second two seconds' calls arrive in one
  holdDate();
  let dark = true;
  const arrivals: number[] = [];
  const at = await openAnswering((_, response) => {
    if (!dark) arrivals.push(realMs());
    response.writeHead(dark ? 503 : 200).end();
  });
  const line = openTestLine(at.url, { perSecond: 400, parallel: 50 }); // a twentieth is 20 a second
  for (const _ of [1, 2, 3]) await line.send(get(at));
  expect(line.standing()).toMatchObject({ state: 'OPEN', failuresInARow: 3, isDraining: false });
  dark = false;
  vi.setSystemTime(Date.now() + 5_000);
  const answers = await Promise.all(Array.from({ length: 50 }, () => line.send(get(at))));
  expect(answers.every(({ is }) => is === 'raw')).toBe(true);
  expect(arrivals).toHaveLength(50);
  expect(fullest(arrivals, 950)).toBeLessThanOrEqual(20); // a second, less what an arrival may be late
  expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(1_900); // 50 calls at 20 a second
  expect(line.standing()).toMatchObject({ state: 'CLOSED', isDraining: true, waiting: 0, allowedPerSecond: 20 });
});

test('the breaker stays open as long as the ministry asked by Retry-After, and an hour at most', async () => {
  holdDate();
  let asked = '600';
  const at = await openAnswering((_, response) => void response.writeHead(503, { 'retry-after': asked }).end());
  const line = openTestLine(at.url);
  const send = async () => {
    const answer = await line.send(get(at));
    return answer.is === 'unreachable' ? answer.cause : 'answered';
  };
  for (const _ of [1, 2, 3]) await send();
  vi.setSystemTime(Date.now() + 599_000);
  expect(await send()).toBe('breaker open');
  asked = '86400';
  vi.setSystemTime(Date.now() + 1_000);
  expect([await send(), await send()]).toEqual(['server error', 'breaker open']);
  vi.setSystemTime(Date.now() + 3_599_000);
  expect(await send()).toBe('breaker open');
  vi.setSystemTime(Date.now() + 1_000);
  expect(await send()).toBe('server error');
  expect(at.calls()).toBe(5);
});

test('when a line goes dark, those who wait for their turn are told at once and no call of theirs leaves', async () => {
  const held: ServerResponse[] = [];
  const three = gate();
  const at = await openAnswering((_, response) => {
    if (held.push(response) > 3) response.writeHead(503).end(); // had its turn before the third failure was known
    if (held.length === 3) three.open();
  });
  const line = openTestLine(at.url, { parallel: 3 });
  const answers = Array.from({ length: 300 }, () => line.send(get(at)));
  await three.opened;
  expect(line.standing()).toMatchObject({ underWay: 3, waiting: 297 });
  for (const response of held.slice(0, 3)) response.writeHead(503).end();
  const causes = (await Promise.all(answers)).map((answer) => (answer.is === 'unreachable' ? answer.cause : answer.is));
  expect(causes.filter((cause) => cause === 'server error')).toHaveLength(at.calls());
  expect(at.calls()).toBeLessThanOrEqual(5);
  expect(causes.filter((cause) => cause === 'breaker open')).toHaveLength(300 - at.calls());
});

test('a person waits for a turn no longer than the budget leaves beside the deadline, and that says nothing against the line', async () => {
  const first = gate<ServerResponse>();
  const at = await openAnswering((_, response) => first.open(response));
  const line = openTestLine(at.url, { parallel: 1, deadlineMs: 5_000, budgetMs: 5_100 });
  const slow = line.send(get(at));
  const response = await first.opened;
  const begun = realMs();
  expect(await line.send(get(at))).toEqual({ is: 'unreachable', cause: 'too busy' });
  expect(realMs() - begun).toBeLessThan(3_000);
  expect(line.standing()).toMatchObject({ state: 'CLOSED', failuresInARow: 0, waiting: 0, underWay: 1 });
  response.end();
  expect(await slow).toMatchObject({ is: 'raw' });
});

test('orders of the engine that would wait longer than that are sent away at once, each with a later time to come again', async () => {
  const first = gate<ServerResponse>();
  const at = await openAnswering((_, response, number) => (number === 1 ? first.open(response) : void response.end()));
  const line = openTestLine(at.url, { parallel: 1, perSecond: 10, deadlineMs: 5_000, budgetMs: 5_500 }); // half a second of waiting is five calls
  const taken = [line.send(get(at), { waiter: 'engine' })];
  const response = await first.opened;
  const answers: Promise<{ readonly is: string }>[] = Array.from({ length: 20 }, () => line.send(get(at), { waiter: 'engine' }));
  const away = await Promise.all(answers.slice(6));
  const times = away.map((answer) => (answer as { retryAfterMs?: number }).retryAfterMs ?? 0);
  expect(away).toEqual(Array(14).fill({ is: 'unreachable', cause: 'too busy', retryAfterMs: expect.any(Number) as number }));
  expect(times[0]).toBeGreaterThan(500);
  for (const [index, time] of times.entries()) if (index > 0) expect(time - (times[index - 1] ?? 0)).toBeGreaterThan(80); // one after the other, ten a second
  response.end();
  expect((await Promise.all(taken))[0]).toMatchObject({ is: 'raw' });
});

test('persons go before the engine, which has every fourth turn all the same', async () => {
  const order: string[] = [];
  const first = gate<ServerResponse>();
  const at = await openAnswering((request, response, number) => {
    order.push(request.url ?? '');
    if (number === 1) first.open(response);
    else response.end();
  });
  const line = openTestLine(at.url, { parallel: 1 });
  const blocking = line.send(get(at, '/blocking'));
  const response = await first.opened;
  const engine = Array.from({ length: 3 }, () => line.send(get(at, '/engine'), { waiter: 'engine' }));
  const persons = Array.from({ length: 8 }, () => line.send(get(at, '/person')));
  response.end();
  await Promise.all([blocking, ...engine, ...persons]);
  expect(order.slice(1).map((path) => path[1]).join('')).toMatch(/^p{2,3}ep{3}ep{2,3}e?p*e?$/);
});

test('of a rate that is agreed for all processes together each takes its share', async () => {
  const arrivals: number[] = [];
  const at = await openAnswering((_, response) => {
    arrivals.push(realMs());
    response.end();
  });
  let processes = 4;
  const line = openTestLine(at.url, { perSecond: 20, parallel: 8 }, { share: () => 1 / processes });
  await Promise.all(Array.from({ length: 8 }, () => line.send(get(at))));
  expect(fullest(arrivals, 950)).toBeLessThanOrEqual(5);
  expect(line.standing().allowedPerSecond).toBe(5);
  processes = 1; // the others have ended
  expect(line.standing().allowedPerSecond).toBe(20);
});

test('the standing of a line tells when it last answered, by the clock of the house', async () => {
  const at = await openAnswering((_, response) => void response.end());
  const clock = systemClock();
  const line = openTestLine(at.url, {}, { now: () => clock.now() });
  expect(line.standing()).toMatchObject({ lastAnswerAt: null, usualPerSecond: 0, allowedPerSecond: 10_000 });
  const before = clock.now();
  await line.send(get(at));
  const { lastAnswerAt, usualPerSecond } = line.standing();
  expect(lastAnswerAt !== null && lastAnswerAt >= before && lastAnswerAt <= clock.now()).toBe(true);
  expect(usualPerSecond).toBeGreaterThan(0);
});
