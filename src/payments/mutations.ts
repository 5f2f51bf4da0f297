import { DossierType } from '../dossiers/graph.ts';
import { idempotencyKey } from '../dossiers/input.ts';
import { DossierChangedType } from '../dossiers/mutations.ts';
import { dossierTable } from '../dossiers/table.ts';
import { orUnavailable } from '../dossiers/unavailable.ts';
import { builder } from '../graph/builder.ts';
import { officerOf } from '../graph/context.ts';
import { failureTypes } from '../graph/failures.ts';
import { isFailure } from '../kit/failure.ts';
import { PaymentType } from '../systems/paygov/graph.ts';
import { cancelPayment } from './cancel.ts';
import { cashierPart } from './cashier.ts';
import { seen } from './payments-of.ts';
import { requestPayment } from './request.ts';
import { retryPayment } from './retry.ts';
import type { PaymentRow } from './table.ts';
import { tillPart } from './till.ts';

const { InvalidInput, DossierNotFound, TransitionNotAllowed, LinkedDossier, FeeChanged, NothingToPay, RetryNotAllowed, IdempotencyKeyReused, StoreUnavailable } = failureTypes;
const code = 'Code of the dossier ("mã hồ sơ").';

const RequestPaymentInput = builder.inputType('RequestPaymentInput', {
  description: 'A request for payment ("yêu cầu thanh toán").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    amount: t.field({ type: 'Dong', required: false, description: 'What the citizen was told that it costs; where another amount is due, nothing is asked for ("số tiền đã báo").' }),
  }),
});

const CancelPaymentInput = builder.inputType('CancelPaymentInput', {
  description: 'A request for payment that is taken back ("hủy yêu cầu thanh toán").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    reason: t.string({ description: 'Why: paid at the counter, exempted, or what came in is enough ("lý do").' }),
  }),
});

const RetryPaymentInput = builder.inputType('RetryPaymentInput', {
  description: 'Payments that are to be looked at at once ("hỏi lại thanh toán").',
  fields: (t) => ({ idempotencyKey: t.string({ description: idempotencyKey }), code: t.string({ description: code }) }),
});

const PaymentRequestedType = builder.objectRef<PaymentRow>('PaymentRequested').implement({
  description: 'The request is stored and goes to PayGov; `payment.payUrl` is null while PayGov has not answered, and PAYMENT_REQUESTED in the event log tells when it has ("đã yêu cầu thanh toán").',
  fields: (t) => ({
    payment: t.field({ type: PaymentType, description: 'The payment ("giao dịch thanh toán").', resolve: (payment, _, context) => seen(context, payment) }),
    dossier: t.field({ type: DossierType, description: 'The dossier as it stands now ("hồ sơ").', resolve: ({ dossier }, _, { store }) => store.read().findOneByOrFail(dossierTable, { code: dossier }) }),
  }),
});

const RequestPaymentResult = builder.unionType('RequestPaymentResult', {
  description: 'What became of a request for payment ("kết quả yêu cầu thanh toán").',
  types: [PaymentRequestedType, InvalidInput, DossierNotFound, TransitionNotAllowed, LinkedDossier, FeeChanged, NothingToPay, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'PaymentRequested'),
});

const CancelPaymentResult = builder.unionType('CancelPaymentResult', {
  description: 'What became of taking a request for payment back ("kết quả hủy yêu cầu thanh toán").',
  types: [DossierChangedType, InvalidInput, DossierNotFound, TransitionNotAllowed, LinkedDossier, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'DossierChanged'),
});

const RetryPaymentResult = builder.unionType('RetryPaymentResult', {
  description: 'What became of a retry of payments ("kết quả hỏi lại thanh toán").',
  types: [DossierChangedType, InvalidInput, DossierNotFound, LinkedDossier, RetryNotAllowed, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'DossierChanged'),
});

builder.mutationField('requestPayment', (t) =>
  t.field({
    type: RequestPaymentResult,
    description: 'Asks for what is due on a dossier in process (4 → 6); in 6 it gives the request that can still be paid, or a new one where the former ran out ("yêu cầu thanh toán").',
    args: { input: t.arg({ type: RequestPaymentInput, description: 'For which dossier ("nội dung").' }) },
    resolve: async (_, { input }, { parts, viewer }) => {
      const till = parts.get(tillPart);
      const payment = await orUnavailable(till, () => requestPayment(till, { viewer, ...input, amount: input.amount ?? undefined }));
      return isFailure(payment) ? payment : parts.get(cashierPart).firstTry(payment);
    },
  }),
);

builder.mutationField('cancelPayment', (t) =>
  t.field({
    type: CancelPaymentResult,
    description: 'Takes a request for payment back; the dossier goes on without it (6 → 4), and what is paid in the same moment is paid back ("hủy yêu cầu thanh toán").',
    args: { input: t.arg({ type: CancelPaymentInput, description: 'Which one ("nội dung").' }) },
    resolve: async (_, { input }, { parts, viewer }) => {
      const till = parts.get(tillPart);
      const dossier = await orUnavailable(till, () => cancelPayment(till, { viewer, ...input }));
      return isFailure(dossier) ? dossier : { codes: [dossier.code] };
    },
  }),
);

builder.mutationField('retryPayment', (t) =>
  t.field({
    type: RetryPaymentResult,
    description: 'Asks PayGov now about every payment of a dossier of which something is still to be done ("hỏi lại thanh toán").',
    args: { input: t.arg({ type: RetryPaymentInput, description: 'Of which dossier ("nội dung").' }) },
    resolve: async (_, { input }, context) => {
      const till = context.parts.get(tillPart);
      const dossier = await orUnavailable(till, () => retryPayment(till, { viewer: context.viewer, officer: officerOf(context), ...input }));
      return isFailure(dossier) ? dossier : { codes: [dossier.code] };
    },
  }),
);
