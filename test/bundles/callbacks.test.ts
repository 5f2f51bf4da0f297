import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { cardAnswered } from '../../src/systems/social-insurance/contract.ts';
import { RUN, familyOf, type TestHub } from '../support/hub.ts';
import { startFreshHub, stepReached, withdraw } from './fresh-hub.ts';
import { WHOLE_BIRTH, countRows, effectNames, effectsOf, getStep, readRows } from './records.ts';
import { hasty } from './troubles.ts';

const CARD = { trangThai: 4, soThe: 'TE1898999000001', tuNgay: '26/02/2025', denNgay: '30/09/2031', maCoSoKCB: '89001' };

/** Sends a message to a callback address as social insurance would; the signature is over what is sent unless another text is named. */
async function call(hub: TestHub, path: string, body: string, signed: string = body): Promise<{ status: number; words: unknown }> {
  const signature = createHmac('sha256', hub.config.ministries['social-insurance'].settings['CALLBACK_KEY'] ?? '').update(signed).digest('hex');
  const response = await fetch(`${hub.hub.url}/callbacks/${path}`, { method: 'POST', headers: { 'content-type': 'application/json', [cardAnswered.signatureHeader]: signature }, body });
  return { status: response.status, words: await response.json() };
}

/** A hub with an application whose card was ordered and about which social insurance keeps silent. */
async function startWithOpenCard(): Promise<{ hub: TestHub; code: string; ticket: string; key: string }> {
  const hub = await startFreshHub(hasty({ patience: { callbackMs: 60_000 } })); // the hub does not ask by itself meanwhile
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Dương Chờ Thẻ', outcome: 'silent' }]);
  const { code } = await hub.file(familyOf(90), { childName: 'Dương Chờ Thẻ' });
  await stepReached(hub, code, 'healthCard', 'WAITING');
  await stepReached(hub, code, 'residence', 'DONE'); // the police work beside: what they still write must not count as the callback's
  const { ticket, order_key: key } = getStep(hub, code, 'healthCard');
  return { hub, code, ticket, key };
}

test('a signed callback finishes the card, and doubled it is taken and changes nothing', async () => {
  const { hub, code, ticket, key } = await startWithOpenCard();
  const body = JSON.stringify({ maYeuCau: key, ...CARD });
  expect(await call(hub, `social-insurance/${ticket}`, body)).toEqual({ status: 200, words: { maLoi: '0', lyDo: 'Đã nhận' } });
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', results: { healthCard: { number: CARD.soThe, validFrom: '2025-02-26', validTo: '2031-09-30' } } });
  const { audit: _, ...before } = countRows(hub);
  const again = await Promise.all([call(hub, `social-insurance/${ticket}`, body), call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: key, trangThai: 6, lyDo: 'Từ chối' }))]);
  expect(again.map(({ status }) => status)).toEqual([200, 409]);
  const { audit: __, ...after } = countRows(hub);
  expect(after).toEqual(before);
  expect((await hub.ask(RUN, { code })).data?.['bundleRun']).toMatchObject({ state: 'FINISHED', results: { healthCard: { number: CARD.soThe } } });
});

test('ten callbacks at once finish the card once', async () => {
  const { hub, code, ticket, key } = await startWithOpenCard();
  const answers = await Promise.all(Array.from({ length: 10 }, () => call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: key, ...CARD }))));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const run = await hub.ended(code);
  expect(run['dossiers'].find(({ act }: { act: string }) => act === 'healthCard').history.map(({ to }: { to: string }) => to)).toEqual(['REGISTERED', 'ACCEPTED', 'IN_PROCESS', 'FINISHED']);
});

test('a callback from a system that nobody knows has no address here', async () => {
  const { hub, ticket, key } = await startWithOpenCard();
  expect(await call(hub, `tax-office/${ticket}`, JSON.stringify({ maYeuCau: key, ...CARD }))).toMatchObject({ status: 404 });
});

test('a callback that is much too long hears so every time, though it is still being sent', async () => {
  const { hub, ticket } = await startWithOpenCard();
  for (let times = 0; times < 20; times += 1) expect(await call(hub, `social-insurance/${ticket}`, 'x'.repeat(200_000))).toMatchObject({ status: 413 });
  expect(await call(hub, `social-insurance/${ticket}`, 'x'.repeat(20_000_000))).toMatchObject({ status: 413 });
});

