import { expect, test } from 'vitest';
import { movableClock } from '../../src/kit/clock.ts';
import { findPersonalIdFacts } from '../../src/kit/personal-id.ts';
import { child, deceased, mother, people } from '../exchanges/people.ts';
import { openFolder } from './folder.ts';
import { birthDossier, pollOf, readPolled } from './forms.ts';
import { openTown, START, type Town } from './town.ts';

const receive = (town: Town, dossier: unknown) => town.ask('civil-status', 'POST', '/nhanHoSo', dossier);
const poll = async (town: Town, ...numbers: number[]) => readPolled((await town.ask('civil-status', 'POST', '/traCuuKetQua', pollOf(...numbers))).body);
const ledger = (town: Town) => town.byName['civil-status'].ledger();

test('fifty dossiers that arrive at once are numbered without gaps, after the entries of the invented population', async () => {
  const town = openTown();
  const numbers = Array.from({ length: 50 }, (_, index) => index + 1);
  await Promise.all(numbers.map((number) => receive(town, birthDossier(number))));
  const results = await Promise.all(numbers.map(async (number) => (await poll(town, number))[0]?.result));
  const written = results.map((result) => Number(result?.['soDangKy']?.split('/')[0])).sort((a, b) => a - b);
  expect(written).toEqual(numbers.map((number) => number + 17)); // 17 births stand in the book already
  expect(results.every((result) => result?.['soDangKy']?.endsWith('/2025') && result['quyenSo'] === '01/2025-KS')).toBe(true);
  expect(new Set(results.map((result) => result?.['soDinhDanh'])).size).toBe(50);
});

test('each commune and each year has a book of its own', async () => {
  const town = openTown({ clock: movableClock('2025-12-31T09:59:00.000Z') });
  await receive(town, birthDossier(1));
  await receive(town, { ...birthDossier(2), maDonVi: '30283' });
  town.clock.moveTo('2026-01-05T01:00:00.000Z');
  await receive(town, birthDossier(3));
  const numbers = (await poll(town, 1, 2, 3)).map(({ result }) => result['soDangKy']);
  expect(numbers).toEqual(['18/2025', '1/2025', '1/2026']);
});

test('a page is counted within its book', async () => {
  const town = openTown({ people: { ...people, birthsRegistered: () => 199 } });
  await receive(town, birthDossier(1));
  await receive(town, birthDossier(2));
  const places = (await poll(town, 1, 2)).map(({ result }) => [result['soDangKy'], result['quyenSo'], result['trangSo']]);
  expect(places).toEqual([['200/2025', '02/2025-KS', '100'], ['201/2025', '03/2025-KS', '1']]);
});

test('the child gets a number that agrees with sex, year and province, and stands in the register and in the birth book', async () => {
  const town = openTown();
  await receive(town, birthDossier(1));
  const [done] = await poll(town, 1);
  const personalId = done?.result['soDinhDanh'] ?? '';
  expect(findPersonalIdFacts(personalId)).toEqual({ province: '089', sex: 'FEMALE', birthYear: 2025 });
  expect(town.population.register.find(personalId)).toMatchObject({ fullName: 'Trần Thị Số 0001', birthDate: '2025-02-26', motherId: mother.personalId });
  const { body } = await town.ask('civil-status', 'POST', '/traCuuHoTich', { maTinh: '89', maYeuCau: 'a', maCanBo: 'b', maTTHC: 'c', soDinhDanh: [personalId] });
  expect(body['value']).toMatchObject([{ soDinhDanh: personalId, loai: 'KS', soDangKy: '18/2025', hoTen: 'Trần Thị Số 0001' }]);
});

