import { afterAll, beforeAll, expect, test } from 'vitest';
import { birthFormOf } from '../../mocks/application.ts';
import { demandedFor } from '../support/demanded.ts';
import { families, familyOf, startHub, SUBMIT, type TestHub } from '../support/hub.ts';
import { inventFirms } from '../../mocks/business/invent.ts';
import { epochMs, later } from '../../src/kit/instant.ts';
import { readRows } from '../graph/house.ts';

let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(() => hub.close());

/** A token is good for this long. */
const DAY_MS = 24 * 3_600_000;

const PREFILL = 'query ($form: PrefillInput!) { prefill(form: $form) { fields { path value origin system fromDossier asOf } token until known toType missing silent } }';
const FIELDS = 'query ($code: String!) { bundleRun(code: $code) { typedFields fields { path value origin system fromDossier asOf } } }';

interface Field {
  readonly path: string;
  readonly value: string;
  readonly origin: string;
  readonly system: string | null;
  readonly fromDossier: string | null;
  readonly asOf: string;
}
/** A field as it is filled in. */
type Filled = Pick<Field, 'path' | 'value'>;

interface Known {
  readonly fields: readonly Field[];
  readonly token: string;
  readonly until: string;
  readonly known: number;
  readonly toType: number;
  readonly missing: readonly string[];
  readonly silent: readonly string[];
}

const key = ({ personalId, fullName, birthDate }: { personalId: string; fullName: string; birthDate: string }) => ({ personalId, fullName, birthDate });

async function prefill(form: object): Promise<Known> {
  const { data, errors } = await hub.ask(PREFILL, { form });
  expect(errors).toBeUndefined();
  return data?.['prefill'] as Known;
}

/** The form with every known value put where its path says, as a client would do it. */
function filled(form: object, fields: readonly Field[]): ReturnType<typeof birthFormOf> {
  const copy = structuredClone(form) as Record<string, unknown>;
  for (const { path, value } of fields) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let place = copy;
    for (const step of steps) place = (place[step] ??= {}) as Record<string, unknown>;
    place[last] = value;
  }
  return copy as ReturnType<typeof birthFormOf>;
}

let keys = 0;
async function submit(form: object, token?: string): Promise<Record<string, any>> { // eslint-disable-line @typescript-eslint/no-explicit-any -- looked into by path
  const { data, errors } = await hub.ask(SUBMIT, { input: { idempotencyKey: `prefill-${(keys += 1)}`, form: { birth: form }, prefill: token } });
  expect(errors).toBeUndefined();
  return data?.['submitBundle'];
}

async function originsOf(code: string) {
  const { data, errors } = await hub.ask(FIELDS, { code });
  expect(errors).toBeUndefined();
  const run = data?.['bundleRun'] as { typedFields: number; fields: Field[] };
  return { ...run, typed: run.fields.filter(({ origin }) => origin === 'TYPED').map(({ path }) => path) };
}

/** Households whose head is mother or father, so that the register's answer names the head's date of birth, too. */
const ownHead = families.filter(({ head, mother, father }) => [mother, father].includes(head) && mother.ethnicity === father.ethnicity);
const home = (index: number) => ownHead[index] ?? expect.fail('too few families');

