import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { alarmTable } from '../../src/alarms/table.ts';
import { runTable, stepTable } from '../../src/bundles/table.ts';
import { incidentTable, type IncidentRow } from '../../src/dossiers/incident.ts';
import { openWatchman, type Finding } from '../../src/dossiers/watchman.ts';
import type { Rows } from '../../src/kit/store.ts';
import { dayTable, paymentTable } from '../../src/payments/table.ts';
import { onPostgres } from '../support/database.ts';
import { LATE, NOW, inSeconds, openTown, spoil, type Spoilt, type Town } from './town.ts';

/** One way in which something can be forgotten, and what the watchman must make of it: cause, act, and whether somebody else should have seen to it. */
interface Case {
  readonly what: string;
  readonly spoilt: Spoilt;
  readonly found: readonly (readonly [cause: string, act: string | null, isFault: boolean])[];
}

const planned = { state: 'PLANNED', nextAt: null, dueAt: null, ordered: 0 } as const;
const supplement = { state: 'SUPPLEMENT', nextAt: null } as const;
const done = { state: 'DONE', nextAt: null } as const;
const paid = { status: 'PAID', task: null, nextAt: null } as const;

const cases: readonly Case[] = [
  { what: 'a sound town', spoilt: {}, found: [] },
  { what: 'steps whose turn has not come', spoilt: { birth: { ...WAITS(), dueAt: inSeconds(3_600) }, residence: planned, healthCard: planned }, found: [] },
  { what: 'a step that waits for the citizen past its due date', spoilt: { run: { dueAt: inSeconds(-3_600) }, residence: { ...supplement, dueAt: inSeconds(-3_600), supplementUntil: inSeconds(3_600) } }, found: [] },
  { what: 'an ended run', spoilt: { run: { state: 'FINISHED', wakeAt: null, dueAt: inSeconds(-3_600) }, residence: done, healthCard: done }, found: [] },
  { what: 'a paid dossier that goes on', spoilt: { payment: { ...paid, status: 'EXPIRED' } }, found: [] },
  { what: 'a run without a next look', spoilt: { run: { wakeAt: null } }, found: [['STALLED', null, true]] },
  { what: 'a run whose look did not come', spoilt: { run: { wakeAt: inSeconds(-301) } }, found: [['STALLED', null, true]] },
  { what: 'a run whose look came a moment ago', spoilt: { run: { wakeAt: inSeconds(-299) } }, found: [] },
  { what: 'persons who are not confirmed in time', spoilt: { run: { confirmed: 0, nextAt: inSeconds(-301) }, birth: planned, residence: planned, healthCard: planned }, found: [['STALLED', null, true]] },
  { what: 'persons of whom nobody was told that they cannot be confirmed', spoilt: { run: { confirmed: 0, nextAt: inSeconds(60), tries: 5 }, birth: planned, residence: planned, healthCard: planned }, found: [['MINISTRY_UNREACHABLE', null, true]] },
  { what: 'a run that nobody ends', spoilt: { run: { wakeAt: inSeconds(3_600) }, residence: done, healthCard: done }, found: [['STALLED', null, true]] },
  { what: 'a run that is being ended', spoilt: { run: { wakeAt: NOW }, residence: done, healthCard: done }, found: [] },
  { what: 'an order without a next look', spoilt: { residence: { state: 'ORDERING', nextAt: null } }, found: [['STALLED', 'residence', true]] },
  { what: 'a waiting step without a next look', spoilt: { healthCard: { nextAt: null } }, found: [['STALLED', 'healthCard', true]] },
  { what: 'a step whose look did not come', spoilt: { residence: { nextAt: inSeconds(-301) } }, found: [['STALLED', 'residence', true]] },
  { what: 'an order after a withdrawal of which nobody asks', spoilt: { run: { state: 'WITHDRAWN', wakeAt: null }, birth: { state: 'WITHDRAWN', nextAt: inSeconds(-301) }, residence: { state: 'SKIPPED', nextAt: null }, healthCard: { state: 'SKIPPED', nextAt: null } }, found: [['STALLED', 'birth', true]] },
  { what: 'an order after a withdrawal that fails unseen', spoilt: { residence: { state: 'WITHDRAWN', nextAt: inSeconds(60), tries: 7 } }, found: [['MINISTRY_UNREACHABLE', 'residence', true]] },
  { what: 'a step that fails unseen', spoilt: { healthCard: { tries: 5 } }, found: [['MINISTRY_UNREACHABLE', 'healthCard', true]] },
  { what: 'a step that has failed four times', spoilt: { healthCard: { tries: 4 } }, found: [] },
  { what: 'an overdue step of which nobody was told', spoilt: { residence: { dueAt: inSeconds(-301) } }, found: [['OVERDUE', 'residence', true]] },
  { what: 'a step that is overdue since this moment', spoilt: { residence: { dueAt: inSeconds(-10) } }, found: [] },
  { what: 'a citizen whose time ended unseen', spoilt: { residence: { ...supplement, supplementUntil: inSeconds(-301) } }, found: [['STALLED', 'residence', true]] },
  { what: 'a citizen who was given no end', spoilt: { residence: { ...supplement, supplementUntil: null } }, found: [['STALLED', 'residence', true]] },
  { what: 'a step whose turn was missed', spoilt: { run: { wakeAt: inSeconds(3_600) }, residence: planned }, found: [['STALLED', 'residence', true]] },
  { what: 'a step that is to be skipped and was not', spoilt: { run: { wakeAt: inSeconds(3_600) }, birth: { state: 'REFUSED' }, residence: planned, healthCard: { state: 'SKIPPED', nextAt: null } }, found: [['STALLED', 'residence', true]] },
  { what: 'the application as a whole past its due date', spoilt: { run: { dueAt: inSeconds(-1) } }, found: [['OVERDUE', null, false]] },
  { what: 'the application as a whole past its due date, of which the watchman did not tell in time', spoilt: { run: { dueAt: inSeconds(-301) } }, found: [['OVERDUE', null, true]] },
  { what: 'a payment without a next look', spoilt: { payment: { nextAt: null } }, found: [['STALLED', 'requestPayment', true]] },
  { what: 'a payment that nobody watches', spoilt: { payment: { task: null, nextAt: null } }, found: [['STALLED', 'requestPayment', true]] },
  { what: 'a payment whose look did not come', spoilt: { payment: { task: 'REFUND', status: 'PAID', nextAt: inSeconds(-301) } }, found: [['STALLED', 'requestPayment', true]] },
  { what: 'a payment that fails unseen', spoilt: { payment: { tries: 5 } }, found: [['MINISTRY_UNREACHABLE', 'requestPayment', true]] },
  { what: 'a dossier that was paid for and waits all the same', spoilt: { payment: paid }, found: [['STALLED', 'requestPayment', true]] },
  { what: 'a day whose file is not fetched', spoilt: { day: { nextAt: inSeconds(-301) } }, found: [['STALLED', 'reconciliation', true]] },
  { what: 'a day without a next look', spoilt: { day: { nextAt: null } }, found: [['STALLED', 'reconciliation', true]] },
  { what: 'a day whose file fails unseen', spoilt: { day: { tries: 5 } }, found: [['MINISTRY_UNREACHABLE', 'reconciliation', true]] },
  { what: 'days that nobody plans', spoilt: { day: null }, found: [['STALLED', 'reconciliation', true]] },
];

