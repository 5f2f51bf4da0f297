import { defineAct, type Order, type OrderName } from '../../kit/act.ts';
import { printedDate } from '../../kit/instant.ts';
import { NOT_FOUND, type OrderOutcome } from '../../kit/outcome.ts';
import { words } from '../../kit/words.ts';
import { residence, type ResidenceEntry, type ResidenceRegistration } from './client.ts';

/** What the bundle must give to order a residence registration; the codes come with the order. */
export type ResidenceOrder = Omit<ResidenceRegistration, 'key' | 'linked'>;

/**
 * Registers permanent residence ("đăng ký thường trú", 1.004222; Luật Cư trú 2020). Key on the wire: maYeuCau, the same
 * key is the same registration. Stands once done.
 */
export const registerResidence = defineAct({
  name: 'registerResidence',
  title: words('Đăng ký thường trú', 'Permanent residence registration'),
  system: residence,
  desk: 'COMMUNE_POLICE',
  atOnce: 1,
  answers: 'polled',
  order: (verbs, { input, key, linked }: Order<ResidenceOrder>) => verbs.register({ ...input, key, linked }),
  inquire: (verbs, orders) => inquireOneByOne(orders, (key) => verbs.inquire(key)),
  document: ({ noticeNumber, registeredOn, communeCode, detail }, { person }) => ({
    typeCode: null, // the police publish no result code (domain notes §1.3 have none)
    title: words('Thông báo kết quả đăng ký thường trú', 'Notice of the registered permanent residence'),
    number: noticeNumber,
    lines: [
      { label: 'Họ, chữ đệm và tên', value: person.fullName },
      { label: 'Ngày, tháng, năm sinh', value: printedDate(person.birthDate) },
      { label: 'Số định danh cá nhân', value: person.personalId },
      { label: 'Nơi thường trú', value: detail },
      { label: 'Xã, phường', value: { commune: communeCode } },
      { label: 'Ngày đăng ký', value: printedDate(registeredOn) },
    ],
  }),
});

async function inquireOneByOne(orders: readonly OrderName[], ask: (key: string) => Promise<OrderOutcome<ResidenceEntry>>): Promise<ReadonlyMap<string, OrderOutcome<ResidenceEntry>>> {
  const answers = await Promise.all(orders.map(async (order) => [order.key, await ask(order.key)] as const));
  return new Map(answers.filter(([, outcome]) => !(outcome.is === 'refused' && outcome.code === NOT_FOUND)));
}

/** The result of a registered residence. */
export type { ResidenceEntry };

/** What the residence database may be ordered to do. */
export const acts = [registerResidence];
