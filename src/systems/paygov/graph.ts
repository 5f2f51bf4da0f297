import { BorrowedInterface, builder, langArg, said } from '../../graph/builder.ts';
import type { Borrowed } from '../../graph/errors.ts';
import type { Instant } from '../../kit/instant.ts';
import type { Words } from '../../kit/words.ts';
import type { Payment } from './client.ts';

/** How a payment stands. */
export const PaymentStatusEnum = builder.enumType('PaymentStatus', {
  description: 'How a payment stands ("trạng thái thanh toán").',
  values: {
    PENDING: { description: 'Asked for and not paid yet ("chờ thanh toán").' },
    PAID: { description: 'Paid ("đã thanh toán").' },
    EXPIRED: { description: 'Not paid in time ("hết hạn").' },
    CANCELLED: { description: 'Cancelled by the payer or taken back by the agency ("đã hủy").' },
    REFUNDED: { description: 'Paid and paid back ("đã hoàn tiền").' },
    FAILED: { description: 'Tried and refused by the bank ("không thành công").' },
  } as const,
});

/** A payment as PayGov tells of it, with what the hub knows beside. */
export interface KnownPayment extends Payment {
  /** What was asked for, whole đồng. */
  readonly amount: number;
  /** What was really paid, whole đồng; absent while nothing was. */
  readonly paidAmount?: number | undefined;
  readonly requestedAt: Instant;
  readonly refundedAt?: Instant | undefined;
  /** Why it is taken back or paid back, or was refused. */
  readonly reason?: Words | undefined;
}

/** A payment of fees or charges. */
export const PaymentType = builder.objectRef<Borrowed<KnownPayment>>('Payment').implement({
  description: 'A payment of fees or charges for a dossier ("giao dịch thanh toán phí, lệ phí"). `asOf`: when PayGov last told of it; before that, when it was asked for.',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    transactionId: t.exposeString('transactionId', { description: 'Its id at PayGov, at most twenty characters ("mã giao dịch").' }),
    amount: t.expose('amount', { type: 'Dong', description: 'What was asked for ("số tiền yêu cầu").' }),
    paidAmount: t.expose('paidAmount', { type: 'Dong', nullable: true, description: 'What was really paid; null while nothing was ("số tiền đã nộp").' }),
    status: t.expose('status', { type: PaymentStatusEnum, description: 'How it stands ("trạng thái").' }),
    payUrl: t.string({ nullable: true, description: 'The page on which to pay; only while it can be paid ("địa chỉ trang thanh toán").', resolve: ({ status, payUrl }) => (status === 'PENDING' ? (payUrl ?? null) : null) }),
    requestedAt: t.expose('requestedAt', { type: 'DateTime', description: 'When it was asked for ("thời điểm yêu cầu").' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it may be paid; null until PayGov has told ("thời hạn thanh toán").' }),
    paidAt: t.expose('paidAt', { type: 'DateTime', nullable: true, description: 'When it was paid ("thời điểm thanh toán").' }),
    refundedAt: t.expose('refundedAt', { type: 'DateTime', nullable: true, description: 'When it was paid back ("thời điểm hoàn tiền").' }),
    reason: t.string({ args: langArg, nullable: true, description: 'Why it is taken back or paid back, or was refused ("lý do").', resolve: ({ reason }, args) => (reason ? said(reason, args) : null) }),
  }),
});
