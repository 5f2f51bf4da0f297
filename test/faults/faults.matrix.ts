import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Mode } from '../../mocks/ministry.ts';
import { breachesOf } from '../bundles/records.ts';
import { startHub, type TestHub } from '../support/hub.ts';
import { isDealtHere } from '../support/matrices.ts';
import { readCells, type Cell } from './table.ts';
import { casesOf, openTrial, type Trial } from './trial.ts';

// The table that a person reads is what runs here: test/faults/matrix.md. One town for all; within a section all cells are under way at once.
const cells = readCells(new URL('matrix.md', import.meta.url));
const modes: Readonly<Record<string, Partial<Mode>>> = {
  'As the ministries\' documents promise': {},
  'Where a ministry does not deduplicate': { deduplicates: false },
  'Where it does not answer questions about orders either': { deduplicates: false, looksUp: false },
};

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // two minutes: on two cores each section takes some twenty seconds, and cores are not always free

const cases = casesOf(cells, 100).filter((_, number) => isDealtHere(number));
const dealt = new Set(cases.map(({ cell }) => cell));

let hub: TestHub;
let trial: Trial;
beforeAll(async () => {
  hub = await startHub({
    paceMs: 20, // milliseconds, like all below; between two questions as long as an order may be under way, as outside
    limits: { deadlineMs: 2_000, budgetMs: 60_000, failuresToOpen: 1_000_000 }, // a breaker that opens would answer in a ministry's place
    patience: { retryMs: [20, 2_000, 100, 200, 400], triesToIncident: 5, callbackMs: 1_000, lostMs: 60_000 },
    payments: { retryMs: [20, 2_000, 100, 200, 400], triesToIncident: 5, lostMs: 60_000, lookMs: 1_000 },
    callbackPausesMs: [500],
    env: { POLL_EVERY_MS: '50' },
  });
  trial = await openTrial(hub, cases);
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await trial.end();
  await hub.close();
  expect(breaches).toEqual([]);
});

test('every section of the table has a way in which its ministries work', () => {
  expect([...new Set(cells.map(({ section }) => section))]).toEqual(Object.keys(modes));
  expect(cells.length).toBeGreaterThan(150);
});

describe.each(Object.keys(modes))('%s', (section) => {
  const here = cells.filter((cell) => cell.section === section && dealt.has(cell));
  let ends: ReadonlyMap<Cell, string>;
  beforeAll(async () => {
    ends = await trial.carryOut(cases.filter(({ cell }) => cell.section === section), modes[section] ?? {});
  });

  test.each(here)('$fault, $step: $end', (cell) => {
    const end = ends.get(cell);
    expect(end === undefined, 'a cell with a dash cannot be arranged, and every other one can').toBe(cell.end.startsWith('–'));
    if (end !== undefined) expect(end).toBe(cell.end);
  });
});
