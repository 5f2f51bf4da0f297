import { expect, test } from 'vitest';
import { inventFirms } from '../../mocks/business/invent.ts';
import type { Firm } from '../../mocks/business/firm.ts';
import { statusNames } from '../../src/systems/business/contract.ts';
import type { TestHub } from '../support/hub.ts';
import { openHouse, readRows } from './house.ts';

const { firms } = inventFirms();

/** The first invented firm that fits. */
function firmThat(fits: (firm: Firm) => boolean): Firm {
  const found = firms.find(fits);
  if (!found) throw new Error('No invented firm fits.');
  return found;
}

const active = firmThat(({ status, branches, foreignName, capital = 0 }) => status === 'Đang hoạt động' && branches.length > 1 && foreignName !== undefined && capital > 2 ** 31);
const dissolved = firmThat(({ status }) => status === 'Đã giải thể');

const ALL = `registrationNumber name foreignName shortName type status statusName foundedOn charterCapital
  headOffice { fullText street ward district province } lines { code name main } representatives { fullName personalId }
  branches { registrationNumber name type } parent { registrationNumber } source asOf`;
const ASKED = `query ($code: String!) { business(registrationNumber: $code) { ${ALL} } }`;

const lookUps = ({ ministries }: TestHub) => ministries.byName.business.calls.length;

test('an enterprise is found with everything that the register has of it', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask(ASKED, { code: active.code });
  expect(errors).toBeUndefined();
  const { street, ward, district } = active.address;
  expect(data?.['business']).toEqual({
    registrationNumber: active.code,
    name: active.name,
    foreignName: active.foreignName,
    shortName: active.shortName,
    type: active.form,
    status: 'ACTIVE',
    statusName: 'Đang hoạt động',
    foundedOn: active.foundedOn,
    charterCapital: active.capital,
    headOffice: { street, ward, district, province: 'Tỉnh An Giang', fullText: `${street}, ${ward}, ${district}, Tỉnh An Giang, Việt Nam` },
    lines: active.trades.map((trade, index) => ({ ...trade, main: index === 0 })),
    representatives: active.agents.map(({ fullName, personalId }) => ({ fullName: fullName.toLocaleUpperCase('vi'), personalId })),
    branches: active.branches.map(({ code, name, form }) => ({ registrationNumber: code, name, type: form })),
    parent: null,
    source: 'BUSINESS',
    asOf: expect.stringMatching(/^2025-03-03T01:00:\d\d\.\d{3}Z$/),
  });
});

test('a code that nobody bears is null without an error; one that has ceased is found with its state', async () => {
  const house = await openHouse();
  expect(await house.ask(ASKED, { code: '1699900018' })).toEqual({ data: { business: null } });
  const { data, errors } = await house.ask(ASKED, { code: dissolved.code });
  expect(errors).toBeUndefined();
  expect(data?.['business']).toMatchObject({ name: dissolved.name, status: 'DISSOLVED', statusName: 'Đã giải thể' });
});

test('the six states of the register are six values of the enum', async () => {
  const house = await openHouse();
  const states = ['ACTIVE', 'SUSPENDED', 'DISSOLVING', 'DISSOLVED', 'REVOKED', 'NOT_AT_ADDRESS'];
  const fields = statusNames.map((name, index) => `${states[index]}: business(registrationNumber: "${firmThat(({ status }) => status === name).code}") { status statusName }`);
  const { data, errors } = await house.ask(`{ ${fields.join(' ')} }`);
  expect(errors).toBeUndefined();
  expect(data).toEqual(Object.fromEntries(states.map((status, index) => [status, { status, statusName: statusNames[index] }])));
});

test('a branch is found by its own code and leads to its enterprise, and the enterprise to its branches', async () => {
  const house = await openHouse();
  const [branch] = active.branches;
  const { data, errors } = await house.ask('query ($code: String!) { business(registrationNumber: $code) { registrationNumber name charterCapital parent { name branches { business { registrationNumber name } } } } }', { code: branch?.code });
  expect(errors).toBeUndefined();
  expect(data?.['business']).toEqual({
    registrationNumber: branch?.code,
    name: branch?.name,
    charterCapital: null,
    parent: { name: active.name, branches: active.branches.map(({ code, name }) => ({ business: { registrationNumber: code, name } })) },
  });
  expect(lookUps(house)).toBe(1 + active.branches.length);
});

test('one query asks for one enterprise once, however often and with whatever spaces it is named', async () => {
  const house = await openHouse();
  const { data, errors } = await house.ask(
    'query ($code: String!, $spaced: String!, $other: String!) { one: business(registrationNumber: $code) { name } two: business(registrationNumber: $spaced) { status branches { business { parent { name } } } } other: business(registrationNumber: $other) { name } }',
    { code: active.code, spaced: ` ${active.code} `, other: dissolved.code },
  );
  expect(errors).toBeUndefined();
  expect(data).toMatchObject({ one: { name: active.name }, two: { status: 'ACTIVE' }, other: { name: dissolved.name } });
  expect(lookUps(house)).toBe(2 + active.branches.length);
});

