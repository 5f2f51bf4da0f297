import { afterAll, beforeAll, expect, test } from 'vitest';
import type { YoungFamily } from '../../mocks/people.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { RUN, families, startHub, type TestHub } from '../support/hub.ts';
import { WHOLE_BIRTH, breachesOf, effectNames, effectsOf, getStep } from './records.ts';
import { hasty, nameOf, troubles } from './troubles.ts';

// One hub for the whole file: every test takes the next family.
let hub: TestHub;
let next = 200;
beforeAll(async () => {
  hub = await startHub(hasty({ limits: { failuresToOpen: 20 } })); // a breaker that opens would answer some of the nine orders below in a ministry's place
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

/** Files for the next family; where social insurance is to keep silent about the card, the hub must ask for it. */
async function file({ untold = false } = {}): Promise<string> {
  const childName = nameOf('Hồ', next);
  hub.ministries.byName['social-insurance'].decide(untold ? [{ contains: childName, outcome: 'doneUntold' }] : []);
  const { code } = await hub.file(families[next++] as YoungFamily, { childName });
  return code as string;
}

async function expectWhole(code: string): Promise<void> {
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
}

const received = (code: string, act: string) => effectsOf(hub, code).find((effect) => effect.act === act)?.received;

/** The exchanges by which orders are given. */
const orders = [
  { operation: 'civilStatus.receive', ministry: 'civil-status', act: 'registerBirth' },
  { operation: 'residence.register', ministry: 'residence', act: 'registerResidence' },
  { operation: 'socialInsurance.issueCard', ministry: 'social-insurance', act: 'issueHealthCard' },
] as const satisfies readonly { operation: string; ministry: SystemName; act: string }[];

test.each(orders.flatMap((order) => troubles.map((trouble) => ({ ...order, ...trouble }))))('$operation answered twice by $name: the step waits, the order is given again, and the effect is one', async ({ operation, ministry, act, does }) => {
  hub.ministries.byName[ministry].script([{ match: { operation }, times: 2, ...does }]);
  const code = await file();
  await expectWhole(code);
  expect(received(code, act)).toBe(1);
});

const spoilt = troubles.filter(({ does }) => does.do !== 'status' || does.status === 500);

test.each(orders.flatMap((order) => spoilt.map((trouble) => ({ ...order, ...trouble }))))('$operation carried out and its answer lost to $name: the hub looks before it orders again', async ({ operation, ministry, act, does }) => {
  hub.ministries.byName[ministry].script([{ match: { operation }, times: 1, after: true, ...does }]);
  const code = await file();
  await expectWhole(code);
  expect(received(code, act)).toBe(1);
});

test.each([
  { operation: 'civilStatus.poll', ministry: 'civil-status' as const },
  { operation: 'residence.inquire', ministry: 'residence' as const },
  { operation: 'socialInsurance.inquireCard', ministry: 'social-insurance' as const },
  { operation: 'ndxp.carry', ministry: 'ndxp' as const },
  { operation: 'ndxp.token', ministry: 'ndxp' as const },
])('$operation may answer with one trouble after the other: in the end everything is done, each once, and no incident stands', async ({ operation, ministry }) => {
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 3_600_000).toISOString()); // an hour later the token has ended
  const office = hub.ministries.byName[ministry];
  office.script(troubles.map(({ does }) => ({ match: { operation }, times: 1, ...does })));
  const answered = () => office.calls.filter((call) => call.operation === operation).length;
  const before = answered();
  const code = await file({ untold: true });
  const run = await hub.ended(code);
  expect(run['state']).toBe('FINISHED');
  expect(run['incidents'].every(({ resolvedAt }: { resolvedAt: string | null }) => resolvedAt)).toBe(true);
  expect(answered() - before).toBeGreaterThan(troubles.length);
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  expect(effectsOf(hub, code).map((effect) => effect.received)).toEqual(WHOLE_BIRTH.map(() => 1));
});

test.each(spoilt)('a gateway that carried the call and then answers $name does no harm', async ({ does }) => {
  hub.ministries.byName.ndxp.script([{ match: { operation: 'ndxp.carry' }, times: 2, after: true, ...does }]);
  await expectWhole(await file());
});

