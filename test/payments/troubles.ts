import { expect, test } from 'vitest';
import { checkSumOf } from '../../src/systems/paygov/client.ts';
import { readRows } from '../bundles/records.ts';
import type { Tree } from './counter.ts';
import { counter, hub, paygov } from './house.ts';

/** A request for a dossier of that number, ended at PayGov in the way that was ordered. */
async function asked(number: number, outcome?: string): Promise<{ code: string; payment: Tree }> {
  const [code = ''] = await counter.inProcess([number]);
  paygov().decide(outcome === undefined ? [] : [{ contains: code, outcome: outcome as 'done' }]);
  return { code, payment: (await counter.request(code))['payment'] };
}

const hearings = () => readRows<{ detail: string }>(hub, "SELECT detail FROM audit WHERE operation = 'paygov.callback'").map(({ detail }) => detail);
const PAID = { status: 'IN_PROCESS', payments: [{ status: 'PAID', paidAmount: 10_000 }] };

test('paid, but the callback is lost: two minutes later the hub has asked by itself', async () => {
  const { code, payment } = await asked(201, 'paidUntold');
  await counter.click(payment['payUrl']);
  expect(await counter.standing(code)).toMatchObject({ status: 'PAYMENT_REQUESTED' });
  hub.clock.moveTo(new Date(Date.parse(payment['requestedAt']) + 121_000).toISOString());
  await counter.until(code, PAID);
  expect(await counter.incidents(code)).toEqual([]);
});

test('a forged callback is turned away and believed in nothing; what was really paid is found by asking', async () => {
  const { code, payment } = await asked(202, 'callbackForged');
  await counter.click(payment['payUrl']);
  await expect.poll(hearings, { interval: 5 }).toContain('forged'); // milliseconds
  expect(await counter.standing(code)).toMatchObject({ status: 'PAYMENT_REQUESTED', payments: [{ status: 'PENDING' }] });
  hub.clock.moveTo(new Date(Date.parse(payment['requestedAt']) + 121_000).toISOString());
  await counter.until(code, PAID);
});

test('a callback whose state was changed after the signature makes the hub ask, and nothing more', async () => {
  const { code, payment } = await asked(203);
  const { transactionId } = payment as { transactionId: string };
  const body = { client_id: 'lienthong-sandbox', transaction_id: transactionId, transaction_code: 'PG1', MaHoSo: code, trans_amount: '10000', addition_fee: '0', command: 'PAY', version: '3.0', status: 0 };
  const check_sum = checkSumOf('sandbox-paygov-callback-key', ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version'], body);
  const queries = () => paygov().calls.filter(({ operation }) => operation === 'paygov.query').length;
  const before = queries();
  const send = async (changes: object) => {
    const answer = await fetch(`${hub.hub.url}/callbacks/paygov/${transactionId}`, { method: 'POST', body: JSON.stringify({ ...body, check_sum, ...changes }) });
    return [answer.status, ((await answer.json()) as Tree)['return_code']];
  };
  expect(await send({})).toEqual([200, 0]);
  await expect.poll(queries, { interval: 5 }).toBe(before + 1); // milliseconds
  expect(await counter.standing(code)).toMatchObject({ status: 'PAYMENT_REQUESTED', payments: [{ status: 'PENDING' }] });
  expect(await send({ trans_amount: '1' })).toEqual([401, -1]);
  expect(await send({ status: 'paid' })).toEqual([400, -1]);
});

test.each(['callbackDoubled', 'callbackFirst'])('%s: paid once, told once', async (outcome) => {
  const { code, payment } = await asked(outcome === 'callbackFirst' ? 204 : 205, outcome);
  await counter.click(payment['payUrl']);
  await counter.until(code, PAID);
  expect(counter.news(code)).toEqual(['dossier.paymentRequested', 'payment.requested', 'payment.paid', 'dossier.inProcess']);
});

test('paid before the answer to our own order arrived: one payment, one order', async () => {
  const [code = ''] = await counter.inProcess([206]);
  paygov().decide([{ contains: code, outcome: 'done' }]); // paid without a click, 10 ms after it was asked for
  paygov().script([{ match: { operation: 'paygov.create' }, times: 1, do: 'reset', after: true }]);
  await counter.request(code);
  await counter.until(code, PAID);
  expect(counter.effects(code)).toEqual(['pay 1']);
});

test('a bank that turns the payer down ends the request; the next one is paid', async () => {
  const { code, payment } = await asked(207, 'refuse');
  await counter.click(payment['payUrl']);
  await counter.until(code, { status: 'PAYMENT_REQUESTED', payments: [{ status: 'FAILED' }] });
  paygov().decide([]);
  await counter.click((await counter.request(code))['payment'].payUrl);
  await counter.until(code, { status: 'IN_PROCESS' });
});

test('another amount than asked for is kept as it is, becomes an incident, and the dossier waits; the rest is asked for and paid', async () => {
  const { code, payment } = await asked(208, 'amountDiffers');
  await counter.click(payment['payUrl']);
  await counter.until(code, { status: 'PAYMENT_REQUESTED', fee: { paid: 9_000, outstanding: 1_000 }, payments: [{ status: 'PAID', amount: 10_000, paidAmount: 9_000 }] });
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'AMOUNT_MISMATCH', ownerAgency: '000.17.23.H01', ownerRole: 'CASE_OFFICER', system: 'PAYGOV', detail: expect.stringContaining('9000'), resolvedAt: null }]);
  paygov().decide([]);
  expect(await counter.request(code, { amount: 10_000 })).toMatchObject({ __typename: 'FeeChanged', amount: 1_000 });
  await counter.click((await counter.request(code, { amount: 1_000 }))['payment'].payUrl);
  await counter.until(code, { status: 'IN_PROCESS', fee: { paid: 10_000, outstanding: 0 } });
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'AMOUNT_MISMATCH', resolvedAt: expect.any(String) }]);
});

