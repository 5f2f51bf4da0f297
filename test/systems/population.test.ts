import { expect, test } from 'vitest';
import { population } from '../../src/systems/population/client.ts';
import { findInstant } from '../../src/kit/instant.ts';
import { readExchange } from '../exchanges/read.ts';
import { PURPOSE, openPaper, sandboxSettings } from '../support/paper.ts';

test('the client finds a citizen through the exchange written by hand', async () => {
  const paper = await openPaper(population, ['1-found']);
  const [found] = await paper.verbs.people([{ personalId: '089195990001', fullName: 'Nguyễn Thị Hoà', birthDate: '1995-04-18' }]);
  expect(paper.differences).toEqual([]);
  expect(found).toMatchObject({
    is: 'done',
    value: { personalId: '089195990001', fullName: 'NGUYỄN THỊ HÒA', sex: 'FEMALE', birthDate: '1995-04-18', permanentResidence: { communeCode: '30280' }, householdHeadId: '089093990002', deceased: false },
  });
  await paper.close();
});

test('the client asks for a person registered by year only by the year, and names its unit', async () => {
  const paper = await openPaper(population, ['2-year-only'], { ...PURPOSE, unit: '000.00.01.H01' });
  const [found] = await paper.verbs.people([{ personalId: '089050990003', fullName: 'Trần Văn Lộc', birthDate: '1950' }]);
  expect(paper.differences).toEqual([]);
  expect(found).toMatchObject({ is: 'done', value: { birthDate: '1950' } });
  await paper.close();
});

test('an empty collection is "no such person", never data', async () => {
  const paper = await openPaper(population, ['3-name-differs']);
  const { body } = readExchange('population', '3-name-differs').request;
  const name = /HoVaTen>([^<]+)</u.exec(body)?.[1] ?? '';
  const id = /SoDinhDanh>([^<]+)</u.exec(body)?.[1] ?? '';
  const born = /NgayThangNam>(\d{4})(\d{2})(\d{2})</u.exec(body)?.slice(1).join('-') ?? '';
  const [found] = await paper.verbs.people([{ personalId: id, fullName: name, birthDate: born }]);
  expect(paper.differences).toEqual([]);
  expect(found).toMatchObject({ is: 'refused', code: 'NOT_FOUND' });
  await paper.close();
});

test('a SOAP fault is a refusal with the ministry\'s words', async () => {
  const paper = await openPaper(population, ['4-wrong-password']);
  const [found] = await paper.verbs.people([{ personalId: '089195990001', fullName: 'NGUYỄN THỊ HÒA', birthDate: '1995-04-18' }]);
  expect(found?.is).toBe('refused');
  await paper.close();
});

test('the password digest is the one taken by hand with sha256sum', async () => {
  const { headers } = readExchange('population', '1-found').request;
  const signed = await population.authenticate(
    { method: 'POST', url: 'http://127.0.0.1:4002/', headers: {} },
    { settings: sandboxSettings('population'), now: () => findInstant('2025-03-03T08:00:00+07:00') ?? '', bearer: () => Promise.resolve('') },
  );
  expect(signed).toEqual({ timestamp: headers['timestamp'], authorization: headers['authorization'] });
});
