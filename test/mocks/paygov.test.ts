import { expect, test } from 'vitest';
import { movableClock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { startMinistries } from '../../mocks/list.ts';
import { openLog } from '../../src/kit/log.ts';
import { findDifference, readExchange } from '../exchanges/read.ts';
import { openFolder } from './folder.ts';
import { dossierOf, idOf, openTill, readCallback, requestOf } from './payments.ts';
import { openReceiver } from './receiver.ts';
import { openTown, START } from './town.ts';
import { watch } from './watch.ts';

const TAKEN = '{"return_code":0,"return_msg":"Đã nhận"}';
const MINUTE = 60_000;
const back = (id: string, status: number) => `http://127.0.0.1:4000/graphql?from=pay&transaction_id=${id}&status=${status}`;

test('a click on "Thanh toán" pays: the browser is sent back, and the agency called back as written by hand', async () => {
  const receiver = await openReceiver([TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url });
  const { request } = readExchange('paygov', '01-create');
  await town.ask('paygov', 'POST', request.path, request.body);
  town.clock.moveTo('2025-03-03T01:05:00.000Z');
  const { request: callback, varies } = readExchange('paygov-callbacks', '1-paid');
  const id = callback.path.split('/').at(-1) ?? '';
  expect(await openTill(town).click(id, 'pay')).toBe(back(id, 0));
  await receiver.hears(1);
  expect(receiver.arrived[0]?.path).toBe(callback.path);
  expect(findDifference(JSON.parse(callback.body), JSON.parse(receiver.arrived[0]?.body ?? ''), varies)).toBeUndefined();
  expect(openTill(town).ledger()).toEqual([['pay', '000.00.01.H01-250303-0001', id, 1]]);
});

test('the pay page is Vietnamese, has two buttons and no script, shows no personal number, and escapes what it was given', async () => {
  const till = openTill(openTown());
  await till.create(1, { amount: 1_250_000, bill: { HoTenNguoiNop: `<script>alert('Trần & "An"')</script>`, TenDonVi: 'Ủy ban <b>xã</b>' } });
  const { status, html } = await till.page(idOf(1));
  expect(status).toBe(200);
  expect(html).toContain('<html lang="vi">');
  expect(html).toContain('&lt;script&gt;alert(&#39;Trần &amp; &quot;An&quot;&#39;)&lt;/script&gt;');
  expect(html).toContain('Ủy ban &lt;b&gt;xã&lt;/b&gt;');
  expect(html).not.toMatch(/<script|<b>|089093990002/);
  expect(html).toContain('1.250.000 đồng');
  expect(html).toContain('Thanh toán trước</th><td>03/03/2025 08:20');
  expect(html.match(/<button name="action" value="(pay|cancel)">(Thanh toán|Hủy)<\/button>/g)).toHaveLength(2);
});

test('a paid payment is shown without buttons, and nothing that is clicked changes it', async () => {
  const receiver = await openReceiver([TAKEN]);
  const till = openTill(openTown({ hubUrl: () => receiver.url }));
  await till.create(1);
  await till.click(idOf(1), 'pay');
  await receiver.hears(1);
  expect((await till.page(idOf(1))).html).toContain('Đã thanh toán');
  expect((await till.page(idOf(1))).html).not.toContain('<button');
  expect(await till.click(idOf(1), 'cancel')).toBe(back(idOf(1), 0));
  expect(await till.click(idOf(1), 'pay')).toBe(back(idOf(1), 0));
  expect(till.ledger()).toHaveLength(1);
  expect(receiver.arrived).toHaveLength(1);
});

test('a click on "Hủy" cancels; that too is called back, and no money moved', async () => {
  const receiver = await openReceiver([TAKEN]);
  const till = openTill(openTown({ hubUrl: () => receiver.url }));
  await till.create(1);
  expect(await till.click(idOf(1), 'cancel')).toBe(back(idOf(1), 3));
  await receiver.hears(1);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ status: 3, isSigned: true }]);
  expect(till.ledger()).toEqual([]);
});

