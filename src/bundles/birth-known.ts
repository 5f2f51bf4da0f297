import type { KnownField } from '../dossiers/voucher.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import type { CitizenWithKin } from '../systems/population/client.ts';
import { neededFields } from './birth-fields.ts';
import type { BirthForm, relations } from './birth-form.ts';

/** Who applies, and for whose child, as far as it must be known before anything can be looked up. */
export interface BirthFacts {
  readonly requester: PersonKey;
  readonly relation: (typeof relations)[number];
  /** The child's other parent, where the requester is one. */
  readonly otherParent?: PersonKey | null | undefined;
}

/** A value under a path of the birth form, where a source has it. */
export type KnownValue = readonly [path: string, value: string | undefined];

/** What the requester's own record says: the requester as a parent, the other parent as the spouse, household and home. */
export function requesterFields({ requester, otherParent, relation }: BirthFacts, { spouse, householdHead: head, permanentResidence: home }: CitizenWithKin): KnownValue[] {
  const [own, other] = relation === 'FATHER' ? (['father', 'mother'] as const) : (['mother', 'father'] as const);
  const parents: KnownValue[] = relation === 'MOTHER' || relation === 'FATHER'
    ? [[`${own}.personalId`, requester.personalId], [`${own}.fullName`, requester.fullName], [`${own}.birthDate`, requester.birthDate], [`${other}.personalId`, spouse?.personalId], [`${other}.fullName`, spouse?.fullName]]
    : [];
  const known = [requester, otherParent].find((one) => one && one.personalId === head?.personalId);
  const householder = 'residence.headOfHousehold';
  return [
    ...parents,
    [`${householder}.personalId`, head?.personalId],
    [`${householder}.fullName`, known?.fullName ?? head?.fullName],
    [`${householder}.birthDate`, known?.birthDate], // the register names no date of birth of the head; it confirmed this one
    ['residence.address.communeCode', home?.communeCode],
    ['residence.address.detail', home?.detail],
  ];
}

/**
 * What a child usually takes from its parents: the father's hometown where he is known, else the mother's; the ethnicity and
 * nationality on which both agree. The parents may decide otherwise, and then they type.
 */
export function childFields({ relation }: BirthFacts, requester: CitizenWithKin, other: CitizenWithKin | undefined): KnownValue[] {
  if (!isParent({ relation })) return [];
  const father = relation === 'FATHER' ? requester : other;
  const agreed = (one: string | undefined, another: string | undefined) => (another === undefined || one === another ? one : undefined);
  return [
    ['child.hometown', (father ?? requester).hometown?.detail],
    ['child.ethnicity', agreed(requester.ethnicity, other?.ethnicity)],
    ['child.nationality', agreed(requester.nationality, other?.nationality ?? requester.spouse?.nationality)],
  ];
}

/** What the requester's latest birth application says of the same people; of the other parent and the head only while the register names no other. */
export function earlierFields({ relation }: BirthFacts, now: CitizenWithKin | undefined, { requester, mother, father, residence, healthCare, child }: BirthForm): KnownValue[] {
  const [own, other] = relation === 'FATHER' ? (['father', 'mother'] as const) : (['mother', 'father'] as const);
  const parents = { mother, father };
  const same = (id: string | undefined, key: PersonKey | undefined) => (key && (id === undefined ? now === undefined : id === key.personalId) ? key : undefined);
  const person = (path: string, key: PersonKey | undefined): KnownValue[] => [[`${path}.personalId`, key?.personalId], [`${path}.fullName`, key?.fullName], [`${path}.birthDate`, key?.birthDate]];
  return [
    ['requester.phone', requester.phone],
    ...(isParent({ relation }) && parents[own]?.personalId === requester.personalId ? [...person(own, parents[own]), ...person(other, same(now?.spouse?.personalId, parents[other]))] : []),
    ...person('residence.headOfHousehold', same(now?.householdHead?.personalId, residence.headOfHousehold)),
    ...(now ? [] : ([['residence.address.communeCode', residence.address.communeCode], ['residence.address.detail', residence.address.detail], ['child.hometown', child.hometown]] as const)),
    ['healthCare.facilityCode', healthCare.facilityCode],
  ];
}

/** The paths that somebody must still fill in for a complete form; what was stated to ask for the prefill is not among them. */
export function missingFields({ relation, otherParent }: BirthFacts, fields: readonly KnownField[]): string[] {
  const known = new Set(fields.map(({ path }) => path));
  const parent = (name: string) => [`${name}.personalId`, `${name}.fullName`, `${name}.birthDate`];
  const other = relation === 'FATHER' ? 'mother' : 'father';
  const stated = otherParent ? parent(other) : []; // typed already, when this was asked
  const parents = isParent({ relation }) ? [...parent(relation === 'FATHER' ? 'father' : 'mother'), ...(known.has(`${other}.personalId`) ? parent(other) : [])] : parent('mother');
  return [...parents, ...neededFields].filter((path) => !known.has(path) && !stated.includes(path));
}

/** Whether the requester is the child's mother or father. */
export function isParent({ relation }: Pick<BirthFacts, 'relation'>): boolean {
  return relation === 'MOTHER' || relation === 'FATHER';
}
