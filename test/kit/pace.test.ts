import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openPace, type Pace } from '../../src/kit/pace.ts';

const MINUTE = 60_000; // milliseconds

/** Calls at an even rate; gives the instant after the last. */
function callEvenly(pace: Pace, from: number, perSecond: number, forMs: number): number {
  for (let at = from; at < from + forMs; at += 1_000 / perSecond) pace.began(at);
  return from + forMs;
}

test('what is usual follows what was called in the last minutes', () => {
  const pace = openPace(() => 500);
  let now = callEvenly(pace, 0, 10, 30 * MINUTE);
  expect(pace.usual(now)).toBeCloseTo(10, 1);
  now = callEvenly(pace, now, 2, 30 * MINUTE);
  expect(pace.usual(now)).toBeCloseTo(2, 1);
  expect(pace.usual(now + 30 * MINUTE)).toBeLessThan(0.1);
});

test('what is usual is kept while the line is dark, and calls that drain a backlog do not change it', () => {
  const pace = openPace(() => 500);
  let now = callEvenly(pace, 0, 30, 30 * MINUTE);
  pace.wentDark(now);
  now = callEvenly(pace, now, 1, 60 * MINUTE);
  expect(pace.usual(now)).toBeCloseTo(30, 0);
  pace.cameBack(now);
  now = callEvenly(pace, now, 60, 10 * MINUTE);
  expect(pace.usual(now)).toBeCloseTo(30, 0);
  expect(pace.perSecond(now)).toBeCloseTo(60, 0);
});

test.each([
  { usual: 0, agreed: 500, allowed: 25, why: 'the floor, a twentieth of what was agreed' },
  { usual: 5, agreed: 500, allowed: 25, why: 'the floor' },
  { usual: 100, agreed: 500, allowed: 200, why: 'twice what is usual' },
  { usual: 400, agreed: 500, allowed: 500, why: 'never more than was agreed' },
])('after darkness a line that was called $usual times a second may be called $allowed times: $why', ({ usual, agreed, allowed }) => {
  const pace = openPace(() => agreed);
  const now = usual > 0 ? callEvenly(pace, 0, usual, 40 * MINUTE) : 0;
  expect(pace.perSecond(now)).toBe(agreed);
  pace.wentDark(now);
  pace.cameBack(now + MINUTE);
  expect(pace.perSecond(now + MINUTE) / allowed).toBeCloseTo(1, 1);
});

test('it drains four times as long as it was dark, at most thirty-six minutes, and as long as calls wait', () => {
  const pace = openPace(() => 500);
  pace.wentDark(0);
  pace.cameBack(MINUTE);
  expect([pace.isDraining(5 * MINUTE - 1), pace.isDraining(5 * MINUTE)]).toEqual([true, false]);
  expect(pace.perSecond(5 * MINUTE)).toBe(500);
  pace.heldBack(6 * MINUTE);
  expect(pace.isDraining(6 * MINUTE)).toBe(false); // a busy hour is not a backlog
  pace.wentDark(10 * MINUTE);
  pace.cameBack(70 * MINUTE);
  expect([pace.isDraining(106 * MINUTE - 1), pace.isDraining(106 * MINUTE)]).toEqual([true, false]);
  pace.wentDark(200 * MINUTE);
  pace.cameBack(200 * MINUTE + 1);
  for (let now = 200 * MINUTE; now < 203 * MINUTE; now += 500) pace.heldBack(now);
  expect([pace.isDraining(203 * MINUTE), pace.isDraining(203 * MINUTE + 10_000)]).toEqual([true, false]);
});

test('a second darkness while it drains does not shorten the first', () => {
  const pace = openPace(() => 500);
  pace.wentDark(0);
  pace.cameBack(5 * MINUTE);
  pace.wentDark(6 * MINUTE);
  pace.cameBack(6 * MINUTE + 100);
  expect(pace.isDraining(25 * MINUTE - 1)).toBe(true);
});

test('whatever is called and whenever it is dark, the rate lies between a twentieth of what was agreed and what was agreed', () => {
  const steps = fc.array(fc.tuple(fc.constantFrom('began', 'wentDark', 'cameBack', 'heldBack'), fc.integer({ min: 0, max: 10 * MINUTE })), { maxLength: 60 });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 2_000 }), (told, agreed) => {
      const pace = openPace(() => agreed);
      let now = 0;
      for (const [what, after] of told) {
        now += after;
        pace[what as 'began'](now);
        const rate = pace.perSecond(now);
        expect(rate).toBeGreaterThanOrEqual(agreed / 20);
        expect(rate).toBeLessThanOrEqual(agreed);
        if (!pace.isDraining(now)) expect(rate).toBe(agreed);
        expect(pace.usual(now)).toBeGreaterThanOrEqual(0);
      }
    }),
  );
});
