import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { startHub } from '../support/hub.ts';
import { replyToCallback, requestPayment } from '../../src/systems/paygov/acts.ts';
import { paygov, transactionIdOf, type PaymentForm } from '../../src/systems/paygov/client.ts';
import { paymentTold, reconciliation } from '../../src/systems/paygov/contract.ts';
import type { Wire } from '../../src/kit/system.ts';
import { words } from '../../src/kit/words.ts';
import { readExchange } from '../exchanges/read.ts';
import { openPaper, sandboxSettings } from '../support/paper.ts';

const KEY = 'LT-89-20250303-0001:fee';
const ID = '255XBCRT4IEE4ET5WZ4Z';
const DOSSIER = '000.00.01.H01-250303-0001';
const NOW = '2025-03-03T01:05:01.000Z';
const REASON = words('Hồ sơ không được tiếp nhận.', 'The dossier was not accepted.');

/** The charge of the written exchanges. */
const charge: PaymentForm = {
  transactionId: ID,
  dossier: DOSSIER,
  items: [{ kind: 'CHARGE', code: 'LP-1.004222', name: 'Lệ phí đăng ký thường trú (trực tuyến)', amount: 10_000 }],
  procedure: { code: '1.004222', name: 'Đăng ký thường trú' },
  agency: { code: '000.01.01.H01', name: 'Công an phường (dữ liệu giả lập)' },
  payer: { fullName: 'Trần Văn Thủy', id: '089093990002', address: 'Số 1, đường Hoa Sen (dữ liệu giả lập)' },
  description: 'Lệ phí đăng ký thường trú',
  returnUrl: 'http://127.0.0.1:4000/graphql?from=pay',
};

const hear = (name: string, change: (body: string) => string = (body) => body) => {
  const { headers, body } = readExchange('paygov-callbacks', name).request;
  return requestPayment.hear?.({ headers, body: change(body) }, sandboxSettings('paygov'), NOW);
};

test('the id of a payment is the one taken by hand with openssl and base32, another for each generation', () => {
  expect(transactionIdOf(KEY, 0)).toBe(ID);
  expect(transactionIdOf(KEY, 1)).toBe('5T7OMENE43JBYM3SKDTG');
});

