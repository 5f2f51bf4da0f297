import { expect, test } from 'vitest';
import { inventFamilies, type InventedPerson } from '../../mocks/people.ts';
import type { SystemName } from '../../src/kit/system.ts';
import type { TestHub } from '../support/hub.ts';
import { openHouse, storedDossier, storeDossiers } from './house.ts';

const person = inventFamilies().people.find((one) => one.birthRegistration !== undefined && one.deceased === undefined) as InventedPerson;

const JOINED = `query ($code: String!) { dossier(code: $code) { code status procedure { code } applicant {
  personalId source
  civilRecords { number source }
  healthCard { number source }
} } }`;

/** A dossier of somebody whom every ministry knows, and what is told of it while nobody is dark. */
async function storeKnown(house: TestHub): Promise<{ code: string; light: Record<string, any> }> { // eslint-disable-line @typescript-eslint/no-explicit-any -- an answer is looked into by path
  const stored = storedDossier(1, { applicantId: person.personalId, applicantName: person.fullName, applicantBirth: person.birthDate });
  await storeDossiers(house, [stored]);
  const { data, errors } = await house.ask(JOINED, { code: stored.code });
  expect(errors).toBeUndefined();
  expect(data?.['dossier'].applicant).toMatchObject({ personalId: person.personalId, civilRecords: [{ source: 'CIVIL_STATUS' }], healthCard: { source: 'SOCIAL_INSURANCE' } });
  return { code: stored.code, light: data?.['dossier'] };
}

/** Which field a ministry answers for, where that stands, and the exchange behind it. */
const fields = [
  { system: 'population', field: 'applicant', path: ['dossier', 'applicant'], operation: 'population.findCitizen' },
  { system: 'civil-status', field: 'civilRecords', path: ['dossier', 'applicant', 'civilRecords'], operation: 'civilStatus.lookUp' },
  { system: 'social-insurance', field: 'healthCard', path: ['dossier', 'applicant', 'healthCard'], operation: 'socialInsurance.lookUpCards' },
] as const satisfies readonly { system: SystemName; field: string; path: readonly string[]; operation: string }[];

/** The same answer with one field gone. */
function without(light: Record<string, unknown>, field: string): unknown {
  if (field === 'applicant') return { ...light, applicant: null };
  return { ...light, applicant: { ...(light['applicant'] as object), [field]: null } };
}

const bothLanguages = { message: expect.any(String), extensions: { vi: expect.any(String), en: expect.any(String) } };

test.each(fields)('when the port of $system is closed only $field is null, with MINISTRY_UNREACHABLE', async ({ system, field, path }) => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  await house.ministries.byName[system].close();
  const { data, errors } = await house.ask(JOINED, { code });
  expect(data?.['dossier']).toEqual(without(light, field));
  expect(errors).toMatchObject([{ ...bothLanguages, path, extensions: { code: 'MINISTRY_UNREACHABLE', system, cause: expect.stringMatching(/^(connection failed|server error)$/) } }]);
});

test('when the gateway is dark the systems behind it are unreachable and the register answers', async () => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  await house.ministries.byName.ndxp.close();
  const { data, errors } = await house.ask(JOINED, { code });
  expect(data?.['dossier']).toEqual({ ...light, applicant: { ...light['applicant'], civilRecords: null, healthCard: null } });
  expect(errors?.map(({ path, extensions }) => [path?.at(-1), extensions['code'], extensions['system']]).sort()).toEqual([
    ['civilRecords', 'MINISTRY_UNREACHABLE', 'civil-status'],
    ['healthCard', 'MINISTRY_UNREACHABLE', 'social-insurance'],
  ]);
});

test('a dark gateway is asked for one token by fifty look-ups, not by each', async () => {
  const house = await openHouse();
  const applicants = inventFamilies().people.filter(({ deceased }) => deceased === undefined).slice(0, 50);
  await storeDossiers(house, applicants.map((one, index) => storedDossier(index + 1, { applicantId: one.personalId, applicantName: one.fullName, applicantBirth: one.birthDate })));
  house.ministries.byName.ndxp.script([{ match: { operation: 'ndxp.token' }, do: 'reset' }]);
  const { data, errors } = await house.ask('{ dossiers(first: 50) { edges { node { applicant { personalId civilRecords { number } } } } } }');
  expect(data?.['dossiers'].edges.every(({ node }: { node: { applicant: { civilRecords: unknown } } }) => node.applicant.civilRecords === null)).toBe(true);
  expect(errors).toHaveLength(50);
  expect(house.ministries.byName.ndxp.calls.map(({ operation }) => operation)).toEqual(['ndxp.token']);
});

test('a ministry that never answers is given up at its deadline, and the others are not waited for twice', async () => {
  const house = await openHouse({ limits: { deadlineMs: 200 } });
  const { code, light } = await storeKnown(house);
  house.ministries.byName['social-insurance'].script([{ match: {}, do: 'silent' }]);
  house.ministries.byName['civil-status'].script([{ match: {}, do: 'silent' }]);
  const { data, errors } = await house.ask(JOINED, { code });
  expect(data?.['dossier']).toEqual({ ...light, applicant: { ...light['applicant'], civilRecords: null, healthCard: null } });
  expect(errors?.map(({ extensions }) => [extensions['code'], extensions['cause']])).toEqual([['MINISTRY_UNREACHABLE', 'timed out'], ['MINISTRY_UNREACHABLE', 'timed out']]);
});

