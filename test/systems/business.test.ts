import { expect, test } from 'vitest';
import type { z } from 'zod';
import { statusNames, type findEnterprise } from '../../src/systems/business/contract.ts';
import { business, type Business } from '../../src/systems/business/client.ts';
import type { Outcome } from '../../src/kit/outcome.ts';
import type { Wire } from '../../src/kit/system.ts';
import { readExchange } from '../exchanges/read.ts';
import { openPaper } from '../support/paper.ts';

type Answer = z.output<(typeof findEnterprise.answers)[200]>;

const ASKED = '1699900018';

/** What the client makes of an answer that differs from the written one. */
async function readChanged(change: (answer: any) => unknown): Promise<Outcome<Business> | undefined> { // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are spoilt by path
  const body = JSON.parse(readExchange('business', '1-found').answer.body) as Answer;
  change(body);
  const wire = { settings: {}, now: () => '2025-03-03T01:00:00.000Z', exchange: () => Promise.resolve({ is: 'answer', status: 200, body }) } as unknown as Wire;
  const [outcome] = await business.verbs.businesses(wire, [ASKED]);
  return outcome;
}

test('an enterprise is asked for as written by hand and read with everything that is on record', async () => {
  const paper = await openPaper(business, ['1-found']);
  const [found] = await paper.verbs.businesses([ASKED]);
  expect(paper.differences).toEqual([]);
  expect(found).toMatchObject({
    is: 'done',
    asOf: expect.stringMatching(/^2025-03-03T01:00:00\.\d{3}Z$/),
    value: {
      registrationNumber: ASKED,
      name: 'CÔNG TY TNHH GIẢ LẬP XAY XÁT MỘT',
      foreignName: 'GIA LAP ONE RICE MILL COMPANY LIMITED',
      shortName: 'GIA LAP ONE',
      type: 'Công ty trách nhiệm hữu hạn hai thành viên trở lên',
      status: 'ACTIVE',
      statusName: 'Đang hoạt động',
      foundedOn: '2015-03-02',
      charterCapital: 4_500_000_000,
      headOffice: { street: 'Số 1, đường Hoa Sen (dữ liệu giả lập)', ward: 'Phường Mỹ Bình', district: 'Thành phố Long Xuyên', province: 'Tỉnh An Giang', fullText: expect.stringMatching(/Việt Nam$/) },
      lines: [{ code: '1061', name: 'Xay xát và sản xuất bột thô', main: true }, { code: '46310', main: false }],
      representatives: [{ fullName: 'TRẦN VĂN THỦY', personalId: '089093990002', birthDate: '1993-09-02' }, { fullName: 'NGUYỄN THỊ HÒA', personalId: '089195990001', birthDate: '1995-04-18' }],
      branches: [{ registrationNumber: '1699900018-001', type: 'Chi nhánh' }],
      parentNumber: undefined,
    },
  });
  expect(paper.headers[0]?.['authorization']).toBe('Bearer 2f6a9d1c-0b7e-3f55-9c41-8d2e6b7a1f00');
  await paper.close();
});

