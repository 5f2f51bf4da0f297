import { IsNull, Not } from 'typeorm';
import { dossierTable } from '../dossiers/table.ts';
import { pass } from '../kit/boundary.ts';
import { later } from '../kit/instant.ts';
import { NOT_FOUND, badAnswer, type Outcome } from '../kit/outcome.ts';
import { part } from '../kit/part.ts';
import type { Rows } from '../kit/store.ts';
import type { Payment } from '../systems/paygov/client.ts';
import { formOf } from './matter.ts';
import { settle, type Report } from './settle.ts';
import { arrived, paymentTable, type PaymentRow } from './table.ts';
import { verbsFor, type Till } from './till.ts';

/** Does what is to be done about payments at PayGov: orders, looks, takes back, pays back, each again until it has an answer. */
export interface Cashier {
  start(): Promise<void>;
  /** Ends after the calls now under way. */
  stop(): Promise<void>;
  /** Waits until the first try about the payment has ended, at most some seconds; gives the payment as it then stands. */
  firstTry(payment: PaymentRow): Promise<PaymentRow>;
}

/** The cashier as resolvers fetch it. */
export const cashierPart = part<Cashier>('cashier');

/** How long a caller waits for PayGov's first answer, milliseconds on the clock: most come within one; nothing depends on it. */
const FIRST_TRY_MS = 3_000;

/** Opens the cashier's desk. Truth is in the rows: a killed hub takes up every task where it stood. */
export function openCashier(till: Till): Cashier {
  const { store, clock, log, rounds } = till;
  const waiting = new Map<string, Set<() => void>>();

  async function look(transactionId: string): Promise<void> {
    const asked = await store.transact((rows) => begin(till, rows, transactionId));
    if (!asked) return;
    pass('payment.beforeCall', asked.task ?? '');
    const report = await carryOut(till, asked).catch((error: unknown): Report => {
      log.error({ err: error, task: asked.task }, 'a call about a payment failed inside the hub; it counts as a failed try');
      return badAnswer('the hub itself failed');
    });
    pass('payment.answered', asked.task ?? '');
    await store.transact((rows) => settle(till, rows, asked, report));
    pass('payment.settled', asked.task ?? '');
    for (const tell of waiting.get(transactionId) ?? []) tell();
  }

  return {
    async start() {
      // Nobody was there: callbacks may have been missed, so every payment is looked at at once; what is asked a second time has one effect.
      if ((await store.peers.alive()).length === 1) await store.transact((rows) => rows.update(paymentTable, { nextAt: Not(IsNull()) }, { nextAt: clock.now() }));
      rounds.start(look);
    },
    stop: () => rounds.stop(),
    async firstTry({ transactionId }) {
      const waits = waiting.get(transactionId) ?? new Set();
      waiting.set(transactionId, waits);
      const patience = new AbortController();
      const tell = () => patience.abort();
      waits.add(tell); // before the read: an answer that comes meanwhile is not missed
      const read = () => store.read().findOneByOrFail(paymentTable, { transactionId });
      try {
        const payment = await read();
        if (payment.task !== 'ORDER' || payment.tries > 0) return payment;
        await clock.sleepUntil(later(clock.now(), FIRST_TRY_MS), patience.signal);
        return await read();
      } finally {
        waits.delete(tell);
        if (waits.size === 0) waiting.delete(transactionId);
      }
    },
  };
}

/** Marks what goes outside before it goes; nothing when it is not due after all. */
async function begin({ store, clock, patience }: Till, rows: Rows, transactionId: string): Promise<PaymentRow | undefined> {
  const now = clock.now();
  const payment = await rows.findOneByOrFail(paymentTable, { transactionId });
  if (payment.task === null || payment.nextAt === null || payment.nextAt > now) return undefined;
  await rows.update(paymentTable, { transactionId }, { nextAt: later(now, patience.lostMs), owner: store.peers.self, ordered: arrivedWith(payment) });
  return payment;
}

/** What may have arrived once the task is under way. */
function arrivedWith({ task, ordered }: PaymentRow): number {
  if (task === 'ORDER') return ordered === arrived.nothing ? arrived.request : ordered;
  return task === 'REFUND' ? arrived.refund : ordered; // a denial counts for this look alone: the order may go out after it
}

async function carryOut(till: Till, payment: PaymentRow): Promise<Report> {
  const { transactionId, task, ordered } = payment;
  const verbs = verbsFor(till, payment);
  const ask = async () => reportOf(await verbs.query(transactionId));
  const reason = vietnamese(payment);
  switch (task) {
    case 'ORDER':
      return order(till, payment);
    case 'CANCEL':
      return afterRefusal(await verbs.cancel({ transactionId, reason }), ask, 'PENDING'); // a paid one cannot be cancelled any more
    case 'REFUND': {
      const known = ordered === arrived.refund || ordered === arrived.refundDenied ? await ask() : undefined; // a lost answer: look whether the money went back before ordering again
      const isThere = known?.is === 'told' && known.payment.status === 'PAID';
      if (known && !(isThere && ordered === arrived.refundDenied)) return known;
      return afterRefusal(await verbs.refund({ transactionId, reason }), ask, 'PAID');
    }
    case 'WATCH':
    case null:
      return ask();
  }
}

/** Asks for the payment; where an earlier request may have arrived, asks for that instead. Then until when it can be paid, which only an inquiry tells. */
async function order(till: Till, payment: PaymentRow): Promise<Report> {
  const { transactionId, dossier: code } = payment;
  const verbs = verbsFor(till, payment);
  if (payment.ordered !== arrived.nothing) return reportOf(await verbs.query(transactionId));
  const dossier = await till.store.read().findOneByOrFail(dossierTable, { code });
  const created = await verbs.create(formOf(payment, dossier, till.returnUrl()));
  if (created.is !== 'done') return created;
  const told = reportOf(await verbs.query(transactionId));
  if (told.is === 'told') return told;
  return { is: 'told', asOf: created.asOf, payment: { transactionId, dossier: code, amount: payment.amount, status: 'PENDING', payUrl: created.value.payUrl } };
}

function reportOf(outcome: Outcome<Payment>): Report {
  if (outcome.is === 'done') return { is: 'told', payment: outcome.value, asOf: outcome.asOf };
  return outcome.is === 'refused' && outcome.code === NOT_FOUND ? { is: 'unknown' } : outcome;
}

/** PayGov's answer to an order; where it refused, how the payment stands; where that is unchanged, the refusal. */
async function afterRefusal(outcome: Outcome<Payment>, ask: () => Promise<Report>, unchanged: Payment['status']): Promise<Report> {
  const report = reportOf(outcome);
  if (report.is !== 'refused') return report;
  const told = await ask();
  return told.is === 'told' && told.payment.status === unchanged ? report : told;
}

/** The reason as PayGov keeps it and may show it to the payer. */
function vietnamese({ reason }: PaymentRow): string {
  return reason === null ? 'Yêu cầu của cơ quan giải quyết.' : (JSON.parse(reason) as { vi: string }).vi.slice(0, LONGEST_REASON);
}

/** PayGov takes at most so many characters of a reason. */
const LONGEST_REASON = 255;
