import type { Viewer } from '../access/viewer.ts';
import { findForDesk, underKey } from '../dossiers/office.ts';
import { allowedActions, statusOf } from '../dossiers/states.ts';
import { dossierTable, historyTable, type DossierRow } from '../dossiers/table.ts';
import { failure, isFailure, type Failure } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { retryPayments } from './remedy.ts';
import type { Till } from './till.ts';

/** One more try at a dossier's payments that an officer asks for. */
export interface PaymentRetry {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  /** Opaque id of the officer. */
  readonly officer: string;
  /** Code of the dossier. */
  readonly code: string;
}

/** Asks PayGov now about every payment of a dossier of which something is still to be done: ordered, watched, taken back or paid back. */
export function retryPayment(till: Till, { viewer, idempotencyKey: key, officer, code }: PaymentRetry): Promise<DossierRow | Failure> {
  const again = (rows: Rows, answer: string) => rows.findOneByOrFail(dossierTable, { code: answer });
  return underKey(till, { viewer, key, mutation: 'retryPayment', body: { code } }, again, async (rows) => {
    const dossier = await findForDesk(rows, code);
    if (isFailure(dossier)) return dossier;
    const now = till.clock.now();
    if ((await retryPayments(till, rows, code, now)) === 0) return nothingOpen(dossier);
    const note = words('Cán bộ yêu cầu hỏi lại PayGov ngay.', 'The officer asked for another try at PayGov at once.');
    await rows.insert(historyTable, { dossier: code, fromCode: dossier.statusCode, toCode: dossier.statusCode, action: 'retryPayment', at: now, actor: officer, note: JSON.stringify(note) });
    return { answer: code, result: dossier };
  });
}

function nothingOpen({ statusCode }: DossierRow): Failure {
  const status = statusOf(statusCode);
  const allowed = allowedActions(status).includes('requestPayment') || status === 'PAYMENT_REQUESTED' ? ['requestPayment'] : [];
  return failure('RetryNotAllowed', words('Hồ sơ không có giao dịch thanh toán nào đang chờ.', 'Nothing is to be done about any payment of this dossier.'), { facts: { state: status, allowed } });
}
