import { noAnswer } from '../dossiers/incident.ts';
import { later, type Instant } from '../kit/instant.ts';
import { neverLeft, type BadAnswer, type Refused, type Unreachable } from '../kit/outcome.ts';
import { retryAt, secondLookAt, turnAt } from '../kit/retry.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import type { Payment } from '../systems/paygov/client.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { tell } from './news.ts';
import { giveBack, receive } from './receive.ts';
import { arrived, paymentTable, type PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/** What became of a call about a payment: how PayGov says that it stands, that it knows of no such payment, or that there is no usable answer. */
export type Report = { readonly is: 'told'; readonly payment: Payment; readonly asOf: Instant } | { readonly is: 'unknown' } | Refused | Unreachable | BadAnswer;

/**
 * Writes down what PayGov answered, inside the unit of work now open. `asked` is the payment as it stood when PayGov was
 * asked: what came meanwhile, a callback or another task, makes the cashier look again at once.
 */
export async function settle(till: Till, rows: Rows, asked: PaymentRow, report: Report): Promise<void> {
  const { transactionId } = asked;
  const payment = await rows.findOneByOrFail(paymentTable, { transactionId });
  await rows.update(paymentTable, { transactionId }, { owner: null });
  const isOverheard = payment.told !== asked.told || payment.task !== asked.task;
  if (report.is === 'unreachable' || report.is === 'badAnswer') return failing(till, rows, { asked, payment }, report);
  await closeIncidents(till, rows, payment, ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER']);
  if (report.is === 'told') await hearOut(till, rows, payment, report);
  else if (report.is === 'unknown') await missing(till, rows, payment);
  else await refused(till, rows, payment, report);
  const after = await rows.findOneByOrFail(paymentTable, { transactionId });
  if (after.task !== null && isOverheard) await rows.update(paymentTable, { transactionId }, { nextAt: till.clock.now() });
  else if (after.task === 'WATCH' && after.status !== 'PENDING') await rows.update(paymentTable, { transactionId }, { task: null, nextAt: null }); // looked at for a callback that told nothing new
}

async function hearOut(till: Till, rows: Rows, payment: PaymentRow, { payment: told, asOf }: Extract<Report, { is: 'told' }>): Promise<void> {
  const { transactionId } = payment;
  if (payment.task === 'REFUND' && told.status === 'PAID') return lookAgain(till, rows, payment, arrived.refundDenied); // the money is still there
  const known = { ordered: payment.ordered === arrived.requestDenied ? arrived.request : payment.ordered, payUrl: told.payUrl ?? payment.payUrl, expiresAt: told.expiresAt ?? payment.expiresAt, gatewayCode: told.gatewayCode ?? payment.gatewayCode, asOf };
  await rows.update(paymentTable, { transactionId }, known);
  const receipt = { amount: told.amount, at: told.paidAt ?? asOf, learnt: 'QUERY', gatewayCode: told.gatewayCode } as const;
  switch (told.status) {
    case 'PENDING':
      if (payment.status !== 'PENDING') return;
      await rows.update(paymentTable, { transactionId }, payment.task === 'CANCEL' ? { tries: 0, nextAt: till.clock.now() } : { task: 'WATCH', tries: 0, nextAt: nextLook(till, known.expiresAt) });
      if (payment.payUrl !== null || known.payUrl === null) return;
      await closeIncidents(till, rows, payment, ['MINISTRY_REFUSED']);
      return tell(till, rows, payment, 'payment.requested');
    case 'PAID':
      return receive(till, rows, payment, receipt);
    case 'REFUNDED':
      await receive(till, rows, payment, { ...receipt, isGone: true });
      return giveBack(till, rows, payment, { ...receipt, at: asOf });
    case 'EXPIRED':
    case 'CANCELLED':
    case 'FAILED':
      if (payment.status === 'PENDING') await end(till, rows, payment, told.status);
  }
}

/** When PayGov is asked next about an open payment: at the usual pace, and right after its time is over. */
function nextLook({ clock, patience }: Till, expiresAt: Instant | null): Instant | null {
  if (patience.lookMs === 0) return null;
  const usual = later(clock.now(), patience.lookMs);
  const over = expiresAt === null ? usual : later(expiresAt, AFTER_EXPIRY_MS);
  return over > clock.now() && over < usual ? over : usual;
}

/** PayGov tells instants in whole seconds: a second later it is over for certain. */
const AFTER_EXPIRY_MS = 1_000;

async function end(till: Till, rows: Rows, payment: PaymentRow, status: 'EXPIRED' | 'CANCELLED' | 'FAILED'): Promise<void> {
  await rows.update(paymentTable, { transactionId: payment.transactionId }, { status, task: null, nextAt: null, tries: 0 });
  if (payment.task === 'CANCEL') await closeIncidents(till, rows, payment, ['MINISTRY_REFUSED']);
  await tell(till, rows, payment, `payment.${ENDS[status]}`);
}

const ENDS = { EXPIRED: 'expired', CANCELLED: 'cancelled', FAILED: 'failed' } as const;

/** PayGov never heard of it: what was to be taken back is not there, anything else is asked for again under the same id once PayGov has said so twice. */
async function missing(till: Till, rows: Rows, payment: PaymentRow): Promise<void> {
  if (payment.task === 'CANCEL') return end(till, rows, payment, 'CANCELLED');
  if (payment.status === 'PENDING' && payment.ordered !== arrived.requestDenied) return lookAgain(till, rows, payment, arrived.requestDenied);
  if (payment.status === 'PENDING') return void (await rows.update(paymentTable, { transactionId: payment.transactionId }, { task: 'ORDER', ordered: arrived.nothing, nextAt: till.clock.now() }));
  await openIncident(till, rows, payment, 'PAYMENT_UNMATCHED', words('PayGov không có giao dịch đã thanh toán này.', 'PayGov does not know this payment, which was made.'));
  await tryLater(till, rows, payment);
}

async function refused(till: Till, rows: Rows, payment: PaymentRow, { reason }: Refused): Promise<void> {
  await openIncident(till, rows, payment, 'MINISTRY_REFUSED', reason);
  if (payment.task !== 'ORDER') return tryLater(till, rows, payment);
  await rows.update(paymentTable, { transactionId: payment.transactionId }, { reason: JSON.stringify(reason) });
  await end(till, rows, payment, 'FAILED');
}

async function failing(till: Till, rows: Rows, { asked, payment }: { readonly asked: PaymentRow; readonly payment: PaymentRow }, report: Unreachable | BadAnswer): Promise<void> {
  if (asked.task === 'ORDER' && asked.ordered === arrived.nothing && neverLeft(report)) await rows.update(paymentTable, { transactionId: payment.transactionId }, { ordered: arrived.nothing });
  const turn = turnAt(till.clock.now(), report);
  if (turn) return void (await rows.update(paymentTable, { transactionId: payment.transactionId }, { nextAt: turn }));
  const [cause, detail] = report.is === 'unreachable' ? (['MINISTRY_UNREACHABLE', report.cause] as const) : (['MINISTRY_BAD_ANSWER', report.problem] as const);
  if (payment.tries + 1 >= till.patience.triesToIncident) await openIncident(till, rows, payment, cause, noAnswer('paygov', detail));
  await tryLater(till, rows, payment, report.is === 'unreachable' ? report.retryAfterMs : undefined);
}

async function tryLater({ clock, patience }: Till, rows: Rows, { transactionId, tries }: PaymentRow, askedMs?: number): Promise<void> {
  await rows.update(paymentTable, { transactionId }, { tries: tries + 1, nextAt: retryAt(patience, clock.now(), tries + 1, askedMs) });
}

/** PayGov says that what may have arrived has not; it is asked once more before that is believed. */
async function lookAgain({ clock, patience }: Till, rows: Rows, { transactionId }: PaymentRow, ordered: number): Promise<void> {
  await rows.update(paymentTable, { transactionId }, { ordered, nextAt: secondLookAt(patience, clock.now()) });
}
