import type { Chance } from './chance.ts';
import { weigh } from './chance.ts';
import type { DayNumber } from './days.ts';
import { dayNumberOf, REFERENCE_DAY, years } from './days.ts';

/** How a family lives; `apart` means that the father keeps a household of his own elsewhere. */
export type Kind = 'young' | 'settled' | 'elders' | 'apart' | 'singleMother' | 'singleFather' | 'widow' | 'widower';

/** Who is in a family and when each one was born; names and numbers come later. */
export interface Plan {
  readonly kind: Kind;
  readonly mother: DayNumber | undefined;
  readonly father: DayNumber | undefined;
  /** Births of the children who still live at home, eldest first; twins share a day. */
  readonly births: readonly DayNumber[];
  readonly grandparents: GrandparentsPlan | undefined;
}

/** The grandparents in the household: whose parents they are, and when they were born. */
interface GrandparentsPlan {
  readonly of: 'father' | 'mother';
  readonly mother: DayNumber | undefined;
  readonly father: DayNumber | undefined;
}

const TODAY = dayNumberOf(REFERENCE_DAY);
const drawKind = weigh<Kind>([
  ['young', 60], ['settled', 18], ['elders', 7], ['apart', 5], ['singleMother', 6], ['singleFather', 1.5], ['widow', 1.5], ['widower', 1],
]);
const drawWish = weigh([[1, 20], [2, 50], [3, 22], [4, 8]]);

/** Age range of the mother on the reference day, in completed years. */
const MOTHER_AGES: Readonly<Record<Kind, readonly [from: number, to: number]>> = {
  young: [20, 40],
  settled: [41, 60],
  elders: [62, 88],
  apart: [22, 48],
  singleMother: [21, 44],
  singleFather: [23, 48],
  widow: [25, 55],
  widower: [25, 55],
};

/** A mother is at least 18 years and 7 months old when she gives birth, a father 20 years: the ages of lawful marriage. */
const MOTHER_FROM = years(18.6);
const FATHER_FROM = years(20);

/** Children over 30 have left the household. */
const LEAVING_AGE = years(30);

/** Parents born before this day have no grandparent at home, so that nobody is over a hundred. */
const SEVENTIES = dayNumberOf('1970-01-01');

/** Nobody was born in the last ten days: those births are still to be registered, by whoever tries the hub. */
const NEWEST = TODAY - 10;

/** Draws the plan of one family. */
export function planFamily(chance: Chance): Plan {
  const kind = drawKind(chance);
  const [from, to] = MOTHER_AGES[kind];
  // The mean of two draws makes the middle ages the commonest; two days at each end keep rounding out of the range.
  const age = (chance.between(years(from) + 2, years(to + 1) - 2) + chance.between(years(from) + 2, years(to + 1) - 2)) / 2;
  const mother = TODAY - Math.round(age);
  const births = kind === 'elders' ? [] : planBirths(chance, mother, kind !== 'young' && kind !== 'settled' && kind !== 'apart');
  const latest = (births[0] ?? TODAY) - FATHER_FROM;
  const father = Math.min(mother - chance.between(-years(2), years(9)), latest - chance.between(0, 900));
  return {
    kind,
    births,
    mother: kind === 'singleFather' ? undefined : mother,
    father: kind === 'singleMother' ? undefined : father,
    grandparents: planGrandparents(chance, kind, { mother, father }),
  };
}

function planBirths(chance: Chance, mother: DayNumber, atLeastOne: boolean): DayNumber[] {
  const births: DayNumber[] = [];
  const wish = drawWish(chance);
  let day = mother + MOTHER_FROM + chance.between(0, years(7)) + chance.between(0, years(7));
  while (births.length < wish && day <= NEWEST && day < mother + years(43)) {
    const twins = chance.happens(0.012);
    if (day >= TODAY - LEAVING_AGE) births.push(day, ...(twins ? [day] : []));
    day += chance.between(500, 2_400);
  }
  if (births.length === 0 && atLeastOne) {
    births.push(chance.between(Math.max(mother + MOTHER_FROM, TODAY - years(29)), Math.min(NEWEST, mother + years(43))));
  }
  return births;
}

/** Grandparents live with about every third family whose parents are young enough. */
function planGrandparents(chance: Chance, kind: Kind, parents: { mother: DayNumber; father: DayNumber }): GrandparentsPlan | undefined {
  const of = kind === 'singleMother' || (kind !== 'singleFather' && chance.happens(0.25)) ? 'mother' : 'father';
  const parent = parents[of];
  if (kind === 'elders' || parent < SEVENTIES || !chance.happens(0.4)) return undefined;
  const mother = parent - chance.between(years(19), years(34));
  const father = Math.min(mother - chance.between(-years(2), years(8)), parent - FATHER_FROM);
  const alone = chance.next();
  return { of, mother: alone < 0.05 ? undefined : mother, father: alone > 0.85 ? undefined : father };
}