test('with a prefill a mother fills in 16 of 28 fields, for her next child 14', async () => {
  const family = home(0);
  const form = birthFormOf(family, hub.clock.now());
  const bare = await submit({ ...form, child: { ...form.child, fullName: 'Trần Không Điền Sẵn' } });
  expect((await originsOf(bare['code'])).typedFields).toBe(28);

  const { mother, father } = home(1);
  const first = birthFormOf(home(1), hub.clock.now());
  const known = await prefill({ birth: { requester: key(mother), relation: 'MOTHER', otherParent: key(father) } });
  const accepted = await submit(filled({ ...first, healthCare: {}, residence: { headConsents: true }, mother: undefined, father: key(father), child: { ...first.child, hometown: undefined } }, known.fields), known.token);
  const { typedFields, typed, fields } = await originsOf(accepted['code']);
  expect(typed).toEqual([
    'birthNotice.source.register.issuedOn', 'birthNotice.source.register.issuer', 'birthNotice.source.register.number', 'child.birthDate', 'child.birthPlace.detail', 'child.birthPlace.provinceCode',
    'child.fullName', 'child.sex', 'copies', 'father.birthDate', 'relation', 'requester.birthDate', 'requester.fullName', 'requester.personalId', 'requester.phone', 'residence.headConsents',
  ]);
  expect(typedFields).toBe(16);
  expect(fields.find(({ path }) => path === 'residence.address.detail')).toMatchObject({ origin: 'REGISTER', system: 'POPULATION', value: home(1).addressDetail, asOf: expect.stringMatching(/^2025-03-03T01:/) });

  const again = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  expect(again.fields.filter(({ origin }) => origin === 'EARLIER_DOSSIER').map(({ path }) => path)).toEqual(['father.birthDate', 'healthCare.facilityCode', 'requester.phone', ...(home(1).head === father ? ['residence.headOfHousehold.birthDate'] : [])]);
  expect(again.missing).toEqual(['child.fullName', 'child.sex', 'child.birthDate', 'child.birthPlace.provinceCode', 'child.birthPlace.detail', 'birthNotice', 'residence.headConsents']);
  const next = birthFormOf(home(1), hub.clock.now(), { childName: 'Lê Con Sau', bornDaysAgo: 3 });
  const second = await submit(filled({ ...next, requester: key(mother) }, again.fields), again.token);
  expect((await originsOf(second['code'])).typedFields).toBe(14);
});

test('a value that somebody changed counts as typed, one in another spelling does not', async () => {
  const { mother } = home(2);
  const form = birthFormOf(home(2), hub.clock.now());
  const known = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  const changed = filled({ ...form, healthCare: {} }, known.fields);
  const accepted = await submit({ ...changed, mother: { ...changed.mother, fullName: `  ${mother.fullName.toLocaleUpperCase('vi').normalize('NFD')}` }, residence: { ...changed.residence, address: { ...changed.residence.address, detail: 'Số 9, đường Cây Me' } } }, known.token);
  const { fields } = await originsOf(accepted['code']);
  const origin = (path: string) => fields.find((field) => field.path === path)?.origin;
  expect([origin('residence.address.detail'), origin('mother.fullName'), origin('residence.address.communeCode'), origin('healthCare.facilityCode')]).toEqual(['TYPED', 'REGISTER', 'REGISTER', 'REGISTER']);
});

