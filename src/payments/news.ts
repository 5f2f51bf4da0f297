import { dossierTable } from '../dossiers/table.ts';
import type { EventKind } from '../events/log.ts';
import type { Rows } from '../kit/store.ts';
import type { PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/** Logs what happened to a payment, in the unit of work that makes it true: whoever follows the dossier hears of it. */
export async function tell(till: Till, rows: Rows, { dossier, agency, procedure }: PaymentRow, kind: Extract<EventKind, `payment.${string}`>): Promise<void> {
  const found = await rows.findOne(dossierTable, { where: { code: dossier }, select: { code: true, statusCode: true } });
  await till.feed.append(rows, { kind, dossier, run: null, agency, procedure, statusCode: found?.statusCode ?? null });
}