test('a token that has ended is renewed and the call repeated, without a failed try', async () => {
  hub.ministries.byName.ndxp.script([{ match: { operation: 'ndxp.carry', contains: 'nhanHoSo' }, times: 1, do: 'status', status: 401 }]);
  const tokens = () => hub.ministries.byName.ndxp.calls.filter(({ operation }) => operation === 'ndxp.token').length;
  const before = tokens();
  const code = await file();
  await expectWhole(code);
  expect(tokens()).toBe(before + 1);
  expect(getStep(hub, code, 'birth').tries).toBe(0);
});

test.each(orders.filter(({ ministry }) => ministry !== 'civil-status').map((order, index) => ({ ...order, asked: ['residence.inquire', 'socialInsurance.inquireCard'][index] as string })))(
  'a ministry that says ($asked) that it never heard of the order it took is not given it again: an owner decides, and one stale word does no harm',
  async ({ ministry, act, asked }) => {
    const deny = (times: number) => hub.ministries.byName[ministry].script([{ match: { operation: asked }, times, do: 'status', status: 404 }]);
    deny(1);
    await expectWhole(await file({ untold: true }));
    deny(1_000_000);
    const code = await file({ untold: true });
    await hub.happened(code, 'INCIDENT_OPENED');
    expect((await hub.ask(RUN, { code })).data?.['bundleRun']).toMatchObject({ state: 'RUNNING', incidents: [{ cause: 'MINISTRY_BAD_ANSWER', detail: expect.stringContaining('took the order') as string, resolvedAt: null }] });
    expect(received(code, act)).toBe(1);
    let times = 0;
    await expect.poll(async () => { // in the moment in which the step is asked about, a retry is no other than that
      await hub.ask('mutation ($input: RetryStepInput!) { retryStep(input: $input) { __typename } }', { input: { idempotencyKey: `${(times += 1)}-${code}`, bundleCode: code, act: asked === 'residence.inquire' ? 'residence' : 'healthCard' } });
      return received(code, act);
    }, { interval: 50, timeout: 25_000 }).toBeGreaterThan(1); // milliseconds
    hub.ministries.byName[ministry].script([]);
    const { state, incidents } = (await hub.ended(code)) as { state: string; incidents: { resolvedAt: string | null }[] };
    expect(state).toBe('FINISHED');
    expect(incidents.filter(({ resolvedAt }) => resolvedAt === null)).toEqual([]); // one for each time that it denied the order after an owner gave it again
    expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  },
);

test.each([
  { said: 'leaves our dossier out', body: { status: '1', value: [] } },
  { said: 'speaks of somebody else’s dossier', body: { status: '1', value: [{ maHoSoMCDT: '000.99.99.H01-250303-0001', maHoSoLT: '000.00.00.H01-250303-9999', trangThai: 6, noiDungXuLy: 'Từ chối' }] } },
])('a poll answer that $said does no harm', async ({ body }) => {
  hub.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.poll' }, times: 1, do: 'status', status: 200, body }]);
  await expectWhole(await file());
});

test('a poll that is refused as a whole opens an incident instead of giving the order again and again', async () => {
  const civil = hub.ministries.byName['civil-status'];
  civil.script([{ match: { operation: 'civilStatus.poll' }, do: 'status', status: 200, body: { status: '0', errorDescription: 'Hệ thống đang bận', value: [] } }]);
  const orderedBefore = civil.calls.filter(({ operation }) => operation === 'civilStatus.receive').length;
  const code = await file();
  await hub.happened(code, 'INCIDENT_OPENED');
  expect(civil.calls.filter(({ operation }) => operation === 'civilStatus.receive')).toHaveLength(orderedBefore + 1);
  civil.script([]);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [{ cause: 'MINISTRY_BAD_ANSWER', resolvedAt: expect.any(String) as string }] });
});

test('dossiers of several families are asked for together, at most three a call', async () => {
  const polls = () => hub.ministries.byName['civil-status'].calls.filter(({ operation }) => operation === 'civilStatus.poll').length;
  const before = polls();
  hub.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.receive' }, times: 9, do: 'status', status: 503, retryAfter: 1_800 }]); // half an hour, so that all are taken up in one moment
  const codes = await Promise.all(families.slice(next, (next += 9)).map(async (family) => (await hub.file(family))['code'] as string));
  await expect.poll(() => codes.every((code) => getStep(hub, code, 'birth').tries === 1), { interval: 5, timeout: 25_000 }).toBe(true); // milliseconds
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 2_000_000).toISOString()); // over half an hour later
  for (const code of codes) await expectWhole(code);
  expect(polls() - before).toBeLessThan(27); // each by itself would be asked for twice before it is ordered again, and once when it is done
});
