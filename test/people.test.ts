import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Family, InventedPerson } from '../mocks/people.ts';
import {
  ageOn, cardNumber, COMMUNES, composePopulation, inventFamilies, MARK, PROVINCES, REFERENCE_DAY, RESERVED, SEED, teCardEnd, youngFamilies,
} from '../mocks/people.ts';
import { dateOf, dayNumberOf, isWeekend } from '../mocks/people/days.ts';
import { addDays, findCivilDate, weekday } from '../src/kit/instant.ts';
import { sameName, tidy } from '../src/kit/person-name.ts';
import { findPersonalIdFacts, PERSONAL_ID } from '../src/kit/personal-id.ts';

const population = inventFamilies();
const { families, people } = population;
const adults = people.filter((person) => ageOn(REFERENCE_DAY, person.birthDate) >= 18);
const couples = families.flatMap(({ members }) => members.filter((person) => person.sex === 'MALE' && person.spouseId));
const communes = new Set<string>(COMMUNES);

/** The first few who break a rule, so that a failure names them without printing the whole population. */
function offenders<T>(all: readonly T[], breaks: (one: T) => boolean): T[] {
  return all.filter(breaks).slice(0, 3);
}

/** Whether no two of the texts are the same. */
function areDistinct(texts: readonly string[]): boolean {
  return new Set(texts).size === texts.length;
}

function groupBy<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const key = keyOf(one);
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return groups;
}

/** One hash over every fact that is drawn; the whole records as JSON would say the same in ten times the time. */
function fingerprint(of: { readonly people: readonly InventedPerson[] }): string {
  const lines = of.people.map((person) =>
    [
      person.personalId, person.oldIdNumber, person.fullName, person.birthDate, person.ethnicity, person.religion, person.maritalStatus,
      person.bloodGroup, person.headId, person.householdNumber, person.insuranceNumber, person.residence.commune,
      person.residence.detail, ...Object.values(person.healthCard), ...Object.values(person.birthRegistration ?? {}), person.deceased?.date,
    ].join('|'),
  );
  return createHash('sha256').update(lines.join('\n')).digest('hex');
}

function surname(person: InventedPerson): string {
  return person.fullName.slice(0, person.fullName.indexOf(' '));
}

function parentsOf(person: InventedPerson): InventedPerson[] {
  return [person.fatherId, person.motherId].flatMap((id) => (id ? [population.find(id)] : [])).filter((parent) => parent !== undefined);
}

/** Latest possible birth of a parent, sixteen years on, against the earliest possible birth of the child. */
function isOldEnough(parent: InventedPerson, child: InventedPerson): boolean {
  const latest = parent.birthDate.length === 4 ? `${parent.birthDate}-12-31` : parent.birthDate;
  const earliest = child.birthDate.length === 4 ? `${child.birthDate}-01-01` : child.birthDate;
  return `${Number(latest.slice(0, 4)) + 16}${latest.slice(4)}` <= earliest;
}

function housemates({ members, householdNumber }: Family): InventedPerson[] {
  return members.filter((person) => person.householdNumber === householdNumber);
}

test('there are more than ten thousand families and some forty thousand people', () => {
  expect(families.length).toBeGreaterThan(10_000);
  expect(population.size).toBe(people.length);
  expect(people.length).toBeGreaterThan(38_000);
  expect(offenders(families, (family) => families[family.number - 1] !== family)).toEqual([]);
});

test('every record says that it is invented, and so does every address', () => {
  expect(offenders(families, (family) => family.synthetic !== true || !family.addressDetail.endsWith(MARK))).toEqual([]);
  expect(
    offenders(people, ({ synthetic, residence, hometown }) => synthetic !== true || !residence.detail.endsWith(MARK) || !hometown.detail.endsWith(MARK)),
  ).toEqual([]);
  expect(MARK).toBe('(dữ liệu giả lập)');
});

