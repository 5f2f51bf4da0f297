import { createHmac, timingSafeEqual } from 'node:crypto';
import { defineAct, type Heard, type IncomingMessage, type Order } from '../../kit/act.ts';
import { problemOf } from '../../kit/contract.ts';
import { printedDate, type Instant } from '../../kit/instant.ts';
import { NOT_FOUND } from '../../kit/outcome.ts';
import type { Settings } from '../../kit/system.ts';
import { words } from '../../kit/words.ts';
import { readCardState, socialInsurance, type Card, type CardOrderForm } from './client.ts';
import { cardAnswered } from './contract.ts';

/** What the bundle must give to order a card; key and callback address come with the order. */
export type CardOrder = Omit<CardOrderForm, 'key' | 'callbackUrl'>;

/**
 * Issues the health-insurance card of a child under six (Luật BHYT, card from birth to 72 months or 30 September). Key on
 * the wire: maYeuCau, the same key is the same order; the same child twice gets the same card. Stands once done.
 */
export const issueHealthCard = defineAct({
  name: 'issueHealthCard',
  title: words('Cấp thẻ BHYT cho trẻ em dưới 6 tuổi', 'Health-insurance card for a child under six'),
  system: socialInsurance,
  desk: 'SOCIAL_INSURANCE',
  atOnce: 1,
  answers: 'called back',
  order: (verbs, { input, key, callbackUrl }: Order<CardOrder>) => verbs.issue({ ...input, key, callbackUrl }),
  async inquire(verbs, orders) {
    const answers = await Promise.all(orders.map(async (order) => [order.key, await verbs.inquire(order.key)] as const));
    return new Map(answers.filter(([, outcome]) => !(outcome.is === 'refused' && outcome.code === NOT_FOUND)));
  },
  hear: hearCard,
  document: ({ number, validFrom, validTo, facilityCode }, { child, facilityCode: chosen }) => ({
    typeCode: null, // social insurance publishes no result code (domain notes §1.3 have none)
    title: words('Thẻ bảo hiểm y tế', 'Health-insurance card'),
    number,
    lines: [
      { label: 'Họ và tên', value: child.fullName },
      { label: 'Ngày, tháng, năm sinh', value: printedDate(child.birthDate) },
      { label: 'Mã số thẻ', value: number },
      { label: 'Giá trị sử dụng', value: `từ ${printedDate(validFrom)} đến ${printedDate(validTo)}` },
      { label: 'Nơi đăng ký KCB ban đầu', value: { facility: facilityCode ?? chosen } },
    ],
  }),
});

function hearCard(message: IncomingMessage, settings: Settings, now: Instant): Heard<Card> {
  const expected = createHmac('sha256', settings['CALLBACK_KEY'] ?? '').update(message.body).digest();
  const given = Buffer.from(message.headers[cardAnswered.signatureHeader] ?? '', 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return { is: 'forged' };
  let tree: unknown;
  try {
    tree = JSON.parse(message.body);
  } catch {
    return { is: 'malformed', problem: 'the body is not JSON' };
  }
  const parsed = cardAnswered.body.safeParse(tree);
  if (!parsed.success) return { is: 'malformed', problem: problemOf(parsed.error) };
  return { is: 'heard', key: parsed.data.maYeuCau, outcome: readCardState(parsed.data, now) };
}

/** The result of an issued card. */
export type { Card };

/** What social insurance may be ordered to do. */
export const acts = [issueHealthCard];
