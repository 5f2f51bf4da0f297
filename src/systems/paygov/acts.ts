import { timingSafeEqual } from 'node:crypto';
import { defineAct, type Heard, type IncomingMessage, type Order } from '../../kit/act.ts';
import { problemOf } from '../../kit/contract.ts';
import type { Instant } from '../../kit/instant.ts';
import { NOT_FOUND, done, refused, type OrderOutcome, type Outcome } from '../../kit/outcome.ts';
import type { Settings } from '../../kit/system.ts';
import { words } from '../../kit/words.ts';
import { checkSumOf, paygov, readPayment, type Payment, type PaymentForm, type PaymentStatus } from './client.ts';
import { errors, paymentTold, signedFields } from './contract.ts';

/** What must be given to ask for a payment; id and dossier come with the order. */
export type PaymentOrder = Omit<PaymentForm, 'transactionId' | 'dossier'>;

/**
 * Asks a citizen for a payment ("yêu cầu thực hiện nghĩa vụ tài chính"). The order's key IS the transaction_id on the
 * wire and the ticket of its callback: make it with `transactionIdOf` and store it before the call. Pending until paid,
 * with the address of the pay page. No act of law: it can be taken back, and what was paid is paid back.
 */
export const requestPayment = defineAct({
  name: 'requestPayment',
  title: words('Yêu cầu thanh toán phí, lệ phí', 'Request for payment of fees and charges'),
  system: paygov,
  desk: 'COMMUNE', // only where it is an act of a bundle; usually the fee belongs to the dossier of another act
  atOnce: 1,
  answers: 'called back',
  async order(verbs, { input, key, dossier }: Order<PaymentOrder>): Promise<OrderOutcome<Payment>> {
    const asked = await verbs.create({ ...input, transactionId: key, dossier });
    return asked.is === 'done' ? { is: 'pending', meanwhile: { url: asked.value.payUrl } } : asked;
  },
  async inquire(verbs, orders) {
    const answers = await Promise.all(orders.map(async ({ key }) => [key, toOutcome(await verbs.query(key))] as const));
    return new Map(answers.filter(([, outcome]) => !(outcome.is === 'refused' && outcome.code === NOT_FOUND)));
  },
  hear: hearPayment,
  async undo(verbs, { key }, reason): Promise<OrderOutcome<Payment>> {
    const cancelled = await verbs.cancel({ transactionId: key, reason: reason.vi });
    const isPaid = cancelled.is === 'refused' && cancelled.code === errors.notNow;
    return isPaid ? await verbs.refund({ transactionId: key, reason: reason.vi }) : cancelled;
  },
});

/**
 * Reads a callback. What it says of the amount is told as it is and must be compared with what was asked for. The
 * checksum does not cover the state: a cautious caller asks by `query` before it lets anything depend on "paid".
 */
function hearPayment(message: IncomingMessage, settings: Settings, now: Instant): Heard<Payment> {
  let tree: unknown;
  try {
    tree = JSON.parse(message.body);
  } catch {
    return { is: 'malformed', problem: 'the body is not JSON' };
  }
  const parsed = paymentTold.body.safeParse(tree);
  if (!parsed.success) return { is: 'malformed', problem: problemOf(parsed.error) };
  const { data } = parsed;
  const expected = Buffer.from(checkSumOf(settings['CALLBACK_KEY'] ?? '', signedFields.create, data), 'hex');
  if (data.client_id !== settings['CLIENT_ID'] || !timingSafeEqual(Buffer.from(data.check_sum, 'hex'), expected)) return { is: 'forged' };
  const payment = readPayment(data, now);
  if (!payment) return { is: 'malformed', problem: 'pay_time: a time that does not exist' };
  return { is: 'heard', key: payment.transactionId, outcome: outcomeOf(payment, now) };
}

function toOutcome(told: Outcome<Payment>): OrderOutcome<Payment> {
  return told.is === 'done' ? outcomeOf(told.value, told.asOf) : told;
}

/** What a payment means for the order that asked for it: done when paid, refused (with the status as code) when it will never be. */
export function outcomeOf(payment: Payment, asOf: Instant): OrderOutcome<Payment> {
  const { status, payUrl, expiresAt } = payment;
  if (status === 'PAID') return done(payment, asOf);
  if (status === 'PENDING') return { is: 'pending', ...(payUrl !== undefined && { meanwhile: { url: payUrl, ...(expiresAt !== undefined && { until: expiresAt }) } }) };
  return refused(status, ENDS[status]);
}

const ENDS = {
  EXPIRED: words('Yêu cầu thanh toán đã hết hạn.', 'The request for payment ran out.'),
  CANCELLED: words('Giao dịch thanh toán đã bị hủy.', 'The payment was cancelled.'),
  REFUNDED: words('Khoản thanh toán đã được hoàn trả.', 'The payment was paid back.'),
  FAILED: words('Thanh toán không thành công.', 'The payment failed.'),
} satisfies Record<Exclude<PaymentStatus, 'PAID' | 'PENDING'>, unknown>;

/** What PayGov wants to hear back after a callback: only return_code 0 ends the repetition. */
export function replyToCallback(isTaken: boolean, message: string): { readonly return_code: number; readonly return_msg: string } {
  return { return_code: isTaken ? 0 : -1, return_msg: message };
}

/** The result of a payment that was made. */
export type { Payment };

/** What PayGov may be ordered to do. */
export const acts = [requestPayment];
