import type { Hearing, IncomingMessage } from '../kit/act.ts';
import { pass } from '../kit/boundary.ts';
import type { OrderOutcome } from '../kit/outcome.ts';
import { requestPayment } from '../systems/paygov/acts.ts';
import { paymentTable, type PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/**
 * Hears PayGov at the address of a payment. Its checksum does not cover the state of the payment, so nothing is believed:
 * what tells something new makes the cashier ask PayGov at once, and is taken as soon as that is stored.
 */
export async function hearPayGov(till: Till, transactionId: string, message: IncomingMessage): Promise<Hearing> {
  const payment = await till.store.read().findOneBy(paymentTable, { transactionId });
  if (!payment) return { is: 'unknown' };
  const heard = requestPayment.hear?.(message, till.settings, till.clock.now());
  if (!heard) return { is: 'unknown' };
  if (heard.is !== 'heard') return heard;
  if (heard.key !== transactionId) return { is: 'malformed', problem: 'the message is about another payment' };
  pass('payment.heard');
  if (isNews(payment, heard.outcome)) {
    await till.store.transact(async (rows) => {
      const { told, task } = await rows.findOneByOrFail(paymentTable, { transactionId });
      await rows.update(paymentTable, { transactionId }, { told: told + 1, task: task ?? 'WATCH', nextAt: till.clock.now() });
      till.store.afterCommit(till.rounds.nudge);
    });
  }
  return { is: 'taken' };
}

/** Whether a callback tells another state than the one that is known; a payment that was paid back has no further one. */
function isNews({ status }: PaymentRow, outcome: OrderOutcome<unknown>): boolean {
  const told = outcome.is === 'done' ? 'PAID' : outcome.is === 'refused' ? outcome.code : 'PENDING';
  return told !== status && told !== 'PENDING' && status !== 'REFUNDED';
}
