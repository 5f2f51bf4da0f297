import { Between } from 'typeorm';
import type { CivilDate } from '../kit/instant.ts';
import { sumOf } from '../kit/money.ts';
import type { Store } from '../kit/store.ts';
import { dayTable, movementTable, paymentTable, type DayRow } from './table.ts';

/** How many, and what they come to in whole đồng. */
export interface Tally {
  readonly count: number;
  readonly amount: number;
}

/** What is counted of payments. */
export interface PaymentSums {
  /** Requests made. One that ran out and its successor are two. */
  readonly asked: Tally;
  /** Money that came in, by PayGov's word. */
  readonly paid: Tally;
  /** Money that went back. */
  readonly refunded: Tally;
  /** Of the requests, those that can still be paid. */
  readonly outstanding: Tally;
}

/** One day: requests and money that moved, and how that compares with PayGov's file. */
export interface DaySums {
  readonly day: CivilDate;
  readonly sums: PaymentSums;
  /** The comparison; null until it was made. */
  readonly reconciliation: (DayRow & { readonly reconciledAt: string }) | null;
}

/** One procedure; null = money of dossiers that the hub does not know. */
export interface ProcedureSums {
  readonly procedure: string | null;
  /** Last day of the period. */
  readonly to: CivilDate;
  readonly sums: PaymentSums;
}

/** Payments of a period, counted from requests and movements of money. */
export interface PaymentStatistics {
  readonly from: CivilDate;
  readonly to: CivilDate;
  readonly total: PaymentSums;
  /** Days on which something was asked for, moved or compared. */
  readonly days: readonly DaySums[];
  readonly procedures: readonly ProcedureSums[];
}

/** One row of a grouped count. */
interface Counted {
  readonly day: CivilDate;
  readonly procedure: string | null;
  readonly what: keyof PaymentSums;
  readonly tally: Tally;
}

/** Counts the payments of a period, first and last day included: requests by the day on which they were made, money by the day on which it moved. */
export async function countPayments(store: Store, from: CivilDate, to: CivilDate): Promise<PaymentStatistics> {
  const [requests, movements, days] = await Promise.all([countRequests(store, from, to), countMovements(store, from, to), store.read().find(dayTable, { where: { day: Between(from, to) }, order: { day: 'ASC' } })]);
  const counted = [...requests, ...movements];
  const everyDay = [...new Set([...counted.map(({ day }) => day), ...days.filter(({ reconciledAt }) => reconciledAt !== null).map(({ day }) => day)])].sort();
  const everyProcedure = [...new Set(counted.map(({ procedure }) => procedure))].sort((one, other) => ((one ?? '') < (other ?? '') ? -1 : 1));
  return {
    from,
    to,
    total: add(counted),
    days: everyDay.map((day) => ({ day, sums: add(counted.filter((one) => one.day === day)), reconciliation: days.find((one): one is DayRow & { reconciledAt: string } => one.day === day && one.reconciledAt !== null) ?? null })),
    procedures: everyProcedure.map((procedure) => ({ procedure, to, sums: add(counted.filter((one) => one.procedure === procedure)) })),
  };
}

interface Raw {
  readonly day: CivilDate;
  readonly procedure: string | null;
  readonly word: string;
  readonly count: string | number;
  readonly amount: string | number | null;
}

async function countRequests(store: Store, from: CivilDate, to: CivilDate): Promise<Counted[]> {
  const raw = await grouped(store, 'payment', 'status', from, to, "row.origin = 'HUB'");
  return raw.flatMap((one) => [
    { day: one.day, procedure: one.procedure, what: 'asked' as const, tally: tallyOf(one) },
    ...(one.word === 'PENDING' ? [{ day: one.day, procedure: one.procedure, what: 'outstanding' as const, tally: tallyOf(one) }] : []),
  ]);
}

async function countMovements(store: Store, from: CivilDate, to: CivilDate): Promise<Counted[]> {
  const raw = await grouped(store, 'movement', 'kind', from, to, '1 = 1');
  return raw.map((one) => ({ day: one.day, procedure: one.procedure, what: one.word === 'PAID' ? 'paid' : 'refunded', tally: tallyOf(one) }));
}

function grouped(store: Store, of: 'payment' | 'movement', word: 'status' | 'kind', from: CivilDate, to: CivilDate, only: string): Promise<Raw[]> {
  const table = of === 'payment' ? paymentTable : movementTable;
  return store
    .read()
    .createQueryBuilder<object>(table, 'row')
    .select('row.day', 'day')
    .addSelect('row.procedure', 'procedure')
    .addSelect(`row.${word}`, 'word')
    .addSelect('COUNT(*)', 'count')
    .addSelect('SUM(row.amount)', 'amount')
    .where('row.day >= :from AND row.day <= :to', { from, to })
    .andWhere(only)
    .groupBy('row.day')
    .addGroupBy('row.procedure')
    .addGroupBy(`row.${word}`)
    .getRawMany<Raw>();
}

function tallyOf({ count, amount }: Raw): Tally {
  return { count: Number(count), amount: sumOf(amount) };
}

function add(counted: readonly Counted[]): PaymentSums {
  const sum = (what: keyof PaymentSums): Tally => counted.filter((one) => one.what === what).reduce((total, { tally }) => ({ count: total.count + tally.count, amount: total.amount + tally.amount }), { count: 0, amount: 0 });
  return { asked: sum('asked'), paid: sum('paid'), refunded: sum('refunded'), outstanding: sum('outstanding') };
}