test.each([
  ['the mother is not in the population register', { meSoGiayToTuyThan: '089195999999' }, /Không tìm thấy thông tin người mẹ/],
  ['the mother died before the birth', { meSoGiayToTuyThan: deceased.personalId }, /đã chết trước ngày sinh/],
  ['the child was registered years ago', { nksHoTen: 'TRẦN GIA KHANG', nksNgaySinh: '10.05.2022' }, /đã được đăng ký khai sinh/],
  ['the birth lies in the future', { nksNgaySinh: '04.03.2025' }, /sau ngày đăng ký/],
])('a registration is refused in writing when %s', async (_case, facts, reason) => {
  const town = openTown();
  expect((await receive(town, birthDossier(1, facts))).body).toMatchObject({ status: '1' });
  const [refused] = await poll(town, 1);
  expect(refused?.trangThai).toBe(6);
  expect(refused?.noiDungXuLy).toMatch(reason);
  expect(ledger(town)).toEqual([]);
});

test('a child registered under one dossier is refused under another', async () => {
  const town = openTown();
  await receive(town, birthDossier(1, { nksHoTen: 'Trần Gia Hòa' }));
  await receive(town, birthDossier(2, { nksHoTen: 'TRẦN GIA HOÀ' }));
  expect((await poll(town, 1, 2)).map(({ trangThai }) => trangThai)).toEqual([4, 6]);
  expect(town.population.register.childrenOf(mother.personalId, '').filter((one) => one.personalId !== child.personalId && one.fullName === 'Trần Gia Hòa')).toHaveLength(1);
});

test('an impossible date of birth is refused at reception', async () => {
  const town = openTown();
  const { body } = await receive(town, birthDossier(1, { nksNgaySinh: '30.02.2025' }));
  expect(body).toEqual({ status: '0', errorDescription: 'Ngày sinh 30.02.2025 không tồn tại.' });
});

test('the same dossier, or the same linked code, is one registration however often it comes', async () => {
  const town = openTown();
  await receive(town, birthDossier(1));
  await receive(town, birthDossier(1));
  await poll(town, 1);
  const { body } = await receive(town, { ...birthDossier(1), maHoSoMCDT: '000.00.01.H01-250303-0777' });
  expect(body).toEqual({ status: '0', errorDescription: 'Hồ sơ đã tồn tại' });
  expect(ledger(town)).toMatchObject([{ act: 'registerBirth', idempotencyKey: '000.00.01.H01-250303-0001/LT-89-20250303-0001', received: 3 }]);
});