test('a personal id tells the sex, the century and the year of birth of its bearer', () => {
  expect(
    offenders(people, ({ personalId, sex, birthDate }) => {
      const facts = findPersonalIdFacts(personalId);
      return !PERSONAL_ID.test(personalId) || facts?.sex !== sex || facts.birthYear !== Number(birthDate.slice(0, 4)) || !PROVINCES[facts.province];
    }),
  ).toEqual([]);
});

test('most ids begin with 089, and each of the other provinces occurs', () => {
  const provinces = groupBy(people, (person) => person.personalId.slice(0, 3));
  expect([...provinces.keys()].sort()).toEqual(Object.keys(PROVINCES).sort());
  expect(provinces.get('089')?.length).toBeGreaterThan(0.75 * people.length);
});

test('no number is given twice', () => {
  expect(areDistinct(people.map((person) => person.personalId))).toBe(true);
  expect(areDistinct(people.map((person) => person.insuranceNumber))).toBe(true);
  expect(areDistinct(people.flatMap((person) => person.oldIdNumber ?? []))).toBe(true);
  expect(areDistinct(families.map((family) => family.householdNumber))).toBe(true);
  expect(areDistinct(families.map((family) => `${family.commune} ${family.addressDetail}`))).toBe(true);
});

test('old identity cards and insurance numbers have nine and ten digits', () => {
  expect(offenders(people, ({ oldIdNumber }) => oldIdNumber !== undefined && !/^35\d{7}$/.test(oldIdNumber))).toEqual([]);
  expect(offenders(people, ({ insuranceNumber }) => !/^89\d{8}$/.test(insuranceNumber))).toEqual([]);
  expect(offenders(people, ({ oldIdNumber, birthDate }) => oldIdNumber !== undefined && birthDate >= '2000')).toEqual([]);
  expect(people.filter((person) => person.oldIdNumber).length).toBeGreaterThan(0.3 * people.length);
});

test('the reserved numbers are left for special cases and newborns', () => {
  expect(offenders(people, ({ personalId }) => Number(personalId.slice(6)) >= RESERVED.idTailFrom)).toEqual([]);
  expect(offenders(people, ({ insuranceNumber }) => insuranceNumber.startsWith(RESERVED.insurancePrefix))).toEqual([]);
});

test('names are tidy NFC, of three words or more, and no two in a family are the same', () => {
  expect(offenders(people, ({ fullName }) => fullName !== tidy(fullName) || fullName.split(' ').length < 3)).toEqual([]);
  expect(offenders(families, ({ members }) => !areDistinct(members.map((person) => person.fullName)))).toEqual([]);
});

test('both places of the tone mark occur', () => {
  const names = people.map((person) => person.fullName);
  const oldPlace = names.filter((name) => /(Hòa|Thủy|Thúy|Thùy)/u.test(name));
  const newPlace = names.filter((name) => /(Hoà|Thuỷ|Thuý|Thuỳ)/u.test(name));
  expect(Math.min(oldPlace.length, newPlace.length)).toBeGreaterThan(300);
  expect(sameName('Trần Ngọc Hòa', 'Trần Ngọc Hoà')).toBe(true);
});

test('birth dates are real days up to the reference day, a few of the old with the year alone', () => {
  const dated = people.filter((person) => person.birthDate.length > 4);
  expect(offenders(dated, ({ birthDate }) => dateOf(dayNumberOf(birthDate)) !== birthDate || birthDate > REFERENCE_DAY)).toEqual([]);
  const yearOnly = people.filter((person) => person.birthDate.length === 4);
  expect(offenders(yearOnly, ({ birthDate }) => !/^19[2-6]\d$/.test(birthDate))).toEqual([]);
  const share = yearOnly.length / people.filter((person) => person.birthDate < '1970').length;
  expect(share).toBeGreaterThan(0.03);
  expect(share).toBeLessThan(0.05);
});

test('parents are at least sixteen years older than their children', () => {
  expect(offenders(people, (person) => parentsOf(person).some((parent) => !isOldEnough(parent, person)))).toEqual([]);
});

