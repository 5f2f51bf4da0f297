import { composeCard, drawFacility } from './cards.ts';
import type { Chance } from './chance.ts';
import { weigh } from './chance.ts';
import { dateOf, dayNumberOf, REFERENCE_DAY, years } from './days.ts';
import { chooseHead, relationTo } from './household.ts';
import { inventSurname } from './names.ts';
import type { Kin, Workshop } from './person.ts';
import { inventPerson } from './person.ts';
import { COMMUNES, inventAddress } from './places.ts';
import type { Plan } from './plan.ts';
import { planFamily } from './plan.ts';
import type { Draft, Ethnicity, Family, MaritalStatus, Residence } from './records.ts';

const drawEthnicity = weigh<Ethnicity>([['Kinh', 91], ['Khmer', 4], ['Chăm', 2.5], ['Hoa', 2.5]]);
const drawReligion: Readonly<Record<Ethnicity, (chance: Chance) => string | undefined>> = {
  Kinh: weigh([[undefined, 45], ['Phật giáo Hòa Hảo', 30], ['Phật giáo', 14], ['Cao Đài', 6], ['Công giáo', 4], ['Tin lành', 1]]),
  Khmer: weigh([['Phật giáo', 95], [undefined, 5]]),
  Chăm: weigh([['Hồi giáo', 1]]),
  Hoa: weigh([[undefined, 6], ['Phật giáo', 4]]),
};

const TODAY = dayNumberOf(REFERENCE_DAY);

/** Gives the next household of a commune: its number on record and its place in the commune. */
export type Settle = (commune: string) => { householdNumber: string; house: number };

/** Counts households commune by commune: ward code and a running number of four digits. */
export function openSettlement(): Settle {
  const counts = new Map<string, number>();
  return (commune) => {
    const house = (counts.get(commune) ?? 0) + 1;
    counts.set(commune, house);
    return { householdNumber: `${commune}${String(house).padStart(4, '0')}`, house };
  };
}

/** Invents one family with all its members; birth registration numbers follow when the books are closed. */
export function inventFamily(workshop: Workshop, settle: Settle, number: number): Family {
  const { chance } = workshop;
  const plan = planFamily(chance);
  const commune = chance.pick(COMMUNES);
  const { householdNumber, house } = settle(commune);
  const residence: Residence = { commune, detail: inventAddress(chance, commune, house) };
  const { father, mother, grandparents, children } = peopleOf(workshop, plan, number, residence);
  const members = [...grandparents, father, mother, ...children].filter((one) => one !== undefined);

  const apart = plan.kind === 'apart' ? father : undefined;
  if (apart) settleElsewhere(chance, settle, apart);
  const home = members.filter((one) => one !== apart);

  mourn(chance, plan, { father, mother, grandparents, children });
  const head = chooseHead(chance, { father: apart ? undefined : father, mother, grandparents });
  for (const person of home) {
    person.headId = head.personalId;
    person.headRelation = relationTo(head, person, members);
    person.householdNumber = householdNumber;
  }
  const facility = drawFacility(chance);
  for (const person of members) person.healthCard = composeCard(chance, person, facility);

  return {
    synthetic: true,
    number,
    commune,
    addressDetail: residence.detail,
    householdNumber,
    head,
    father,
    mother,
    grandparents: grandparents.length > 0 ? grandparents : undefined,
    children,
    members,
  };
}

/** Gives a father a household of his own, of which he is the head, in another commune. */
function settleElsewhere(chance: Chance, settle: Settle, father: Draft): void {
  const commune = chance.pick(COMMUNES.filter((one) => one !== father.residence.commune));
  const { householdNumber, house } = settle(commune);
  father.residence = { commune, detail: inventAddress(chance, commune, house) };
  father.headId = father.personalId;
  father.householdNumber = householdNumber;
}

interface People {
  readonly father: Draft | undefined;
  readonly mother: Draft | undefined;
  readonly grandparents: readonly Draft[];
  readonly children: readonly Draft[];
}

