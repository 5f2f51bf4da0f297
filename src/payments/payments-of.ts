import { In } from 'typeorm';
import type { HubContext } from '../graph/context.ts';
import { loadOwn } from '../graph/lookup.ts';
import type { Borrowed } from '../graph/errors.ts';
import type { Words } from '../kit/words.ts';
import type { KnownPayment } from '../systems/paygov/graph.ts';
import { paymentTable, type PaymentRow } from './table.ts';

/** The payments of a dossier, oldest first; those of a whole page of dossiers are read in one statement. */
export function paymentsOf({ loaders, store }: Pick<HubContext, 'loaders' | 'store'>, dossier: string): Promise<readonly PaymentRow[]> {
  return loadOwn({ loaders }, 'payments', dossier, async (codes) => {
    const payments = await store.read().find(paymentTable, { where: { dossier: In([...codes]) }, order: { generation: 'ASC' } });
    return codes.map((code) => payments.filter((payment) => payment.dossier === code));
  });
}

/** A payment as callers see it. The address of the page is told only while it is good. */
export function seen({ clock }: Pick<HubContext, 'clock'>, payment: PaymentRow): Borrowed<KnownPayment> {
  const { transactionId, dossier, amount, status, task, requestedAt, asOf } = payment;
  const isPayable = task !== 'CANCEL' && (payment.expiresAt === null || payment.expiresAt > clock.now());
  return {
    transactionId,
    dossier,
    amount,
    status,
    requestedAt,
    payUrl: isPayable ? (payment.payUrl ?? undefined) : undefined,
    paidAmount: payment.paidAmount ?? undefined,
    paidAt: payment.paidAt ?? undefined,
    refundedAt: payment.refundedAt ?? undefined,
    expiresAt: payment.expiresAt ?? undefined,
    reason: payment.reason === null ? undefined : (JSON.parse(payment.reason) as Words),
    source: 'paygov',
    asOf,
  };
}
