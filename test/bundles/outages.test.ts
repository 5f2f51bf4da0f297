import { afterAll, beforeAll, expect, test } from 'vitest';
import type { YoungFamily } from '../../mocks/people.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { RUN, families, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { startFreshHub, stepReached } from './fresh-hub.ts';
import { WHOLE_BIRTH, breachesOf, effectNames, getStep, readCalls } from './records.ts';
import { hasty, nameOf, troubles } from './troubles.ts';

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path

// Two hubs for the long tables, of which every line takes the next family; the second one gives up a call that is not answered soon.
let shared: TestHub;
let impatient: TestHub;
let next = 400;
beforeAll(async () => {
  [shared, impatient] = await Promise.all([startHub(hasty()), startHub(hasty({ limits: { deadlineMs: 400 } }))]); // a sound answer takes some milliseconds, on a busy machine some dozens
});
afterAll(async () => {
  const breaches = [...breachesOf(shared), ...breachesOf(impatient)];
  await Promise.all([shared.close(), impatient.close()]);
  expect(breaches).toEqual([]);
});

/** Every exchange of a bundle, the step that it belongs to, and the system that an incident names. */
const exchanges = [
  { operation: 'civilStatus.receive', ministry: 'civil-status', act: 'birth', system: 'CIVIL_STATUS' },
  { operation: 'civilStatus.poll', ministry: 'civil-status', act: 'birth', system: 'CIVIL_STATUS' },
  { operation: 'ndxp.token', ministry: 'ndxp', act: 'birth', system: 'CIVIL_STATUS' },
  { operation: 'ndxp.carry', ministry: 'ndxp', act: 'birth', system: 'CIVIL_STATUS' },
  { operation: 'residence.register', ministry: 'residence', act: 'residence', system: 'RESIDENCE' },
  { operation: 'residence.inquire', ministry: 'residence', act: 'residence', system: 'RESIDENCE' },
  { operation: 'socialInsurance.issueCard', ministry: 'social-insurance', act: 'healthCard', system: 'SOCIAL_INSURANCE' },
  { operation: 'socialInsurance.inquireCard', ministry: 'social-insurance', act: 'healthCard', system: 'SOCIAL_INSURANCE' },
] as const satisfies readonly { operation: string; ministry: SystemName; act: string; system: string }[];

const isOrder = ({ operation }: { operation: string }) => /receive|register|issueCard|carry/.test(operation);
const lasting = troubles.filter(({ does }) => does.do === 'html' || does.do === 'reset');

/** Files for the next family; social insurance keeps silent about the card, so that the hub must ask for it. */
async function fileUntold(hub: TestHub): Promise<string> {
  const childName = nameOf('Ngô', next);
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 3_600_000).toISOString()); // an hour later the token has ended
  hub.ministries.byName['social-insurance'].decide([{ contains: childName, outcome: 'doneUntold' }]);
  const { code } = await hub.file(families[next++] as YoungFamily, { childName });
  return code as string;
}

test.each(exchanges.flatMap((exchange) => (isOrder(exchange) ? lasting : lasting.slice(0, 1)).map((trouble) => ({ ...exchange, ...trouble }))))(
  '$operation that answers $name again and again becomes an incident with an owner, and when it comes back everything is done once',
  async ({ operation, ministry, act, system, does }) => {
    shared.ministries.byName[ministry].script([{ match: { operation }, ...does }]);
    const code = await fileUntold(shared);
    await shared.happened(code, 'INCIDENT_OPENED');
    const { data } = await shared.ask(RUN, { code });
    const { state, dossiers, incidents } = data?.['bundleRun'] as Loose;
    const dossier = dossiers.find((one: Loose) => one['act'] === act);
    expect([state, dossier.status]).toEqual(['RUNNING', 'IN_PROCESS']);
    expect(incidents).toHaveLength(1);
    expect(incidents[0]).toMatchObject({ act, system, ownerRole: 'OPERATOR', ownerAgency: dossier.code.split('-')[0], resolvedAt: null, detail: expect.stringContaining('trying goes on') as string });
    expect(incidents[0].cause).toBe(does.do === 'html' && operation !== 'ndxp.token' ? 'MINISTRY_BAD_ANSWER' : 'MINISTRY_UNREACHABLE'); // whatever befalls the token, the system behind it is out of reach

    shared.ministries.byName[ministry].script([]);
    const run = await shared.ended(code);
    expect(run).toMatchObject({ state: 'FINISHED', incidents: [{ resolvedAt: expect.any(String) as string }] });
    expect(effectNames(shared, code)).toEqual(WHOLE_BIRTH);
  },
);

const silences = exchanges.flatMap((exchange) => [{ ...exchange, when: 'before', after: false }, ...(isOrder(exchange) ? [{ ...exchange, when: 'after', after: true }] : [])]);

test.each(silences)('$operation that keeps silent $when it does its work holds nothing up for longer than its deadline', async ({ operation, ministry, after }) => {
  impatient.ministries.byName[ministry].script([{ match: { operation }, times: 1, do: 'silent', ...(after && { after }) }]);
  const code = await fileUntold(impatient);
  expect(await impatient.ended(code)).toMatchObject({ state: 'FINISHED' });
  expect(effectNames(impatient, code)).toEqual(WHOLE_BIRTH);
});

test('a population register that keeps silent loses no application', async () => {
  impatient.ministries.population.script([{ match: {}, times: 6, do: 'silent' }]); // both parents, the head of the household, and all of them again
  const code = await fileUntold(impatient);
  expect(await impatient.ended(code)).toMatchObject({ state: 'FINISHED', peopleConfirmed: true });
  expect(effectNames(impatient, code)).toEqual(WHOLE_BIRTH);
});

