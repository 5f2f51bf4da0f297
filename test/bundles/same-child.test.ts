import { afterAll, beforeAll, expect, test } from 'vitest';
import { families, familyOf, startHub, type TestHub } from '../support/hub.ts';
import { WHOLE_BIRTH, breachesOf, countRows, effectNames, effectsOf } from './records.ts';

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- forms and answers by path

/** Files under a key of its own, so that nothing but the matter can tell two applications to be the same. */
async function fileAnew(hub: TestHub, index: number, key: string, change: (form: Loose) => unknown = (form) => form, childName = 'Đặng Thị Hoà'): Promise<Loose> {
  return hub.file(familyOf(index), { key, childName, change: (form: Loose) => change(form) ?? form });
}

const byTheFather = (form: Loose) => Object.assign(form, { relation: 'FATHER', requester: { ...form['father'], phone: '0900000001' } });

// One hub and one finished application for the table: what is turned away as a duplicate leaves nothing behind.
let hub: TestHub;
let first: string;
beforeAll(async () => {
  hub = await startHub();
  ({ code: first } = (await fileAnew(hub, 50, 'first')) as { code: string });
  await hub.ended(first);
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

test.each([
  { again: 'by the mother once more', change: (form: Loose) => form },
  { again: 'by the father', change: byTheFather },
  { again: 'by a mother who names no father', change: (form: Loose) => Object.assign(form, { father: null }) },
  { again: 'by a father who names no mother', change: (form: Loose) => Object.assign(byTheFather(form), { mother: null }) },
  { again: 'with the child’s name in capitals', change: (form: Loose) => void (form['child'].fullName = 'ĐẶNG THỊ HOÀ') },
  { again: 'with the child’s name in small letters and wide spaces', change: (form: Loose) => void (form['child'].fullName = '  đặng   thị hoà ') },
  { again: 'with the child’s name in decomposed Unicode', change: (form: Loose) => void (form['child'].fullName = 'Đặng Thị Hoà'.normalize('NFD')) },
  { again: 'with the tone of the child’s name in its other place', change: (form: Loose) => void (form['child'].fullName = 'Đặng Thị Hòa') },
  { again: 'at another address', change: (form: Loose) => void (form['residence'].address.detail = 'Số 9, đường khác') },
])('a second application for the same child $again is a duplicate that names the first', async ({ change }) => {
  const { audit: _, ...before } = countRows(hub);
  expect(await fileAnew(hub, 50, 'second', change)).toMatchObject({
    __typename: 'DuplicateApplication',
    code: 'DUPLICATE_APPLICATION',
    existing: first,
    vi: expect.stringContaining(first) as string,
    en: expect.stringContaining(first) as string,
    issues: [{ path: 'form.birth.child', code: 'CONTRADICTION', expected: expect.stringContaining(first) as string }],
  });
  const { audit: __, ...after } = countRows(hub);
  expect(after).toEqual(before);
  expect(effectNames(hub, first)).toEqual(WHOLE_BIRTH);
});

test('twins are two children, and each gets what is theirs', async () => {
  const [one, two] = await Promise.all([fileAnew(hub, 51, 'one', undefined, 'Đặng Song An'), fileAnew(hub, 51, 'two', undefined, 'Đặng Song Bình')]);
  expect([one['__typename'], two['__typename']]).toEqual(['BundleAccepted', 'BundleAccepted']);
  const runs = [await hub.ended(one['code']), await hub.ended(two['code'])];
  expect(new Set(runs.map((run) => run['results'].birth.personalId)).size).toBe(2);
  expect(new Set(runs.map((run) => run['results'].healthCard.number)).size).toBe(2);
});

test('of twenty applications for one child at once, each under its own key, one is taken and nineteen name it', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, (_, index) => fileAnew(hub, 52, `key-${index}-of-52`, index % 2 ? byTheFather : undefined)));
  const taken = results.filter(({ __typename }) => __typename === 'BundleAccepted');
  expect(taken).toHaveLength(1);
  expect(results.filter(({ __typename, existing }) => __typename === 'DuplicateApplication' && existing === taken[0]?.['code'])).toHaveLength(19);
  await hub.ended(taken[0]?.['code'] as string);
  expect(effectNames(hub, taken[0]?.['code'] as string)).toEqual(WHOLE_BIRTH);
});

