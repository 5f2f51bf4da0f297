import { BorrowedInterface, builder } from '../../graph/builder.ts';
import { purposeOf, type HubContext } from '../../graph/context.ts';
import { borrowed, type Borrowed } from '../../graph/errors.ts';
import { load, lookup } from '../../graph/lookup.ts';
import type { PersonKey } from '../../kit/personal-id.ts';
import { socialInsurance, type Card } from './client.ts';

const cards = lookup(socialInsurance, 'cardsOf');

/** A health-insurance card. */
export const HealthCardType = builder.objectRef<Borrowed<Card>>('HealthCard').implement({
  description: 'A health-insurance card ("thẻ bảo hiểm y tế").',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    number: t.exposeString('number', { description: 'Fifteen characters: group, benefit level, province, insurance number ("số thẻ").' }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'First day ("có giá trị từ").' }),
    validTo: t.expose('validTo', { type: 'Date', description: 'Last day ("có giá trị đến").' }),
    facilityCode: t.exposeString('facilityCode', { nullable: true, description: 'Health facility of first registration ("mã cơ sở KCB ban đầu").' }),
  }),
});

/** The card of a person, under the request's purpose; null when there is none. */
export async function findHealthCard(context: HubContext, { personalId, fullName, birthDate }: PersonKey): Promise<Borrowed<Card> | null> {
  return borrowed(await load(context, cards, purposeOf(context), { personalId, fullName, birthDate }), socialInsurance.name);
}