test('a payment is asked for as written by hand; again it is the same, with another amount an error', async () => {
  const paper = await openPaper(paygov, ['01-create', '02-create-again', '03-other-amount']);
  const asked = { is: 'done', value: { transactionId: ID, payUrl: `http://127.0.0.1:4006/pay/${ID}` } };
  expect(await paper.verbs.create(charge)).toMatchObject(asked);
  expect(await paper.verbs.create(charge)).toMatchObject(asked);
  const dearer = { ...charge, items: charge.items.map((item) => ({ ...item, amount: 20_000 })) };
  expect(await paper.verbs.create(dearer)).toMatchObject({ is: 'refused', code: '03' });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('a payment is pending, is paid, cannot be cancelled any more, and is paid back', async () => {
  const paper = await openPaper(paygov, ['04-query-pending', '08-query-paid', '10-cancel-paid', '11-refund']);
  expect(await paper.verbs.query(ID)).toMatchObject({ is: 'done', value: { status: 'PENDING', amount: 10_000, dossier: DOSSIER, expiresAt: '2025-03-03T01:21:00.000Z', payUrl: `http://127.0.0.1:4006/pay/${ID}` } });
  expect(await paper.verbs.query(ID)).toMatchObject({ is: 'done', value: { status: 'PAID', paidAt: '2025-03-03T01:05:00.000Z', gatewayCode: 'PG000000000001' } });
  expect(await paper.verbs.cancel({ transactionId: ID, reason: REASON.vi })).toMatchObject({ is: 'refused', code: '05' });
  expect(await paper.verbs.refund({ transactionId: ID, reason: REASON.vi })).toMatchObject({ is: 'done', value: { status: 'REFUNDED', amount: 10_000 } });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('what is to be paid for a dossier is pulled: something, then nothing', async () => {
  const paper = await openPaper(paygov, ['05-pull-payable', '09-pull-nothing']);
  expect(await paper.verbs.pull(DOSSIER)).toMatchObject({ is: 'done', value: { transactionId: ID, dossier: DOSSIER, amount: 10_000, lookupCode: `${DOSSIER}20250303080130` } });
  expect(await paper.verbs.pull(DOSSIER)).toMatchObject({ is: 'done', value: null });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('a payment that nobody asked for is NOT_FOUND; a wrong key is "not authorised", not a refusal of the payment', async () => {
  const paper = await openPaper(paygov, ['14-unknown', '06-wrong-key']);
  expect(await paper.verbs.query(transactionIdOf(KEY, 1))).toMatchObject({ is: 'refused', code: 'NOT_FOUND' });
  expect(paper.differences).toEqual([]);
  expect(await paper.verbs.query(ID)).toEqual({ is: 'unreachable', cause: 'not authorised' });
  await paper.close();
});

test('the file of a day is fetched with the proof taken by hand, from the day after', async () => {
  const paper = await openPaper(paygov, ['15-file-not-there', '16-file']);
  expect(await paper.verbs.reconciliation('2025-03-03')).toMatchObject({ is: 'refused', code: 'NOT_FOUND' });
  const common = { transactionId: ID, dossier: DOSSIER, amount: 10_000 };
  expect(await paper.verbs.reconciliation('2025-03-03')).toMatchObject({
    is: 'done',
    value: [
      { ...common, status: 'PAID', at: '2025-03-03T01:05:00.000Z' },
      { ...common, status: 'REFUNDED', at: '2025-03-03T01:30:00.000Z' },
    ],
  });
  expect(paper.differences).toEqual([]);
  expect(paper.headers.map((headers) => headers['x-check-sum'])).toEqual(['15-file-not-there', '16-file'].map((name) => readExchange('paygov', name).request.headers['x-check-sum']));
  await paper.close();
});

test('a file that was cut off, lost a line or does not add up is no file', async () => {
  const { body } = readExchange('paygov', '16-file').answer;
  const lines = body.split('\n');
  for (const length of [0, 60, body.length / 2, body.length - 5]) expect(reconciliation.answers[200].safeParse(body.slice(0, length)).success).toBe(false);
  const read = (file: string) => {
    const wire = { now: () => NOW, settings: {}, exchange: () => Promise.resolve({ is: 'answer', status: 200, body: reconciliation.answers[200].parse(file) }) } as unknown as Wire;
    return paygov.verbs.reconciliation(wire, '2025-03-03');
  };
  expect(await read(body)).toMatchObject({ is: 'done' });
  expect(await read(lines.filter((_, place) => place !== 1).join('\n'))).toMatchObject({ is: 'badAnswer', problem: /TOTAL/ });
  expect(await read(body.replace(',10000,0', ',90000,0'))).toMatchObject({ is: 'badAnswer', problem: /TOTAL/ });
  expect(await read(body.replace('03/03/2025 08:05:00', '31/02/2025 08:05:00'))).toMatchObject({ is: 'badAnswer', problem: /time/ });
});

test('as an act a payment waits with the address of its page, and is done when it is paid', async () => {
  const paper = await openPaper(paygov, ['01-create', '04-query-pending', '08-query-paid', '14-unknown']);
  const order = { input: charge, key: ID, dossier: DOSSIER, linked: '', agency: '000.01.01.H01', callbackUrl: '', papers: () => Promise.resolve([]) };
  const payUrl = `http://127.0.0.1:4006/pay/${ID}`;
  const inquire = async (key: string) => [...(await requestPayment.inquire(paper.verbs, [{ ...order, key }]))];
  expect(await requestPayment.order(paper.verbs, order)).toEqual({ is: 'pending', meanwhile: { url: payUrl } });
  expect(await inquire(ID)).toEqual([[ID, { is: 'pending', meanwhile: { url: payUrl, until: '2025-03-03T01:21:00.000Z' } }]]);
  expect(await inquire(ID)).toMatchObject([[ID, { is: 'done', value: { status: 'PAID' } }]]);
  expect(await inquire(transactionIdOf(KEY, 1))).toEqual([]);
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('an unpaid request is taken back by cancelling it, a paid one by paying it back', async () => {
  const paper = await openPaper(paygov, ['13-cancel', '10-cancel-paid', '11-refund']);
  const undo = (key: string) => requestPayment.undo?.(paper.verbs, { key, dossier: '', linked: '' }, REASON);
  expect(await undo('HV74YXKYKSBHATR37464')).toMatchObject({ is: 'done', value: { status: 'CANCELLED' } });
  expect(await undo(ID)).toMatchObject({ is: 'done', value: { status: 'REFUNDED' } });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('callbacks written and signed by hand are heard under the payment’s id: paid, cancelled, another amount', () => {
  expect(hear('1-paid')).toMatchObject({ is: 'heard', key: ID, outcome: { is: 'done', value: { status: 'PAID', amount: 10_000, dossier: DOSSIER, paidAt: '2025-03-03T01:05:00.000Z' } } });
  expect(hear('2-cancelled')).toMatchObject({ is: 'heard', key: ID, outcome: { is: 'refused', code: 'CANCELLED' } });
  expect(hear('3-other-amount')).toMatchObject({ is: 'heard', key: ID, outcome: { is: 'done', value: { amount: 9_000 } } });
});

test('a callback with the first key, another amount, another id or of another client is forged', () => {
  expect(hear('4-first-key')).toEqual({ is: 'forged' });
  expect(hear('1-paid', (body) => body.replace('"10000"', '"1000"'))).toEqual({ is: 'forged' });
  expect(hear('1-paid', (body) => body.replace(ID, transactionIdOf(KEY, 1)))).toEqual({ is: 'forged' });
  const other = { client_id: 'somebody-else', transaction_id: ID, transaction_code: '', MaHoSo: DOSSIER, trans_amount: '10000', addition_fee: '0', command: 'PAY', version: '3.0', status: 0, pay_time: '03/03/2025 08:05:00' };
  const check_sum = createHmac('sha256', 'sandbox-paygov-callback-key').update(`0|somebody-else|PAY|10000|${ID}|3.0`).digest('hex');
  expect(hear('1-paid', () => JSON.stringify({ ...other, check_sum }))).toEqual({ is: 'forged' });
});

test('a callback that is no message of PayGov’s is malformed', () => {
  for (const body of ['', 'status=0', '[]', '{}']) expect(hear('1-paid', () => body)).toMatchObject({ is: 'malformed' });
  expect(hear('1-paid', (body) => body.replace('03/03/2025', '31/02/2025'))).toEqual({ is: 'malformed', problem: 'pay_time: a time that does not exist' });
});

test('a callback that does not say when was paid by now', () => {
  expect(hear('1-paid', (body) => body.replace(/"pay_time":"[^"]+",/, ''))).toMatchObject({ is: 'heard', outcome: { is: 'done', value: { paidAt: NOW } } });
});

test('the replies written by hand are the ones that the hub gives', () => {
  for (const [name, isTaken] of [['1-paid', true], ['2-cancelled', true], ['3-other-amount', true], ['4-first-key', false]] as const) {
    const reply = paymentTold.reply.parse(JSON.parse(readExchange('paygov-callbacks', name).answer.body));
    expect(reply, name).toEqual(replyToCallback(isTaken, reply.return_msg));
  }
});

test('the hub answers PayGov in PayGov’s words, and what it did not take with another return_code than 0', async () => {
  const hub = await startHub();
  const { request } = readExchange('paygov-callbacks', '1-paid');
  const answer = await fetch(`${hub.hub.url}${request.path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: request.body });
  expect([answer.status, await answer.json()]).toEqual([404, { return_code: -1, return_msg: 'Không có lệnh nào ở địa chỉ này' }]);
  await hub.close();
});