test('a page of nobody’s payment is 404, another button 400', async () => {
  const till = openTill(openTown());
  await till.create(1);
  expect((await till.page('NOBODY')).status).toBe(404);
  expect(await till.click('NOBODY', 'pay')).toBe('404');
  expect(await till.click(idOf(1), 'steal')).toBe('400');
});

test('the address of the page is where browsers reach PayGov', async () => {
  const world = { clock: movableClock(START), log: openLog('silent'), paceMs: 0 };
  const started = await startMinistries({ ...world, port: 0, host: '127.0.0.1' });
  const create = await fetch(`${started.urls.paygov}/payment/create`, { method: 'POST', body: JSON.stringify(requestOf(1)) });
  const { payment_url: url } = (await create.json()) as { payment_url: string };
  expect(url).toBe(`${started.urls.paygov}/pay/${idOf(1)}`);
  expect((await fetch(url)).status).toBe(200);
  const paid = await fetch(url, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  expect([paid.status, paid.headers.get('location')]).toEqual([303, back(idOf(1), 0)]);
  await started.close();
});

test('a callback is repeated, after growing pauses on the clock, until the answer has return_code 0', async () => {
  const receiver = await openReceiver([500, 0, 204, '{"return_code":-1,"return_msg":"Chưa"}', 'OK', TAKEN]);
  const { clock, sleepsUntil } = watch(movableClock(START));
  const town = openTown({ clock, callbackPausesMs: [1, 2, 5, 10].map((minutes) => minutes * MINUTE), hubUrl: () => receiver.url });
  const till = openTill(town);
  await till.create(1);
  await till.click(idOf(1), 'pay');
  for (const [heard, minutes] of [[1, 1], [2, 2], [3, 5], [4, 10], [5, 10]] as const) {
    await receiver.hears(heard);
    await sleepsUntil(later(clock.now(), minutes * MINUTE - 5_000));
    town.pass(minutes * MINUTE - 10_000);
    expect(receiver.arrived).toHaveLength(heard);
    town.pass(10_000);
  }
  await receiver.hears(6);
  town.pass(86_400_000); // a day
  expect(receiver.arrived).toHaveLength(6);
  expect(new Set(receiver.arrived.map(({ body }) => body)).size).toBe(1);
  expect(receiver.arrived.every((message) => readCallback(message).isSigned)).toBe(true);
});

test('after a restart payments stand as they stood, and what was not told goes out again, to where the hub is now', async () => {
  const dataDir = openFolder();
  const clock = movableClock(START);
  const before = openTown({ dataDir, clock }); // the hub is not there yet
  await openTill(before).create(1);
  await openTill(before).create(2);
  await openTill(before).click(idOf(1), 'pay');
  await before.leave();
  clock.moveTo(later(START, 10 * MINUTE));
  const receiver = await openReceiver([TAKEN]);
  const till = openTill(openTown({ dataDir, clock, hubUrl: () => receiver.url }));
  await receiver.hears(1);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ transaction_id: idOf(1), status: 0 }]);
  expect(await till.query(2)).toMatchObject({ error: '0', status: 1, expire_time: expect.stringMatching(/^03\/03\/2025 08:20:/) as unknown });
  expect(till.ledger()).toEqual([['pay', dossierOf(1), idOf(1), 1]]);
});

test('a request can be paid for twenty minutes; then it is over, and the same id is too', async () => {
  const town = openTown();
  const till = openTill(town);
  await till.create(1);
  town.clock.moveTo(later(START, 19 * MINUTE));
  expect([(await till.query(1))['status'], (await till.pull(1))['error_code']]).toEqual([1, 1]);
  town.clock.moveTo(later(START, 21 * MINUTE));
  expect([(await till.query(1))['status'], (await till.pull(1))['error_code']]).toEqual([4, 0]);
  expect((await till.page(idOf(1))).html).not.toContain('<button');
  expect(await till.click(idOf(1), 'pay')).toBe(back(idOf(1), 4));
  expect(await till.create(1)).toMatchObject({ error: '05' });
  expect(till.ledger()).toEqual([]);
});

