import { http, HttpResponse, type HttpHandler } from 'msw';
import { civilDateOf, findCivilDate } from '../src/kit/instant.ts';
import { cancel, contract, create, errors, payability, paymentTold, pull, query, reconciliation, refund, signedFields } from '../src/systems/paygov/contract.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { attended, lookUp, service, type Asked, type BodyOf, type Desk, type Reply } from './ministry/exchange.ts';
import { openMessengers, PAUSES_MS } from './ministry/messengers.ts';
import { openOffice } from './ministry/office.ts';
import { openBook, type Payment } from './paygov/book.ts';
import { backAddress, payPage, plainPage } from './paygov/pay-page.ts';
import { isProved, isSigned } from './paygov/proof.ts';
import { no, voice, wordCallback, wordFile, wordLookUp, wordPayment, WRONG_CHECK_SUM } from './paygov/wording.ts';

/** What the platform needs to know beside the world. */
interface Place {
  /** Base address of the hub that is called back, asked for at each attempt; nothing while it is not known. */
  readonly hubUrl: () => string | undefined;
  /** Its own address, as browsers reach it. */
  readonly ownUrl: () => string;
  /** Pauses between two attempts at a callback, milliseconds on the clock. */
  readonly pausesMs?: readonly number[] | undefined;
}

/** The names by which the two things that people do here can be scripted. */
const PAGE = 'paygov.payPage';
const CLICK = 'paygov.pay';

