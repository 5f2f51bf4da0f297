import type { Viewer } from '../access/viewer.ts';
import { findForDesk, underKey } from '../dossiers/office.ts';
import { statusOf } from '../dossiers/states.ts';
import type { DossierRow } from '../dossiers/table.ts';
import { notAllowed, transition } from '../dossiers/transition.ts';
import { pass } from '../kit/boundary.ts';
import { failure, fieldIssue, isFailure, type Failure } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { transactionIdOf } from '../systems/paygov/client.ts';
import { planDay } from './day.ts';
import { findFee, keptOf, type Fee } from './fee.ts';
import { matterOf } from './matter.ts';
import { newPayment, paymentTable, type PaymentRow } from './table.ts';
import { takeBack } from './take-back.ts';
import type { Till } from './till.ts';

/** A request for payment as it comes in. */
export interface PaymentRequest {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  /** Code of the dossier. */
  readonly code: string;
  /** What the citizen was told that it costs, whole đồng; absent = nobody told anything. */
  readonly amount?: number | undefined;
}

/**
 * Asks for what is due on a dossier: the payment is stored with its id, the dossier goes 4 → 6, both in one unit of work;
 * PayGov hears of it after the commit. In 6 it gives the request that can still be paid, or makes a new one where the
 * former ran out, was cancelled, or brought too little.
 */
export async function requestPayment(till: Till, request: PaymentRequest): Promise<PaymentRow | Failure> {
  const { viewer, idempotencyKey: key, code, amount } = request;
  const again = (rows: Rows, transactionId: string) => rows.findOneByOrFail(paymentTable, { transactionId });
  const payment = await underKey(till, { viewer, key, mutation: 'requestPayment', body: { code, amount } }, again, async (rows) => {
    const result = await ask(till, rows, request);
    return isFailure(result) ? result : { answer: result.transactionId, result };
  });
  pass('payment.committed');
  return payment;
}

async function ask(till: Till, rows: Rows, { viewer, code, amount }: PaymentRequest): Promise<PaymentRow | Failure> {
  const dossier = await findForDesk(rows, code);
  if (isFailure(dossier)) return dossier;
  const status = statusOf(dossier.statusCode);
  if (status !== 'IN_PROCESS' && status !== 'PAYMENT_REQUESTED') return notAllowed(status, 'requestPayment');
  const fee = findFee(till.catalogue(), dossier);
  const payments = await rows.find(paymentTable, { where: { dossier: code }, order: { generation: 'ASC' } });
  const due = dueOf(fee, keptOf(payments), amount);
  if (isFailure(due)) return due;
  const payable = await clearOpen(till, rows, payments, due.amount);
  const payment = payable ?? (await open(till, rows, dossier, { ...due, generation: payments.length, requestedBy: viewer.id }));
  if (status === 'IN_PROCESS') {
    const moved = await transition(till, rows, { code, action: 'requestPayment', actor: viewer.id, note: words(`Đề nghị nộp ${due.amount} đồng.`, `Asked to pay ${due.amount} đồng.`) });
    if (isFailure(moved)) return moved;
  }
  return payment;
}

interface Due {
  readonly fee: Fee;
  /** What is left to pay, whole đồng, above 0. */
  readonly amount: number;
}

/** What is due; a failure where that is nothing, or not what the citizen was told. */
function dueOf(fee: Fee | undefined, kept: number, told: number | undefined): Due | Failure {
  const amount = (fee?.amount ?? 0) - kept;
  if (!fee || amount <= 0) {
    const why = kept > 0 ? words('Đã nộp đủ phí, lệ phí.', 'All is paid.') : words('Thủ tục không thu phí, lệ phí với hình thức nộp này.', 'The procedure is free for this way of filing.');
    return failure('NothingToPay', why, { facts: { fee: fee?.amount ?? 0, paid: kept } });
  }
  if (told !== undefined && told !== amount) {
    const issue = fieldIssue('amount', 'CONTRADICTION', words(`Mức phải nộp không phải ${told} đồng.`, `Not ${told} đồng are due.`), words(String(amount), String(amount)));
    return failure('FeeChanged', words(`Số tiền phải nộp là ${amount} đồng (${fee.source}); chưa gửi yêu cầu thanh toán.`, `${amount} đồng are due (${fee.source}); nothing was asked for.`), { issues: [issue], facts: { amount, told, source: fee.source } });
  }
  return { fee, amount };
}

/**
 * The request that can still be paid and brings what is due. One whose time is over is looked at once more, because it may
 * have been paid in its last second; one that would bring another amount is taken back.
 */
async function clearOpen(till: Till, rows: Rows, payments: readonly PaymentRow[], due: number): Promise<PaymentRow | undefined> {
  const now = till.clock.now();
  let payable: PaymentRow | undefined;
  for (const open of payments.filter(({ status, task }) => status === 'PENDING' && task !== 'CANCEL')) {
    if (open.amount !== due) await takeBack(till, rows, open, words('Thay bằng yêu cầu thanh toán mới.', 'Replaced by a new request for payment.'));
    else if (open.expiresAt === null || open.expiresAt > now) payable = open;
    else await rows.update(paymentTable, { transactionId: open.transactionId }, { task: 'WATCH', nextAt: now });
  }
  return payable;
}

async function open(till: Till, rows: Rows, dossier: DossierRow, { fee, amount, generation, requestedBy }: Due & Pick<PaymentRow, 'generation' | 'requestedBy'>): Promise<PaymentRow> {
  const now = till.clock.now();
  const payment: PaymentRow = {
    ...newPayment(dossier, now),
    transactionId: transactionIdOf(till.seal.fingerprint(`payment ${dossier.code}`), generation), // keyed: nobody makes it out of the dossier's code
    generation,
    origin: 'HUB',
    requestedBy,
    amount,
    task: 'ORDER',
    nextAt: now,
    matter: JSON.stringify(matterOf(till.catalogue(), dossier, fee, amount)),
  };
  await rows.insert(paymentTable, payment);
  await planDay(till, rows, payment.day);
  till.store.afterCommit(till.rounds.nudge);
  return payment;
}
