import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { findCivilDate } from '../../src/kit/instant.ts';
import { findEnterpriseCodeIssue, findParentCode } from '../../src/kit/enterprise-code.ts';
import { findEnterprise, statusNames } from '../../src/systems/business/contract.ts';
import { composeFirms, inventFirms } from '../../mocks/business/invent.ts';
import { wordFirm } from '../../mocks/business/wording.ts';
import { ageOn, inventFamilies, MARK, REFERENCE_DAY, SEED } from '../../mocks/people.ts';
import { branch, dissolved, mill } from '../exchanges/firms.ts';
import { openTown } from './town.ts';

const { firms, find } = inventFirms();
const all = firms.flatMap((firm) => [firm, ...firm.branches]);
const fingerprint = (made: { readonly firms: unknown }) => createHash('sha256').update(JSON.stringify(made.firms)).digest('hex');

const pathOf = (msdn: string) => `/chiTietDoanhNghiep?msdn=${encodeURIComponent(msdn)}`;
const mainOf = (body: unknown) => (body as { Data?: { MainInformation?: Record<string, unknown> } }).Data?.MainInformation;

test('there are five hundred firms and some branches, each with a code of its own whose check digit is right', () => {
  expect(firms).toHaveLength(500);
  expect(all.length).toBeGreaterThan(550);
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  expect(all.filter(({ code }) => findEnterpriseCodeIssue('code', code) !== undefined)).toEqual([]);
  expect(all.every(({ code }) => find(code)?.code === code)).toBe(true);
});

test('the same seed makes the same firms, another seed others', () => {
  expect(fingerprint(composeFirms(SEED))).toBe(fingerprint(inventFirms()));
  expect(fingerprint(composeFirms(7))).not.toBe(fingerprint(inventFirms()));
});

test('every firm says that it is invented, in its record, its name and its address', () => {
  expect(all.filter(({ synthetic, name, address }) => !synthetic || !name.includes('GIẢ LẬP') || !address.street.endsWith(MARK))).toEqual([]);
  expect(all.filter(({ code }) => !code.startsWith('169'))).toEqual([]);
  expect([mill, dissolved, branch].filter(({ code }) => find(code))).toEqual([]); // codes of the hand-written ones are never given out
});

test('all six states occur, the first most often', () => {
  const counts = statusNames.map((name) => firms.filter(({ status }) => status === name).length);
  expect(counts.every((count) => count >= 10)).toBe(true);
  expect(Math.max(...counts)).toBe(counts[0]);
});

test('representatives are living people of the population, of age when the firm was founded', () => {
  const population = inventFamilies();
  for (const { agents, foundedOn, code } of firms) {
    expect(findCivilDate(foundedOn), code).toBe(foundedOn);
    expect(foundedOn < REFERENCE_DAY, code).toBe(true);
    const people = agents.map(({ personalId }) => population.find(personalId));
    expect(people.map((person) => [person?.fullName, person?.birthDate, person?.deceased]), code).toEqual(agents.map(({ fullName, birthDate }) => [fullName, birthDate, undefined]));
    expect(ageOn(foundedOn, agents[0]?.birthDate ?? ''), code).toBeGreaterThanOrEqual(18);
  }
});

test('a branch belongs to its firm, shares its state and has neither capital nor branches', () => {
  for (const firm of firms) {
    for (const one of firm.branches) expect(one, one.code).toMatchObject({ status: firm.status, branches: [] });
    expect(firm.branches.every((one) => findParentCode(one.code) === firm.code && one.capital === undefined)).toBe(true);
  }
});

test('most firms have more capital than a 32-bit number holds, and none more than JSON reads exactly', () => {
  const capitals = firms.map(({ capital = 0 }) => capital);
  expect(capitals.filter((capital) => capital > 2 ** 31 - 1).length).toBeGreaterThan(250);
  expect(capitals.every((capital) => Number.isSafeInteger(capital) && capital > 0)).toBe(true);
});

test('every firm can be written in the words of the contract', () => {
  for (const firm of all) {
    const body = { Status: '1', Message: 'success', DataCount: 1, Data: wordFirm(firm) };
    expect(findEnterprise.answers[200].safeParse(body).success, firm.code).toBe(true);
  }
});

test('the sandbox’s register knows the invented firms', async () => {
  const town = openTown({ firms: { find } });
  const firm = firms.find(({ status, branches }) => status === 'Đã giải thể' && branches.length > 0) ?? firms[0];
  for (const one of [firm, ...(firm?.branches ?? [])]) {
    const { status, body } = await town.ask('business', 'GET', pathOf(one?.code ?? ''));
    expect(status).toBe(200);
    expect(mainOf(body)).toMatchObject({ ENTERPRISE_GDT_CODE: one?.code, NAME: one?.name, ENTERPRISE_STATUS_NAME: one?.status });
  }
});

test('a ceased firm is told with its state; a code that nobody bears is told as none, with success', async () => {
  const town = openTown();
  expect(mainOf((await town.ask('business', 'GET', pathOf(dissolved.code))).body)).toMatchObject({ ENTERPRISE_STATUS_NAME: 'Đã giải thể' });
  expect(await town.ask('business', 'GET', pathOf('1699900032'))).toEqual({ status: 200, body: { Status: '1', Message: 'success', DataCount: 0, Data: {} } });
  expect(await town.ask('business', 'GET', pathOf(`${mill.code}-002`))).toMatchObject({ body: { DataCount: 0, Data: {} } });
});

test.each(['1699900019', '169990001', '00001', '089093990002', '1699900018001', '1699900018-000', ''])('the code "%s" is refused with Status 0', async (code) => {
  expect(await openTown().ask('business', 'GET', pathOf(code))).toEqual({ status: 200, body: { Status: '0', Message: 'Mã số doanh nghiệp không hợp lệ.', DataCount: 0 } });
});

test('a question without msdn is refused, and another path is not found', async () => {
  const town = openTown();
  expect(await town.ask('business', 'GET', '/chiTietDoanhNghiep')).toMatchObject({ status: 200, body: { Status: '0' } });
  expect(await town.ask('business', 'GET', '/danhSachHoSo')).toMatchObject({ status: 404, body: { Status: '0' } });
});

test('without a token the register refuses in the form of the platform', async () => {
  const response = await openTown().byName.business.answer(new Request(`http://business.test${pathOf(mill.code)}`));
  expect([response.status, await response.json()]).toMatchObject([401, { fault: { code: 900902 } }]);
});

test('trouble can be scripted for one firm, by the code in the address', async () => {
  const town = openTown();
  town.byName.business.script([{ match: { operation: 'business.findEnterprise', contains: mill.code }, do: 'status', status: 500 }]);
  expect(await town.ask('business', 'GET', pathOf(mill.code))).toMatchObject({ status: 500, body: { Status: '0' } });
  expect(await town.ask('business', 'GET', pathOf(dissolved.code))).toMatchObject({ status: 200, body: { Status: '1' } });
});

test('nothing is done at the register, so its ledger is empty', async () => {
  const town = openTown();
  await town.ask('business', 'GET', pathOf(mill.code));
  expect(town.byName.business.ledger()).toEqual([]);
  expect(town.byName.business.calls.map(({ operation }) => operation)).toEqual(['business.findEnterprise']);
});