test('in a list each field of a dark ministry is null with its own path', async () => {
  const house = await openHouse();
  const applicants = inventFamilies().people.filter(({ deceased }) => deceased === undefined).slice(0, 3);
  await storeDossiers(house, applicants.map((one, index) => storedDossier(index + 1, { applicantId: one.personalId, applicantName: one.fullName, applicantBirth: one.birthDate })));
  house.ministries.byName.population.script([{ match: { contains: applicants[1]?.personalId ?? '' }, do: 'reset' }]);
  const { data, errors } = await house.ask('{ dossiers { edges { node { applicant { personalId } } } } }');
  expect(data?.['dossiers'].edges.map(({ node }: { node: { applicant: unknown } }) => node.applicant)).toEqual([{ personalId: applicants[0]?.personalId }, null, { personalId: applicants[2]?.personalId }]);
  expect(errors).toMatchObject([{ path: ['dossiers', 'edges', 1, 'node', 'applicant'], extensions: { code: 'MINISTRY_UNREACHABLE', system: 'population' } }]);
});

test.each(fields)('when $system answers in HTML, cut off or in another shape only $field is null, with MINISTRY_BAD_ANSWER', async ({ system, field, path, operation }) => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  for (const trouble of ['html', 'truncated', 'shape'] as const) {
    house.ministries.byName[system].script([{ match: { operation }, do: trouble }]);
    const { data, errors } = await house.ask(JOINED, { code });
    expect(data?.['dossier'], trouble).toEqual(without(light, field));
    expect(errors, trouble).toMatchObject([{ ...bothLanguages, path, extensions: { code: 'MINISTRY_BAD_ANSWER', system } }]);
    expect(JSON.stringify(errors)).not.toContain('Bảo trì');
  }
});

test('a register that is overloaded, throttles or does not know the hub is MINISTRY_UNREACHABLE', async () => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  for (const [status, cause] of [[502, 'server error'], [503, 'server error'], [429, 'throttled'], [401, 'not authorised']] as const) {
    house.ministries.byName.population.script([{ match: {}, do: 'status', status, body: '' }]);
    const { data, errors } = await house.ask(JOINED, { code });
    expect(data?.['dossier']).toEqual({ ...light, applicant: null });
    expect(errors, String(status)).toMatchObject([{ ...bothLanguages, extensions: { code: 'MINISTRY_UNREACHABLE', system: 'population', cause } }]);
  }
});

test('a SOAP fault of the register is MINISTRY_REFUSED with the ministry’s own words', async () => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  house.ministries.byName.population.script([{ match: {}, do: 'status', status: 500 }]);
  const { data, errors } = await house.ask(JOINED, { code });
  expect(data?.['dossier']).toEqual({ ...light, applicant: null });
  expect(errors).toMatchObject([{ message: 'Hệ thống tạm thời không phục vụ, vui lòng thử lại sau.', path: ['dossier', 'applicant'], extensions: { code: 'MINISTRY_REFUSED', system: 'population', cause: 'soapenv:Client', en: expect.any(String) } }]);
});

test('status 0 of civil status is MINISTRY_REFUSED, not a person without records', async () => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  const body = { status: '0', errorDescription: 'Mã tỉnh không hợp lệ.', value: [] };
  house.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.lookUp' }, do: 'status', status: 200, body }]);
  const { data, errors } = await house.ask(JOINED, { code });
  expect(data?.['dossier']).toEqual(without(light, 'civilRecords'));
  expect(errors).toMatchObject([{ message: expect.stringContaining('Mã tỉnh không hợp lệ.'), path: ['dossier', 'applicant', 'civilRecords'], extensions: { code: 'MINISTRY_REFUSED', system: 'civil-status', en: expect.any(String) } }]);
});

test('a ministry that comes back is asked again by the next query', async () => {
  const house = await openHouse();
  const { code, light } = await storeKnown(house);
  house.ministries.byName.population.script([{ match: {}, do: 'reset', times: 1 }]);
  expect((await house.ask(JOINED, { code })).data?.['dossier'].applicant).toBeNull();
  expect((await house.ask(JOINED, { code })).data?.['dossier']).toEqual(light);
});

test('after failures in a row the line is held back, and Query.systems says so', async () => {
  const house = await openHouse({ limits: { failuresToOpen: 3 } });
  const { code } = await storeKnown(house);
  house.ministries.byName.population.script([{ match: {}, do: 'reset' }]);
  const causes = [];
  for (const _ of [1, 2, 3, 4]) causes.push((await house.ask(JOINED, { code })).errors?.[0]?.extensions['cause']);
  expect(causes).toEqual(['connection failed', 'connection failed', 'connection failed', 'breaker open']);
  const { data } = await house.ask('{ systems { name state } }');
  expect(data?.['systems']).toContainEqual({ name: 'POPULATION', state: 'OPEN' });
  expect(data?.['systems']).toContainEqual({ name: 'CIVIL_STATUS', state: 'CLOSED' });
});