test('a father is a man, a mother is a woman, and both are found in the family of the child', () => {
  expect(offenders(people, ({ fatherId, family }) => fatherId !== undefined && !isKin(fatherId, 'MALE', family))).toEqual([]);
  expect(offenders(people, ({ motherId, family }) => motherId !== undefined && !isKin(motherId, 'FEMALE', family))).toEqual([]);
});

function isKin(personalId: string, sex: string, family: number): boolean {
  const person = population.find(personalId);
  return person?.sex === sex && person.family === family;
}

test('the children of a family are those of its father and mother', () => {
  expect(
    offenders(families, ({ children, father, mother }) =>
      children.some((child) => child.fatherId !== father?.personalId || child.motherId !== mother?.personalId),
    ),
  ).toEqual([]);
});

test('children carry the surname, the ethnic group and the hometown of a parent', () => {
  const children = people.filter((person) => parentsOf(person).length > 0);
  expect(children.length).toBeGreaterThan(15_000);
  expect(offenders(children, (child) => !parentsOf(child).some((parent) => surname(parent) === surname(child)))).toEqual([]);
  expect(offenders(children, (child) => !parentsOf(child).some((parent) => parent.ethnicity === child.ethnicity))).toEqual([]);
  expect(offenders(children, (child) => !parentsOf(child).some((parent) => parent.hometown === child.hometown))).toEqual([]);
});

test('spouses name each other, and who survives one is widowed', () => {
  expect(couples.length).toBeGreaterThan(9_000);
  expect(
    offenders(couples, (husband) => {
      const wife = population.find(husband.spouseId ?? '');
      return wife?.spouseId !== husband.personalId || wife.sex !== 'FEMALE' || wife.family !== husband.family;
    }),
  ).toEqual([]);
  expect(
    offenders(people, ({ spouseId, maritalStatus, deceased }) => {
      const spouse = spouseId === undefined ? undefined : population.find(spouseId);
      if (spouse) return maritalStatus !== (spouse.deceased && !deceased ? 'WIDOWED' : 'MARRIED');
      return spouseId !== undefined || maritalStatus === 'MARRIED';
    }),
  ).toEqual([]);
});

test('nobody is married before the lawful age', () => {
  expect(
    offenders(people, ({ spouseId, sex, birthDate }) => spouseId !== undefined && ageOn(REFERENCE_DAY, birthDate) < (sex === 'MALE' ? 20 : 18)),
  ).toEqual([]);
});

test('the head of a household is a living adult of the family, and everybody at home names that head', () => {
  expect(
    offenders(families, ({ head, members }) => !members.includes(head) || head.deceased !== undefined || ageOn(REFERENCE_DAY, head.birthDate) < 18),
  ).toEqual([]);
  expect(offenders(families, (family) => housemates(family).some((person) => person.headId !== family.head.personalId))).toEqual([]);
  expect(offenders(people, ({ headId, personalId, headRelation }) => (headId === personalId) !== (headRelation === 'Chủ hộ'))).toEqual([]);
});

test('the relation to the head agrees with blood and marriage', () => {
  expect(offenders(people, ({ headRelation, headId, fatherId, motherId }) => (headRelation === 'Con') !== (fatherId === headId || motherId === headId))).toEqual([]);
  expect(
    offenders(people, ({ headRelation, headId, spouseId }) => (headRelation === 'Vợ' || headRelation === 'Chồng') !== (spouseId === headId)),
  ).toEqual([]);
  const women = ['Vợ', 'Mẹ', 'Mẹ chồng', 'Mẹ vợ', 'Con dâu'];
  const men = ['Chồng', 'Cha', 'Cha chồng', 'Cha vợ', 'Con rể'];
  expect(offenders(people, ({ headRelation, sex }) => (sex === 'MALE' ? women : men).includes(headRelation))).toEqual([]);
  expect(offenders(people, (person) => (person.headRelation === 'Cháu') !== isGrandchildOfHead(person))).toEqual([]);
});

