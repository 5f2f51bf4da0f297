import { createHmac } from 'node:crypto';
import type { z } from 'zod';
import { problemOf } from '../src/kit/contract.ts';
import { civilDateOf, type Instant } from '../src/kit/instant.ts';
import { sameName } from '../src/kit/person-name.ts';
import { findWireDate, writeWireDate } from '../src/kit/wire-date.ts';
import { cardAnswered, contract, inquireCard, issueCard, lookUpCards, settings, states, type cardState } from '../src/systems/social-insurance/contract.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { lookUp as lookUpService, service, type Asked, type BodyOf, type Reply } from './ministry/exchange.ts';
import { openMessengers, PAUSES_MS } from './ministry/messengers.ts';
import { openOffice } from './ministry/office.ts';
import { openOrderBook, type Carried, type Order } from './ministry/orders.ts';
import { codeAndReason } from './ministry/voice.ts';
import { checkBearer } from './ndxp/token.ts';
import type { Citizen, Register } from './population/register.ts';
import { isUnderSix, openCardFiles, type Card } from './social-insurance/cards.ts';

/** An order as it came. */
type CardOrder = BodyOf<typeof issueCard>;
type CardState = z.output<typeof cardState>;

/** Facilities at which people may register: 89001 to 89012. */
const FACILITIES: ReadonlySet<string> = new Set(Array.from({ length: 12 }, (_, index) => String(89_001 + index)));

/** Social insurance: issues the cards of children under six and calls the orderer back. */
export function openSocialInsurance(world: World, register: Register, pausesMs: readonly number[] = PAUSES_MS): Ministry {
  const office = openOffice('social-insurance', world, { operations: contract.operations, outcomes: ['done', 'doneUntold', 'refuse', 'silent', 'callbackForged', 'callbackDoubled', 'callbackFirst', 'callbackAstray'] });
  const { clock, log, breaches } = office;
  const files = openCardFiles(office.records);
  const orders = openOrderBook<CardOrder, Card>(office, {
    carryOut: issue,
    idempotencyKey: (order) => order.maYeuCau,
    defaultReasons: { refuse: 'Hồ sơ không đủ điều kiện cấp thẻ BHYT theo quy định.', supplement: '' },
    ended(order) {
      if (order.outcome === 'doneUntold' || order.copy > 0) return;
      const body = wordOrder(order);
      const read = cardAnswered.body.safeParse(body);
      if (!read.success) {
        breaches.push(`${cardAnswered.id}: ${problemOf(read.error)}`);
        log.error({ ministry: office.name, breach: problemOf(read.error) }, 'A simulated ministry was about to leave its own contract.');
        return;
      }
      const address = order.outcome === 'callbackAstray' ? (orders.findBefore(order) ?? order).body.callbackUrl : order.body.callbackUrl;
      const text = JSON.stringify(body);
      messengers.send(order.outcome === 'callbackForged' ? `${order.key}${FORGED}` : order.key, address, text);
      if (order.outcome === 'callbackDoubled') messengers.send(`${order.key} again`, address, text);
    },
  });
  const messengers = openMessengers(office, { settle: orders.settle, nextReadyAt: orders.nextReadyAt, pausesMs, sign });

  function issue({ number, copy, body }: Order<CardOrder, Card>, at: Instant): Carried<Card> {
    const child = register.find(body.soDinhDanh);
    const reason = findRefusal(body, child, civilDateOf(at));
    if (!child || reason !== undefined) return { is: 'refused', reason: reason ?? '' };
    const existing = files.find(child);
    if (existing && copy > 0) return { is: 'done', result: existing, effect: { act: 'issueHealthCard', subject: child.personalId } }; // who does not deduplicate prints it a second time
    if (existing) return { is: 'done', result: existing, effect: existing.order === undefined ? 'older' : { same: existing.order } };
    return { is: 'done', result: files.issue(child, body.maCoSoKCB, number), effect: { act: 'issueHealthCard', subject: child.personalId } };
  }

  async function takeOrder({ body }: { body: CardOrder }): Promise<Reply<typeof issueCard>> {
    if (!findWireDate(body.ngaySinh, 'dd/MM/yyyy')) return { status: 422, body: { maLoi: 'NGAY_KHONG_TON_TAI', lyDo: `Ngày sinh ${body.ngaySinh} không tồn tại.` } };
    const { is, order } = orders.take({ key: body.maYeuCau }, body);
    if (is === 'new' && order.outcome === 'callbackFirst') await messengers.rush(order.key);
    else messengers.wake();
    return { status: 202, body: { maYeuCau: body.maYeuCau } };
  }

  function tellState({ path: { maYeuCau = '' }, staleMs }: Omit<Asked<unknown>, 'body'>): Reply<typeof inquireCard> {
    const order = orders.find(maYeuCau, staleMs);
    return order ? { status: 200, body: wordOrder(order) } : { status: 404, body: { maLoi: 'KHONG_TIM_THAY', lyDo: `Không có yêu cầu ${maYeuCau}.` } };
  }

  function tellCards({ body }: { body: BodyOf<typeof lookUpCards> }): Reply<typeof lookUpCards> {
    orders.settle();
    const today = civilDateOf(clock.now());
    return { status: 200, body: { ketQua: body.danhSach.map((asked) => ({ soDinhDanh: asked.soDinhDanh, ...lookUp(asked, today) })) } };
  }

  type Found = Omit<z.input<(typeof lookUpCards.answers)[200]>['ketQua'][number], 'soDinhDanh'>;

  function lookUp(asked: BodyOf<typeof lookUpCards>['danhSach'][number], today: string): Found {
    const person = register.find(asked.soDinhDanh);
    const card = person && files.find(person);
    if (!person || !card) return { maKetQua: '050' };
    if (!sameName(person.fullName, asked.hoTen)) return { maKetQua: '060' };
    if (person.birthDate !== (findWireDate(asked.ngaySinh, 'dd/MM/yyyy') ?? asked.ngaySinh)) return { maKetQua: '070' };
    const isValid = today <= card.validTo && person.deceased === undefined;
    return { maKetQua: isValid ? '000' : '001', the: { ...wordCard(card), mucHuong: card.benefit } };
  }

  return openMinistry(office, {
    contract,
    voice: codeAndReason,
    gate: (request) => checkBearer(request, clock),
    services: [service(issueCard, takeOrder), lookUpService(inquireCard, tellState, ({ path: { maYeuCau = '' } }) => [orders.find(maYeuCau)?.body]), service(lookUpCards, tellCards)],
    settle: orders.settle,
    stop: messengers.stop,
  });
}

