import { expect, test } from 'vitest';
import { civilStatus, type BirthRegistration } from '../../src/systems/civil-status/client.ts';
import { findInstant } from '../../src/kit/instant.ts';
import { PURPOSE, openPaper } from '../support/paper.ts';

const DOSSIER = '000.00.01.H01-250303-0001';

/** The birth of the written exchange, less what the written form has beyond ours (ethnicity of the parents). */
const birth: BirthRegistration = {
  dossier: DOSSIER,
  linked: 'LT-89-20250303-0001',
  agency: '30280',
  receivedAt: findInstant('2025-03-03T08:00:00+07:00') ?? '',
  communeCode: '30280',
  child: { fullName: 'Trần Ngọc Thúy An', sex: 'FEMALE', birthDate: '2025-02-26', birthPlace: { provinceCode: '89', detail: 'Bệnh viện giả lập số 1' }, hometown: 'tỉnh An Giang', ethnicity: 'Kinh', nationality: 'Việt Nam' },
  mother: { personalId: '089195990001', fullName: 'Nguyễn Thị Hòa', birthDate: '1995-04-18' },
  father: { personalId: '089093990002', fullName: 'Trần Văn Thủy', birthDate: '1993-09-02' },
  requester: { personalId: '089093990002', fullName: 'Trần Văn Thủy', birthDate: '1993-09-02', relation: 'Cha', phone: '0912345678' },
  birthNotice: { number: 'GCS-000123', issuedOn: '2025-02-28' },
  copies: 2,
  papers: [{ title: 'Giấy chứng sinh', name: 'giay-chung-sinh.pdf', typeCode: 'GCS', mediaType: 'application/pdf', content: 'JVBERi0xLjQK' }],
};

test('a birth is handed over as written by hand and taken', async () => {
  const paper = await openPaper(civilStatus, ['1-receive'], PURPOSE, ['meDanToc', 'meQuocTich', 'chaDanToc', 'chaQuocTich']); // what the parents did not state is not sent
  expect(await paper.verbs.receiveBirth(birth)).toEqual({ is: 'pending' });
  expect(paper.differences).toEqual([]);
  expect(paper.headers[0]?.['authorization']).toBe('Bearer 2f6a9d1c-0b7e-3f55-9c41-8d2e6b7a1f00');
  await paper.close();
});

test('"already exists" counts as success', async () => {
  const paper = await openPaper(civilStatus, ['2-receive-again']);
  expect(await paper.verbs.receiveBirth(birth)).toEqual({ is: 'pending' });
  await paper.close();
});

test('a polled dossier waits, is worked on, and is done with its entry and certificate', async () => {
  const paper = await openPaper(civilStatus, ['3-poll-waiting', '4-poll-processing', '5-poll-done']);
  const first = await paper.verbs.pollBirths([DOSSIER, '000.00.01.H01-250303-9999']);
  expect([...first]).toEqual([[DOSSIER, { is: 'pending' }]]);
  expect([...(await paper.verbs.pollBirths([DOSSIER]))]).toEqual([[DOSSIER, { is: 'pending' }]]);
  const done = (await paper.verbs.pollBirths([DOSSIER])).get(DOSSIER);
  expect(done).toMatchObject({
    is: 'done',
    asOf: '2025-03-03T01:01:00.000Z',
    value: { personalId: '089325990001', number: '18/2025', book: '01/2025-KS', page: '18', registeredOn: '2025-03-03', communeCode: '30280', resultCode: 'KQ.G15.000031', certificatePdf: 'JVBERi0xLjQK' },
  });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('book entries are looked up by person; one without an entry has none', async () => {
  const paper = await openPaper(civilStatus, ['6-look-up']);
  const [child, old] = await paper.verbs.entriesOf(['089222990004', '089050990003']);
  expect(child).toMatchObject({ is: 'done', value: [{ kind: 'BIRTH', number: '112/2022', book: '02/2022-KS', page: '12', registeredOn: '2022-05-20', communeCode: '30280' }] });
  expect(old).toMatchObject({ is: 'done', value: [] });
  expect(paper.differences).toEqual([]);
  await paper.close();
});

test('one token serves many calls, and each call leaves its audit lines', async () => {
  const paper = await openPaper(civilStatus, ['4-poll-processing', '4-poll-processing']);
  await paper.verbs.pollBirths([DOSSIER]);
  await paper.verbs.pollBirths([DOSSIER]);
  expect(paper.audited).toEqual(['asked civilStatus.poll', 'asked ndxp.token', 'answered ndxp.token', 'answered civilStatus.poll', 'asked civilStatus.poll', 'answered civilStatus.poll']);
  await paper.close();
});
