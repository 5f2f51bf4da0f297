import type { Catalogue } from '../catalogue/catalogue.ts';
import { channels } from '../catalogue/procedures.ts';
import type { DossierRow } from '../dossiers/table.ts';
import { civilDateOf } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';
import type { PaymentRow } from './table.ts';

/** What a dossier costs by law ("mức thu phí, lệ phí"). */
export interface Fee {
  /** Whole đồng; 0 = free. */
  readonly amount: number;
  /** Where it is laid down. */
  readonly source: string;
  readonly procedure: Words;
}

/**
 * The fee of the dossier's procedure for its way of filing, as the law stood when it was filed: what was filed under the old
 * fee is paid under the old fee. Nothing where the catalogue has none; nothing for a part of a linked application, whose fee
 * belongs to the whole.
 */
export function findFee(catalogue: Catalogue, { procedure, channel, registeredAt, run }: Pick<DossierRow, 'procedure' | 'channel' | 'registeredAt' | 'run'>): Fee | undefined {
  if (run !== null) return undefined;
  const law = catalogue.findProcedure(procedure, civilDateOf(registeredAt));
  const filed = channels[channel - 1];
  const amount = filed && law?.fees[filed];
  return law && amount !== undefined ? { amount, source: law.fees.source, procedure: law.name } : undefined;
}

/** What was paid and is not to be paid back, whole đồng. */
export function keptOf(payments: readonly Pick<PaymentRow, 'status' | 'task' | 'paidAmount'>[]): number {
  return payments.filter(({ status, task }) => status === 'PAID' && task !== 'REFUND').reduce((sum, { paidAmount }) => sum + (paidAmount ?? 0), 0);
}
