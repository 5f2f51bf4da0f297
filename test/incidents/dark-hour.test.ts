import { expect, test } from 'vitest';
import { startFreshHub } from '../bundles/fresh-hub.ts';
import { effectsOf } from '../bundles/records.ts';
import { hasty } from '../bundles/troubles.ts';
import { familyOf } from '../support/hub.ts';
import { LONG_WAIT_MS, openDesk } from './desk.ts';

const APPLICATIONS = 12;

test('a ministry is dark for an hour: each application that waits has an incident with an owner, one word tries them all again, one after the other, and everything is done once', async () => {
  const hub = await startFreshHub(hasty({ patience: { retryMs: [5, 5, 5, LONG_WAIT_MS], triesToIncident: 4 } }));
  const desk = openDesk(() => hub);
  const { residence } = hub.ministries.byName;
  residence.script([{ match: {}, do: 'reset' }]);
  const codes: string[] = [];
  for (let index = 0; index < APPLICATIONS; index += 1) codes.push((await hub.file(familyOf(320 + index)))['code'] as string);
  await expect.poll(async () => (await desk.incidents({ open: true, system: 'RESIDENCE' })).length, { interval: 200, timeout: 60_000 }).toBe(APPLICATIONS); // milliseconds

  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 3_600_000).toISOString());
  const stuck = await desk.incidents({ open: true });
  expect(stuck.map((one) => one['bundleCode'] as string).sort()).toEqual([...codes].sort());
  for (const incident of stuck) expect(incident).toMatchObject({ cause: 'MINISTRY_UNREACHABLE', act: 'residence', system: 'RESIDENCE', ownerRole: 'OPERATOR', ownerAgency: expect.stringMatching(/^[\d.]+H01$/) as string });
  for (const incident of stuck) expect(incident['ageSeconds']).toBeGreaterThanOrEqual(3_600);
  expect((await hub.ask('{ systems { name state failuresInARow } }')).data?.['systems']).toContainEqual({ name: 'RESIDENCE', state: 'OPEN', failuresInARow: expect.any(Number) as number });

  residence.script([]);
  const before = residence.calls.length;
  const asked = { idempotencyKey: 'it is there again', system: 'RESIDENCE', cause: 'MINISTRY_UNREACHABLE' };
  const now = Date.parse(hub.clock.now());
  const answer = await desk.retryAll(asked);
  expect(answer).toMatchObject({ __typename: 'StepsRetried', woken: APPLICATIONS });
  expect(Date.parse(answer['until'] as string) - now).toBeGreaterThanOrEqual(400); // twelve, at a twentieth of 500 a second
  expect(await desk.retryAll(asked)).toEqual(answer);
  for (const code of codes) expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  expect(await desk.incidents({ open: true })).toEqual([]);
  for (const code of codes) expect(effectsOf(hub, code)).toHaveLength(5);
  const registered = residence.ledger().filter(({ idempotencyKey }) => codes.some((code) => idempotencyKey?.includes(code)));
  expect(registered.map(({ received }) => received)).toEqual(Array(APPLICATIONS).fill(1));
  expect(residence.calls.length).toBeGreaterThan(before);
  expect(await desk.retryAll({ system: 'RESIDENCE' })).toMatchObject({ woken: 0 });
}, 120_000); // two minutes: twelve applications, on a machine that may be busy with other tests