/** PayGov: keeps requests for payment, shows people the page on which to pay, and tells the agency of it. */
export function openPaygov(world: World, { hubUrl, ownUrl, pausesMs = PAUSES_MS }: Place): Ministry {
  const office = openOffice('paygov', world, {
    operations: [...contract.operations, PAGE, CLICK],
    outcomes: ['done', 'refuse', 'paidUntold', 'callbackForged', 'callbackDoubled', 'callbackFirst', 'callbackAstray', 'amountDiffers', 'paidTwice'],
  });
  const { clock } = office;
  const book = openBook(office, tell);
  const messengers = openMessengers(office, { settle: book.settle, nextReadyAt: book.nextReadyAt, pausesMs, baseUrl: hubUrl, isTaken });

  function tell(payment: Payment): void {
    if (payment.outcome === 'paidUntold') return;
    const body = JSON.stringify(paymentTold.body.parse(wordCallback(payment)));
    const addressee = payment.outcome === 'callbackAstray' ? (book.findBefore(payment) ?? payment) : payment;
    const path = `/callbacks/paygov/${addressee.transactionId}`;
    messengers.send(messageOf(payment), path, body);
    if (payment.outcome === 'callbackDoubled') messengers.send(`${messageOf(payment)} again`, path, body);
  }

  const payUrl = ({ transactionId }: Payment): string => `${ownUrl()}/pay/${transactionId}`;

  function takeRequest({ body }: { body: BodyOf<typeof create> }): Reply<typeof create> {
    if (!isSigned(body, signedFields.create)) return no(errors.wrongCheckSum, WRONG_CHECK_SUM);
    const { bill_info: bill, trans_amount: amount, transaction_id: id } = body;
    const sums = [sum(bill.PhiLePhi), sum(bill.DSKhoanNop)];
    if (amount === '0' || sums.some((one) => one !== Number(amount))) return no(errors.malformed, 'Tổng các khoản nộp không bằng số tiền giao dịch.');
    if (body.addition_fee !== '0') return no(errors.malformed, 'Phụ phí không được áp dụng cho dịch vụ này.'); // there is nobody here whom it would go to
    const { is, payment } = book.take(body);
    if (is === 'other') return no(errors.otherContent, `Mã giao dịch ${id} đã được dùng với nội dung khác.`);
    if (payment.state !== 'pending' && payment.state !== 'paid') return no(errors.notNow, `Giao dịch ${id} đã kết thúc, phải tạo giao dịch mới.`);
    messengers.wake();
    return { status: 200, body: { error: errors.none, msg: 'Thành công', payment_url: payUrl(payment) } };
  }

  /** Looks up the payment that a signed command names, and does something with it. */
  function attend<Op extends typeof query | typeof cancel | typeof refund>(work: (payment: Payment) => Reply<typeof query>): (asked: Asked<BodyOf<Op>>) => Reply<typeof query> {
    return ({ body, staleMs }) => {
      if (!isSigned(body, signedFields.command)) return no(errors.wrongCheckSum, WRONG_CHECK_SUM);
      const payment = book.find(body.transaction_id, staleMs);
      return payment ? work(payment) : no(errors.unknown, `Không có giao dịch ${body.transaction_id}.`);
    };
  }

  const tellOf = (payment: Payment): Reply<typeof query> => ({ status: 200, body: wordPayment(payment, payUrl(payment)) });

  function takeBack(found: Payment): Reply<typeof cancel> {
    const payment = book.cancel(found, 'agency');
    return payment.state === 'paid' ? no(errors.notNow, 'Giao dịch đã thanh toán, chỉ có thể hoàn tiền.') : tellOf(payment);
  }

  function payBack(found: Payment): Reply<typeof refund> {
    const payment = book.refund(found);
    return payment.state === 'refunded' ? tellOf(payment) : no(errors.notNow, 'Giao dịch chưa thanh toán, không có tiền để hoàn.');
  }

  function tellPayable({ body }: { body: BodyOf<typeof pull> }): Reply<typeof pull> {
    if (!isSigned(body, signedFields.pull)) return { status: 200, body: { error_code: payability.error, data: [] } };
    const payment = book.findPayable(body.MaHoSo);
    if (!payment) return { status: 200, body: { error_code: payability.nothing, data: [] } };
    const { NoiDungThanhToan, DSKhoanNop } = payment.form.bill_info;
    const data = { MaTraCuuTT: wordLookUp(payment, clock.now()), transaction_id: payment.transactionId, MaHoSo: payment.dossier, NoiDungThanhToan, DSKhoanNop, payment_url: payUrl(payment) };
    return { status: 200, body: { error_code: payability.payable, data } };
  }

  function giveFile({ path: { date = '' } }: { path: Readonly<Record<string, string>> }): Reply<typeof reconciliation> {
    const isOver = findCivilDate(date) !== undefined && date < civilDateOf(clock.now());
    return isOver ? { status: 200, body: wordFile(book.movements(date)) } : { status: 404, body: { error: errors.unknown, msg: `Chưa có tệp đối soát của ngày ${date}: tệp có từ ngày hôm sau (T+1).` } };
  }

  async function click(text: string, transactionId: string): Promise<Response> {
    const found = book.find(transactionId);
    if (!found) return plainPage(404, 'Không có giao dịch này.');
    const action = new URLSearchParams(text).get('action');
    if (action !== 'pay' && action !== 'cancel') return plainPage(400, 'Chỉ có thể thanh toán hoặc hủy.');
    const payment = action === 'pay' ? book.pay(found) : book.cancel(found, 'payer');
    if (payment.outcome === 'callbackFirst') await messengers.rush(messageOf(payment));
    else messengers.wake();
    return new HttpResponse(null, { status: 303, headers: { location: backAddress(payment) } });
  }

  function show(transactionId: string): Promise<Response> {
    const payment = book.find(transactionId);
    return Promise.resolve(payment ? payPage(payment) : plainPage(404, 'Không có giao dịch này.'));
  }

  const pages = (desk: Desk): HttpHandler[] => [
    http.get('*/pay/:id', attended(desk, { operation: PAGE, media: 'application/json' }, (_request, _text, { params: { id = '' } }) => show(id))),
    http.post('*/pay/:id', attended(desk, { operation: CLICK, media: 'application/json' }, (_request, text, { params: { id = '' } }) => click(text, id))),
  ];

  return openMinistry(office, {
    contract,
    voice,
    gate: (request) => (isProved(request) ? undefined : voice.say(401, WRONG_CHECK_SUM)),
    services: [service(create, takeRequest), lookUp(query, attend(tellOf), ({ body }) => [book.find(body.transaction_id)?.form]), service(pull, tellPayable), service(cancel, attend(takeBack)), service(refund, attend(payBack)), service(reconciliation, giveFile)],
    carried: pages,
    settle: book.settle,
    stop: messengers.stop,
  });
}

/** Names the message that tells of a payment's end: each end is told once. */
function messageOf({ transactionId, state }: Payment): string {
  return `${transactionId} ${state}`;
}

/** Only return_code 0 ends the repetition; the HTTP status says nothing. */
async function isTaken(response: Response): Promise<boolean> {
  const reply = paymentTold.reply.safeParse(await response.json());
  return reply.success && reply.data.return_code === 0;
}

function sum(items: readonly { readonly SoTien: number | string }[]): number {
  return items.reduce((all, { SoTien }) => all + Number(SoTien), 0);
}
