import { statusOf } from '../dossiers/states.ts';
import type { DossierRow } from '../dossiers/table.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { tell } from './news.ts';
import { paymentTable, type PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/**
 * Takes a request back inside the unit of work now open: one that never left is over at once, one that PayGov may have is
 * cancelled there, what was paid is paid back. PayGov hears of it after the commit, as often as it takes.
 */
export async function takeBack(till: Till, rows: Rows, payment: PaymentRow, why: Words): Promise<void> {
  const now = till.clock.now();
  const { transactionId, status } = payment;
  const reason = JSON.stringify(why);
  if (status === 'PENDING' && payment.ordered === 0) {
    await rows.update(paymentTable, { transactionId }, { status: 'CANCELLED', task: null, nextAt: null, reason });
    await tell(till, rows, payment, 'payment.cancelled');
  } else if (status === 'PENDING' || status === 'PAID') {
    await rows.update(paymentTable, { transactionId }, { task: status === 'PAID' ? 'REFUND' : 'CANCEL', nextAt: now, tries: 0, reason });
    till.store.afterCommit(till.rounds.nudge);
  }
}

/** A dossier has ended without a result: nothing more is asked for, and what was paid for it is paid back. */
export async function takeBackAll(till: Till, rows: Rows, dossier: DossierRow): Promise<void> {
  const status = statusOf(dossier.statusCode);
  const why = status === 'WITHDRAWN' ? words('Công dân rút hồ sơ.', 'The citizen withdrew the application.') : words('Hồ sơ không được giải quyết.', 'The application was not granted.');
  for (const payment of await rows.findBy(paymentTable, { dossier: dossier.code })) {
    if (payment.status === 'PAID' && (payment.task === 'REFUND' || (status === 'WITHDRAWN' && !till.refundsWithdrawn))) continue;
    await takeBack(till, rows, payment, why);
  }
}