function isGrandchildOfHead(person: InventedPerson): boolean {
  return parentsOf(person).some((parent) => parent.fatherId === person.headId || parent.motherId === person.headId);
}

test('a household lives at the address of its family, except a father who keeps his own', () => {
  expect(
    offenders(families, (family) =>
      housemates(family).some(({ residence }) => residence.commune !== family.commune || residence.detail !== family.addressDetail),
    ),
  ).toEqual([]);
  const apart = families.flatMap((family) => family.members.filter((person) => person.householdNumber !== family.householdNumber));
  expect(apart.length).toBeGreaterThan(300);
  expect(offenders(apart, (person) => population.findFamily(person.personalId)?.father !== person || person.headRelation !== 'Chủ hộ')).toEqual([]);
  expect(offenders(apart, (person) => person.residence.commune === population.findFamily(person.personalId)?.commune)).toEqual([]);
});

test('every commune has hundreds of families, and nobody lives elsewhere', () => {
  const byCommune = groupBy(families, (family) => family.commune);
  expect([...byCommune.keys()].sort()).toEqual([...COMMUNES].sort());
  expect(Math.min(...[...byCommune.values()].map((list) => list.length))).toBeGreaterThan(400);
  expect(offenders(people, ({ residence }) => !communes.has(residence.commune))).toEqual([]);
});

test('everybody born from 2005 on stands in a birth register, and nobody born before', () => {
  expect(offenders(people, ({ birthDate, birthRegistration }) => birthDate >= '2005' !== (birthRegistration !== undefined))).toEqual([]);
  expect(
    offenders(people, ({ personalId, birthRegistration }) =>
      birthRegistration !== undefined && communes.has(birthRegistration.commune) !== personalId.startsWith('089'),
    ),
  ).toEqual([]);
});

test('births are registered within sixty days, on a weekday, by the reference day', () => {
  expect(
    offenders(people, ({ birthDate, birthRegistration }) => {
      if (!birthRegistration) return false;
      const day = dayNumberOf(birthRegistration.date);
      const waited = day - dayNumberOf(birthDate);
      return waited < 0 || waited > 60 || isWeekend(day) || birthRegistration.date > REFERENCE_DAY;
    }),
  ).toEqual([]);
});

test('registration numbers run from one without gaps in each commune and year, in the order of the dates', () => {
  const entries = people.flatMap(({ birthRegistration }) => birthRegistration ?? []);
  const registers = groupBy(entries, ({ commune, number }) => `${commune}/${number.slice(number.indexOf('/') + 1)}`);
  expect(registers.size).toBeGreaterThan(20 * 20);
  const wrong = [...registers].filter(([key, register]) => {
    const [commune = '', year = ''] = key.split('/');
    const inOrder = register.toSorted((one, other) => Number.parseInt(one.number) - Number.parseInt(other.number));
    return (
      inOrder.some((entry, index) => entry.number !== `${index + 1}/${year}` || !entry.date.startsWith(year)) ||
      inOrder.some((entry, index) => entry.date < (inOrder[index - 1]?.date ?? '')) ||
      population.birthsRegistered(commune, Number(year)) !== register.length
    );
  });
  expect(wrong).toEqual([]);
});

test('an entry stands alone on its page, and a busy year fills a second book', () => {
  const entries = people.flatMap(({ birthRegistration }) => birthRegistration ?? []);
  expect(areDistinct(entries.map(({ commune, book, page }) => `${commune} ${book} ${page}`))).toBe(true);
  expect(offenders(entries, ({ book, date }) => !/^\d{2}\/\d{4}-KS$/.test(book) || book.slice(3, 7) !== date.slice(0, 4))).toEqual([]);
  expect(entries.filter(({ book }) => book.startsWith('02/')).length).toBeGreaterThan(100);
});

test('a ward that is not simulated has registered nothing', () => {
  expect(population.birthsRegistered('99999', 2024)).toBe(0);
});