test('a prefill asks the population register once for each person and social insurance once, under the stated purpose, and stores no value', async () => {
  const { mother, father } = home(3);
  const { data } = await hub.ask(PREFILL, { form: { birth: { requester: key(mother), relation: 'MOTHER', otherParent: key(father) } } }, 'procedure=2.002621; officer=CB-H01-07');
  const lines = readRows<{ system: string; purpose: string; fields: string }>(hub, "SELECT system, purpose, fields FROM audit WHERE stage = 'asked' AND purpose LIKE '%CB-H01-07%' AND system <> 'ndxp'"); // by its purpose: applications of earlier tests are still under way
  expect(lines.map(({ system }) => system).sort()).toEqual(['population', 'population', 'social-insurance']);
  const asked = lines.filter(({ system }) => system === 'population');
  for (const { purpose, fields } of asked) {
    expect(JSON.parse(purpose)).toEqual({ procedure: '2.002621', officer: 'CB-H01-07' });
    expect(JSON.parse(fields)).toEqual(['identity', 'permanentResidence', 'parents', 'hometown', 'spouse', 'householdHead']);
  }
  const { token, until } = data?.['prefill'] as Known;
  expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain(mother.personalId);
  expect(Math.abs(epochMs(later(hub.clock.now(), DAY_MS)) - epochMs(until))).toBeLessThan(60_000); // the test's own time
  expect((await hub.ask(PREFILL, { form: { birth: { requester: key(mother), relation: 'MOTHER' } } }, 'nonsense')).errors?.[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
});

test('dark registers leave their fields to type and say so; what an earlier application has is still there, and the application is taken', async () => {
  const { mother } = home(4);
  const { population } = hub.ministries.byName;
  population.script([{ match: {}, do: 'html' }]);
  hub.ministries.byName['social-insurance'].script([{ match: {}, do: 'html' }]);
  const dark = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  expect(dark).toMatchObject({ fields: [], known: 0, silent: ['POPULATION', 'SOCIAL_INSURANCE'] });
  const form = birthFormOf(home(4), hub.clock.now());
  const accepted = await submit(form, dark.token);
  expect((await originsOf(accepted['code'])).typedFields).toBe(28);
  const again = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  expect(again.silent).toEqual(['POPULATION', 'SOCIAL_INSURANCE']);
  expect(new Set(again.fields.map(({ origin, system, fromDossier }) => JSON.stringify([origin, system, fromDossier])))).toEqual(new Set([JSON.stringify(['EARLIER_DOSSIER', null, accepted['code']])]));
  expect(again.fields.map(({ path }) => path)).toEqual(expect.arrayContaining(['mother.birthDate', 'father.personalId', 'residence.address.detail', 'healthCare.facilityCode', 'requester.phone']));
  population.script([]);
  hub.ministries.byName['social-insurance'].script([]);
});

test('another person’s facts open nothing: one wrong fact is told by name, and no earlier application is shown', async () => {
  const { mother } = home(1);
  const wrong = { ...key(mother), birthDate: `${Number(mother.birthDate.slice(0, 4))}-01-0${mother.birthDate.endsWith('01-01') ? 2 : 1}` };
  for (const form of [{ birth: { requester: wrong, relation: 'MOTHER' } }, { dossier: { procedure: '1.004222', applicant: wrong } }]) {
    const { data, errors } = await hub.ask(PREFILL, { form });
    expect(data ?? null).toBeNull();
    expect(errors).toMatchObject([{ path: ['prefill'], extensions: { code: 'BAD_INPUT', issues: [{ path: 'birth' in form ? 'form.birth.requester' : 'form.dossier.applicant', code: 'NOT_IN_REGISTER' }] } }]);
  }
});

test('what a supplement changes counts as typed from then on, what it leaves alone keeps its origin', async () => {
  const { mother } = home(7);
  hub.ministries.byName['civil-status'].decide([{ contains: 'Lê Sửa Địa Chỉ', outcome: 'supplementThenDone', reason: 'Thiếu số nhà' }]);
  const known = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  const form = filled(birthFormOf(home(7), hub.clock.now(), { childName: 'Lê Sửa Địa Chỉ' }), known.fields);
  const { code } = await submit(form, known.token);
  const before = await originsOf(code);
  await hub.reached(code, 'birth', 'SUPPLEMENT_REQUESTED');
  const { data } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { code act } } }', { code });
  const input = { idempotencyKey: 'prefill-supplement', code: data?.['bundleRun'].dossiers[0].code, note: 'Bổ sung số nhà', corrections: { residence: { ...form.residence, address: { ...form.residence.address, detail: 'Số 77, đường Cây Me' } } } };
  const { data: supplemented } = await hub.ask('mutation ($input: SupplementDossierInput!) { supplementDossier(input: $input) { __typename } }', { input });
  expect(supplemented?.['supplementDossier']).toEqual({ __typename: 'DossierChanged' });
  const after = await originsOf(code);
  expect(after.typed.filter((path) => !before.typed.includes(path))).toEqual(['residence.address.detail']);
  expect(after.fields.find(({ path }) => path === 'residence.address.detail')).toMatchObject({ value: 'Số 77, đường Cây Me', origin: 'TYPED', system: null });
  expect(after.fields.filter(({ path }) => path !== 'residence.address.detail')).toEqual(before.fields.filter(({ path }) => path !== 'residence.address.detail'));
});

const firm = inventFirms().firms.find(({ status }) => status === 'Đang hoạt động') ?? expect.fail();

async function file(input: Record<string, unknown> & { readonly procedure: string }) {
  const { data, errors } = await hub.ask(
    `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename
      ... on DossierAccepted { dossier { code typedFields fields { path value origin system fromDossier asOf } } }
      ... on Failure { issues { path code vi: message message(lang: EN) expected(lang: EN) } } } }`,
    { input: { idempotencyKey: `form-${(keys += 1)}`, communeCode: '30280', papers: demandedFor(input.procedure), ...input } },
  );
  expect(errors).toBeUndefined();
  return data?.['submitDossier'];
}

const bare = (fields: readonly Filled[]) => fields.map(({ path, value }) => ({ path, value }));

