import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { countDueDate } from '../../src/catalogue/due-date.ts';
import { countSlowly } from './slow-counter.ts';

const catalogue = loadCatalogue();

const start = Date.UTC(2023, 11, 20);
const end = Date.UTC(2028, 0, 5);
const minute = 60_000;

/** Instants of four years and a little beyond, every other one on a full minute so that the edges of sessions are met. */
const received = fc.oneof(
  fc.noBias(fc.integer({ min: start, max: end })),
  fc.noBias(fc.integer({ min: start / minute / 30, max: end / minute / 30 })).map((halfHours) => halfHours * 30 * minute),
);

const term = fc.oneof(
  fc.record({ unit: fc.constant('WORKING_DAY' as const), amount: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 30 })) }),
  fc.record({ unit: fc.constant('CALENDAR_DAY' as const), amount: fc.integer({ min: 0, max: 70 }) }),
  fc.record({ unit: fc.constant('WORKING_HOUR' as const), amount: fc.integer({ min: 0, max: 100 }) }),
);

test('10,000 random terms agree with a second counter that shares no code', () => {
  let known = 0;
  fc.assert(
    fc.property(received, term, (receivedMs, { amount, unit }) => {
      const receivedAt = new Date(receivedMs).toISOString();
      const fast = countDueDate(catalogue, { receivedAt, amount, unit });
      const slow = countSlowly(receivedMs, amount, unit);
      if (fast.is === 'due') known += 1;
      const answer = fast.is === 'due' ? { dueMs: new Date(fast.dueAt).getTime(), provisional: fast.provisional } : undefined;
      expect(answer).toEqual(slow);
      if (fast.is === 'calendarUnknown') expect(fast.date < '2024-01-01' || fast.date > '2027-12-31').toBe(true);
    }),
    { numRuns: 10_000, seed: 20250303 },
  );
  expect(known).toBeGreaterThan(9_000);
});

test('the days of a term are consecutive and their counts add up, whatever the term', () => {
  fc.assert(
    fc.property(received, term, (receivedMs, { amount, unit }) => {
      const due = countDueDate(catalogue, { receivedAt: new Date(receivedMs).toISOString(), amount, unit });
      if (due.is !== 'due') return;
      const dates = due.days.map(({ date }) => date);
      const first = new Date(receivedMs + 7 * 3_600_000).toISOString().slice(0, 10);
      expect(dates).toEqual(dates.map((_, index) => new Date(Date.parse(first) + index * 86_400_000).toISOString().slice(0, 10)));
      expect(dates.at(-1)).toBe(due.date);
      const counts = due.days.flatMap(({ counted }) => counted ?? []);
      if (unit === 'WORKING_HOUR') expect(counts.reduce((sum, hours) => sum + hours, 0)).toBeCloseTo(amount, 6);
      else if (amount > 0) expect(counts).toEqual(Array.from({ length: amount }, (_, index) => index + 1));
      for (const { reason } of due.days) expect(reason.vi && reason.en).toBeTruthy();
    }),
    { numRuns: 1_000, seed: 20250304 },
  );
});
