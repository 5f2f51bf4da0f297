import { expect, test } from 'vitest';
import { issueHealthCard } from '../../src/systems/social-insurance/acts.ts';
import { socialInsurance } from '../../src/systems/social-insurance/client.ts';
import { readExchange } from '../exchanges/read.ts';
import { openPaper, sandboxSettings } from '../support/paper.ts';

const KEY = 'LT-89-20250303-0001:card';
const NOW = '2025-03-03T01:02:00.000Z';

const hear = (name: string, change: (body: string) => string = (body) => body) => {
  const { headers, body } = readExchange('social-insurance-callbacks', name).request;
  return issueHealthCard.hear?.({ headers, body: change(body) }, sandboxSettings('social-insurance'), NOW);
};

test('a card is ordered as written by hand, waits, and is issued', async () => {
  const paper = await openPaper(socialInsurance, ['1-order', '2-waiting', '3-issued']);
  const order = {
    key: KEY,
    child: { personalId: '089225990006', fullName: 'Trần Gia Bảo', birthDate: '2025-02-20' },
    communeCode: '30280',
    facilityCode: '89003',
    callbackUrl: 'http://127.0.0.1:4000/callbacks/social-insurance/ticket-of-this-order',
  };
  expect(await paper.verbs.issue(order)).toEqual({ is: 'pending' });
  expect(await paper.verbs.inquire(KEY)).toEqual({ is: 'pending' });
  expect(await paper.verbs.inquire(KEY)).toMatchObject({ is: 'done', value: { number: 'TE1898999000001', validFrom: '2025-02-20', validTo: '2031-09-30', facilityCode: '89003' } });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('cards are looked up in one call: valid, ended, nobody, other name, other date of birth', async () => {
  const paper = await openPaper(socialInsurance, ['4-look-up']);
  const answers = await paper.verbs.cardsOf([
    { personalId: '089222990004', fullName: 'TRẦN GIA KHANG', birthDate: '2022-05-10' },
    { personalId: '089195990001', fullName: 'Nguyễn Thị Hoà', birthDate: '1995-04-18' },
    { personalId: '089225999999', fullName: 'Trần Không Ai', birthDate: '2025-02-20' },
    { personalId: '089093990002', fullName: 'Trần Văn Thuận', birthDate: '1993-09-02' },
    { personalId: '089093990002', fullName: 'Trần Văn Thủy', birthDate: '1993-09-03' },
  ]);
  expect(answers.map((answer) => (answer.is === 'done' ? answer.value.number : answer.is))).toEqual(['TE1898912345004', 'GD4898912345001', 'refused', 'refused', 'refused']);
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('callbacks written and signed by hand are heard', () => {
  expect(hear('1-issued')).toMatchObject({ is: 'heard', key: KEY, outcome: { is: 'done', value: { number: 'TE1898999000001' } } });
  expect(hear('2-refused')).toMatchObject({ is: 'heard', outcome: { is: 'refused', reason: { vi: 'Trẻ đã đủ 72 tháng tuổi, không thuộc nhóm trẻ em dưới 6 tuổi (TE).' } } });
  expect(hear('3-existing-card')).toMatchObject({ is: 'heard', outcome: { is: 'done', value: { number: 'TE1898912345004' } } });
});

test('a callback changed by one character is forged', () => {
  expect(hear('1-issued', (body) => body.replace('TE1898999000001', 'TE1898999000002'))).toEqual({ is: 'forged' });
  expect(hear('1-issued', () => '')).toEqual({ is: 'forged' });
});