test.each([
  { operation: 'civilStatus.receive', ministry: 'civil-status' as const, act: 'birth', status: 503 },
  { operation: 'residence.register', ministry: 'residence' as const, act: 'residence', status: 429 },
  { operation: 'socialInsurance.issueCard', ministry: 'social-insurance' as const, act: 'healthCard', status: 503 },
])('when $operation asks for an hour by Retry-After, an hour passes before it is called again', async ({ operation, ministry, act, status }) => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName[ministry].script([{ match: { operation }, times: 1, do: 'status', status, retryAfter: 3_600 }]);
  const { code } = await hub.file(familyOf(81));
  await expect.poll(() => getStep(hub, code, act).tries, { interval: 5, timeout: 25_000 }).toBe(1); // milliseconds
  const asked = hub.ministries.byName[ministry].calls.find((call) => call.operation === operation)?.at ?? '';
  expect(Date.parse(getStep(hub, code, act).next_at ?? '') - Date.parse(asked)).toBeGreaterThanOrEqual(3_600_000);
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 3_601_000).toISOString());
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  const calls = hub.ministries.byName[ministry].calls.filter((call) => call.operation === operation);
  expect(Date.parse(calls[1]?.at ?? '') - Date.parse(asked)).toBeGreaterThanOrEqual(3_600_000);
});

test('a ministry that takes an order and never answers it is waited for, and when the time is over somebody is told', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Ngô Im Lặng', outcome: 'silent' }]);
  const { code } = await hub.file(familyOf(82), { childName: 'Ngô Im Lặng' });
  await stepReached(hub, code, 'healthCard', 'WAITING');
  await hub.reached(code, 'residence', 'FINISHED');
  hub.clock.moveTo('2025-03-05T10:00:00.000Z');
  await hub.happened(code, 'INCIDENT_OPENED');
  const { data } = await hub.ask(RUN, { code });
  expect(data?.['bundleRun']).toMatchObject({ state: 'RUNNING', incidents: [{ cause: 'OVERDUE', act: 'healthCard', ownerRole: 'CASE_OFFICER' }] });
});

test.each([
  { result: 'is missing', ketQuaXuLy: undefined },
  { result: 'is cut off', ketQuaXuLy: '{"soDinhDanh":"0893' },
  { result: 'has no personal id', ketQuaXuLy: '{"ngayDangKy":"03.03.2025"}' },
])('a birth said to be done whose result $result is not believed, and somebody is told', async ({ ketQuaXuLy }) => {
  const hub = await startFreshHub(hasty({ paceMs: 86_400_000 })); // a day for each order
  const { code, bundleRun } = await hub.file(familyOf(83));
  const value = [{ maHoSoMCDT: bundleRun.dossiers[0].code as string, maHoSoLT: code as string, trangThai: 4, ...(ketQuaXuLy !== undefined && { ketQuaXuLy }) }];
  hub.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.poll' }, do: 'status', status: 200, body: { status: '1', value } }]);
  await hub.happened(code, 'INCIDENT_OPENED');
  const { data } = await hub.ask(RUN, { code });
  expect(data?.['bundleRun']).toMatchObject({ dossiers: [{ status: 'IN_PROCESS' }, { status: 'REGISTERED' }, { status: 'REGISTERED' }], incidents: [{ cause: 'MINISTRY_BAD_ANSWER', act: 'birth', system: 'CIVIL_STATUS', ownerRole: 'OPERATOR' }] });
  hub.ministries.byName['civil-status'].script([]);
  await hub.happened(code, 'INCIDENT_RESOLVED');
});

test('open incidents are found by cause, system and owner', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName.residence.script([{ match: {}, do: 'html' }]);
  const { code } = await hub.file(familyOf(84));
  await hub.happened(code, 'INCIDENT_OPENED');
  const QUERY = 'query ($filter: IncidentFilter) { incidents(filter: $filter, first: 10) { edges { node { bundleCode act ownerAgency } } } }';
  const found = async (filter: unknown) => ((await hub.ask(QUERY, { filter })).data?.['incidents'].edges as { node: Loose }[]).map(({ node }) => node);
  const [incident] = await found({ open: true });
  expect(incident).toMatchObject({ bundleCode: code, act: 'residence' });
  expect(await found({ cause: 'MINISTRY_BAD_ANSWER', system: 'RESIDENCE', agency: incident?.['ownerAgency'] })).toEqual([incident]);
  expect(await found({ system: 'CIVIL_STATUS' })).toEqual([]);
  expect(await found({ open: false })).toEqual([]);
});

test('also in trouble every call outward was announced and has exactly one end', async () => {
  const hub = await startFreshHub(hasty({ limits: { deadlineMs: 1_000 } }));
  const { ndxp, residence, 'civil-status': civil } = hub.ministries.byName;
  ndxp.script([{ match: { operation: 'ndxp.carry' }, times: 2, do: 'status', status: 401 }, { match: { operation: 'ndxp.token' }, times: 1, do: 'html' }]);
  civil.script([{ match: { operation: 'civilStatus.poll' }, times: 1, do: 'silent' }]);
  residence.script([{ match: { operation: 'residence.register' }, times: 1, do: 'shape' }, { match: { operation: 'residence.inquire' }, times: 1, do: 'reset' }]);
  const { code } = await hub.file(familyOf(85));
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  const stages = readCalls(hub).map((call) => call.stages);
  const pairs = stages.flatMap((lines) => lines.flatMap((line, index) => (index % 2 ? [] : [`${line} ${lines[index + 1] ?? ''}`]))); // a call that is repeated with a new token has two pairs
  expect(stages.some((lines) => lines.length === 4)).toBe(true);
  expect(new Set(pairs)).toEqual(new Set(['asked answered', 'asked refused', 'asked unreachable']));
});
