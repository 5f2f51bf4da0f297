import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findSoapBody } from '../../src/kit/soap.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { findPersonalIdFacts } from '../../src/kit/personal-id.ts';
import { composePopulation } from '../../mocks/people.ts';
import { baby, father, grandfather, mother } from '../exchanges/people.ts';
import { openFolder } from './folder.ts';
import { openTown, START, type Town } from './town.ts';

const URL_OF_C06 = 'http://c06.test/';

interface Question {
  readonly key?: string;
  readonly name?: string;
  readonly born?: string;
  /** The five elements before the person. */
  readonly purpose?: string;
  readonly timestamp?: string;
}

const PURPOSE = '<MaYeuCau>Q-1</MaYeuCau><MaDVC>2.002621</MaDVC><MaTichHop>037</MaTichHop><MaCanBo>089085990099</MaCanBo>';
const MOTHER = { key: `<SoDinhDanh>${mother.personalId}</SoDinhDanh>`, name: 'NGUYỄN THỊ HÒA', born: '<NgayThangNam>19950418</NgayThangNam>' };

async function ask(town: Town, { key = MOTHER.key, name = MOTHER.name, born = MOTHER.born, purpose = PURPOSE, timestamp = '20250303080000' }: Question = {}) {
  const password = createHash('sha256').update(`${URL_OF_C06}angiang${timestamp}sandbox-c06-secret`).digest('hex');
  const body = `<Envelope xmlns="http://schemas.xmlsoap.org/soap/envelope/"><Body><TraCuuThongTinCongDan xmlns="http://dancuquocgia.bca">${purpose}${key}<HoVaTen>${name}</HoVaTen><NgayThangNamSinh>${born}</NgayThangNamSinh></TraCuuThongTinCongDan></Body></Envelope>`;
  const response = await town.byName.population.answer(
    new Request(URL_OF_C06, { method: 'POST', headers: { 'content-type': 'text/xml', timestamp, authorization: `Basic ${Buffer.from(`angiang:${password}`).toString('base64')}` }, body }),
  );
  const tree = findSoapBody(await response.text()) as { Fault?: { faultstring: string }; CongdanCollection?: '' | { Congdan: Record<string, unknown> } };
  return { status: response.status, fault: tree.Fault?.faultstring, person: tree.CongdanCollection ? tree.CongdanCollection.Congdan : undefined };
}

test.each([
  ['the tone mark stands in the other place', { name: 'NGUYỄN THỊ HOÀ' }],
  ['the letters are decomposed', { name: 'NGUYỄN THỊ HÒA'.normalize('NFD') }],
  ['the name is in small letters with spaces', { name: ' nguyễn  thị hòa ' }],
  ['the old identity card is the key', { key: '<SoCMND>350990001</SoCMND>' }],
])('a citizen is found though %s', async (_case, question) => {
  expect((await ask(openTown(), question)).person).toMatchObject({ SoDinhDanh: mother.personalId, TrangThai: '1' });
});

test.each([
  ['the name is another', { name: 'NGUYỄN THỊ HOA' }],
  ['the day is another', { born: '<NgayThangNam>19950419</NgayThangNam>' }],
  ['only the year is given for a full date on record', { born: '<Nam>1995</Nam>' }],
  ['nobody bears the number', { key: '<SoDinhDanh>089195999999</SoDinhDanh>' }],
  ['a full date is given for a year on record', { key: `<SoDinhDanh>${grandfather.personalId}</SoDinhDanh>`, name: 'TRẦN VĂN LỘC', born: '<NgayThangNam>19500101</NgayThangNam>' }],
])('nothing is told when %s', async (_case, question) => {
  expect(await ask(openTown(), question)).toEqual({ status: 200, fault: undefined, person: undefined });
});

test('names come in upper case and in three parts, with relatives and the head of the household', async () => {
  const { person } = await ask(openTown(), { key: `<SoDinhDanh>${baby.personalId}</SoDinhDanh>`, name: 'TRẦN GIA BẢO', born: '<NgayThangNam>20250220</NgayThangNam>' });
  expect(person).toMatchObject({ HoVaTen: { Ho: 'TRẦN', ChuDem: 'GIA', Ten: 'BẢO' }, GioiTinh: '1', Cha: { HoVaTen: 'TRẦN VĂN THỦY', SoDinhDanh: father.personalId }, Me: { HoVaTen: 'NGUYỄN THỊ HÒA' } });
  expect(person).not.toHaveProperty('ThuongTru'); // lives nowhere before the police have registered it
});

test.each(['MaYeuCau', 'MaDVC', 'MaTichHop', 'MaCanBo'])('a question without %s is a SOAP fault that names it', async (field) => {
  const answer = await ask(openTown(), { purpose: PURPOSE.replace(new RegExp(`<${field}>.*</${field}>`), '') });
  expect(answer.status).toBe(500);
  expect(answer.fault).toContain(field);
});

