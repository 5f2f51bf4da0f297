import { afterAll, beforeAll, expect, test } from 'vitest';
import { birthFormOf } from '../../mocks/application.ts';
import { inventFamilies, type Family, type InventedPerson, type YoungFamily } from '../../mocks/people.ts';
import { families, startHub, type TestHub } from '../support/hub.ts';
import { WHOLE_BIRTH, breachesOf, effectNames } from './records.ts';

// One hub for the whole file: every test takes families of its own.
let hub: TestHub;
beforeAll(async () => {
  hub = await startHub();
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

type Form = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- forms are changed by path

/** Files a form in which every person's name is written in another way; the application must be played to its end. */
async function fileRespelt(family: YoungFamily, respell: (name: string) => string, change: (form: Form) => void = () => undefined): Promise<Record<string, any>> { // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const filed = await hub.file(family, {
    change(form: Form) {
      for (const person of [form['requester'], form['mother'], form['father'], form['residence'].headOfHousehold]) person.fullName = respell(person.fullName as string);
      change(form);
      return form;
    },
  });
  expect(filed).toMatchObject({ __typename: 'BundleAccepted' });
  const run = await hub.ended(filed['code']);
  expect(run).toMatchObject({ state: 'FINISHED', peopleConfirmed: true, incidents: [] });
  expect(effectNames(hub, filed['code'])).toEqual(WHOLE_BIRTH);
  return run;
}

test.each([
  { place: 100, written: 'in small letters', respell: (name: string) => name.toLocaleLowerCase('vi') },
  { place: 101, written: 'in capitals', respell: (name: string) => name.toLocaleUpperCase('vi') },
  { place: 102, written: 'in decomposed Unicode', respell: (name: string) => name.normalize('NFD') },
  { place: 103, written: 'in small letters and decomposed Unicode', respell: (name: string) => name.toLocaleLowerCase('vi').normalize('NFD') },
  { place: 104, written: 'with wide spaces', respell: (name: string) => `  ${name.replaceAll(' ', '   ')} ` },
])('names $written are the same names', async ({ place, respell }) => {
  await fileRespelt(families[place] as YoungFamily, respell);
});

/** Tones of -oa, -oe and -uy, on the first vowel (older) and on the second (newer), in the same order. */
const OLD = ['òa', 'óa', 'ỏa', 'õa', 'ọa', 'ùy', 'úy', 'ủy', 'ũy', 'ụy', 'òe', 'óe', 'ỏe', 'õe', 'ọe'];
const NEW = ['oà', 'oá', 'oả', 'oã', 'oạ', 'uỳ', 'uý', 'uỷ', 'uỹ', 'uỵ', 'oè', 'oé', 'oẻ', 'oẽ', 'oẹ'];
const moveTones = (from: readonly string[], to: readonly string[]) => (name: string) => name.split(' ').map((syllable) => from.reduce((word, ending, index) => (word.endsWith(ending) ? word.slice(0, -2) + (to[index] ?? '') : word), syllable)).join(' ');

test.each([
  { place: 'new', respell: moveTones(OLD, NEW) },
  { place: 'old', respell: moveTones(NEW, OLD) },
])('names with the tone mark in its $place place are the same names', async ({ respell }) => {
  const toned = families.find(({ mother, father }) => respell(mother.fullName) !== mother.fullName && respell(father.fullName) === father.fullName);
  expect(toned).toBeDefined();
  await fileRespelt(toned as YoungFamily, respell);
});

const isWhole = (family: Family): family is YoungFamily => Boolean(family.mother && !family.mother.deceased && family.father && !family.father.deceased && !family.head.deceased && family.mother.householdNumber === family.head.householdNumber);
const byYear = ({ birthDate }: InventedPerson) => birthDate.length === 4;

test.each([
  { who: 'mother', find: ({ mother, father }: YoungFamily) => byYear(mother) && !byYear(father) },
  { who: 'father', find: ({ mother, father }: YoungFamily) => byYear(father) && !byYear(mother) },
  { who: 'grandparent who heads the household', find: ({ mother, father, head }: YoungFamily) => byYear(head) && !byYear(mother) && !byYear(father) },
])('a $who of whom only the year of birth is on record is accepted by that year', async ({ find }) => {
  const found = inventFamilies().families.filter(isWhole).find(find);
  expect(found).toBeDefined();
  const run = await fileRespelt(found as YoungFamily, (name) => name);
  expect(run['results'].birth.personalId).toMatch(/^\d{12}$/);
});

test.each(["H'Hen Niê", 'Y Bru-Kđăm', 'Danh Sóc Kha', 'Mohamad Ali', 'Ý'])('a child may be called %s', async (childName) => {
  const filed = await hub.file(families[146] as YoungFamily, { childName });
  expect(await hub.ended(filed['code'])).toMatchObject({ state: 'FINISHED', child: { fullName: childName.toLocaleUpperCase('vi') } });
});

test('a mother alone can apply, and so can a father alone', async () => {
  const [first, second] = families.slice(140, 142) as [YoungFamily, YoungFamily];
  const byMother = await hub.file(first, { change: (form: Form) => Object.assign(form, { father: null }) });
  const byFather = await hub.file(second, { change: (form: Form) => Object.assign(form, { mother: null, relation: 'FATHER', requester: form['father'] }) });
  expect(await hub.ended(byMother['code'])).toMatchObject({ state: 'FINISHED' });
  expect(await hub.ended(byFather['code'])).toMatchObject({ state: 'FINISHED' });
});

test('a grandparent can apply for them', async () => {
  const family = families.find(({ head, mother, father }) => head.personalId !== mother.personalId && head.personalId !== father.personalId) as YoungFamily;
  const { requester } = birthFormOf({ ...family, mother: family.head } as YoungFamily, hub.clock.now());
  const filed = await hub.file(family, { change: (form: Form) => Object.assign(form, { requester, relation: 'GRANDPARENT' }) });
  expect(await hub.ended(filed['code'])).toMatchObject({ state: 'FINISHED' });
});

test('a child born today, and one that is six tomorrow, are young enough', async () => {
  const [first, second] = families.slice(143, 145) as [YoungFamily, YoungFamily];
  const today = await hub.file(first, { bornDaysAgo: 0 });
  const oldest = await hub.file(second, {
    change(form: Form) {
      form['child'].birthDate = '2019-03-04';
      return form;
    },
  });
  expect(await hub.ended(today['code'])).toMatchObject({ state: 'FINISHED', results: { healthCard: { validFrom: '2025-03-03' } } });
  expect(await hub.ended(oldest['code'])).toMatchObject({ state: 'FINISHED', results: { healthCard: { validFrom: '2019-03-04', validTo: '2025-09-30' } } });
});