test('the same key with the same body, twenty times at once, is one application', async () => {
  const before = Object.values((({ bundle_run, bundle_step, dossier, idempotency }) => ({ bundle_run, bundle_step, dossier, idempotency }))(countRows(hub)));
  const results = await Promise.all(Array.from({ length: 20 }, () => fileAnew(hub, 53, 'key-of-53')));
  expect(new Set(results.map(({ __typename, code }) => `${__typename} ${code}`)).size).toBe(1);
  const code = results[0]?.['code'] as string;
  await hub.ended(code);
  const { bundle_run: runs, bundle_step: steps, dossier: dossiers, idempotency: keys } = countRows(hub);
  expect([runs, steps, dossiers, keys]).toEqual([1, 3, 3, 1].map((rows, index) => (before[index] ?? 0) + rows));
  expect(effectsOf(hub, code).map(({ received }) => received)).toEqual(WHOLE_BIRTH.map(() => 1));
  expect(await fileAnew(hub, 53, 'key-of-53')).toMatchObject({ __typename: 'BundleAccepted', code, bundleRun: { state: 'FINISHED' } }); // the first answer, also long after
});

test('the order of the fields and the form of Unicode do not make another body', async () => {
  const { code } = await fileAnew(hub, 54, 'key-of-54');
  const again = await fileAnew(hub, 54, 'key-of-54', (form) => {
    form['child'].fullName = form['child'].fullName.normalize('NFD');
    return Object.fromEntries(Object.entries(form).reverse());
  });
  expect(again).toMatchObject({ __typename: 'BundleAccepted', code });
});

test('the same key with another body is IdempotencyKeyReused, and nothing is written', async () => {
  const { code } = await fileAnew(hub, 55, 'key-of-55');
  await hub.ended(code as string);
  const before = countRows(hub);
  expect(await fileAnew(hub, 56, 'key-of-55')).toMatchObject({ __typename: 'IdempotencyKeyReused', code: 'IDEMPOTENCY_KEY_REUSED', vi: expect.stringMatching(/khóa mới/) as string, en: expect.stringMatching(/new key/) as string });
  expect(await fileAnew(hub, 55, 'key-of-55', (form) => void (form['copies'] = 2))).toMatchObject({ __typename: 'IdempotencyKeyReused' });
  expect(countRows(hub)).toEqual(before);
});

test('a key that was turned away is free for the corrected form', async () => {
  expect(await fileAnew(hub, 57, 'key-of-57', (form) => void (form['healthCare'].facilityCode = '89999'))).toMatchObject({ __typename: 'InvalidInput' });
  const taken = await fileAnew(hub, 57, 'key-of-57');
  expect(taken).toMatchObject({ __typename: 'BundleAccepted' });
  await hub.ended(taken['code'] as string); // the next tests count rows
});

test('many families at once each get their own codes, without gap or double', async () => {
  const filed = await Promise.all(families.slice(60, 68).map((family) => hub.file(family)));
  const codes = filed.map(({ code }) => code as string).sort();
  const numbers = codes.map((code) => Number(code.slice(-4)));
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  const runs = await Promise.all(codes.map((code) => hub.ended(code)));
  expect(runs.map(({ state }) => state as string)).toEqual(codes.map(() => 'FINISHED'));
  for (const code of codes) expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
});

test.each([{ key: '', is: 'empty' }, { key: '  ', is: 'blank' }, { key: 'x'.repeat(1_000), is: 'a thousand letters long' }])('an idempotency key that is $is is turned away, and nothing is written', async ({ key }) => {
  const before = countRows(hub);
  const result = await hub.file(familyOf(58), { key });
  expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'idempotencyKey', code: 'MALFORMED', vi: expect.any(String) as string, en: expect.any(String) as string, expected: expect.stringMatching(/\S/) as string }] });
  expect(countRows(hub)).toEqual(before);
});
