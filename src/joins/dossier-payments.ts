import { cataloguePart } from '../catalogue/part.ts';
import { DossierType } from '../dossiers/graph.ts';
import { isFruitless, statusOf } from '../dossiers/states.ts';
import { builder } from '../graph/builder.ts';
import { findFee, keptOf } from '../payments/fee.ts';
import { paymentsOf, seen } from '../payments/payments-of.ts';
import { PaymentType } from '../systems/paygov/graph.ts';

// dossier → its payments, by the dossier's code
builder.objectField(DossierType, 'payments', (t) =>
  t.field({
    type: [PaymentType],
    description: 'What was asked for and what became of it, oldest first, from the hub\'s own rows ("các giao dịch thanh toán").',
    resolve: async ({ code }, _, context) => (await paymentsOf(context, code)).map((payment) => seen(context, payment)),
  }),
);

const DossierFeeType = builder.objectRef<{ readonly amount: number; readonly source: string; readonly paid: number; readonly isOver: boolean }>('DossierFee').implement({
  description: 'What a dossier costs and what of it is paid ("phí, lệ phí của hồ sơ").',
  fields: (t) => ({
    amount: t.expose('amount', { type: 'Dong', description: 'The fee by law, for the way in which the dossier was filed and as of that day ("mức thu").' }),
    source: t.exposeString('source', { description: 'Where it is laid down ("căn cứ thu").' }),
    paid: t.expose('paid', { type: 'Dong', description: 'Paid and not paid back ("đã nộp").' }),
    outstanding: t.field({ type: 'Dong', description: 'What is left to pay; nothing once the dossier has ended ("còn phải nộp").', resolve: ({ amount, paid, isOver }) => (isOver ? 0 : Math.max(0, amount - paid)) }),
  }),
});

// dossier → its fee, by procedure, way of filing and day
builder.objectField(DossierType, 'fee', (t) =>
  t.field({
    type: DossierFeeType,
    nullable: true,
    description: 'What it costs; null where the catalogue lays nothing down, and for the parts of a linked application ("phí, lệ phí").',
    resolve: async (dossier, _, context) => {
      const fee = findFee(context.parts.get(cataloguePart), dossier);
      return fee ? { amount: fee.amount, source: fee.source, paid: keptOf(await paymentsOf(context, dossier.code)), isOver: isFruitless(statusOf(dossier.statusCode)) } : null;
    },
  }),
);
