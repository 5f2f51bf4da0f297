import type { Chance } from './chance.ts';
import type { Draft, HeadRelation } from './records.ts';

/** Those of a family from whom the head of the household is chosen. */
interface Elders {
  readonly father?: Draft | undefined;
  readonly mother?: Draft | undefined;
  readonly grandparents: readonly Draft[];
}

/** Chooses the head: a grandparent in half of the families that have one, else mostly the father; never a dead one. */
export function chooseHead(chance: Chance, { father, mother, grandparents }: Elders): Draft {
  const elder = chance.happens(0.5) ? grandparents.find(isAlive) : undefined;
  if (elder) return elder;
  const couple = [father, mother].filter((one) => one !== undefined).filter(isAlive);
  const head = couple.length === 2 && chance.happens(0.15) ? couple[1] : couple[0];
  if (!head) throw new Error('A household needs a head: leave at least one of its parents alive and at home');
  return head;
}

/** What a person is to the head, by blood or marriage; `family` has the spouses through whom they are related, at home or not. */
export function relationTo(head: Draft, person: Draft, family: readonly Draft[]): HeadRelation {
  const male = person.sex === 'MALE';
  if (person === head) return 'Chủ hộ';
  if (person.spouseId === head.personalId) return male ? 'Chồng' : 'Vợ';
  if (isChildOf(person, head)) return 'Con';
  if (isChildOf(head, person)) return male ? 'Cha' : 'Mẹ';
  const headSpouse = family.find((one) => one.personalId === head.spouseId);
  if (headSpouse && isChildOf(headSpouse, person)) {
    return head.sex === 'MALE' ? (male ? 'Cha vợ' : 'Mẹ vợ') : male ? 'Cha chồng' : 'Mẹ chồng';
  }
  const spouse = family.find((one) => one.personalId === person.spouseId);
  if (spouse && isChildOf(spouse, head)) return male ? 'Con rể' : 'Con dâu';
  return 'Cháu';
}

function isAlive(person: Draft): boolean {
  return person.deceased === undefined;
}

function isChildOf(person: Draft, parent: Draft): boolean {
  return person.fatherId === parent.personalId || person.motherId === parent.personalId;
}
