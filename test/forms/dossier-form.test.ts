import { afterAll, beforeAll, expect, test } from 'vitest';
import { inventFirms } from '../../mocks/business/invent.ts';
import { families, startHub, type TestHub } from '../support/hub.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

const key = ({ personalId, fullName, birthDate }: { personalId: string; fullName: string; birthDate: string }) => ({ personalId, fullName, birthDate });
const family = (index: number) => families[index] ?? expect.fail('too few families');
const firm = inventFirms().firms.find(({ status }) => status === 'Đang hoạt động') ?? expect.fail();

interface Field {
  readonly path: string;
  readonly value: string;
  readonly origin?: string;
}

let keys = 0;
async function file(input: Record<string, unknown>) {
  const { data, errors } = await hub.ask(
    `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename
      ... on DossierAccepted { dossier { code typedFields fields { path value origin system fromDossier asOf } } }
      ... on Failure { issues { path code vi: message message(lang: EN) expected(lang: EN) } } } }`,
    { input: { idempotencyKey: `form-${(keys += 1)}`, communeCode: '30280', ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

async function prefill(dossier: Record<string, unknown>) {
  const { data, errors } = await hub.ask('query ($form: PrefillInput!) { prefill(form: $form) { fields { path value origin system fromDossier } token known toType missing silent } }', { form: { dossier } });
  expect(errors).toBeUndefined();
  return data?.['prefill'] as { fields: Field[]; token: string; known: number; toType: number; missing: string[]; silent: string[] };
}

const bare = (fields: readonly Field[]) => fields.map(({ path, value }) => ({ path, value }));

/** Form CT01 for a move into the applicant's present household, as somebody types it who knows everything by heart. */
const ct01 = (index: number): Field[] => [
  { path: 'residence.communeCode', value: family(index).commune },
  { path: 'residence.detail', value: family(index).addressDetail },
  { path: 'newResidence.communeCode', value: '30283' },
  { path: 'newResidence.detail', value: 'Số 12, đường Bằng Lăng' },
  { path: 'head.personalId', value: family(index).head.personalId },
  { path: 'head.fullName', value: family(index).head.fullName },
  { path: 'head.relation', value: family(index).mother.headRelation },
  { path: 'head.consents', value: 'true' },
  { path: 'phone', value: '0900000000' },
];

test('form CT01: nine fields typed without a prefill, four with it, three the next time', async () => {
  const { mother } = family(30);
  const input = { procedure: '1.004222', applicant: key(mother) };
  expect((await file({ ...input, fields: ct01(30) })).dossier.typedFields).toBe(9);

  const fresh = { procedure: '1.004222', applicant: key(family(32).mother) };
  const first = await prefill(fresh);
  expect(first.missing).toEqual(['newResidence.communeCode', 'newResidence.detail', 'head.consents', 'phone']);
  const { dossier } = await file({ ...fresh, fields: [...bare(first.fields), ...bare(ct01(32)).filter(({ path }) => first.missing.includes(path))], prefill: first.token });
  expect(dossier.typedFields).toBe(4);
  expect(dossier.fields.find(({ path }: Field) => path === 'head.fullName')).toMatchObject({ value: family(32).head.fullName.toLocaleUpperCase('vi'), origin: 'REGISTER', system: 'POPULATION', fromDossier: null });

  const second = await prefill(fresh);
  expect(second.missing).toEqual(['newResidence.communeCode', 'newResidence.detail', 'head.consents']);
  expect(second.fields).toContainEqual({ path: 'phone', value: '0900000000', origin: 'EARLIER_DOSSIER', system: null, fromDossier: dossier.code });
});

test('what one form learned helps another of the same person: a path means the same in every form', async () => {
  const { mother } = family(33);
  const { dossier } = await file({ procedure: '1.004222', applicant: key(mother), fields: ct01(33) });
  const other = await prefill({ procedure: '3.000333', applicant: key(mother) });
  expect(other.fields).toContainEqual(expect.objectContaining({ path: 'phone', fromDossier: dossier.code }));
  expect(other.fields).toContainEqual(expect.objectContaining({ path: 'ethnicity', value: mother.ethnicity, system: 'POPULATION' }));
  expect(other.missing).toEqual(['certificate.number', 'certificate.purpose']);
});

test('a household business is prefilled with the home of its owner, an enterprise with what its register has', async () => {
  const { mother, commune } = family(34);
  const household = await prefill({ procedure: '1.001612', applicant: key(mother) });
  expect(household.fields).toContainEqual(expect.objectContaining({ path: 'business.address.communeCode', value: commune }));
  expect(household.missing).toEqual(['business.name', 'business.capital', 'business.trade', 'business.workers', 'phone']);
  const before = hub.ministries.byName.population.calls.length;
  const enterprise = await prefill({ procedure: '2.002041', applicant: key(mother), enterprise: firm.code });
  expect(enterprise.fields).toMatchObject([{ path: 'enterprise.name', value: firm.name, system: 'BUSINESS' }, { path: 'enterprise.address', system: 'BUSINESS' }]);
  expect(hub.ministries.byName.population.calls.length).toBe(before); // this form needs nothing of the person
});

test('a form without register facts asks nobody, and a procedure without a form knows and misses nothing', async () => {
  const before = Object.values(hub.ministries.byName).flatMap(({ calls }) => calls).length;
  const known = await prefill({ procedure: '1.001193', applicant: key(family(35).mother) });
  expect(known).toMatchObject({ fields: [], known: 0, toType: 0, missing: [], silent: [] });
  expect((await prefill({ procedure: '2.000635', applicant: key(family(35).mother) })).missing).toEqual(['record.kind', 'record.ownerName', 'copies', 'phone']);
  expect(Object.values(hub.ministries.byName).flatMap(({ calls }) => calls)).toHaveLength(before);
});

test('a dark register leaves an ordinary form to type and says which', async () => {
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  expect(await prefill({ procedure: '1.004222', applicant: key(family(36).mother) })).toMatchObject({ fields: [], silent: ['POPULATION'] });
  hub.ministries.byName.population.script([]);
});

const household: Field[] = [
  { path: 'business.name', value: 'Hộ kinh doanh Cây Me' },
  { path: 'business.address.communeCode', value: '30280' },
  { path: 'business.address.detail', value: 'Số 1, đường Cây Me' },
  { path: 'business.capital', value: '50000000' },
  { path: 'business.trade', value: 'Bán lẻ lương thực (4711)' },
  { path: 'business.workers', value: '2' },
  { path: 'business.startsOn', value: '2025-03-10' },
  { path: 'phone', value: '0900000000' },
];
const withField = (path: string, value: string) => household.map((field) => (field.path === path ? { path, value } : field));

test('a complete form is taken as it stands, spaces aside; what is optional may be empty or left out', async () => {
  const { dossier } = await file({ procedure: '1.001612', applicant: key(family(37).mother), fields: withField('business.name', '  Hộ kinh doanh   Cây Me ').filter(({ path }) => path !== 'business.startsOn') });
  expect(bare(dossier.fields)).toEqual(bare(household).filter(({ path }) => path !== 'business.startsOn').sort((a, b) => (a.path < b.path ? -1 : 1)));
  expect((await file({ procedure: '1.001612', applicant: key(family(37).mother), fields: withField('business.startsOn', ' ') })).dossier.typedFields).toBe(7);
});

test.each<[string, Field[], string, string]>([
  ['a field that the form does not have', [...household, { path: 'business.colour', value: 'đỏ' }], 'fields.8.path', 'UNKNOWN_CODE'],
  ['a field filled in twice', [...household, { path: 'phone', value: '0911111111' }], 'fields.8.path', 'CONTRADICTION'],
  ['a required field that is missing', household.slice(1), 'fields.business.name', 'REQUIRED'],
  ['a required field of spaces', withField('business.name', '   '), 'fields.business.name', 'REQUIRED'],
  ['a text that is too long', withField('business.name', 'x'.repeat(151)), 'fields.business.name', 'OUT_OF_RANGE'],
  ['an amount with dots', withField('business.capital', '50.000.000'), 'fields.business.capital', 'MALFORMED'],
  ['a number above the most', withField('business.workers', '10001'), 'fields.business.workers', 'OUT_OF_RANGE'],
  ['a number that is none', withField('business.workers', '-1'), 'fields.business.workers', 'MALFORMED'],
  ['a day that does not exist', withField('business.startsOn', '2025-02-30'), 'fields.business.startsOn', 'IMPOSSIBLE_DATE'],
  ['a commune that does not exist', withField('business.address.communeCode', '99999'), 'fields.business.address.communeCode', 'UNKNOWN_CODE'],
  ['a telephone that is none', withField('phone', '12'), 'fields.phone', 'MALFORMED'],
  ['more fields than any form has', Array.from({ length: 201 }, (_, index) => ({ path: `x${index}`, value: '' })), 'fields', 'OUT_OF_RANGE'],
])('%s is named, with what would be right and without the value', async (_, fields, path, code) => {
  const result = await file({ procedure: '1.001612', applicant: key(family(38).mother), fields });
  expect(result).toMatchObject({ __typename: 'InvalidInput' });
  expect(result.issues.map((issue: { path: string; code: string }) => [issue.path, issue.code])).toContainEqual([path, code]);
  expect(JSON.stringify(result)).not.toMatch(/50\.000\.000|x{151}|đỏ/);
  for (const issue of result.issues) expect([issue.vi, issue.message, issue.expected].every((text) => text.length > 3)).toBe(true);
});

test('every wrong field of an application is named at once: form, applicant, place and procedure', async () => {
  const result = await file({ procedure: '1.001612', communeCode: '9', applicant: { personalId: '1', fullName: '<b>', birthDate: '1990-02-30' }, fields: withField('phone', 'x') });
  expect(result.issues.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual(['applicant.personalId MALFORMED', 'applicant.fullName MALFORMED', 'applicant.birthDate IMPOSSIBLE_DATE', 'communeCode UNKNOWN_CODE', 'fields.phone MALFORMED']);
  const long = await file({ procedure: '1.004222', applicant: { ...key(family(38).mother), fullName: 'A'.repeat(121) } });
  expect(long.issues).toMatchObject([{ path: 'applicant.fullName', code: 'OUT_OF_RANGE' }]);
});

test('an application whose form comes as a paper has no fields, and one for which there is no form takes none', async () => {
  expect((await file({ procedure: '1.004222', applicant: key(family(39).mother) })).dossier).toMatchObject({ fields: [], typedFields: 0 });
  expect(await file({ procedure: '1.001193', applicant: key(family(39).mother), fields: [{ path: 'phone', value: '0900000000' }] })).toMatchObject({ issues: [{ path: 'fields.0.path', code: 'UNKNOWN_CODE', expected: expect.stringContaining('no electronic form') as string }] });
});