/** Form CT01 for a move into the applicant's present household, as somebody types it who knows everything by heart. */
const ct01 = (index: number): Filled[] => [
  { path: 'residence.communeCode', value: familyOf(index).commune },
  { path: 'residence.detail', value: familyOf(index).addressDetail },
  { path: 'newResidence.communeCode', value: '30283' },
  { path: 'newResidence.detail', value: 'Số 12, đường Bằng Lăng' },
  { path: 'head.personalId', value: familyOf(index).head.personalId },
  { path: 'head.fullName', value: familyOf(index).head.fullName },
  { path: 'head.relation', value: familyOf(index).mother.headRelation },
  { path: 'head.consents', value: 'true' },
  { path: 'phone', value: '0900000000' },
];

test('form CT01: nine fields typed without a prefill, four with it, three the next time', async () => {
  const { mother } = familyOf(30);
  const input = { procedure: '1.004222', applicant: key(mother) };
  expect((await file({ ...input, fields: ct01(30) })).dossier.typedFields).toBe(9);

  const fresh = { procedure: '1.004222', applicant: key(familyOf(32).mother) };
  const first = await prefill({ dossier: fresh });
  expect(first.missing).toEqual(['newResidence.communeCode', 'newResidence.detail', 'head.consents', 'phone']);
  const { dossier } = await file({ ...fresh, fields: [...bare(first.fields), ...bare(ct01(32)).filter(({ path }) => first.missing.includes(path))], prefill: first.token });
  expect(dossier.typedFields).toBe(4);
  expect(dossier.fields.find(({ path }: Filled) => path === 'head.fullName')).toMatchObject({ value: familyOf(32).head.fullName.toLocaleUpperCase('vi'), origin: 'REGISTER', system: 'POPULATION', fromDossier: null });

  const second = await prefill({ dossier: fresh });
  expect(second.missing).toEqual(['newResidence.communeCode', 'newResidence.detail', 'head.consents']);
  expect(second.fields).toContainEqual({ path: 'phone', value: '0900000000', origin: 'EARLIER_DOSSIER', system: null, fromDossier: dossier.code, asOf: expect.stringMatching(/Z$/) as string });
});

test('what one form learned helps another of the same person: a path means the same in every form', async () => {
  const { mother } = familyOf(33);
  const { dossier } = await file({ procedure: '1.004222', applicant: key(mother), fields: ct01(33) });
  const other = await prefill({ dossier: { procedure: '3.000333', applicant: key(mother) } });
  expect(other.fields).toContainEqual(expect.objectContaining({ path: 'phone', fromDossier: dossier.code }));
  expect(other.fields).toContainEqual(expect.objectContaining({ path: 'ethnicity', value: mother.ethnicity, system: 'POPULATION' }));
  expect(other.missing).toEqual(['certificate.number', 'certificate.purpose']);
});

test('a household business is prefilled with the home of its owner, an enterprise with what its register has', async () => {
  const { mother, commune } = familyOf(34);
  const household = await prefill({ dossier: { procedure: '1.001612', applicant: key(mother) } });
  expect(household.fields).toContainEqual(expect.objectContaining({ path: 'business.address.communeCode', value: commune }));
  expect(household.missing).toEqual(['business.name', 'business.capital', 'business.trade', 'business.workers', 'phone']);
  const before = hub.ministries.byName.population.calls.length;
  const enterprise = await prefill({ dossier: { procedure: '2.002041', applicant: key(mother), enterprise: firm.code } });
  expect(enterprise.fields).toMatchObject([{ path: 'enterprise.name', value: firm.name, system: 'BUSINESS' }, { path: 'enterprise.address', system: 'BUSINESS' }]);
  expect(hub.ministries.byName.population.calls.length).toBe(before); // this form needs nothing of the person
});

test('a form without register facts asks nobody, and a procedure without a form knows and misses nothing', async () => {
  const applicant = key(familyOf(35).mother);
  const known = await hub.ask(PREFILL, { form: { dossier: { procedure: '1.001193', applicant } } }, 'procedure=1.001193; officer=CB-H01-08');
  expect(known.data?.['prefill']).toMatchObject({ fields: [], known: 0, toType: 0, missing: [], silent: [] });
  const other = await hub.ask(PREFILL, { form: { dossier: { procedure: '2.000635', applicant } } }, 'procedure=2.000635; officer=CB-H01-08');
  expect(other.data?.['prefill'].missing).toEqual(['record.kind', 'record.ownerName', 'copies', 'phone']);
  expect(readRows(hub, "SELECT system, operation FROM audit WHERE purpose LIKE '%CB-H01-08%'")).toEqual([]); // by its purpose: applications of earlier tests are still under way
});

