import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepReached } from '../bundles/fresh-hub.ts';
import { hasty } from '../bundles/troubles.ts';
import { spoilRows } from '../graph/house.ts';
import { LONG_WAIT_MS, openDesk, type Tree } from '../incidents/desk.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
const desk = openDesk(() => hub);
beforeAll(async () => {
  hub = await startHub(hasty({ patience: { retryMs: [5, 5, 5, LONG_WAIT_MS], triesToIncident: 4 }, limits: { failuresToOpen: 3, openMs: 20 } }));
});
afterAll(() => hub.close());

async function health(): Promise<[status: number, body: Tree]> {
  const answer = await fetch(`${hub.hub.url}/health/ready`);
  return [answer.status, (await answer.json()) as Tree];
}

/** The hub's own numbers as Prometheus reads them, by name and labels. */
async function metrics(): Promise<{ readonly text: string; of(name: string): number | undefined }> {
  const answer = await fetch(`${hub.hub.url}/metrics`);
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8']);
  const text = await answer.text();
  const lines = text.split('\n').flatMap((line) => [/^(\S+?(?:\{.*\})?) (\S+)$/.exec(line)].flatMap((match) => (match ? [[match[1], Number(match[2])] as const] : [])));
  return { text, of: (name) => lines.find(([known]) => known === name)?.[1] };
}

/** Lets a minute pass, and waits for the watchman's round in it. */
async function nextRound(): Promise<void> {
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 61_000).toISOString());
  await expect.poll(async () => (await metrics()).of('lienthong_watchman_round_age_seconds'), { interval: 10 }).toBeLessThan(60); // milliseconds
}

test('a hub that is well is live and ready, and nothing is overdue without an owner', async () => {
  const live = await fetch(`${hub.hub.url}/health/live`);
  expect([live.status, await live.json()]).toEqual([200, { live: true }]);
  expect(await health()).toEqual([200, { ready: true, state: 'READY', problems: [], degraded: [] }]);
  const family = familyOf(360);
  const { code } = await hub.file(family);
  await hub.file(family, { key: 'the same child' });
  await hub.ended(code);
  await nextRound();
  const { text, of } = await metrics();
  expect(of('lienthong_unowned_overdue')).toBe(0);
  expect(of('lienthong_runs')).toBe(0);
  expect(of('lienthong_oldest_waiting_seconds{of="run"}')).toBe(0);
  expect(of('lienthong_mutations_total{mutation="submitBundle",result="done"}')).toBe(1);
  expect(of('lienthong_mutations_total{mutation="submitBundle",result="DuplicateApplication"}')).toBe(1);
  expect(of('lienthong_events_total{kind="bundle.finished"}')).toBe(1);
  expect(of('lienthong_call_seconds_count{system="residence",operation="residence.register",outcome="answered"}')).toBe(1);
  expect(of('lienthong_line_state{system="residence",state="CLOSED"}')).toBe(1);
  expect(of('process_resident_memory_bytes')).toBeGreaterThan(0);
  for (const secret of [family.mother.personalId, family.mother.fullName, family.father.personalId, code]) expect(text).not.toContain(secret);
  expect(await desk.incidents()).toEqual([]);
});

test('whoever follows the log is counted as long as he does', async () => {
  const client = hub.socket();
  const following = client.iterate({ query: 'subscription { events(after: "0") { kind } }' });
  await following.next();
  expect((await metrics()).of('lienthong_subscribers')).toBe(1);
  await following.return?.();
  await client.dispose();
  await expect.poll(async () => (await metrics()).of('lienthong_subscribers'), { interval: 10 }).toBe(0); // milliseconds
});