function WAITS() {
  return { state: 'WAITING', nextAt: inSeconds(60), result: null, resultAsOf: null } as const;
}

class Undone extends Error {}

/** What the watchman finds in the town so spoilt; afterwards it is sound again. */
async function findIn({ store, beats }: Town, spoilt: Spoilt): Promise<Finding[]> {
  const findings: Finding[] = [];
  const unit = store.transact(async (rows) => {
    findings.length = 0;
    await spoil(rows, spoilt);
    for (const beat of beats) findings.push(...(await beat.find(rows, { now: NOW, late: LATE })));
    throw new Undone();
  });
  await expect(unit).rejects.toThrow(Undone);
  return findings;
}

describe('the watchman finds', () => {
  let town: Town;
  beforeAll(async () => {
    town = await openTown();
  });
  afterAll(() => town.close());

  test.each(cases)('$what: $found', async ({ spoilt, found }) => {
    const findings = await findIn(town, spoilt);
    expect(findings.map(({ matter, isFault }) => [matter.cause, matter.act, isFault])).toEqual(found);
    for (const { matter } of findings) expect(matter).toMatchObject({ ownerAgency: expect.stringMatching(/H01$/) as string, procedure: expect.stringMatching(/./) as string, detail: { vi: expect.stringMatching(/./) as string, en: expect.stringMatching(/./) as string } });
  });
});

/** Opens a town for one test. */
async function openOwn(spoilt: Spoilt = {}): Promise<Town> {
  const town = await openTown(spoilt);
  onTestFinished(() => town.close());
  return town;
}

/** Lets the watchman go one round. */
async function goRound({ store, clock, feed, log, beats }: Town): Promise<{ readonly unowned: number; readonly found: Record<string, number> }> {
  const watchman = openWatchman({ store, clock, feed, log }, beats);
  watchman.start();
  onTestFinished(() => watchman.stop());
  await expect.poll(() => watchman.last(), { interval: 2 }).toBeDefined(); // milliseconds
  await watchman.stop();
  return { unowned: watchman.last()?.unowned ?? -1, found: Object.fromEntries(watchman.found()) };
}