test('the same id with the same content is the same payment, wherever the payer returns to; with other content it is an error', async () => {
  const till = openTill(openTown());
  const first = await till.create(1);
  expect(await till.create(1)).toEqual(first);
  expect(await till.create(1, { head: { return_url: 'http://127.0.0.1:4999/elsewhere' } })).toEqual(first);
  expect(await till.create(1, { amount: 20_000 })).toMatchObject({ error: '03' });
  expect(await till.create(1, { bill: { MaHoSo: dossierOf(9) } })).toMatchObject({ error: '03' });
  await till.click(idOf(1), 'pay');
  expect(await till.create(1)).toEqual(first);
  expect(till.ledger()).toEqual([['pay', dossierOf(1), idOf(1), 4]]); // ordered three times before it was paid, once after
});

test('an unpaid request can be taken back, again and again; then its dossier is free for another', async () => {
  const receiver = await openReceiver([TAKEN]);
  const till = openTill(openTown({ hubUrl: () => receiver.url }));
  await till.create(1);
  expect(await till.refund(1)).toMatchObject({ error: '05' });
  expect([(await till.cancel(1))['status'], (await till.cancel(1))['status']]).toEqual([3, 3]);
  expect(await till.create(1)).toMatchObject({ error: '05' });
  expect(await till.create(2, { bill: { MaHoSo: dossierOf(1) } })).toMatchObject({ error: '0' });
  expect(await till.pull(1)).toMatchObject({ error_code: 1, data: { transaction_id: idOf(2) } });
  expect(receiver.arrived).toEqual([]); // whoever took it back knows
});

test('what was paid is paid back once, however often that is ordered, and cannot be cancelled', async () => {
  const till = openTill(openTown());
  await till.create(1);
  await till.click(idOf(1), 'pay');
  expect(await till.cancel(1)).toMatchObject({ error: '05' });
  expect([(await till.refund(1))['status'], (await till.refund(1))['status']]).toEqual([5, 5]);
  expect(await till.cancel(1)).toMatchObject({ error: '0', status: 5 });
  expect(till.ledger()).toEqual([['pay', dossierOf(1), idOf(1), 1], ['refund', dossierOf(1), idOf(1), 2]]);
});

test('the file of a day comes when the day is over in Viet Nam, never changes, and adds up to the đồng', async () => {
  const town = openTown();
  const till = openTill(town);
  const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
  for (const number of numbers) {
    await till.create(number, { amount: 1_000 * number + 1 });
    if (number % 5 !== 0) await till.click(idOf(number), 'pay');
  }
  town.clock.moveTo('2025-03-03T16:59:00.000Z'); // a minute before midnight
  expect(await till.file('2025-03-03')).toBe(404);
  town.clock.moveTo('2025-03-03T17:00:01.000Z');
  await till.refund(1); // on the next day, in the next file
  const file = (await till.file('2025-03-03')) as string[];
  const paid = numbers.filter((number) => number % 5 !== 0);
  expect(file).toHaveLength(1 + paid.length + 1);
  expect(file[1]).toMatch(new RegExp(`^${idOf(1)},${dossierOf(1)},1001,0,03/03/2025 08:0\\d:\\d\\d$`));
  expect(file.at(-1)).toBe(`TOTAL,${paid.length},${paid.reduce((sum, number) => sum + 1_000 * number + 1, 0)},,`);
  town.clock.moveTo('2025-03-04T17:00:01.000Z');
  expect(await till.file('2025-03-03')).toEqual(file);
  expect(await till.file('2025-03-04')).toEqual([file[0], expect.stringContaining(`${idOf(1)},${dossierOf(1)},1001,5,04/03/2025 00:00:0`), 'TOTAL,1,1001,,']);
  expect(await till.file('2025-02-28')).toEqual([file[0], 'TOTAL,0,0,,']);
  expect(await till.file('2025-02-30')).toBe(404);
});