test('one that has been dissolved is found with its state; one that nobody bears is NOT_FOUND', async () => {
  const paper = await openPaper(business, ['2-dissolved', '4-not-found']);
  expect(await paper.verbs.businesses(['1699900025'])).toMatchObject([{ is: 'done', value: { status: 'DISSOLVED', statusName: 'Đã giải thể', representatives: [{ fullName: 'TRẦN VĂN THỦY' }], lines: [{ code: '4933', main: true }], branches: [] } }]);
  expect(await paper.verbs.businesses(['1699900032'])).toMatchObject([{ is: 'refused', code: 'NOT_FOUND' }]);
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('a branch is asked for with its hyphen, names its enterprise and has no capital', async () => {
  const paper = await openPaper(business, ['3-branch']);
  expect(await paper.verbs.businesses(['1699900018-001'])).toMatchObject([{ is: 'done', value: { registrationNumber: '1699900018-001', parentNumber: ASKED, charterCapital: undefined, foreignName: undefined, type: 'Chi nhánh' } }]);
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('Status 0 is a refusal in the register’s words, not "no such enterprise"', async () => {
  const paper = await openPaper(business, ['5-wrong-check-digit']);
  expect(await paper.verbs.businesses(['1699900019'])).toMatchObject([{ is: 'refused', code: 'STATUS_0', reason: { vi: 'Mã số doanh nghiệp không hợp lệ' } }]);
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('one token serves two look-ups, and each leaves its audit lines', async () => {
  const paper = await openPaper(business, ['2-dissolved', '4-not-found']);
  await paper.verbs.businesses(['1699900025']);
  await paper.verbs.businesses(['1699900032']);
  expect(paper.audited).toEqual(['asked business.findEnterprise', 'asked ndxp.token', 'answered ndxp.token', 'answered business.findEnterprise', 'asked business.findEnterprise', 'answered business.findEnterprise']);
  await paper.close();
});

test.each([
  [statusNames[0], 'ACTIVE'],
  [statusNames[1], 'SUSPENDED'],
  [statusNames[2], 'DISSOLVING'],
  [statusNames[3], 'DISSOLVED'],
  [statusNames[4], 'REVOKED'],
  [statusNames[5], 'NOT_AT_ADDRESS'],
  ['ĐANG HOẠT ĐỘNG'.normalize('NFD'), 'ACTIVE'],
  ['Đang làm thủ tục giải thể, đã bị chia, bị hợp nhất, bị sáp nhập', 'DISSOLVING'],
  ['Đã giải thể, phá sản, chấm dứt tồn tại', 'DISSOLVED'],
  ['Bị thu hồi Giấy chứng nhận đăng ký doanh nghiệp do cưỡng chế về quản lý thuế', 'REVOKED'],
  ['Không còn hoạt động kinh doanh tại địa chỉ đã đăng ký', 'NOT_AT_ADDRESS'],
  ['Đang làm thủ tục phá sản', 'OTHER'],
])('the state "%s" is %s, and its own words are kept', async (name, status) => {
  expect(await readChanged(({ Data }) => (Data.MainInformation.ENTERPRISE_STATUS_NAME = name))).toMatchObject({ is: 'done', value: { status, statusName: name } });
});

test('an answer about another enterprise than the one asked for is no answer', async () => {
  expect(await readChanged(({ Data }) => (Data.MainInformation.ENTERPRISE_GDT_CODE = '1699900025'))).toMatchObject({ is: 'badAnswer', problem: expect.stringContaining('ENTERPRISE_GDT_CODE') });
});

test('a foundation on 30 February is no answer', async () => {
  expect(await readChanged(({ Data }) => (Data.MainInformation.FOUNDING_DATE = '30/02/2015'))).toMatchObject({ is: 'badAnswer', problem: expect.stringContaining('FOUNDING_DATE') });
});

test('an enterprise of which little is on record is read with what there is', async () => {
  const bare = await readChanged(({ Data }) => {
    Object.assign(Data.MainInformation, { NAME_F: null, SHORT_NAME: '', FOUNDING_DATE: null, CAPITAL_AMOUNT: 1234567.891 });
    Object.assign(Data, { HOAdress: null, Representatives: undefined, BusinessActivity: [], Branches: null });
  });
  expect(bare).toMatchObject({ is: 'done', value: { foreignName: undefined, shortName: undefined, foundedOn: undefined, charterCapital: 1_234_568, headOffice: undefined, lines: [], branches: [] } });
  expect(bare).toHaveProperty('value.representatives', [{ fullName: 'TRẦN VĂN THỦY' }, { fullName: 'NGUYỄN THỊ HÒA' }]); // from the names that stand in one text
});

test('a representative with a passport has no personal id, and one registered by the year keeps the year', async () => {
  const outcome = await readChanged(({ Data }) => (Data.Representatives = { FULL_NAME: 'JOHN DOE', PERS_DOC_NO: 'X1234567', DATE_OF_BIRTH: '1950' }));
  expect(outcome).toHaveProperty('value.representatives', [{ fullName: 'JOHN DOE', personalId: undefined, birthDate: '1950' }]);
});
