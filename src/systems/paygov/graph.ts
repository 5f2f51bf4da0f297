import { BorrowedInterface, builder } from '../../graph/builder.ts';
import type { Borrowed } from '../../graph/errors.ts';
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

/** A payment of fees or charges. */
export const PaymentType = builder.objectRef<Borrowed<Payment>>('Payment').implement({
  description: 'A payment of fees or charges for a dossier ("giao dịch thanh toán phí, lệ phí").',
  interfaces: [BorrowedInterface],
  fields: (t) => ({
    transactionId: t.exposeString('transactionId', { description: 'Its id at PayGov, at most twenty characters ("mã giao dịch").' }),
    amount: t.exposeInt('amount', { description: 'Whole đồng ("số tiền").' }),
    status: t.expose('status', { type: PaymentStatusEnum, description: 'How it stands ("trạng thái").' }),
    payUrl: t.string({ nullable: true, description: 'The page on which to pay; only while it can be paid ("địa chỉ trang thanh toán").', resolve: ({ status, payUrl }) => (status === 'PENDING' ? (payUrl ?? null) : null) }),
    paidAt: t.expose('paidAt', { type: 'DateTime', nullable: true, description: 'When it was paid ("thời điểm thanh toán").' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', nullable: true, description: 'Until when it may be paid ("thời hạn thanh toán").' }),
  }),
});
