import type { Viewer } from '../access/viewer.ts';
import { changeDossier } from '../dossiers/office.ts';
import { statusOf } from '../dossiers/states.ts';
import type { DossierRow } from '../dossiers/table.ts';
import { notAllowed } from '../dossiers/transition.ts';
import type { Failure } from '../kit/failure.ts';
import { words } from '../kit/words.ts';
import { goOn } from './go-on.ts';
import { closeIncidents } from './incident.ts';
import { paymentTable } from './table.ts';
import { takeBack } from './take-back.ts';
import type { Till } from './till.ts';

/** A request for payment that an officer takes back. */
export interface PaymentCancellation {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  readonly code: string;
  /** Why: paid at the counter, exempted, or what came in is enough. */
  readonly reason: string;
}

/**
 * The officer takes the request for payment back and the dossier goes on without it (6 → 4). What is still open is cancelled
 * at PayGov; what is paid in the same moment is paid back; what was paid before stays.
 */
export function cancelPayment(till: Till, { viewer, idempotencyKey: key, code, reason }: PaymentCancellation): Promise<DossierRow | Failure> {
  return changeDossier(till, { viewer, key, mutation: 'cancelPayment', code, body: { code, reason } }, async (rows, dossier) => {
    const status = statusOf(dossier.statusCode);
    if (status !== 'PAYMENT_REQUESTED') return notAllowed(status, 'cancelPayment');
    const note = words(`Hủy yêu cầu thanh toán: ${reason}.`, `The request for payment was taken back: ${reason}.`);
    for (const payment of await rows.findBy(paymentTable, { dossier: code, status: 'PENDING' })) await takeBack(till, rows, payment, note);
    await closeIncidents(till, rows, { dossier: code, procedure: dossier.procedure, agency: dossier.agency }, ['AMOUNT_MISMATCH', 'MINISTRY_REFUSED']);
    return goOn(till, rows, dossier, { actor: viewer.id, note });
  });
}
