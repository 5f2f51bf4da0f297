import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { movableClock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { cardAnswered, settings } from '../../src/systems/social-insurance/contract.ts';
import { baby, child, pupil } from '../exchanges/people.ts';
import { findDifference, readExchange } from '../exchanges/read.ts';
import { openFolder } from './folder.ts';
import { cardOrder } from './forms.ts';
import { openReceiver, type Arrived } from './receiver.ts';
import { openTown, START, type Town } from './town.ts';
import { watch } from './watch.ts';

const order = (town: Town, body: unknown) => town.ask('social-insurance', 'POST', '/te-cards', body);
const inquire = (town: Town, key: string) => town.ask('social-insurance', 'GET', `/te-cards/${encodeURIComponent(key)}`);
const ledger = (town: Town) => town.byName['social-insurance'].ledger();
const newborn = { sex: 'MALE', ethnicity: 'Kinh', nationality: 'Việt Nam', commune: '30280', at: START } as const;

function isSigned({ headers, body }: Arrived): boolean {
  return headers[cardAnswered.signatureHeader] === createHmac('sha256', settings.CALLBACK_KEY.sandbox).update(body).digest('hex');
}

test('the card is called back, signed, as it was written by hand', async () => {
  const receiver = await openReceiver([204]);
  const town = openTown();
  const { body, status } = await order(town, cardOrder('LT-89-20250303-0001:card', { callbackUrl: `${receiver.url}/callbacks/social-insurance/ticket-of-this-order` }));
  expect([status, body]).toEqual([202, { maYeuCau: 'LT-89-20250303-0001:card' }]);
  await receiver.hears(1);
  const [message] = receiver.arrived;
  const written = readExchange('social-insurance-callbacks', '1-issued');
  expect(message && isSigned(message)).toBe(true);
  expect(message?.path).toBe(written.request.path);
  expect(findDifference(JSON.parse(written.request.body), JSON.parse(message?.body ?? '{}'), written.varies)).toBeUndefined();
  expect(ledger(town)).toMatchObject([{ act: 'issueHealthCard', subject: baby.personalId, idempotencyKey: 'LT-89-20250303-0001:card', received: 1 }]);
});

test('a callback is repeated, after growing pauses on the clock, until it is answered with 2xx', async () => {
  const receiver = await openReceiver([500, 0, 404, 204]);
  const { clock, sleepsUntil } = watch(movableClock(START));
  const town = openTown({ clock, callbackPausesMs: [60_000, 120_000, 300_000] }); // one, two, five minutes
  await order(town, cardOrder('key', { callbackUrl: receiver.url }));
  for (const [heard, pause] of [[1, 60_000], [2, 120_000], [3, 300_000]] as const) {
    await receiver.hears(heard);
    await sleepsUntil(later(clock.now(), pause - 5_000));
    town.pass(pause - 10_000);
    expect(receiver.arrived).toHaveLength(heard);
    town.pass(10_000);
  }
  await receiver.hears(4);
  town.pass(86_400_000); // a day
  expect(receiver.arrived).toHaveLength(4);
  expect(new Set(receiver.arrived.map(({ body }) => body)).size).toBe(1);
  expect(receiver.arrived.every(isSigned)).toBe(true);
});

test('a callback that nobody takes goes out again after a restart', async () => {
  const dataDir = openFolder();
  const clock = movableClock(START);
  const deaf = await openReceiver([503]);
  const before = openTown({ dataDir, clock, callbackPausesMs: [60_000] });
  await order(before, cardOrder('key', { callbackUrl: deaf.url }));
  await deaf.hears(1);
  await before.leave();
  const heard = deaf.arrived.length;
  clock.moveTo('2025-03-03T02:00:00.000Z');
  openTown({ dataDir, clock, callbackPausesMs: [60_000] });
  await deaf.hears(heard + 1);
  expect(deaf.arrived.at(-1)?.body).toBe(deaf.arrived[0]?.body);
});

test('an order that waits when the ministry is closed is finished and called back after it opens again', async () => {
  const dataDir = openFolder();
  const clock = movableClock(START);
  const receiver = await openReceiver([204]);
  const before = openTown({ dataDir, clock, paceMs: 60_000 });
  await order(before, cardOrder('key', { callbackUrl: receiver.url }));
  await before.leave();
  expect(receiver.arrived).toHaveLength(0);
  const after = openTown({ dataDir, clock, paceMs: 60_000 });
  after.pass(61_000);
  await receiver.hears(1);
  await order(after, cardOrder('key', { callbackUrl: receiver.url }));
  expect(ledger(after)).toMatchObject([{ received: 2 }]);
});

test('the same child gets the same card, whoever orders it again', async () => {
  const town = openTown();
  await order(town, cardOrder('first'));
  await order(town, cardOrder('second', { maCoSoKCB: '89007' }));
  const [first, second] = [(await inquire(town, 'first')).body, (await inquire(town, 'second')).body];
  expect(second).toEqual({ ...first, maYeuCau: 'second' });
  await order(town, cardOrder('second'));
  expect(ledger(town)).toMatchObject([{ subject: baby.personalId, idempotencyKey: 'first', received: 3 }]);
});

test('a child who held a card before the ministries opened keeps it, and no effect is counted', async () => {
  const town = openTown();
  await order(town, cardOrder('key', { soDinhDanh: child.personalId, hoTen: child.fullName, ngaySinh: '10/05/2022' }));
  const written = readExchange('social-insurance-callbacks', '3-existing-card');
  expect((await inquire(town, 'key')).body).toEqual({ ...(JSON.parse(written.request.body) as object), maYeuCau: 'key' });
  expect(ledger(town)).toEqual([]);
});

test('fifty children get fifty different cards', async () => {
  const town = openTown();
  const numbers = Array.from({ length: 50 }, (_, index) => index);
  const ids = numbers.map((number) => town.population.register.registerNewborn({ ...newborn, key: String(number), fullName: `Trần Số ${number}`, birthDate: '2025-02-20' }));
  await Promise.all(ids.map((id, number) => order(town, cardOrder(`key ${number}`, { soDinhDanh: id, hoTen: `Trần Số ${number}` }))));
  const cards = await Promise.all(numbers.map(async (number) => (await inquire(town, `key ${number}`)).body['soThe']));
  expect(cards.every((card) => /^TE1898999\d{6}$/.test(String(card)))).toBe(true);
  expect(new Set(cards).size).toBe(50);
});

test.each([
  ['2020-02-29', '30/09/2026'],
  ['2020-09-29', '30/09/2026'],
  ['2020-09-30', '30/09/2026'],
  ['2020-10-01', '01/10/2026'],
  ['2020-12-31', '31/12/2026'],
])('the card of a child born on %s is valid to %s: 72 months, or 30 September when school has not begun by then', async (birthDate, validTo) => {
  const town = openTown();
  const id = town.population.register.registerNewborn({ ...newborn, key: 'key', fullName: 'Trần An', birthDate });
  const [year, month, day] = birthDate.split('-');
  await order(town, cardOrder('key', { soDinhDanh: id, hoTen: 'Trần An', ngaySinh: `${day}/${month}/${year}` }));
  expect((await inquire(town, 'key')).body).toMatchObject({ trangThai: 4, tuNgay: `${day}/${month}/${year}`, denNgay: validTo });
});

test.each([
  ['the child is six years and a half', { soDinhDanh: pupil.personalId, hoTen: pupil.fullName, ngaySinh: '15/08/2018' }, /72 tháng/],
  ['nobody bears the number', { soDinhDanh: '089225999999' }, /Không tìm thấy số định danh/],
  ['the name is another', { hoTen: 'Trần Gia Bình' }, /không khớp/],
  ['the facility is not on the list', { maCoSoKCB: '89013' }, /89013 không có trong danh mục/],
])('an order is refused by callback when %s', async (_case, changes, reason) => {
  const receiver = await openReceiver([204]);
  const town = openTown();
  expect((await order(town, cardOrder('key', { ...changes, callbackUrl: receiver.url }))).status).toBe(202);
  await receiver.hears(1);
  expect(JSON.parse(receiver.arrived[0]?.body ?? '{}')).toEqual({ maYeuCau: 'key', trangThai: 6, lyDo: expect.stringMatching(reason) as unknown });
  expect(ledger(town)).toEqual([]);
});

test('a child is refused on the day of 72 months and served the day before', async () => {
  const town = openTown();
  const born = (birthDate: string) => town.population.register.registerNewborn({ ...newborn, key: birthDate, fullName: 'Trần An', birthDate });
  await order(town, cardOrder('just six', { soDinhDanh: born('2019-03-03'), hoTen: 'Trần An', ngaySinh: '03/03/2019' }));
  await order(town, cardOrder('not yet', { soDinhDanh: born('2019-03-04'), hoTen: 'Trần An', ngaySinh: '04/03/2019' }));
  expect([(await inquire(town, 'just six')).body['trangThai'], (await inquire(town, 'not yet')).body['trangThai']]).toEqual([6, 4]);
});

test('an order may end untold or never: the first is found by inquiry, the second waits for ever', async () => {
  const receiver = await openReceiver([204]);
  const town = openTown();
  town.byName['social-insurance'].decide([{ contains: 'untold', outcome: 'doneUntold' }, { contains: 'never', outcome: 'silent' }]);
  await order(town, cardOrder('untold', { callbackUrl: receiver.url }));
  await order(town, cardOrder('never', { callbackUrl: receiver.url }));
  await order(town, cardOrder('told', { callbackUrl: receiver.url }));
  await receiver.hears(1);
  expect((await inquire(town, 'untold')).body['trangThai']).toBe(4);
  expect((await inquire(town, 'never')).body['trangThai']).toBe(1);
  expect(receiver.arrived.map(({ body }) => (JSON.parse(body) as { maYeuCau: string }).maYeuCau)).toEqual(['told']);
});

test('a card issued a moment ago is found by look-up, and has ended when its last day is over', async () => {
  const town = openTown();
  const asked = { maYeuCau: 'a', maCanBo: 'b', maTTHC: 'c', danhSach: [{ soDinhDanh: baby.personalId, hoTen: 'TRẦN GIA BẢO', ngaySinh: '20/02/2025' }] };
  const lookUp = async () => ((await town.ask('social-insurance', 'POST', '/the-bhyt/tra-cuu', asked)).body['ketQua'] as { maKetQua: string }[])[0]?.maKetQua;
  expect(await lookUp()).toBe('050');
  await order(town, cardOrder('key'));
  expect(await lookUp()).toBe('000');
  town.clock.moveTo('2031-09-30T10:00:00.000Z');
  expect(await lookUp()).toBe('000');
  town.clock.moveTo('2031-10-01T01:00:00.000Z');
  expect(await lookUp()).toBe('001');
});
