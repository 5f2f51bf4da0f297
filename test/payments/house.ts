import { afterAll, beforeAll, expect } from 'vitest';
import { addDays } from '../../src/kit/instant.ts';
import { startHub, type Setting, type TestHub } from '../support/hub.ts';
import { openCounter, type Counter, type Tree } from './counter.ts';

// The hub, and the counter at it, of the test file that runs now. Several files of tests share one, because the house costs
// four seconds of a core before its first test.

/** The hub of this run. */
export let hub: TestHub;

/** The counter at it. */
export let counter: Counter;

/** The day on which the clock stands, as far as `nextMorning` moved it. */
export let today = '2025-03-03';

/** Opens them before the first test; after the last one PayGov must not have left its contract. */
export function openHouse(setting: Setting): void {
  beforeAll(async () => {
    hub = await startHub(setting);
    counter = openCounter(hub);
  });
  afterAll(async () => {
    const breaches = paygov().contractBreaches;
    await hub.close();
    expect(breaches).toEqual([]);
  });
}

/** PayGov, as a test gives it orders. */
export const paygov = () => hub.ministries.byName.paygov;

/** Lets the night pass; gives what was counted of the day that is over. */
export function nextMorning(): Promise<Tree> {
  const over = today;
  today = addDays(today, 1);
  return counter.morningOf(today, over);
}

/** Lets days pass at once; gives the day that it was before. */
export function daysLater(days: number): string {
  const before = today;
  today = addDays(today, days);
  return before;
}
