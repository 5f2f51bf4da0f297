import { afterAll, beforeAll, expect, test } from 'vitest';
import type { YoungFamily } from '../../mocks/people.ts';
import { RUN, families, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { startFreshHub } from './fresh-hub.ts';
import { WHOLE_BIRTH, breachesOf, effectNames } from './records.ts';
import { hasty, troubles } from './troubles.ts';

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- forms and answers by path

const NOTHING_ORDERED = { state: 'RUNNING', peopleConfirmed: false, dossiers: [{ status: 'REGISTERED' }, { status: 'REGISTERED' }, { status: 'REGISTERED' }], steps: [{ state: 'PLANNED' }, { state: 'PLANNED' }, { state: 'PLANNED' }] };

// One hub for the table: every line of it takes the next family.
let shared: TestHub;
let next = 450;
beforeAll(async () => {
  shared = await startHub(hasty());
});
afterAll(async () => {
  const breaches = breachesOf(shared);
  await shared.close();
  expect(breaches).toEqual([]);
});

test.each(troubles)('a population register that answers $name loses no application: it is taken, nothing is ordered, and when the register is back all is done', async ({ does }) => {
  const orderedBefore = shared.ministries.byName['civil-status'].calls.length;
  shared.ministries.byName.population.script([{ match: {}, ...does }]);
  const filed = await shared.file(families[next++] as YoungFamily);
  expect(filed).toMatchObject({ __typename: 'BundleAccepted' });
  await shared.happened(filed['code'], 'INCIDENT_OPENED');
  const { data } = await shared.ask(RUN, { code: filed['code'] });
  expect(data?.['bundleRun']).toMatchObject({
    ...NOTHING_ORDERED,
    incidents: [{ act: null, system: 'POPULATION', ownerAgency: filed['code'].split('-')[0], ownerRole: 'OPERATOR', resolvedAt: null, cause: expect.stringMatching(/^MINISTRY_(UNREACHABLE|BAD_ANSWER)$/) as string }],
  });
  expect(shared.ministries.byName['civil-status'].calls).toHaveLength(orderedBefore);

  shared.ministries.byName.population.script([]);
  const run = await shared.ended(filed['code']);
  expect(run).toMatchObject({ state: 'FINISHED', peopleConfirmed: true });
  expect(run['incidents']).toMatchObject([{ resolvedAt: expect.any(String) as string }]);
  expect(effectNames(shared, filed['code'])).toEqual(WHOLE_BIRTH);
});

test('the citizen’s clock counts from the filing, however long the register was dark', async () => {
  const hub = await startFreshHub(hasty({ patience: { retryMs: [3_600_000] } })); // an hour between tries
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  const { code } = await hub.file(familyOf(111));
  hub.ministries.byName.population.script([]);
  hub.clock.moveTo('2025-03-04T03:00:00.000Z');
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', dueAt: '2025-03-06T10:00:00.000Z' });
  expect(run['dossiers'][0]).toMatchObject({ act: 'birth', dueAt: '2025-03-03T10:00:00.000Z' });
  expect(run['dossiers'][1]).toMatchObject({ act: 'residence', dueAt: '2025-03-06T10:00:00.000Z' }); // the police's own time begins when they are ordered
});

test('when the register comes back and does not know the mother, the application is not accepted, with the reason', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  const unknown = (form: Loose) => {
    form['mother'].fullName = 'Nguyễn Thị Người Khác';
    form['requester'].fullName = form['mother'].fullName;
    return form;
  };
  const { code } = await hub.file(familyOf(112), { change: unknown });
  await hub.happened(code, 'INCIDENT_OPENED');
  hub.ministries.byName.population.script([]);
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'REFUSED', peopleConfirmed: true, dossiers: [{ status: 'NOT_ACCEPTED', statusCode: 3 }, { status: 'NOT_ACCEPTED' }, { status: 'NOT_ACCEPTED' }] });
  for (const { reason } of run['dossiers'] as Loose[]) expect(reason).toMatch(/requester, mother.*population register/);
  expect(run['incidents']).toMatchObject([{ resolvedAt: expect.any(String) as string }]);
  expect(effectNames(hub, code)).toEqual([]);
  expect(hub.ministries.byName.ndxp.calls).toEqual([]);
  expect(await hub.file(familyOf(112), { key: 'corrected' })).toMatchObject({ __typename: 'BundleAccepted' });
});

test('when the register answers for all persons but one, nothing is taken for confirmed', async () => {
  const hub = await startFreshHub(hasty());
  const family = familyOf(113);
  hub.ministries.byName.population.script([{ match: { contains: family.father.personalId }, times: 2, do: 'shape' }]);
  const filed = await hub.file(family);
  expect(filed).toMatchObject({ __typename: 'BundleAccepted' });
  expect(await hub.ended(filed['code'])).toMatchObject({ state: 'FINISHED', peopleConfirmed: true, incidents: [] });
});

test('a second application while the register is dark is a duplicate all the same', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  const first = await hub.file(familyOf(114));
  expect(await hub.file(familyOf(114))).toMatchObject({ __typename: 'BundleAccepted', code: first['code'] }); // the same key: the first answer
  expect(await hub.file(familyOf(114), { key: 'another' })).toMatchObject({ __typename: 'DuplicateApplication', existing: first['code'] });
});

test('a dark register does not hide what can be seen without it', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName.population.script([{ match: {}, do: 'reset' }]);
  const result = await hub.file(familyOf(115), {
    change(form: Loose) {
      form['healthCare'].facilityCode = '89999';
      return form;
    },
  });
  expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'form.birth.healthCare.facilityCode' }] });
  expect(hub.ministries.byName.population.calls).toEqual([]);
});