test('a dark register leaves an ordinary form to type and says which', async () => {
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  expect(await prefill({ dossier: { procedure: '1.004222', applicant: key(familyOf(36).mother) } })).toMatchObject({ fields: [], silent: ['POPULATION'] });
  hub.ministries.byName.population.script([]);
});

const household: Filled[] = [
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
  const { dossier } = await file({ procedure: '1.001612', applicant: key(familyOf(37).mother), fields: withField('business.name', '  Hộ kinh doanh   Cây Me ').filter(({ path }) => path !== 'business.startsOn') });
  expect(bare(dossier.fields)).toEqual(bare(household).filter(({ path }) => path !== 'business.startsOn').sort((a, b) => (a.path < b.path ? -1 : 1)));
  expect((await file({ procedure: '1.001612', applicant: key(familyOf(37).mother), fields: withField('business.startsOn', ' ') })).dossier.typedFields).toBe(7);
});

test.each<[string, Filled[], string, string]>([
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
  const result = await file({ procedure: '1.001612', applicant: key(familyOf(38).mother), fields });
  expect(result).toMatchObject({ __typename: 'InvalidInput' });
  expect(result.issues.map((issue: { path: string; code: string }) => [issue.path, issue.code])).toContainEqual([path, code]);
  expect(JSON.stringify(result)).not.toMatch(/50\.000\.000|x{151}|đỏ/);
  for (const issue of result.issues) expect([issue.vi, issue.message, issue.expected].every((text) => text.length > 3)).toBe(true);
});

test('every wrong field of an application is named at once: form, applicant, place and procedure', async () => {
  const result = await file({ procedure: '1.001612', communeCode: '9', applicant: { personalId: '1', fullName: '<b>', birthDate: '1990-02-30' }, fields: withField('phone', 'x') });
  expect(result.issues.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`)).toEqual(['applicant.personalId MALFORMED', 'applicant.fullName MALFORMED', 'applicant.birthDate IMPOSSIBLE_DATE', 'communeCode UNKNOWN_CODE', 'fields.phone MALFORMED']);
  const long = await file({ procedure: '1.004222', applicant: { ...key(familyOf(38).mother), fullName: 'A'.repeat(121) } });
  expect(long.issues).toMatchObject([{ path: 'applicant.fullName', code: 'OUT_OF_RANGE' }]);
});

test('an application whose form comes as a paper has no fields, and one for which there is no form takes none', async () => {
  expect((await file({ procedure: '1.004222', applicant: key(familyOf(39).mother) })).dossier).toMatchObject({ fields: [], typedFields: 0 });
  expect(await file({ procedure: '1.001193', applicant: key(familyOf(39).mother), fields: [{ path: 'phone', value: '0900000000' }] })).toMatchObject({ issues: [{ path: 'fields.0.path', code: 'UNKNOWN_CODE', expected: expect.stringContaining('no electronic form') as string }] });
});

test('a token is refused by name when it is foreign, for somebody else, for another form or past its day, and is no part of what the key stands for', async () => {
  const { mother } = home(5);
  const form = birthFormOf(home(5), hub.clock.now());
  const { token } = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  const { token: foreign } = await prefill({ birth: { requester: key(home(6).mother), relation: 'MOTHER' } });
  const { token: other } = await prefill({ dossier: { procedure: '1.004222', applicant: key(mother) } });
  for (const [wrong, code] of [['x', 'MALFORMED'], [`${token}A`, 'MALFORMED'], [foreign, 'CONTRADICTION'], [other, 'CONTRADICTION']] as const) {
    expect(await submit(form, wrong)).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'prefill', code }] });
  }
  hub.clock.moveTo(later(hub.clock.now(), DAY_MS));
  expect(await submit(form, token)).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'prefill', code: 'NOT_ALLOWED_NOW' }] });
  const input = { idempotencyKey: 'prefill-retried', form: { birth: form } };
  const { data: first } = await hub.ask(SUBMIT, { input });
  const { token: fresh } = await prefill({ birth: { requester: key(mother), relation: 'MOTHER' } });
  const { data: second } = await hub.ask(SUBMIT, { input: { ...input, prefill: fresh } });
  expect(second?.['submitBundle'].code).toBe(first?.['submitBundle'].code);
});