test('about one in a hundred of the old has died, and few of the young', () => {
  const old = people.filter((person) => person.birthDate < '1965');
  const share = old.filter((person) => person.deceased).length / old.length;
  expect(share).toBeGreaterThan(0.006);
  expect(share).toBeLessThan(0.02);
  expect(people.filter((person) => person.deceased).length).toBeLessThan(0.01 * people.length);
  expect(offenders(people, ({ deceased }) => deceased !== undefined && (deceased.date >= REFERENCE_DAY || !findCivilDate(deceased.date)))).toEqual([]);
});

test('nobody dies before the birth of a child', () => {
  expect(offenders(people, (person) => parentsOf(person).some(({ deceased }) => deceased !== undefined && deceased.date <= person.birthDate))).toEqual([]);
});

test('thousands of young couples live with their children in one household', () => {
  const young = youngFamilies(population);
  expect(young.length).toBeGreaterThan(4_000);
  expect(
    offenders(young, ({ father, mother }) => {
      const age = ageOn(REFERENCE_DAY, mother.birthDate);
      return (
        age < 20 || age > 40 || mother.spouseId !== father.personalId || father.deceased !== undefined || mother.deceased !== undefined ||
        father.householdNumber !== mother.householdNumber || father.residence.detail !== mother.residence.detail
      );
    }),
  ).toEqual([]);
  expect(young.filter((family) => family.children.length === 0).length).toBeGreaterThan(500);
});

test('there are single mothers, widowed parents, twins, grandparents and couples of two ethnic groups', () => {
  const count = (holds: (family: Family) => boolean): number => families.filter(holds).length;
  expect(count(({ father, mother, children }) => !father && mother !== undefined && children.length > 0)).toBeGreaterThan(400);
  expect(count(({ father, mother }) => father?.deceased !== undefined && mother?.maritalStatus === 'WIDOWED')).toBeGreaterThan(100);
  expect(count(({ children }) => children.some((child, index) => child.birthDate === children[index - 1]?.birthDate))).toBeGreaterThan(50);
  expect(count(({ grandparents }) => grandparents !== undefined)).toBeGreaterThan(2_000);
  expect(count(({ father, mother }) => father !== undefined && mother !== undefined && father.ethnicity !== mother.ethnicity)).toBeGreaterThan(50);
});

test('all four ethnic groups occur and most people are Kinh', () => {
  const groups = groupBy(people, (person) => person.ethnicity);
  expect([...groups.keys()].sort()).toEqual(['Chăm', 'Hoa', 'Khmer', 'Kinh'].sort());
  expect(groups.get('Kinh')?.length).toBeGreaterThan(0.85 * people.length);
});

test('a small child holds a TE card from birth to the end that the law sets', () => {
  const small = people.filter((person) => ageOn(REFERENCE_DAY, person.birthDate) < 6);
  expect(small.length).toBeGreaterThan(4_000);
  expect(
    offenders(small, ({ healthCard, birthDate }) =>
      healthCard.group !== 'TE' || healthCard.benefit !== 1 || healthCard.validFrom !== birthDate || healthCard.validTo !== teCardEnd(birthDate),
    ),
  ).toEqual([]);
});

test('a TE card ends at 72 months, or on 30 September when the child is then not yet at school', () => {
  expect(teCardEnd('2019-03-03')).toBe('2025-09-30');
  expect(teCardEnd('2019-09-30')).toBe('2025-09-30');
  expect(teCardEnd('2019-10-01')).toBe('2025-10-01');
  expect(teCardEnd('2019-12-31')).toBe('2025-12-31');
  expect(teCardEnd('2020-02-29')).toBe('2026-09-30');
});

