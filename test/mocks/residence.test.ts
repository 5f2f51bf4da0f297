import { expect, test } from 'vitest';
import { movableClock } from '../../src/kit/clock.ts';
import { baby, deceased, father } from '../exchanges/people.ts';
import { openFolder } from './folder.ts';
import { residenceForm } from './forms.ts';
import { openTown, START, type Town } from './town.ts';

const register = (town: Town, form: unknown) => town.ask('residence', 'POST', '/residence/registrations', form);
const inquire = (town: Town, key: string) => town.ask('residence', 'GET', `/residence/registrations/${encodeURIComponent(key)}`);

test('a finished registration moves the child in the population register', async () => {
  const town = openTown();
  await register(town, residenceForm('a/b:1'));
  expect((await inquire(town, 'a/b:1')).body).toMatchObject({ trangThai: 4, ketQua: { soThongBao: '1/2025/TB-CT08', ngayDangKy: '03/03/2025', maXa: '30280' } });
  expect(town.population.register.find(baby.personalId)).toMatchObject({ headId: father.personalId, headRelation: 'Con', residence: { commune: '30280' } });
  expect(town.byName.residence.ledger()).toMatchObject([{ act: 'registerResidence', subject: baby.personalId, idempotencyKey: 'a/b:1', received: 1 }]);
});

test('the same maYeuCau is the same registration, also after a restart', async () => {
  const dataDir = openFolder();
  const clock = movableClock(START);
  const before = openTown({ dataDir, clock, paceMs: 60_000 });
  const first = await register(before, residenceForm('key'));
  await before.leave();
  clock.moveTo('2025-03-03T02:00:00.000Z');
  const after = openTown({ dataDir, clock, paceMs: 60_000 });
  const second = await register(after, residenceForm('key'));
  expect(second).toEqual(first);
  expect(after.byName.residence.ledger()).toMatchObject([{ received: 2 }]);
  expect(after.population.ledger()).toMatchObject([{ act: 'setResidence', received: 1 }]);
});

test.each([
  ['the head of the household does not agree', { chuHo: { soDinhDanh: father.personalId, dongY: false } }, /Chủ hộ không đồng ý/],
  ['nobody knows the head of the household', { chuHo: { soDinhDanh: '089195999999', dongY: true } }, /Không tìm thấy chủ hộ/],
  ['the head of the household is dead', { chuHo: { soDinhDanh: deceased.personalId, dongY: true } }, /Không tìm thấy chủ hộ/],
  ['the head of the household lives in another commune', { diaChi: { maXa: '30283', chiTiet: 'Số 2' } }, /không thường trú tại xã/],
  ['nobody knows the commune', { diaChi: { maXa: '99999', chiTiet: 'Số 2' } }, /mã xã 99999/],
])('a registration is refused when %s', async (_case, changes, reason) => {
  const town = openTown();
  expect((await register(town, residenceForm('key', changes))).status).toBe(202);
  const { body } = await inquire(town, 'key');
  expect(body).toMatchObject({ trangThai: 6, lyDo: expect.stringMatching(reason) as unknown });
  expect(town.byName.residence.ledger()).toEqual([]);
});

test.each([
  ['an unknown number', { soDinhDanh: '089225999999' }],
  ['another name', { hoTen: 'Trần Gia Bình' }],
  ['another date of birth', { ngaySinh: '21/02/2025' }],
])('a form with %s is not taken', async (_case, changes) => {
  const town = openTown();
  expect(await register(town, residenceForm('key', changes))).toMatchObject({ status: 422, body: { maLoi: 'KHONG_CO_TRONG_CSDL' } });
  expect((await inquire(town, 'key')).status).toBe(404);
});

test('after a supplement request the amended form is taken and registered', async () => {
  const town = openTown();
  town.byName.residence.decide([{ contains: baby.personalId, outcome: 'supplementThenDone', reason: 'Thiếu giấy tờ nhà ở.' }]);
  await register(town, residenceForm('key'));
  expect((await inquire(town, 'key')).body).toEqual({ trangThai: 2, lyDo: 'Thiếu giấy tờ nhà ở.' });
  await register(town, residenceForm('key', { diaChi: { maXa: '30280', chiTiet: 'Số 3, đường Hoa Mai' } }));
  expect((await inquire(town, 'key')).body).toMatchObject({ trangThai: 4, ketQua: { chiTiet: 'Số 3, đường Hoa Mai' } });
});

test('without the key nothing is answered', async () => {
  const town = openTown();
  const response = await town.byName.residence.answer(new Request('http://residence.test/residence/registrations/key', { headers: { 'x-api-key': 'wrong' } }));
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ maLoi: 'KHONG_XAC_THUC' });
});