test('whoever has not signed is told nothing', async () => {
  const town = openTown();
  const till = openTill(town);
  await till.create(1);
  const forged = { client_id: 'lienthong-sandbox', transaction_id: idOf(1), check_sum: '0'.repeat(64) };
  const ask = async (path: string, body: object) => (await town.ask('paygov', 'POST', `/payment/${path}`, body)).body;
  expect(await ask('create', { ...requestOf(2), check_sum: forged.check_sum })).toMatchObject({ error: '02' });
  expect(await ask('create', { ...requestOf(2), trans_amount: '9000' })).toMatchObject({ error: '02' });
  expect(await ask('create', { ...requestOf(2), client_id: 'somebody-else' })).toMatchObject({ error: '02' });
  expect(await ask('query', { ...forged, command: 'PAY' })).toMatchObject({ error: '02' });
  expect(await ask('cancel', { ...forged, command: 'CANCEL', reason: 'Thử.' })).toMatchObject({ error: '02' });
  expect(await ask('refund', { ...forged, command: 'REFUND', reason: 'Thử.' })).toMatchObject({ error: '02' });
  expect(await ask('pull', { client_id: forged.client_id, command: 'PULL', MaHoSo: dossierOf(1), check_sum: forged.check_sum })).toEqual({ error_code: -1, data: [] });
  expect((await town.ask('paygov', 'GET', '/reconciliation/2025-03-02')).status).toBe(401);
  expect((await till.query(1))['status']).toBe(1);
});

test.each([
  ['adds up to another amount', { bill: { DSKhoanNop: [{ NoiDung: 'Lệ phí', SoTien: '9999' }] } }, /Tổng các khoản nộp/],
  ['is about nothing', { amount: 0 }, /bill_info.PhiLePhi.0.SoTien/],
  ['has no dossier', { bill: { MaHoSo: '' } }, /bill_info.MaHoSo/],
  ['would send the payer to a script', { head: { return_url: 'javascript:alert(1)' } }, /return_url/],
  ['has an id that is too long', { head: { transaction_id: 'A'.repeat(21) } }, /transaction_id/],
])('a request that %s is refused, and nothing is kept', async (_case, changes, msg) => {
  const till = openTill(openTown());
  expect(await till.create(1, changes)).toEqual({ error: '01', msg: expect.stringMatching(msg) as unknown });
  expect(await till.query(1)).toMatchObject({ error: '04' });
});

test('paid and never told: only the query and the file know', async () => {
  const receiver = await openReceiver([TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url });
  const till = openTill(town);
  town.byName.paygov.decide([{ contains: dossierOf(1), outcome: 'paidUntold' }]);
  await till.create(1);
  await till.create(2);
  await till.click(idOf(1), 'pay');
  await till.click(idOf(2), 'pay');
  await receiver.hears(1);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ transaction_id: idOf(2) }]);
  expect((await till.query(1))['status']).toBe(0);
  town.clock.moveTo('2025-03-04T01:00:00.000Z');
  expect((await till.file('2025-03-03') as string[])[1]).toContain(idOf(1));
  expect(receiver.arrived).toHaveLength(1);
});

test('a callback with a wrong checksum, a doubled one, one before the redirect', async () => {
  const receiver = await openReceiver(['{"return_code":-1,"return_msg":"Chữ ký không hợp lệ"}', '{"return_code":-1,"return_msg":"Chữ ký không hợp lệ"}', TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url, callbackPausesMs: [MINUTE] });
  const till = openTill(town);
  town.byName.paygov.decide([
    { contains: dossierOf(1), outcome: 'callbackForged' },
    { contains: dossierOf(2), outcome: 'callbackFirst' },
    { contains: dossierOf(3), outcome: 'callbackDoubled' },
  ]);
  for (const number of [1, 2, 3]) await till.create(number);
  await till.click(idOf(1), 'pay');
  await receiver.hears(1);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ transaction_id: idOf(1), status: 0, isSigned: false }]);
  await till.click(idOf(2), 'pay');
  expect(receiver.arrived.map(readCallback)).toMatchObject([{}, { transaction_id: idOf(2), isSigned: true }]); // before the click was answered
  await till.click(idOf(3), 'pay');
  await receiver.hears(4);
  const doubled = receiver.arrived.slice(2);
  expect(doubled.map(readCallback)).toMatchObject([{ transaction_id: idOf(3), isSigned: true }, { transaction_id: idOf(3), isSigned: true }]);
  expect(new Set(doubled.map(({ body }) => body)).size).toBe(1);
});