test('a child of six keeps the TE card until it ends and is then insured as a pupil', () => {
  const six = people.filter((person) => ageOn(REFERENCE_DAY, person.birthDate) === 6);
  expect(offenders(six, ({ healthCard, birthDate }) => (healthCard.group === 'TE') !== teCardEnd(birthDate) >= REFERENCE_DAY)).toEqual([]);
  expect(new Set(six.map((person) => person.healthCard.group))).toEqual(new Set(['TE', 'HS']));
});

test('grown-up people are insured as employees, pensioners, holders of an allowance or with their household', () => {
  expect(new Set(adults.map((person) => person.healthCard.group))).toEqual(new Set(['DN', 'HT', 'BT', 'GD']));
  expect(offenders(adults, ({ healthCard, birthDate }) => healthCard.group === 'BT' && ageOn(REFERENCE_DAY, birthDate) < 78)).toEqual([]);
  expect(offenders(adults, ({ healthCard, birthDate }) => healthCard.group === 'HT' && ageOn(REFERENCE_DAY, birthDate) < 54)).toEqual([]);
});

test('every card has a number of fifteen characters, a facility and a term; that of the deceased ended with death', () => {
  expect(offenders(people, (person) => !/^[A-Z]{2}[1-5]89\d{10}$/.test(cardNumber(person)))).toEqual([]);
  expect(new Set(people.map((person) => person.healthCard.facility)).size).toBe(12);
  expect(offenders(people, ({ healthCard }) => !/^890(0[1-9]|1[0-2])$/.test(healthCard.facility) || healthCard.validFrom > healthCard.validTo)).toEqual([]);
  expect(offenders(people, ({ deceased, healthCard }) => deceased !== undefined && healthCard.validTo !== deceased.date)).toEqual([]);
  const lapsed = people.filter(({ deceased, healthCard }) => !deceased && healthCard.validTo < REFERENCE_DAY);
  expect(new Set(lapsed.map((person) => person.healthCard.group))).toEqual(new Set(['GD']));
});

test('people are found by each of their numbers, and strangers are not', () => {
  const person = people.find((one) => one.oldIdNumber);
  expect(population.find(person?.personalId ?? '')).toBe(person);
  expect(population.findByOldId(person?.oldIdNumber ?? '')).toBe(person);
  expect(population.findByInsuranceNumber(person?.insuranceNumber ?? '')).toBe(person);
  expect(population.findFamily(person?.personalId ?? '')?.members).toContain(person);
  expect(population.find('089225990001')).toBeUndefined();
  expect(population.findByOldId('')).toBeUndefined();
  expect(population.findFamily('089225990001')).toBeUndefined();
});

test('a family lists each of its members once', () => {
  expect(
    offenders(families, ({ members, father, mother, grandparents, children }) => {
      const parts = [...(grandparents ?? []), father, mother, ...children].filter((one) => one !== undefined);
      return parts.length !== members.length || !parts.every((one) => members.includes(one));
    }),
  ).toEqual([]);
});

test('the same seed gives the same people, another seed gives others, and both are quick', () => {
  const before = performance.now();
  const other = composePopulation(SEED + 1);
  const again = composePopulation(SEED);
  // Two makings take some 0.5 s on the machine this was written on; the limit allows for a busy one.
  expect(performance.now() - before).toBeLessThan(2_500);
  const known = fingerprint(population);
  expect(fingerprint(again)).toBe(known);
  expect(fingerprint(other)).not.toBe(known);
});

test('a population is made once for each seed', () => {
  expect(inventFamilies()).toBe(population);
  expect(inventFamilies(SEED)).toBe(population);
});

test('the quick arithmetic of days agrees with the calendar of the house', () => {
  for (let day = -15_000, date = dateOf(day); day < 25_000; day += 89) {
    expect(dateOf(day)).toBe(date);
    expect(dayNumberOf(date)).toBe(day);
    expect(isWeekend(day)).toBe(weekday(date) > 5);
    date = addDays(date, 89);
  }
  expect(dateOf(dayNumberOf('2000-02-29'))).toBe('2000-02-29');
  expect(dateOf(0)).toBe('1970-01-01');
});