test('the ticket of one application does not open another’s', async () => {
  const { hub, code, ticket } = await startWithOpenCard();
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Dương Người Khác', outcome: 'silent' }]);
  const other = await hub.file(familyOf(91), { childName: 'Dương Người Khác' });
  await stepReached(hub, other['code'], 'healthCard', 'WAITING');
  const theirs = getStep(hub, other['code'], 'healthCard');
  expect(await call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: theirs.order_key, ...CARD }))).toMatchObject({ status: 400 });
  expect(await call(hub, `social-insurance/${getStep(hub, code, 'birth').ticket}`, JSON.stringify({ maYeuCau: theirs.order_key, ...CARD }))).toMatchObject({ status: 404 });
  expect([getStep(hub, code, 'healthCard').state, getStep(hub, other['code'], 'healthCard').state]).toEqual(['WAITING', 'WAITING']);
});

test('a callback that says done without a card is not believed: the hub asks by itself', async () => {
  const hub = await startFreshHub(hasty({ patience: { callbackMs: 60_000, retryMs: [5, 10, 20] } }));
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Dương Thiếu Số', outcome: 'doneUntold' }]);
  const { code } = await hub.file(familyOf(92), { childName: 'Dương Thiếu Số' });
  await stepReached(hub, code, 'healthCard', 'WAITING');
  const { ticket, order_key: key } = getStep(hub, code, 'healthCard');
  expect((await call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: key, trangThai: 4 }))).status).toBe(200);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', results: { healthCard: { source: 'SOCIAL_INSURANCE' } } });
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
});

test('a callback may come before the answer to our own order', async () => {
  const hub = await startFreshHub(hasty({ limits: { deadlineMs: 1_000 } }));
  hub.ministries.byName['social-insurance'].script([{ match: { operation: 'socialInsurance.issueCard' }, times: 1, do: 'silent', after: true }]); // the order is carried out, our call is left hanging
  const { code } = await hub.file(familyOf(93));
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', incidents: [] });
  const lines = () => readRows<{ stage: string }>(hub, "SELECT stage FROM audit WHERE operation IN ('socialInsurance.issueCard', 'social-insurance.callback') ORDER BY id").map(({ stage }) => stage);
  await expect.poll(lines, { interval: 20, timeout: 25_000 }).toEqual(['asked', 'answered', 'unreachable']); // the late end of our own call comes after the callback …
  const { data } = await hub.ask(RUN, { code });
  expect({ ...data?.['bundleRun'], child: null }).toEqual({ ...run, child: null }); // … and changes nothing any more
  expect(effectsOf(hub, code).map(({ received }) => received)).toEqual(WHOLE_BIRTH.map(() => 1));
});

test('when the callback never comes the hub asks by itself', async () => {
  const hub = await startFreshHub(hasty());
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Dương Không Tin', outcome: 'doneUntold' }]);
  const { code } = await hub.file(familyOf(94), { childName: 'Dương Không Tin' });
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(readRows(hub, "SELECT id FROM audit WHERE operation LIKE '%.callback'")).toEqual([]);
  expect(hub.ministries.byName['social-insurance'].calls.some(({ operation }) => operation === 'socialInsurance.inquireCard')).toBe(true);
});

test('a callback that refuses ends the card with the ministry’s reason', async () => {
  const { hub, code, ticket, key } = await startWithOpenCard();
  await call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: key, trangThai: 6, lyDo: 'Cơ sở khám chữa bệnh đã đủ số thẻ' }));
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'PARTLY_FINISHED', incidents: [{ cause: 'MINISTRY_REFUSED', act: 'healthCard' }] });
  expect(run['dossiers'][2].reason).toContain('đã đủ số thẻ');
});

test('a callback after the withdrawal is taken, and raises an incident because the card stands', async () => {
  const { hub, code, ticket, key } = await startWithOpenCard();
  await hub.reached(code, 'residence', 'FINISHED');
  await withdraw(hub, code);
  expect(await hub.ended(code)).toMatchObject({ state: 'PARTLY_FINISHED' });
  expect((await call(hub, `social-insurance/${ticket}`, JSON.stringify({ maYeuCau: key, ...CARD }))).status).toBe(200);
  await hub.happened(code, 'INCIDENT_OPENED');
  expect((await hub.ask(RUN, { code })).data?.['bundleRun'].incidents).toMatchObject([{ cause: 'DONE_AFTER_WITHDRAWAL', act: 'healthCard', ownerRole: 'CASE_OFFICER' }]);
});
