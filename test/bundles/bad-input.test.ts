import { afterAll, beforeAll, expect, test } from 'vitest';
import { families, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { birthFormOf } from '../../mocks/application.ts';
import { startFreshHub } from './fresh-hub.ts';
import { breachesOf, countRows } from './records.ts';

// One hub for the whole file: what is turned away leaves nothing behind, and the last test shows it.
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

type Form = ReturnType<typeof birthFormOf>;
type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- forms are spoilt by path

const family = familyOf(40);
const other = familyOf(41);
const key = ({ personalId, fullName, birthDate }: typeof family.mother) => ({ personalId, fullName, birthDate });

let filed = 0;

/** Files a spoilt form and shows each message in both languages. */
async function file(spoil: (form: Loose) => void, at: TestHub = hub): Promise<Loose> {
  const form: Form = structuredClone(birthFormOf(family, at.clock.now()));
  spoil(form);
  const answer = await at.ask(SUBMIT, { input: { idempotencyKey: `spoilt-${filed++}`, form: { birth: form } } });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data['submitBundle'];
}

const SUBMIT = `mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) { __typename
  ... on BundleAccepted { code }
  ... on Failure { code vi: message(lang: VI) en: message(lang: EN) issues { path code vi: message(lang: VI) en: message(lang: EN) rightVi: expected(lang: VI) rightEn: expected(lang: EN) } } } }`;

function expectInvalid(result: Loose, issues: readonly (readonly [string, string])[]): void {
  expect(result).toMatchObject({ __typename: 'InvalidInput', code: 'INVALID_INPUT' });
  expect(result['issues'].map(({ path, code }: Loose) => [path, code])).toEqual(issues.map(([path, code]) => [`form.birth.${path}`, code]));
  for (const said of [result, ...result['issues']] as Loose[]) {
    expect(said['vi']).toMatch(/\S/);
    expect(said['en']).toMatch(/\S/);
    expect(said['en']).not.toBe(said['vi']);
  }
  for (const { rightVi, rightEn } of result['issues'] as Loose[]) {
    expect(rightVi).toMatch(/\S/);
    expect(rightEn).toMatch(/\S/);
  }
}

const notice = (form: Loose, issuedOn: string) => void (form['birthNotice'].source.register.issuedOn = issuedOn);
const born = (form: Loose, birthDate: string) => {
  form['child'].birthDate = birthDate;
  notice(form, birthDate);
};

interface Case {
  readonly wrong: string;
  readonly spoil: (form: Loose) => void;
  readonly issues: readonly (readonly [path: string, code: string])[];
}

/** What can be seen to be wrong without asking a ministry. */
const seen: readonly Case[] = [
  { wrong: 'a number of five digits for the requester', spoil: (form) => (form['requester'].personalId = '12345'), issues: [['requester.personalId', 'MALFORMED']] },
  { wrong: 'letters in the mother’s number', spoil: (form) => (form['mother'].personalId = '08919OOOOOO1'), issues: [['mother.personalId', 'MALFORMED']] },
  { wrong: 'thirteen digits for the father', spoil: (form) => (form['father'].personalId += '0'), issues: [['father.personalId', 'MALFORMED']] },
  { wrong: 'full-width digits for the head of the household', spoil: (form) => (form['residence'].headOfHousehold.personalId = '０８９１９００００００１'), issues: [['residence.headOfHousehold.personalId', 'MALFORMED']] },
  { wrong: 'a telephone number of five digits', spoil: (form) => (form['requester'].phone = '12345'), issues: [['requester.phone', 'MALFORMED']] },
  { wrong: 'a child without a name', spoil: (form) => (form['child'].fullName = '   '), issues: [['child.fullName', 'MALFORMED']] },
  { wrong: 'a child’s name without a letter', spoil: (form) => (form['child'].fullName = '0123 – 45'), issues: [['child.fullName', 'MALFORMED']] },
  { wrong: 'markup in the child’s name', spoil: (form) => (form['child'].fullName = 'Nguyễn <b>An</b>'), issues: [['child.fullName', 'MALFORMED']] },
  { wrong: 'a name of a hundred and twenty-one letters', spoil: (form) => (form['child'].fullName = 'A'.repeat(121)), issues: [['child.fullName', 'OUT_OF_RANGE']] },
  { wrong: 'a birth on 30 February', spoil: (form) => born(form, '2025-02-30'), issues: [['child.birthDate', 'IMPOSSIBLE_DATE'], ['birthNotice.source.register.issuedOn', 'IMPOSSIBLE_DATE']] },
  { wrong: 'a birth in a thirteenth month', spoil: (form) => (form['child'].birthDate = '2024-13-01'), issues: [['child.birthDate', 'IMPOSSIBLE_DATE']] },
  { wrong: 'a birth written with the day first', spoil: (form) => (form['child'].birthDate = '26/02/2025'), issues: [['child.birthDate', 'MALFORMED']] },
  { wrong: 'a mother born on 30 February', spoil: (form) => (form['mother'].birthDate = `${(form['mother'].birthDate as string).slice(0, 4)}-02-30`), issues: [['mother.birthDate', 'IMPOSSIBLE_DATE']] },
  { wrong: 'a child that is born tomorrow', spoil: (form) => (form['child'].birthDate = '2025-03-04'), issues: [['child.birthDate', 'IN_FUTURE']] },
  { wrong: 'a child of seven', spoil: (form) => born(form, '2018-02-01'), issues: [['child.birthDate', 'TOO_OLD']] },
  { wrong: 'a child that is 72 months old today', spoil: (form) => born(form, '2019-03-03'), issues: [['child.birthDate', 'TOO_OLD']] },
  { wrong: 'a notice of birth issued on 30 February', spoil: (form) => notice(form, '2025-02-30'), issues: [['birthNotice.source.register.issuedOn', 'IMPOSSIBLE_DATE']] },
  { wrong: 'a notice of birth issued before the birth', spoil: (form) => notice(form, '2025-02-25'), issues: [['birthNotice.source.register.issuedOn', 'CONTRADICTION']] },
  { wrong: 'a notice of birth issued tomorrow', spoil: (form) => notice(form, '2025-03-04'), issues: [['birthNotice.source.register.issuedOn', 'CONTRADICTION']] },
  { wrong: 'a commune that is not there', spoil: (form) => (form['residence'].address.communeCode = '99999'), issues: [['residence.address.communeCode', 'UNKNOWN_CODE']] },
  { wrong: 'a commune code of three digits', spoil: (form) => (form['residence'].address.communeCode = '302'), issues: [['residence.address.communeCode', 'MALFORMED']] },
  { wrong: 'a facility that is not there', spoil: (form) => (form['healthCare'].facilityCode = '89999'), issues: [['healthCare.facilityCode', 'UNKNOWN_CODE']] },
  { wrong: 'a province of letters', spoil: (form) => (form['child'].birthPlace.provinceCode = 'AG'), issues: [['child.birthPlace.provinceCode', 'MALFORMED']] },
  { wrong: 'a mother who says that she is the father', spoil: (form) => (form['relation'] = 'FATHER'), issues: [['relation', 'CONTRADICTION']] },
  { wrong: 'a requester who says that she is the mother and is somebody else', spoil: (form) => (form['requester'] = key(other.mother)), issues: [['relation', 'CONTRADICTION']] },
  {
    wrong: 'neither mother nor father',
    spoil: (form) => Object.assign(form, { mother: null, father: null, relation: 'GUARDIAN' }),
    issues: [['mother', 'REQUIRED']],
  },
  { wrong: 'a mother with a man’s number', spoil: (form) => Object.assign(form, { relation: 'FATHER', requester: key(family.father), mother: key(other.father) }), issues: [['mother.personalId', 'CONTRADICTION']] },
  { wrong: 'a father with a woman’s number', spoil: (form) => (form['father'] = key(other.mother)), issues: [['father.personalId', 'CONTRADICTION']] },
  { wrong: 'a number that tells another year of birth', spoil: (form) => (form['father'].birthDate = '1950-01-01'), issues: [['father.personalId', 'CONTRADICTION']] },
  { wrong: 'twenty-one copies', spoil: (form) => (form['copies'] = 21), issues: [['copies', 'OUT_OF_RANGE']] },
  { wrong: 'one copy less than none', spoil: (form) => (form['copies'] = -1), issues: [['copies', 'OUT_OF_RANGE']] },
  {
    wrong: 'four faults at once',
    spoil(form) {
      born(form, '2018-02-01');
      form['healthCare'].facilityCode = '89999';
      form['residence'].address.communeCode = '99999';
      form['father'].birthDate = '1950-01-01';
    },
    issues: [['child.birthDate', 'TOO_OLD'], ['residence.address.communeCode', 'UNKNOWN_CODE'], ['healthCare.facilityCode', 'UNKNOWN_CODE'], ['father.personalId', 'CONTRADICTION']],
  },
];

test.each(seen)('$wrong is turned away with field, code and what would be right; nothing is written and nobody asked', async ({ spoil, issues }) => {
  const before = countRows(hub);
  expectInvalid(await file(spoil), issues);
  expect(countRows(hub)).toEqual(before);
});

/** What only the population register knows to be wrong. */
const asked: readonly Case[] = [
  {
    wrong: 'a mother who is not in the population register',
    spoil(form) {
      form['mother'].personalId = `${family.mother.personalId.slice(0, 6)}989898`;
      form['requester'].personalId = form['mother'].personalId;
    },
    issues: [['requester', 'NOT_IN_REGISTER'], ['mother', 'NOT_IN_REGISTER']],
  },
  {
    wrong: 'a mother whose name does not match',
    spoil(form) {
      form['mother'].fullName = 'Nguyễn Thị Người Khác';
      form['requester'].fullName = form['mother'].fullName;
    },
    issues: [['requester', 'NOT_IN_REGISTER'], ['mother', 'NOT_IN_REGISTER']],
  },
  { wrong: 'a father whose day of birth does not match', spoil: (form) => (form['father'].birthDate = `${(form['father'].birthDate as string).slice(0, 8)}${(form['father'].birthDate as string).endsWith('01') ? '02' : '01'}`), issues: [['father', 'NOT_IN_REGISTER']] },
  { wrong: 'a father whose year alone is stated though the day is on record', spoil: (form) => (form['father'].birthDate = (form['father'].birthDate as string).slice(0, 4)), issues: [['father', 'NOT_IN_REGISTER']] },
  { wrong: 'a head of household whom nobody knows', spoil: (form) => (form['residence'].headOfHousehold = { ...key(family.father), fullName: 'Nguyễn Văn Người Khác' }), issues: [['residence.headOfHousehold', 'NOT_IN_REGISTER']] },
];

test.each(asked)('$wrong is turned away with the person named; nothing but the trace of the questions is written', async ({ spoil, issues }) => {
  const { audit: _, ...before } = countRows(hub);
  expectInvalid(await file(spoil), issues);
  const { audit: __, ...after } = countRows(hub);
  expect(after).toEqual(before);
});

test('a parent who is registered as deceased is turned away', async () => {
  const late = familyOf(42);
  hub.ministries.population.register.setDeceased(late.father.personalId, '2025-01-10');
  const { audit: _, ...before } = countRows(hub);
  expectInvalid(await file((form) => Object.assign(form, birthFormOf(late, hub.clock.now()))), [['father', 'CONTRADICTION'], ...(late.head.personalId === late.father.personalId ? [['residence.headOfHousehold', 'CONTRADICTION'] as const] : [])]);
  const { audit: __, ...after } = countRows(hub);
  expect(after).toEqual(before);
});

test('a commune that has ended is no commune any more', async () => {
  const later = await startFreshHub({ now: '2025-07-02T02:00:00.000Z' });
  const resident = families.find(({ commune }) => commune === '30280');
  expectInvalid(await file((form) => (form['residence'].address.communeCode = resident?.commune), later), [['residence.address.communeCode', 'UNKNOWN_CODE']]);
});

test('before the law is in force no application is taken, and the answer says from when', async () => {
  const early = await startFreshHub({ now: '2024-06-28T02:00:00.000Z' });
  const before = countRows(early);
  expect(await early.file(family)).toMatchObject({ __typename: 'NoDefinitionInForce', code: 'NO_DEFINITION_IN_FORCE', nextFrom: '2024-07-01', issues: [], vi: expect.stringContaining('01/07/2024') as string, en: expect.stringContaining('2024-07-01') as string });
  expect(countRows(early)).toEqual(before);
});

test('on the first day of the law, by the clock of Việt Nam, an application is taken', async () => {
  const first = await startFreshHub({ now: '2024-06-30T17:00:00.000Z' });
  expect(await first.file(family)).toMatchObject({ __typename: 'BundleAccepted' });
});

test('after the law has been replaced no application is taken', async () => {
  const late = await startFreshHub({ now: '2026-09-01T02:00:00.000Z' });
  expect(await late.file(family)).toMatchObject({ __typename: 'NoDefinitionInForce', nextFrom: null });
});

test('after all that the very same family is free', async () => {
  const accepted = await file(() => undefined);
  expect(accepted).toMatchObject({ __typename: 'BundleAccepted' });
  expect(await hub.ended(accepted['code'])).toMatchObject({ state: 'FINISHED' });
});