const openIncidents = async ({ store }: Town): Promise<IncidentRow[]> => (await store.read().find(incidentTable, { order: { id: 'ASC' } })).filter(({ resolvedAt }) => resolvedAt === null);

test('what was forgotten gets an incident, an alarm and a next look; seen to, its incident is closed with the next round', async () => {
  const town = await openOwn({ run: { wakeAt: null }, residence: { nextAt: null }, payment: { nextAt: null }, day: { nextAt: null } });
  expect(await goRound(town)).toEqual({ unowned: 4, found: { STALLED: 4 } });
  expect((await openIncidents(town)).map(({ cause, act, ownerRole }) => [cause, act, ownerRole])).toEqual([['STALLED', 'residence', 'OPERATOR'], ['STALLED', null, 'OPERATOR'], ['STALLED', 'requestPayment', 'OPERATOR'], ['STALLED', 'reconciliation', 'OPERATOR']]);
  const alarms = await town.store.read().find(alarmTable, { where: { channel: 'webhook' } });
  expect(alarms.map(({ news }) => JSON.parse(news) as object)).toContainEqual({ kind: 'overdue.unowned', owner: { agency: null, role: 'OPERATOR' }, count: 4 });
  const at = town.clock.now();
  const rows = town.store.read();
  for (const next of [(await rows.findOneByOrFail(runTable, { code: 'H01-run' })).wakeAt, (await rows.findOneByOrFail(stepTable, { run: 'H01-run', act: 'residence' })).nextAt, (await rows.findOneByOrFail(paymentTable, { transactionId: 'payment' })).nextAt, (await rows.findOneByOrFail(dayTable, { day: '2025-03-03' })).nextAt]) {
    expect(next !== null && next >= NOW && next <= at).toBe(true);
  }

  expect(await goRound(town)).toEqual({ unowned: 0, found: {} }); // owned now, and nobody has looked yet
  expect(await openIncidents(town)).toHaveLength(4);

  await town.store.transact(async (unit) => { // the engine and the cashier look, and plan the next look
    await unit.update(runTable, { code: 'H01-run' }, { wakeAt: inSeconds(7_200) });
    await unit.update(stepTable, { run: 'H01-run', act: 'residence' }, { nextAt: inSeconds(7_200) });
    await unit.update(paymentTable, { transactionId: 'payment' }, { nextAt: inSeconds(7_200) });
    await unit.update(dayTable, { day: '2025-03-03' }, { nextAt: inSeconds(54_000) });
  });
  expect(await goRound(town)).toEqual({ unowned: 0, found: {} });
  expect(await openIncidents(town)).toEqual([]);
});

test('an application past its due date has an incident with its agency from the round on, and not a second one', async () => {
  const town = await openOwn({ run: { dueAt: inSeconds(-1) } });
  for (const _ of [1, 2]) expect(await goRound(town)).toEqual({ unowned: 0, found: {} });
  expect(await openIncidents(town)).toMatchObject([{ cause: 'OVERDUE', run: 'H01-run', act: null, ownerAgency: '000.00.23.H01', ownerRole: 'CASE_OFFICER' }]);
  await town.store.transact((rows) => rows.update(runTable, { code: 'H01-run' }, { dueAt: inSeconds(86_400) })); // the calendar was edited
  await goRound(town);
  expect(await openIncidents(town)).toEqual([]);
});

test('the watchman reads nothing that is final: each question goes by an index', async () => {
  const town = await openOwn();
  const rows = town.store.read();
  const questions: string[] = [];
  const explain = async (sql: string, values: unknown[]) => {
    questions.push(sql);
    if (onPostgres) {
      const steps = await town.store.transact(async (unit) => {
        for (const way of ['seqscan', 'bitmapscan']) await unit.query(`SET LOCAL enable_${way} = off`);
        return unit.query<Record<'QUERY PLAN', string>[]>(`EXPLAIN (COSTS OFF) ${sql}`, values);
      });
      expect(steps.map((step) => step['QUERY PLAN']).filter((plan) => /Seq Scan on (bundle|payment\b|dossier|incident)/.test(plan)), sql).toEqual([]);
    } else {
      const steps = await rows.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, values);
      expect(steps.map(({ detail }) => detail).filter((plan) => /^SCAN (?!reconciliation_day|payment USING COVERING INDEX|CONSTANT)/.test(plan)), sql).toEqual([]);
    }
    return [];
  };
  const watched = Object.assign(Object.create(rows) as Rows, { query: explain });
  for (const beat of town.beats) await beat.find(watched, { now: NOW, late: LATE });
  expect(questions.length).toBeGreaterThan(15);
});
