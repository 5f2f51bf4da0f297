import { ProcedureType } from '../catalogue/graph.ts';
import { cataloguePart } from '../catalogue/part.ts';
import { builder } from '../graph/builder.ts';
import { refuse } from '../graph/errors.ts';
import { addDays } from '../kit/instant.ts';
import { words } from '../kit/words.ts';
import { countPayments, type DaySums, type PaymentStatistics, type PaymentSums, type ProcedureSums, type Tally } from './statistics.ts';

/** The longest period that is counted in one go, days: a leap year. */
const LONGEST_PERIOD = 366;

const TallyType = builder.objectRef<Tally>('PaymentTally').implement({
  description: 'How many, and what they come to ("số lượng và số tiền").',
  fields: (t) => ({
    count: t.exposeInt('count', { description: 'How many ("số lượng").' }),
    amount: t.expose('amount', { type: 'Dong', description: 'What they come to ("số tiền").' }),
  }),
});

const SumsType = builder.objectRef<PaymentSums>('PaymentSums').implement({
  description: 'What is counted of payments ("tổng hợp thanh toán").',
  fields: (t) => ({
    asked: t.expose('asked', { type: TallyType, description: 'Requests made; one that ran out and its successor are two ("đã yêu cầu").' }),
    paid: t.expose('paid', { type: TallyType, description: 'Money that came in, by PayGov\'s word ("đã nộp").' }),
    refunded: t.expose('refunded', { type: TallyType, description: 'Money that went back ("đã hoàn").' }),
    outstanding: t.expose('outstanding', { type: TallyType, description: 'Of the requests, those that are still open ("còn chờ nộp").' }),
  }),
});

type ComparedDay = DaySums & { readonly reconciliation: NonNullable<DaySums['reconciliation']> };

function isCompared(day: DaySums): day is ComparedDay {
  return day.reconciliation !== null;
}

const ReconciliationType = builder.objectRef<ComparedDay>('DayReconciliation').implement({
  description: 'How the hub\'s movements of a day compare with PayGov\'s file ("kết quả đối soát ngày").',
  fields: (t) => ({
    at: t.field({ type: 'DateTime', description: 'When it was compared ("thời điểm đối soát").', resolve: ({ reconciliation }) => reconciliation.reconciledAt }),
    agrees: t.boolean({ description: 'Whether the hub\'s sums of the day are those of the file, to the đồng ("khớp").', resolve: ({ sums, reconciliation }) => sums.paid.amount === reconciliation.paid && sums.refunded.amount === reconciliation.refunded }),
    matched: t.int({ description: 'Lines that the hub had, with the same amount ("khớp").', resolve: ({ reconciliation }) => reconciliation.matched ?? 0 }),
    missingAtHub: t.int({ description: 'Lines that the hub did not have, and has now ("thiếu tại hệ thống").', resolve: ({ reconciliation }) => reconciliation.missingAtHub ?? 0 }),
    missingAtGateway: t.int({ description: 'Movements of the hub without a line ("thiếu tại PayGov").', resolve: ({ reconciliation }) => reconciliation.missingAtGateway ?? 0 }),
    amountDiffers: t.int({ description: 'Lines with another amount than was asked for ("lệch số tiền").', resolve: ({ reconciliation }) => reconciliation.amountDiffers ?? 0 }),
    paid: t.field({ type: 'Dong', description: 'What came in, by the file ("đã nộp theo tệp").', resolve: ({ reconciliation }) => reconciliation.paid ?? 0 }),
    refunded: t.field({ type: 'Dong', description: 'What went back, by the file ("đã hoàn theo tệp").', resolve: ({ reconciliation }) => reconciliation.refunded ?? 0 }),
  }),
});

const DayType = builder.objectRef<DaySums>('PaymentDay').implement({
  description: 'The payments of one day ("thanh toán trong ngày").',
  fields: (t) => ({
    day: t.expose('day', { type: 'Date', description: 'The day ("ngày").' }),
    sums: t.expose('sums', { type: SumsType, description: 'What was asked for and moved on it ("tổng hợp").' }),
    reconciliation: t.field({ type: ReconciliationType, nullable: true, description: 'The comparison with PayGov\'s file; null until it was made, on the day after ("đối soát").', resolve: (day) => (isCompared(day) ? day : null) }),
  }),
});

const ProcedureSumsType = builder.objectRef<ProcedureSums>('ProcedurePayments').implement({
  description: 'The payments of one procedure ("thanh toán theo thủ tục").',
  fields: (t) => ({
    procedureCode: t.exposeString('procedure', { nullable: true, description: 'Its code; null for money of dossiers that the hub does not know ("mã thủ tục").' }),
    procedure: t.field({ type: ProcedureType, nullable: true, description: 'The procedure as it stood on the last day of the period ("thủ tục").', resolve: ({ procedure, to }, _, { parts }) => (procedure === null ? null : (parts.get(cataloguePart).findProcedure(procedure, to) ?? null)) }),
    sums: t.expose('sums', { type: SumsType, description: 'What was asked for and moved ("tổng hợp").' }),
  }),
});

const StatisticsType = builder.objectRef<PaymentStatistics>('PaymentStatistics').implement({
  description: 'Payments of a period, counted from requests and movements of money ("thống kê thanh toán").',
  fields: (t) => ({
    from: t.expose('from', { type: 'Date', description: 'First day ("từ ngày").' }),
    to: t.expose('to', { type: 'Date', description: 'Last day ("đến ngày").' }),
    total: t.expose('total', { type: SumsType, description: 'All of it ("tổng cộng").' }),
    days: t.field({ type: [DayType], description: 'Each day on which something was asked for, moved or compared ("theo ngày").', resolve: ({ days }) => [...days] }),
    procedures: t.field({ type: [ProcedureSumsType], description: 'Each procedure, by code ("theo thủ tục").', resolve: ({ procedures }) => [...procedures] }),
  }),
});

builder.queryField('paymentStatistics', (t) =>
  t.field({
    type: StatisticsType,
    description: `Payments of a period of at most ${LONGEST_PERIOD} days: requests by the day on which they were made, money by the day on which it moved ("thống kê thanh toán").`,
    args: { from: t.arg({ type: 'Date', description: 'First day ("từ ngày").' }), to: t.arg({ type: 'Date', description: 'Last day, included ("đến ngày").' }) },
    resolve: (_, { from, to }, { store }) => {
      if (to < from || to >= addDays(from, LONGEST_PERIOD)) {
        throw refuse('BAD_INPUT', words(`Khoảng thời gian phải từ 1 đến ${LONGEST_PERIOD} ngày.`, `The period must have 1 to ${LONGEST_PERIOD} days.`), { field: 'to', expected: `${from}..${addDays(from, LONGEST_PERIOD - 1)}` });
      }
      return countPayments(store, from, to);
    },
  }),
);