test('a dark ministry degrades the hub and is named, in health, numbers and Query.systems; the hub stays ready', async () => {
  const SYSTEMS = '{ systems { name state callsUnderWay callsWaiting failuresInARow lastAnswerAt usualPerSecond allowedPerSecond draining } }';
  const residence = async () => (await hub.ask(SYSTEMS)).data?.['systems'].find(({ name }: Tree) => name === 'RESIDENCE') as Tree;
  const before = await residence();
  expect(before).toMatchObject({ state: 'CLOSED', callsUnderWay: 0, callsWaiting: 0, failuresInARow: 0, lastAnswerAt: expect.any(String) as string, allowedPerSecond: 500, draining: false });
  expect(before['usualPerSecond']).toBeGreaterThan(0);
  hub.ministries.byName.residence.script([{ match: {}, do: 'reset' }]);
  const { code } = await hub.file(familyOf(361));
  await desk.open(code);
  expect(await health()).toEqual([200, { ready: true, state: 'DEGRADED', problems: [], degraded: [{ code: 'MINISTRY_DARK', system: 'RESIDENCE', state: 'OPEN' }] }]);
  const { of } = await metrics();
  expect(of('lienthong_line_state{system="residence",state="OPEN"}')).toBe(1);
  expect(of('lienthong_line_failures_in_a_row{system="residence"}')).toBeGreaterThanOrEqual(3);
  expect(of('lienthong_incidents_open{cause="MINISTRY_UNREACHABLE"}')).toBe(1);
  expect(of('lienthong_steps{state="ORDERING"}')).toBe(1);
  expect(of('lienthong_runs')).toBe(1);
  expect(of('lienthong_call_seconds_count{system="residence",operation="residence.register",outcome="connection failed"}')).toBeGreaterThanOrEqual(1);
  const dark = await residence();
  expect(dark).toMatchObject({ state: 'OPEN', lastAnswerAt: before['lastAnswerAt'] });
  expect(dark['failuresInARow']).toBeGreaterThanOrEqual(3);
  hub.ministries.byName.residence.script([]);
  await desk.retry({ bundleCode: code, act: 'residence' });
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  expect(await residence()).toMatchObject({ state: 'CLOSED', failuresInARow: 0 });
  expect((await health())[1]).toMatchObject({ state: 'READY' });
});

test('a step that the hub forgot is found within a minute, counted, owned and set going again', async () => {
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Ngô Bỏ Quên', outcome: 'doneUntold' }]);
  hub.ministries.byName['social-insurance'].script([{ match: {}, do: 'html' }]);
  const { code } = await hub.file(familyOf(362), { childName: 'Ngô Bỏ Quên' });
  await stepReached(hub, code, 'residence', 'DONE');
  await desk.open(code);
  hub.ministries.byName['social-insurance'].script([]);
  spoilRows(hub, "UPDATE bundle_step SET next_at = NULL WHERE act = 'healthCard' AND state IN ('ORDERING', 'WAITING')");
  await nextRound();
  const { of } = await metrics();
  expect(of('lienthong_unowned_overdue')).toBe(1);
  expect(of('lienthong_unowned_overdue_found{cause="STALLED"}')).toBe(1);
  expect(await health()).toEqual([200, { ready: true, state: 'DEGRADED', problems: [], degraded: [{ code: 'UNOWNED_OVERDUE', count: 1 }] }]);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  await nextRound();
  expect((await metrics()).of('lienthong_unowned_overdue')).toBe(0);
  expect((await desk.incidents()).filter((one) => one['bundleCode'] === code).map(({ cause, act, ownerRole, resolvedAt }) => [cause, act, ownerRole, typeof resolvedAt])).toEqual([
    ['STALLED', 'healthCard', 'OPERATOR', 'string'],
    ['MINISTRY_BAD_ANSWER', 'healthCard', 'OPERATOR', 'string'],
  ]);
  expect((await health())[1]).toMatchObject({ state: 'READY' });
});

test.each([
  { what: 'cannot write', spoil: 'ALTER TABLE write_proof RENAME TO hidden_proof', mend: 'ALTER TABLE hidden_proof RENAME TO write_proof', problem: 'STORE_CANNOT_WRITE' },
  { what: 'is not laid out for this release', spoil: "UPDATE migrations SET name = 'Other1' WHERE name = 'Incidents1772500800000'", mend: "UPDATE migrations SET name = 'Incidents1772500800000' WHERE name = 'Other1'", problem: 'MIGRATIONS_MISSING' },
])('a hub whose database $what is live and not ready, until the database is well', async ({ spoil, mend, problem }) => {
  spoilRows(hub, spoil);
  await expect.poll(health, { interval: 50, timeout: 10_000 }).toEqual([503, { ready: false, state: 'NOT_READY', problems: [problem], degraded: [] }]); // milliseconds
  expect((await fetch(`${hub.hub.url}/health/live`)).status).toBe(200);
  spoilRows(hub, mend);
  await expect.poll(health, { interval: 50, timeout: 10_000 }).toEqual([200, { ready: true, state: 'READY', problems: [], degraded: [] }]);
});
