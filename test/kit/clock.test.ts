import { expect, test } from 'vitest';
import { movableClock, systemClock } from '../../src/kit/clock.ts';
import { epochMs, later } from '../../src/kit/instant.ts';

const START = '2025-03-03T01:00:00.000Z';
const hours = (count: number) => later(START, count * 3_600_000);

test('a movable clock begins where it is told and runs on', () => {
  const clock = movableClock(START);
  const first = clock.now();
  expect(epochMs(first) - epochMs(START)).toBeLessThan(1_000);
  expect(epochMs(first)).toBeGreaterThanOrEqual(epochMs(START));
});

test('an instant of the clock is UTC with three decimals, so that texts sort like times', () => {
  expect(movableClock(START).now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(systemClock().now()).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
});

test('the machine’s clock is the machine’s', () => {
  expect(Math.abs(epochMs(systemClock().now()) - Date.now())).toBeLessThan(1_000);
});

test('moving the clock wakes who is due, the earliest first, whatever order they came in', async () => {
  const clock = movableClock(START);
  const woken: number[] = [];
  const sleepers = [3, 1, 5, 2, 4].map((hour) => clock.sleepUntil(hours(hour)).then(() => woken.push(hour)));
  clock.moveTo(hours(6));
  await Promise.all(sleepers);
  expect(woken).toEqual([1, 2, 3, 4, 5]);
});

test('moving the clock wakes nobody who is not due', async () => {
  const clock = movableClock(START);
  const woken: number[] = [];
  const sleepers = [1, 2, 3].map((hour) => clock.sleepUntil(hours(hour)).then(() => woken.push(hour)));
  clock.moveTo(hours(2));
  await Promise.all(sleepers.slice(0, 2));
  expect(woken).toEqual([1, 2]);
  clock.moveTo(hours(3));
  await sleepers[2];
  expect(woken).toEqual([1, 2, 3]);
});

test('somebody who is woken finds the clock where it was moved to', async () => {
  const clock = movableClock(START);
  const found = clock.sleepUntil(hours(1)).then(() => clock.now());
  clock.moveTo(hours(5));
  expect((await found) >= hours(5)).toBe(true);
});

test('a sleep to an instant that has passed ends at once', async () => {
  const clock = movableClock(START);
  await clock.sleepUntil(later(START, -1));
  await clock.sleepUntil(START);
});

test('the clock never goes back, and says what would be right', () => {
  const clock = movableClock(START);
  clock.moveTo(hours(2));
  expect(() => clock.moveTo(hours(1))).toThrow(RangeError);
  expect(() => clock.moveTo(hours(1))).toThrow(/cannot go back to 2025-03-03T02:00:00.000Z; name a later instant/);
  expect(clock.now() >= hours(2)).toBe(true);
});

test('moving it in many small steps adds up', () => {
  const clock = movableClock(START);
  for (let minute = 1; minute <= 600; minute += 1) clock.moveTo(later(START, minute * 60_000));
  expect(epochMs(clock.now()) - epochMs(hours(10))).toBeLessThan(2_000);
});

test('a sleeper whom somebody calls off wakes at once, and the others sleep on', async () => {
  const clock = movableClock(START);
  const called = new AbortController();
  const woken: string[] = [];
  const first = clock.sleepUntil(hours(1), called.signal).then(() => woken.push('called off'));
  const second = clock.sleepUntil(hours(1)).then(() => woken.push('due'));
  called.abort();
  await first;
  expect(woken).toEqual(['called off']);
  clock.moveTo(hours(1));
  await second;
  expect(woken).toEqual(['called off', 'due']);
});

test('whoever was called off before lies down not at all', async () => {
  await movableClock(START).sleepUntil(hours(1), AbortSignal.abort());
});

test('a sleep of real milliseconds ends by itself, not before its time', async () => {
  const clock = systemClock();
  const at = later(clock.now(), 30);
  await clock.sleepUntil(at);
  expect(clock.now() >= at).toBe(true);
});

test('a sleep of years, which no timer of the machine can hold, ends when the clock gets there', async () => {
  const clock = movableClock(START);
  const woken = clock.sleepUntil('2031-09-30T10:00:00.000Z').then(() => 'awake');
  clock.moveTo('2031-09-30T09:59:59.000Z');
  clock.moveTo('2031-09-30T10:00:00.000Z');
  expect(await woken).toBe('awake');
});

test('clocks are independent of each other', () => {
  const one = movableClock(START);
  const other = movableClock(START);
  one.moveTo(hours(48));
  expect(other.now() < hours(1)).toBe(true);
});
