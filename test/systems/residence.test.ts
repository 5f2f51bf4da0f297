import { expect, test } from 'vitest';
import { residence } from '../../src/systems/residence/client.ts';
import { openPaper } from '../support/paper.ts';

const KEY = 'LT-89-20250303-0001:residence';

const registration = {
  key: KEY,
  linked: 'LT-89-20250303-0001',
  person: { personalId: '089225990006', fullName: 'Trần Gia Bảo', birthDate: '2025-02-20' },
  head: { personalId: '089093990002', consents: true },
  address: { communeCode: '30280', detail: 'Số 1, đường Hoa Sen (dữ liệu giả lập)' },
};

test('a registration is ordered as written by hand, waits, and is done', async () => {
  const paper = await openPaper(residence, ['1-register', '2-waiting', '3-done']);
  expect(await paper.verbs.register(registration)).toEqual({ is: 'pending' });
  expect(await paper.verbs.inquire(KEY)).toEqual({ is: 'pending' });
  expect(await paper.verbs.inquire(KEY)).toMatchObject({ is: 'done', value: { noticeNumber: '1/2025/TB-CT08', registeredOn: '2025-03-03', communeCode: '30280' } });
  expect(paper.differences).toEqual([]);
  expect(paper.headers.map((headers) => headers['x-api-key'])).toEqual(Array(3).fill('sandbox-residence-key'));
  await paper.close();
});

test('a registration that the police never heard of is NOT_FOUND', async () => {
  const paper = await openPaper(residence, ['4-unknown']);
  expect(await paper.verbs.inquire('LT-89-20250303-0099:residence')).toMatchObject({ is: 'refused', code: 'NOT_FOUND' });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('a person whom nobody knows is refused with the police\'s own code', async () => {
  const paper = await openPaper(residence, ['5-unknown-person']);
  const outcome = await paper.verbs.register({ ...registration, key: 'LT-89-20250303-0002:residence', linked: 'LT-89-20250303-0002', person: { ...registration.person, personalId: '089225999999' } });
  expect(outcome).toMatchObject({ is: 'refused', code: 'KHONG_CO_TRONG_CSDL', reason: { vi: 'Số định danh không có trong cơ sở dữ liệu.' } });
  expect(paper.differences).toEqual([]);
  await paper.close();
});