test('more than three dossiers in one poll are refused', async () => {
  const town = openTown();
  const { status, body } = await town.ask('civil-status', 'POST', '/traCuuKetQua', pollOf(1, 2, 3, 4));
  expect(status).toBe(200);
  expect(body).toMatchObject({ status: '0', value: [] });
  expect(body['errorDescription']).toMatch(/maDinhDanhHoSo \(vượt quá giới hạn/);
});

test('a supplement is asked for until 17:00 of the seventh working day, and the amended dossier is registered', async () => {
  const town = openTown({ clock: movableClock('2025-04-24T02:00:00.000Z') });
  town.byName['civil-status'].decide([{ contains: 'Trần Thị Số 0001', outcome: 'supplementThenDone', reason: 'Thiếu giấy chứng sinh.' }]);
  await receive(town, birthDossier(1));
  const [asked] = await poll(town, 1);
  // 25, 26 (a worked Saturday), 28, 29 April; 30 April to 2 May are off; 5, 6, 7 May.
  expect(asked).toMatchObject({ trangThai: 2, noiDungXuLy: 'Thiếu giấy chứng sinh.', hanBoSungHoSo: '07/05/2025 17:00:00' });
  expect((await receive(town, birthDossier(1, { nksHoTen: 'Trần Thị Số 0001', soGCS: 'GCS-2' }))).body).toEqual({ status: '1', errorDescription: 'Tiếp nhận hồ sơ bổ sung thành công' });
  expect((await poll(town, 1))[0]?.trangThai).toBe(4);
  expect(ledger(town)).toMatchObject([{ received: 2 }]);
});

test('outcomes can be ordered: supplement at every try, refusal with a reason, silence', async () => {
  const town = openTown();
  town.byName['civil-status'].decide([
    { contains: 'số 0001', outcome: 'supplement' },
    { contains: 'SỐ 0002', outcome: 'refuse', reason: 'Không đúng thẩm quyền.' },
    { contains: '250303-0003', outcome: 'silent' },
  ]);
  for (const number of [1, 2, 3]) await receive(town, birthDossier(number));
  await receive(town, birthDossier(1));
  town.pass(30 * 86_400_000); // thirty days
  expect((await poll(town, 1, 2, 3)).map(({ trangThai }) => trangThai)).toEqual([2, 6, 3]);
  expect((await poll(town, 2))[0]?.noiDungXuLy).toBe('Không đúng thẩm quyền.');
});

test('a dossier that waits when the ministry is closed is registered after it opens again, once', async () => {
  const dataDir = openFolder();
  const clock = movableClock(START);
  const before = openTown({ dataDir, clock, paceMs: 60_000 });
  await receive(before, birthDossier(1));
  await before.leave();
  clock.moveTo('2025-03-03T02:00:00.000Z');
  const after = openTown({ dataDir, clock, paceMs: 60_000 });
  const [done] = await poll(after, 1);
  await receive(after, birthDossier(1));
  await after.leave();
  const again = openTown({ dataDir, clock, paceMs: 60_000 });
  expect(done?.trangThai).toBe(4);
  expect((await poll(again, 1))[0]?.result).toEqual(done?.result);
  expect(ledger(again)).toMatchObject([{ subject: done?.result['soDinhDanh'], at: expect.stringMatching(/^2025-03-03T01:01:00/) as unknown, received: 2 }]);
});

test('a death between the two registers issues no second number', async () => {
  const town = openTown({ paceMs: 60_000 });
  await receive(town, birthDossier(1, { nksHoTen: 'Trần Gia Hòa' }));
  // What would stand in the population register if civil status had died right after asking for the number.
  const key = '000.00.01.H01-250303-0001/LT-89-20250303-0001';
  const issued = town.population.register.registerNewborn({ key, fullName: 'Trần Gia Hòa', sex: 'FEMALE', birthDate: '2025-02-26', ethnicity: 'Kinh', nationality: 'Việt Nam', motherId: mother.personalId, commune: '30280', at: START });
  town.pass(120_000);
  expect((await poll(town, 1))[0]?.result['soDinhDanh']).toBe(issued);
  expect(town.population.ledger()).toMatchObject([{ act: 'registerNewborn', subject: issued, received: 2 }]);
});

test('the certificate is a PDF whose text can be extracted with its Vietnamese letters', async () => {
  const town = openTown();
  await receive(town, birthDossier(1, { nksHoTen: 'Nguyễn Thuỳ Ưng Ặn' }));
  const [done] = await poll(town, 1);
  const pdf = Buffer.from(done?.result['giayKhaiSinh'] ?? '', 'base64').toString('latin1');
  expect(pdf.startsWith('%PDF-1.4')).toBe(true);
  const letters = new Map([...pdf.matchAll(/^<(..)> <(....)>$/gm)].map(([, code, letter]) => [code, String.fromCodePoint(Number.parseInt(letter ?? '', 16))]));
  const text = [...pdf.matchAll(/<([0-9A-F]+)> Tj/g)].map(([, codes = '']) => [...codes.matchAll(/../g)].map(([code]) => letters.get(code)).join(''));
  expect(text).toContain('Họ, chữ đệm, tên: Nguyễn Thuỳ Ưng Ặn');
  expect(text).toContain('DỮ LIỆU GIẢ LẬP - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ');
  const [, start = ''] = /startxref\n(\d+)/.exec(pdf) ?? [];
  expect(pdf.slice(Number(start), Number(start) + 4)).toBe('xref');
});