test('a refused dossier that was paid is paid back once, also when PayGov’s answer is lost', async () => {
  const { code, payment } = await asked(209);
  await counter.click(payment['payUrl']);
  await counter.until(code, PAID);
  paygov().script([{ match: { operation: 'paygov.refund' }, times: 1, do: 'reset', after: true }]);
  await counter.act('refuseDossier', { code, reason: 'Không đủ điều kiện' });
  await counter.until(code, { status: 'STOPPED', fee: { paid: 0, outstanding: 0 }, payments: [{ status: 'REFUNDED', reason: 'The application was not granted.', refundedAt: expect.any(String) }] });
  expect(counter.effects(code)).toEqual(['pay 1', 'refund 1']);
});

test('a citizen who withdraws after paying gets the money back', async () => {
  const { code, payment } = await asked(210);
  await counter.click(payment['payUrl']);
  await counter.until(code, PAID);
  await counter.act('withdrawDossier', { code, reason: 'Chuyển nơi ở' });
  await counter.until(code, { status: 'WITHDRAWN', payments: [{ status: 'REFUNDED' }] });
});

test('a dossier that ends unpaid takes its request along; what is paid in that very moment goes back', async () => {
  const { code, payment } = await asked(211);
  const late = await asked(212);
  paygov().script([{ match: { operation: 'paygov.cancel' }, times: 2, do: 'status', status: 503 }]);
  await counter.act('refuseDossier', { code, reason: 'Quá hạn nộp lệ phí' });
  await counter.act('refuseDossier', { code: late.code, reason: 'Quá hạn nộp lệ phí' });
  await fetch(late.payment['payUrl'], { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  await counter.until(code, { status: 'STOPPED', payments: [{ status: 'CANCELLED', payUrl: null }] });
  await counter.until(late.code, { status: 'STOPPED', payments: [{ status: 'REFUNDED', paidAmount: 10_000 }] });
  expect([counter.effects(code), counter.effects(late.code)]).toEqual([[], ['pay 1', 'refund 1']]);
  expect(await (await fetch(payment['payUrl'])).text()).toContain('Đã hủy');
});

test('while PayGov is dark the request is kept, the caller is not, and an owner hears of it; when it is back the link is there', async () => {
  const [code = ''] = await counter.inProcess([213]);
  paygov().script([{ match: {}, do: 'reset' }]);
  const { payment, dossier } = await counter.request(code);
  expect([payment, dossier]).toMatchObject([{ status: 'PENDING', payUrl: null }, { status: 'PAYMENT_REQUESTED' }]);
  await expect.poll(() => counter.incidents(code), { interval: 20, timeout: 20_000 }).toMatchObject([{ cause: 'MINISTRY_UNREACHABLE', ownerRole: 'OPERATOR', resolvedAt: null }]); // milliseconds
  paygov().script([]);
  const { payments } = await counter.until(code, { payments: [{ status: 'PENDING', payUrl: expect.any(String) }] });
  expect(await counter.incidents(code)).toMatchObject([{ resolvedAt: expect.any(String) }]);
  await counter.click(payments[0].payUrl);
  await counter.until(code, PAID);
});

test('a hub that was closed while PayGov was dark, and paid past while it was away, takes up every payment where it stood', async () => {
  const [dark = ''] = await counter.inProcess([214]);
  const { code, payment } = await asked(215, 'paidUntold');
  paygov().script([{ match: { operation: 'paygov.create' }, do: 'status', status: 503 }]);
  await counter.request(dark);
  await hub.restart();
  paygov().script([]);
  await counter.until(dark, { payments: [{ status: 'PENDING', payUrl: expect.any(String) }] });
  await fetch(payment['payUrl'], { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  await hub.restart();
  await counter.until(code, PAID);
});

test('PayGov neither cancels nor says why: somebody hears of it, and the hub tries again without haste', async () => {
  const { code } = await asked(217);
  paygov().script([{ match: { operation: 'paygov.cancel' }, times: 1, do: 'status', status: 200, body: { error: '99', msg: 'Hệ thống đang xử lý.' } }]);
  await counter.act('cancelPayment', { code, reason: 'Miễn lệ phí' });
  await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'CANCELLED' }] });
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'MINISTRY_REFUSED', resolvedAt: expect.any(String) }]);
});

test('PayGov refuses the order in its contract’s words: the request has failed, an officer hears why, and may ask again', async () => {
  const [code = ''] = await counter.inProcess([216]);
  paygov().script([{ match: { operation: 'paygov.create' }, times: 1, do: 'status', status: 200, body: { error: '01', msg: 'Tài khoản thụ hưởng chưa được kích hoạt.' } }]);
  expect(await counter.request(code)).toMatchObject({ payment: { status: 'FAILED', reason: expect.stringContaining('chưa được kích hoạt') } });
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'MINISTRY_REFUSED', ownerRole: 'CASE_OFFICER', resolvedAt: null }]);
  expect((await counter.request(code))['payment'].payUrl).not.toBeNull();
  expect(await counter.incidents(code)).toMatchObject([{ resolvedAt: expect.any(String) }]);
});