test('a question without any number, or with a foreign integration code, is a SOAP fault', async () => {
  const town = openTown();
  expect(await ask(town, { key: '' })).toMatchObject({ status: 500, fault: expect.stringMatching(/SoDinhDanh/) as unknown });
  expect(await ask(town, { purpose: PURPOSE.replace('037', '038') })).toMatchObject({ status: 500, fault: expect.stringMatching(/MaTichHop/) as unknown });
});

test.each([
  ['20250303074400', false],
  ['20250303074600', true],
  ['20250303081400', true],
  ['20250303081600', false],
])('the time stamp %s is within a quarter of an hour of 08:00: %s', async (timestamp, isTaken) => {
  const { status, fault } = await ask(openTown(), { timestamp });
  expect([status, fault?.includes('15 phút') ?? false]).toEqual(isTaken ? [200, false] : [500, true]);
});

test('a body that is no SOAP is a SOAP fault', async () => {
  const town = openTown();
  const password = createHash('sha256').update(`${URL_OF_C06}angiang20250303080000sandbox-c06-secret`).digest('hex');
  const headers = { timestamp: '20250303080000', authorization: `Basic ${Buffer.from(`angiang:${password}`).toString('base64')}` };
  const response = await town.byName.population.answer(new Request(URL_OF_C06, { method: 'POST', headers, body: '{"hello":1}' }));
  expect(response.status).toBe(500);
  expect(findSoapBody(await response.text())).toHaveProperty('Fault');
});

test('every question is logged with its purpose, the repeated one too', async () => {
  const town = openTown();
  await ask(town);
  await ask(town, { name: 'X' });
  expect(town.population.questions()).toMatchObject([
    { requestId: 'Q-1', procedure: '2.002621', officer: '089085990099', matched: 1 },
    { requestId: 'Q-1', matched: 0 },
  ]);
});

test('who has died is told as deceased', async () => {
  const town = openTown();
  town.population.register.setDeceased(mother.personalId, '2025-03-01');
  expect((await ask(town)).person).toMatchObject({ TrangThai: '2' });
});

test('district codes end with the districts on 1 July 2025', async () => {
  const before = await ask(openTown({ clock: movableClock('2025-06-30T16:50:00.000Z') }), { timestamp: '20250630235000' });
  const after = await ask(openTown({ clock: movableClock('2025-06-30T17:10:00.000Z') }), { timestamp: '20250701001000' });
  expect(before.person).toMatchObject({ ThuongTru: { MaQuanHuyen: '883', MaPhuongXa: '30280' } });
  expect(after.person?.['ThuongTru']).not.toHaveProperty('MaQuanHuyen');
});

const birth = { fullName: 'Trần An', sex: 'MALE', birthDate: '2025-03-01', ethnicity: 'Kinh', nationality: 'Việt Nam', commune: '30280', at: START } as const;

test('newborns get numbers that agree with them, that nobody bears, and that are the same in every sandbox', () => {
  const population = composePopulation(7);
  const numbersOf = () => {
    const { population: opened } = openTown({ people: population });
    return Array.from({ length: 200 }, (_, index) => opened.register.registerNewborn({ ...birth, key: String(index) }));
  };
  const numbers = numbersOf();
  expect(new Set(numbers).size).toBe(200);
  expect(numbers.every((number) => population.find(number) === undefined)).toBe(true);
  expect(numbers.map((number) => findPersonalIdFacts(number))).toEqual(numbers.map(() => ({ province: '089', sex: 'MALE', birthYear: 2025 })));
  expect(numbersOf()).toEqual(numbers);
});

test('newborns, moves and deaths are known after a restart, and the same registration is the same child', async () => {
  const dataDir = openFolder();
  const before = openTown({ dataDir });
  const number = before.population.register.registerNewborn({ ...birth, key: 'A', fatherId: father.personalId });
  before.population.register.setResidence({ key: 'B', personalId: number, headId: father.personalId, commune: '30280', detail: 'Số 1', at: START });
  before.population.register.setDeceased(grandfather.personalId, '2025-03-02');
  await before.leave();
  const { register } = openTown({ dataDir }).population;
  expect(register.registerNewborn({ ...birth, key: 'A' })).toBe(number);
  expect(register.registerNewborn({ ...birth, key: 'C' })).not.toBe(number);
  expect(register.find(number)).toMatchObject({ residence: { commune: '30280', detail: 'Số 1' }, headId: father.personalId, headRelation: 'Con', householdNumber: '302800001' });
  expect(register.find(grandfather.personalId)?.deceased).toEqual({ date: '2025-03-02' });
});