/** Invents the people of a plan, parents before children, and ties them to each other. */
function peopleOf(workshop: Workshop, plan: Plan, family: number, residence: Residence): People {
  const { chance } = workshop;
  const ethnicity = drawEthnicity(chance);
  const theirs: Kin = { family, residence, ethnicity, religion: drawReligion[ethnicity](chance), taken: new Set() };
  // One mother in sixteen is of another ethnic group than the father.
  const otherEthnicity = chance.happens(1 / 16) ? drawEthnicity(chance) : ethnicity;
  const hers: Kin =
    otherEthnicity === ethnicity ? theirs : { ...theirs, ethnicity: otherEthnicity, religion: drawReligion[otherEthnicity](chance) };

  const his = inventSurname(chance, theirs.ethnicity);
  const her = inventSurname(chance, hers.ethnicity);
  const old = plan.grandparents;
  const [kin, name] = old?.of === 'father' ? [theirs, his] : [hers, her];
  const [grandfather, grandmother] = old ? inventGrandparents(workshop, kin, name, old) : [undefined, undefined];

  const maritalStatus = coupleStatus(chance, plan);
  const hisParents = old?.of === 'father' ? { father: grandfather, mother: grandmother } : NOBODY;
  const herParents = old?.of === 'mother' ? { father: grandfather, mother: grandmother } : NOBODY;
  const father = plan.father === undefined ? undefined
    : inventPerson(workshop, theirs, { sex: 'MALE', born: plan.father, surname: his, maritalStatus, ...hisParents });
  const mother = plan.mother === undefined ? undefined
    : inventPerson(workshop, hers, { sex: 'FEMALE', born: plan.mother, surname: her, maritalStatus, ...herParents });
  marry(father, mother);

  const [childKin, surname] = father ? [theirs, his] : [hers, her];
  const children = plan.births.map((born) => {
    const sex = chance.happens(0.52) ? 'MALE' : 'FEMALE';
    return inventPerson(workshop, childKin, { sex, born, surname, maritalStatus: 'SINGLE', father, mother });
  });
  return { father, mother, grandparents: [grandfather, grandmother].filter((one) => one !== undefined), children };
}

/** Parents of whom nothing is on record. */
const NOBODY = { father: undefined, mother: undefined };

/**
 * A grandmother alone bears her child's surname too (her late husband had the same one), so that every child on record
 * carries the surname of a parent on record.
 */
function inventGrandparents(
  workshop: Workshop,
  kin: Kin,
  surname: string,
  plan: NonNullable<Plan['grandparents']>,
): [father: Draft | undefined, mother: Draft | undefined] {
  const couple = plan.father !== undefined && plan.mother !== undefined;
  const maritalStatus = couple ? 'MARRIED' : 'WIDOWED';
  const maiden = couple ? inventSurname(workshop.chance, kin.ethnicity) : surname;
  const father = plan.father === undefined ? undefined
    : inventPerson(workshop, kin, { sex: 'MALE', born: plan.father, surname, maritalStatus, ...NOBODY });
  const mother = plan.mother === undefined ? undefined
    : inventPerson(workshop, kin, { sex: 'FEMALE', born: plan.mother, surname: maiden, maritalStatus, ...NOBODY });
  marry(father, mother);
  return [father, mother];
}

function coupleStatus(chance: Chance, { kind }: Plan): MaritalStatus {
  if (kind === 'singleMother') return chance.happens(0.6) ? 'SINGLE' : 'DIVORCED';
  return kind === 'singleFather' ? 'DIVORCED' : 'MARRIED';
}

function marry(husband: Draft | undefined, wife: Draft | undefined): void {
  if (!husband || !wife) return;
  husband.spouseId = wife.personalId;
  wife.spouseId = husband.personalId;
}

/** Writes the deaths: the one who makes a widow or widower, and about one in a hundred of those over sixty. */
function mourn(chance: Chance, plan: Plan, { father, mother, grandparents, children }: People): void {
  const [grandfather, grandmother] = grandparents;
  if (grandfather && grandmother) mournOldCouple(chance, grandfather, grandmother);
  if (plan.kind === 'elders' && father && mother) mournOldCouple(chance, father, mother);
  const dead = plan.kind === 'widow' ? father : plan.kind === 'widower' ? mother : undefined;
  const survivor = dead === father ? mother : father;
  if (!dead || !survivor) return;
  // After the youngest child's birth, within three years, and at least four days ago.
  const youngest = plan.births[children.length - 1] ?? TODAY - years(3);
  die(dead, survivor, chance.between(Math.max(youngest + 1, TODAY - years(3)), TODAY - 4));
}

/** In one old couple of fifty one of the two has died within the last two years; never both. */
function mournOldCouple(chance: Chance, husband: Draft, wife: Draft): void {
  if (!chance.happens(0.02)) return;
  const [dead, survivor] = chance.happens(0.6) ? [husband, wife] : [wife, husband];
  die(dead, survivor, TODAY - chance.between(10, years(2)));
}

function die(person: Draft, survivor: Draft, day: number): void {
  person.deceased = { date: dateOf(day) };
  survivor.maritalStatus = 'WIDOWED';
}
