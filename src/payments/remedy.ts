import { IsNull, Not } from 'typeorm';
import { statusOf } from '../dossiers/states.ts';
import { dossierTable } from '../dossiers/table.ts';
import type { IncidentRow } from '../dossiers/incident.ts';
import type { Remedy } from '../dossiers/remedy.ts';
import type { Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { dayTable, paymentTable, type PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/** What the cashier knows of the incidents about payments and about PayGov's daily files. */
export function openPaymentRemedy(till: Pick<Till, 'store' | 'rounds' | 'dayRounds'>): Remedy {
  return {
    isFor: ({ run, system }) => run === null && system === 'paygov',
    async standing(rows, incident) {
      const { dossier, cause } = incident;
      if (dossier === null) return cause !== 'PAYMENT_UNMATCHED' && (await openDays(rows)).length > 0 ? ['retrySteps'] : undefined; // about a day's file; money of nobody's is for a person to place
      const payments = await rows.findBy(paymentTable, { dossier });
      const isFailing = payments.some(({ task, tries }) => task !== null && tries > 0);
      switch (cause) {
        case 'MINISTRY_UNREACHABLE':
        case 'MINISTRY_BAD_ANSWER':
        case 'PAYMENT_UNMATCHED':
          return isFailing ? ['retryPayment', 'retrySteps'] : undefined;
        case 'MINISTRY_REFUSED':
          return payments.some(({ task, tries }) => (task === 'CANCEL' || task === 'REFUND') && tries > 0) ? ['retryPayment'] : undefined;
        case 'DOUBLE_PAYMENT':
          return payments.some(({ task }) => task === 'REFUND') ? ['retryPayment'] : undefined;
        case 'AMOUNT_MISMATCH':
          return (await isWaiting(rows, dossier)) ? ['requestPayment', 'cancelPayment'] : undefined;
        default:
          return undefined;
      }
    },
    async retry(rows, { dossier }, at) {
      return dossier === null ? retryDays(till, rows, at) : retryPayments(till, rows, dossier, at);
    },
  };
}

/** Lets every payment of a dossier of which something is still to be done be tried at the instant; tells how many. */
export async function retryPayments({ store, rounds }: Pick<Till, 'store' | 'rounds'>, rows: Rows, dossier: IncidentRow['dossier'], at: Instant): Promise<number> {
  const open = (await rows.findBy(paymentTable, { dossier: dossier ?? '' })).filter(isTried);
  for (const { transactionId } of open) await rows.update(paymentTable, { transactionId }, { nextAt: at });
  if (open.length > 0) store.afterCommit(rounds.nudge);
  return open.length;
}

/** Whether something is to be done about the payment and nobody is doing it in this moment. */
function isTried({ task, nextAt, owner }: PaymentRow): boolean {
  return task !== null && nextAt !== null && owner === null;
}

async function retryDays({ store, dayRounds }: Pick<Till, 'store' | 'dayRounds'>, rows: Rows, at: Instant): Promise<number> {
  const days = await openDays(rows);
  for (const { day } of days) await rows.update(dayTable, { day }, { nextAt: at });
  if (days.length > 0) store.afterCommit(dayRounds.nudge);
  return days.length;
}

/** The days whose file was asked for in vain. */
async function openDays(rows: Rows) {
  return (await rows.findBy(dayTable, { nextAt: Not(IsNull()), owner: IsNull() })).filter(({ tries }) => tries > 0);
}

/** Whether the dossier waits for its payment (6). */
async function isWaiting(rows: Rows, code: string): Promise<boolean> {
  const dossier = await rows.findOneBy(dossierTable, { code });
  return dossier !== null && statusOf(dossier.statusCode) === 'PAYMENT_REQUESTED';
}