test('another amount than was asked for is the same other amount in callback, query and file', async () => {
  const receiver = await openReceiver([TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url });
  const till = openTill(town);
  town.byName.paygov.decide([{ contains: dossierOf(1), outcome: 'amountDiffers' }]);
  await till.create(1);
  await till.click(idOf(1), 'pay');
  await receiver.hears(1);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ trans_amount: '9000', isSigned: true }]);
  expect(await till.query(1)).toMatchObject({ status: 0, trans_amount: '9000' });
  town.clock.moveTo('2025-03-04T01:00:00.000Z');
  expect((await till.file('2025-03-03') as string[]).slice(1)).toEqual([expect.stringContaining(`${idOf(1)},${dossierOf(1)},9000,0,`), 'TOTAL,1,9000,,']);
});

test('a dossier paid a second time past the hub shows in the file alone, and can be paid back', async () => {
  const receiver = await openReceiver([TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url });
  const till = openTill(town);
  town.byName.paygov.decide([{ contains: dossierOf(1), outcome: 'paidTwice' }]);
  await till.create(1);
  await till.click(idOf(1), 'pay');
  await receiver.hears(1);
  town.clock.moveTo('2025-03-04T01:00:00.000Z');
  const rows = ((await till.file('2025-03-03')) as string[]).slice(1, -1).map((line) => line.split(',').slice(0, 4));
  expect(rows).toEqual([[idOf(1), dossierOf(1), '10000', '0'], [expect.stringMatching(/^SHOP\d{16}$/), dossierOf(1), '10000', '0']]);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ transaction_id: idOf(1) }]);
  const other = rows[1]?.[0] ?? '';
  expect(await till.refund(other)).toMatchObject({ error: '0', transaction_id: other, status: 5 });
  expect(till.ledger()).toEqual([['pay', dossierOf(1), idOf(1), 1], ['pay', dossierOf(1), other, 1], ['refund', dossierOf(1), other, 1]]);
});

test('a bank may turn the payer down, and a payment may be made without anybody’s click', async () => {
  const receiver = await openReceiver([TAKEN]);
  const town = openTown({ hubUrl: () => receiver.url, paceMs: MINUTE });
  const till = openTill(town);
  town.byName.paygov.decide([{ contains: dossierOf(1), outcome: 'refuse' }, { contains: dossierOf(2), outcome: 'done' }]);
  await till.create(1);
  await till.create(2);
  expect(await till.click(idOf(1), 'pay')).toBe(back(idOf(1), 2));
  await receiver.hears(1);
  town.pass(MINUTE);
  await receiver.hears(2);
  expect(receiver.arrived.map(readCallback)).toMatchObject([{ transaction_id: idOf(1), status: 2 }, { transaction_id: idOf(2), status: 0, isSigned: true }]);
  expect(till.ledger()).toEqual([['pay', dossierOf(2), idOf(2), 1]]);
});

test('the ends that a payment can be given are named when somebody asks for another', () => {
  const { paygov } = openTown().byName;
  expect(() => paygov.decide([{ contains: 'x', outcome: 'supplement' }])).toThrow(/paidUntold, callbackForged, callbackDoubled, callbackFirst, callbackAstray, amountDiffers, paidTwice/);
});

test('a lost answer to a click is a payment all the same', async () => {
  const town = openTown();
  const till = openTill(town);
  await till.create(1);
  town.byName.paygov.script([{ match: { operation: 'paygov.pay' }, times: 1, do: 'reset', after: true }]);
  await till.click(idOf(1), 'pay').catch(() => undefined);
  expect((await till.query(1))['status']).toBe(0);
});