test.each([
  ['0100109107', 'CONTRADICTION', /^6 as the tenth digit/],
  ['169990001', 'MALFORMED', /10 digits/],
  ['1699900018001', 'MALFORMED', /hyphen/],
  ['00001', 'MALFORMED', /10 digits/],
  ['089195990001', 'MALFORMED', /10 digits/],
  ['', 'MALFORMED', /10 digits/],
])('the code "%s" is BAD_INPUT with what would be right, and no ministry is asked', async (code, issueCode, expected) => {
  const house = await openHouse();
  const { data, errors } = await house.ask(ASKED, { code });
  expect(data).toEqual({ business: null });
  expect(errors).toMatchObject([
    {
      path: ['business'],
      extensions: { code: 'BAD_INPUT', vi: expect.any(String), en: expect.any(String), issues: [{ path: 'registrationNumber', code: issueCode, message: { vi: expect.any(String), en: expect.any(String) }, expected: { vi: expect.any(String), en: expect.stringMatching(expected) } }] },
    },
  ]);
  expect(Object.values(house.ministries.byName).flatMap(({ calls }) => calls)).toEqual([]);
  expect(readRows(house, 'SELECT * FROM audit')).toEqual([]);
});

const BESIDE = `query ($code: String!, $other: String!) { business(registrationNumber: $code) { name parent { name } } other: business(registrationNumber: $other) { name } systems { name } }`;

test.each([
  ['the port of the register is closed', (house: TestHub) => house.ministries.byName.business.close(), 'MINISTRY_UNREACHABLE'],
  ['the register answers a page of HTML', async (house: TestHub) => house.ministries.byName.business.script([{ match: {}, do: 'html' }]), 'MINISTRY_BAD_ANSWER'],
  ['the register cuts its answer off', async (house: TestHub) => house.ministries.byName.business.script([{ match: {}, do: 'truncated', after: true }]), 'MINISTRY_BAD_ANSWER'],
  ['the gateway is dark', (house: TestHub) => house.ministries.byName.ndxp.close(), 'MINISTRY_UNREACHABLE'],
])('when %s the field is null and the rest is answered', async (_case, spoil, code) => {
  const house = await openHouse();
  await spoil(house);
  const { data, errors } = await house.ask(`query ($code: String!) { business(registrationNumber: $code) { name } systems { name } }`, { code: active.code });
  expect(data?.['business']).toBeNull();
  expect(data?.['systems']).toContainEqual({ name: 'BUSINESS' });
  expect(errors).toMatchObject([{ path: ['business'], extensions: { code, system: 'business', vi: expect.any(String), en: expect.any(String) } }]);
});

test('trouble with one enterprise nulls that one only, and a parent that cannot be reached nulls only itself', async () => {
  const house = await openHouse();
  house.ministries.byName.business.script([{ match: { contains: `${active.code}` }, do: 'reset' }]);
  const first = await house.ask(BESIDE, { code: active.code, other: dissolved.code });
  expect(first.data).toMatchObject({ business: null, other: { name: dissolved.name } });
  const [branch] = active.branches;
  house.ministries.byName.business.script([{ match: { contains: `msdn=${active.code}\n` }, do: 'reset' }]);
  const { data, errors } = await house.ask(BESIDE, { code: branch?.code, other: dissolved.code });
  expect(data).toMatchObject({ business: { name: branch?.name, parent: null }, other: { name: dissolved.name } });
  expect(errors).toMatchObject([{ path: ['business', 'parent'], extensions: { code: 'MINISTRY_UNREACHABLE' } }]);
});

test('a refusal of the register is told in its own words', async () => {
  const house = await openHouse();
  house.ministries.byName.business.script([{ match: {}, do: 'status', status: 200, body: { Status: '0', Message: 'Hệ thống đang đồng bộ dữ liệu.' } }]);
  const { errors } = await house.ask(ASKED, { code: active.code });
  expect(errors).toMatchObject([{ message: 'Hệ thống đang đồng bộ dữ liệu.', extensions: { code: 'MINISTRY_REFUSED', system: 'business', cause: 'STATUS_0' } }]);
});

test('an enterprise has an opaque id by which it is found again', async () => {
  const house = await openHouse();
  const { data } = await house.ask('query ($code: String!) { business(registrationNumber: $code) { id } }', { code: active.code });
  const id = data?.['business'].id as string;
  expect(Buffer.from(id, 'base64url').toString('latin1')).not.toContain(active.code);
  const again = await house.ask('query ($id: ID!) { one: node(id: $id) { ... on Business { name } } two: node(id: $id) { ... on Business { status } } }', { id });
  expect(again).toEqual({ data: { one: { name: active.name }, two: { status: 'ACTIVE' } } });
});

test('outside the sandbox an enterprise is asked for with a purpose only, and the audit line names it', async () => {
  const house = await openHouse({ env: { SANDBOX_PURPOSE: '' } });
  const silent = await house.ask(ASKED, { code: active.code });
  expect(silent.data).toEqual({ business: null });
  expect(silent.errors).toMatchObject([{ path: ['business'], extensions: { code: 'PURPOSE_REQUIRED' } }]);
  expect(lookUps(house)).toBe(0);
  const stated = await house.ask(ASKED, { code: active.code }, 'procedure=1.004222; officer=CB-H01-07');
  expect(stated.errors).toBeUndefined();
  const lines = readRows<{ stage: string; operation: string; purpose: string; about: string }>(house, "SELECT stage, operation, purpose, about FROM audit WHERE system = 'business' ORDER BY id");
  expect(lines.map(({ stage, operation }) => `${stage} ${operation}`)).toEqual(['asked business.findEnterprise', 'answered business.findEnterprise']);
  for (const { purpose, about } of lines) {
    expect(JSON.parse(purpose)).toEqual({ procedure: '1.004222', officer: 'CB-H01-07' });
    expect(about).not.toContain(active.code);
    expect(JSON.parse(about)).toHaveLength(1);
  }
});