function findRefusal(body: CardOrder, child: Citizen | undefined, today: string): string | undefined {
  if (!child) return 'Không tìm thấy số định danh trong Cơ sở dữ liệu quốc gia về dân cư.';
  const isSame = sameName(child.fullName, body.hoTen) && child.birthDate === findWireDate(body.ngaySinh, 'dd/MM/yyyy');
  if (!isSame) return 'Họ tên hoặc ngày sinh không khớp với Cơ sở dữ liệu quốc gia về dân cư.';
  if (child.deceased) return 'Người được cấp thẻ đã chết theo Cơ sở dữ liệu quốc gia về dân cư.';
  if (!isUnderSix(child, today)) return 'Trẻ đã đủ 72 tháng tuổi, không thuộc nhóm trẻ em dưới 6 tuổi (TE).';
  if (!FACILITIES.has(body.maCoSoKCB)) return `Mã cơ sở khám chữa bệnh ${body.maCoSoKCB} không có trong danh mục.`;
  return undefined;
}

function wordOrder({ key, state, reason, result }: Order<CardOrder, Card>): CardState {
  if (state === 'refused') return { maYeuCau: key, trangThai: states.refused, lyDo: reason ?? '' };
  return state === 'done' && result ? { maYeuCau: key, trangThai: states.done, ...wordCard(result) } : { maYeuCau: key, trangThai: states.waiting };
}

function wordCard({ number, validFrom, validTo, facility }: Card): { soThe: string; tuNgay: string; denNgay: string; maCoSoKCB: string } {
  return { soThe: number, tuNgay: writeWireDate(validFrom, 'dd/MM/yyyy'), denNgay: writeWireDate(validTo, 'dd/MM/yyyy'), maCoSoKCB: facility };
}

/** Ends the name of a message that goes out with a wrong signature. */
const FORGED = ' forged';

function sign(body: string, key: string): Record<string, string> {
  return { [cardAnswered.signatureHeader]: createHmac('sha256', key.endsWith(FORGED) ? `not ${settings.CALLBACK_KEY.sandbox}` : settings.CALLBACK_KEY.sandbox).update(body).digest('hex') };
}
