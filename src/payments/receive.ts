import { Not } from 'typeorm';
import { isFruitless, statusOf } from '../dossiers/states.ts';
import { dossierTable } from '../dossiers/table.ts';
import { isFailure } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { planDay } from './day.ts';
import { findFee, keptOf } from './fee.ts';
import { goOn } from './go-on.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { tell } from './news.ts';
import { movementTable, paymentTable, type MovementRow, type PaymentRow } from './table.ts';
import { takeBack } from './take-back.ts';
import type { Till } from './till.ts';

/** Money that came in or went back, and how the hub learnt of it. */
export interface Receipt {
  /** Whole đồng, as they moved. */
  readonly amount: number;
  readonly at: Instant;
  readonly learnt: MovementRow['learnt'];
  readonly gatewayCode?: string | undefined;
  /** It has been paid back since: nothing goes on because of it. */
  readonly isGone?: boolean;
}

/**
 * Writes down that a payment was made, once, with the amount that was really paid; then the dossier goes on (6 → 4), or the
 * money goes back, or somebody must look at it. Runs inside the unit of work now open.
 */
export async function receive(till: Till, rows: Rows, payment: PaymentRow, { amount, at, learnt, gatewayCode, isGone = false }: Receipt): Promise<void> {
  const { transactionId } = payment;
  if (await rows.existsBy(movementTable, { transactionId, kind: 'PAID' })) return;
  const refund = await rows.findOneBy(movementTable, { transactionId, kind: 'REFUNDED' }); // the file of a later day may come first
  await move(till, rows, payment, 'PAID', { amount, at, learnt });
  const paid: PaymentRow = { ...payment, status: refund ? 'REFUNDED' : 'PAID', task: null, nextAt: null, tries: 0, paidAmount: amount, paidAt: at, gatewayCode: gatewayCode ?? payment.gatewayCode };
  const { status, task, nextAt, tries, paidAmount, paidAt } = paid;
  await rows.update(paymentTable, { transactionId }, { status, task, nextAt, tries, paidAmount, paidAt, gatewayCode: paid.gatewayCode });
  await tell(till, rows, paid, 'payment.paid');
  if (!refund && !isGone) await judge(till, rows, { paid, wasTakenBack: payment.task === 'CANCEL' });
}

/** Writes down that a payment was paid back, once, whoever ordered it. */
export async function giveBack(till: Till, rows: Rows, payment: PaymentRow, { amount, at, learnt }: Receipt): Promise<void> {
  const { transactionId } = payment;
  if (await rows.existsBy(movementTable, { transactionId, kind: 'REFUNDED' })) return;
  await move(till, rows, payment, 'REFUNDED', { amount, at, learnt });
  await rows.update(paymentTable, { transactionId }, { status: 'REFUNDED', task: null, nextAt: null, tries: 0, refundedAt: at });
  await tell(till, rows, payment, 'payment.refunded');
  if (payment.task !== 'REFUND') {
    await openIncident(till, rows, payment, 'PAYMENT_UNMATCHED', words(`PayGov đã hoàn ${amount} đồng mà hệ thống không yêu cầu.`, `PayGov paid ${amount} đồng back without the hub's order.`));
  }
  const others = await othersOf(rows, payment);
  if (others.some(({ task }) => task === 'REFUND')) return;
  await closeIncidents(till, rows, payment, ['DOUBLE_PAYMENT', 'MINISTRY_REFUSED', ...(keptOf(others) === 0 ? (['AMOUNT_MISMATCH'] as const) : [])]);
}

async function move(till: Till, rows: Rows, { transactionId, dossier, procedure }: PaymentRow, kind: MovementRow['kind'], { amount, at, learnt }: Receipt): Promise<void> {
  const day = civilDateOf(at);
  await rows.insert(movementTable, { transactionId, kind, dossier, procedure, amount, at, day, learnt, learntAt: till.clock.now() });
  await planDay(till, rows, day);
}

function othersOf(rows: Rows, { dossier, transactionId }: PaymentRow): Promise<PaymentRow[]> {
  return rows.findBy(paymentTable, { dossier, transactionId: Not(transactionId) });
}

/** What is to be done with money that came in. */
async function judge(till: Till, rows: Rows, { paid, wasTakenBack }: { readonly paid: PaymentRow; readonly wasTakenBack: boolean }): Promise<void> {
  const dossier = await rows.findOneByOrFail(dossierTable, { code: paid.dossier });
  const status = statusOf(dossier.statusCode);
  const others = await othersOf(rows, paid);
  const [fee, kept] = [findFee(till.catalogue(), dossier)?.amount ?? 0, keptOf(others)];
  if (isFruitless(status)) return takeBack(till, rows, paid, words('Hồ sơ đã kết thúc trước khi nộp tiền.', 'The dossier had ended before it was paid for.'));
  if (wasTakenBack && status !== 'PAYMENT_REQUESTED') return takeBack(till, rows, paid, words('Nộp sau khi yêu cầu thanh toán đã được hủy.', 'Paid after the request was taken back.'));
  if (kept >= fee) {
    const why = words(`Đã nộp thêm ${paid.paidAmount ?? 0} đồng trong khi không còn khoản phải nộp; hệ thống đang hoàn lại.`, `${paid.paidAmount ?? 0} đồng came in when nothing was due any more; the hub is paying them back.`);
    await openIncident(till, rows, paid, 'DOUBLE_PAYMENT', why);
    return takeBack(till, rows, paid, why);
  }
  for (const other of others) if (other.status === 'PENDING' && other.task !== 'CANCEL') await takeBack(till, rows, other, words('Hồ sơ đã được nộp phí bằng giao dịch khác.', 'The fee came in by another payment.'));
  if (!fits(paid, fee - kept)) {
    await openIncident(till, rows, paid, 'AMOUNT_MISMATCH', mismatch(fee - kept, paid.paidAmount ?? 0));
  } else if (status === 'PAYMENT_REQUESTED') {
    await closeIncidents(till, rows, paid, ['AMOUNT_MISMATCH']);
    const note = words(`Đã nộp ${paid.paidAmount ?? 0} đồng.`, `${paid.paidAmount ?? 0} đồng were paid.`);
    const moved = await goOn(till, rows, dossier, { actor: 'cashier', note });
    if (isFailure(moved)) throw new Error(`The cashier asked for an unlawful transition: ${moved.message.en}`);
  }
}

/** What came in is what was asked for, or, where nobody asked, what was due; and it is not more than that. */
function fits({ origin, amount, paidAmount }: PaymentRow, due: number): boolean {
  return paidAmount === (origin === 'HUB' ? amount : due) && paidAmount <= due;
}

function mismatch(due: number, paid: number): Words {
  return words(`Phải nộp ${due} đồng nhưng đã nộp ${paid} đồng; hồ sơ chờ cán bộ xử lý.`, `${due} đồng were due and ${paid} đồng were paid; the dossier waits for the officer.`);
}
