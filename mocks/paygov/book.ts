import { isDeepStrictEqual } from 'node:util';
import { civilDateOf, later, type CivilDate, type Instant } from '../../src/kit/instant.ts';
import type { create, states } from '../../src/systems/paygov/contract.ts';
import type { BodyOf } from '../ministry/exchange.ts';
import type { Office } from '../ministry/office.ts';
import type { OrderedOutcome, OutcomeWord } from '../ministry/outcomes.ts';

/** A request for payment as it came. */
export type PaymentForm = BodyOf<typeof create>;

/** Where a payment stands. */
export type PaymentState = keyof typeof states;

/** A payment as it stands in the books. */
export interface Payment {
  /** The order of arrival, from 1. */
  readonly number: number;
  readonly transactionId: string;
  readonly dossier: string;
  readonly form: PaymentForm;
  /** Whole đồng: what was asked for, and once paid what was paid. */
  readonly amount: number;
  readonly state: PaymentState;
  readonly expiresAt: Instant;
  readonly paidAt: Instant | null;
  /** The end that was ordered when it came. */
  readonly outcome: OutcomeWord | undefined;
  /** Its line in the ledger, once money moved; the same for the refund. */
  readonly effect: number | null;
  readonly refund: number | null;
}

/** Money that moved: a line of the daily file. */
export interface Movement extends Pick<Payment, 'transactionId' | 'dossier' | 'amount'> {
  readonly state: 'paid' | 'refunded';
  readonly at: Instant;
}

/** The books of all payments: they survive a kill, and what is due is settled by reading the clock whenever somebody asks. */
export interface PaymentBook {
  /** Takes a request; `other` when its id stands for another payment already. */
  readonly take: (form: PaymentForm) => { readonly is: 'new' | 'known' | 'other'; readonly payment: Payment };
  /** As it stood so many milliseconds ago. */
  readonly find: (transactionId: string, agoMs?: number) => Payment | undefined;
  /** The payment that was asked for before it, whosever it is. */
  readonly findBefore: (payment: Payment) => Payment | undefined;
  /** The latest request for a dossier that can still be paid. */
  readonly findPayable: (dossier: string) => Payment | undefined;
  /** The payer pays; nothing happens to a payment that is over. */
  readonly pay: (payment: Payment) => Payment;
  /** The payer, or the agency, cancels; nothing happens to a payment that is over. */
  readonly cancel: (payment: Payment, by: 'payer' | 'agency') => Payment;
  /** Pays back what was paid, once. */
  readonly refund: (payment: Payment) => Payment;
  /** The money that moved on a day. */
  readonly movements: (date: CivilDate) => Movement[];
  readonly settle: () => void;
  /** When the next payment will be paid by itself. */
  readonly nextReadyAt: () => Instant | undefined;
}

interface Row extends Omit<Payment, 'form' | 'outcome'> {
  readonly form: string;
  readonly outcome: string | null;
  readonly received: number;
}

/** A payment can be made for this long, milliseconds on the clock: 20 minutes, the middle of the usual 15 to 30. */
export const LIFE_MS = 20 * 60_000;

/** Another amount than was asked for, đồng: a thousand too little, or too much where that would leave nothing. */
function differing(amount: number): number {
  return amount > 1_000 ? amount - 1_000 : amount + 1_000;
}

/** Stands before the number of a copy in the id under which it is kept, where PayGov does not deduplicate; no id on the wire holds it. */
const COPY = ' copy ';

/** Opens the books. `told` is called, inside the unit of work, when there is something to tell the agency. */
export function openBook({ records, ledger, outcomes, mode, clock, paceMs }: Office, told: (payment: Payment) => void): PaymentBook {
  records.layOut(`CREATE TABLE IF NOT EXISTS payments (
    number INTEGER PRIMARY KEY, transactionId TEXT NOT NULL UNIQUE, dossier TEXT NOT NULL, form TEXT NOT NULL, amount INTEGER NOT NULL, state TEXT NOT NULL,
    readyAt TEXT, expiresAt TEXT NOT NULL, paidAt TEXT, outcome TEXT, received INTEGER NOT NULL, effect INTEGER, refund INTEGER);
    CREATE INDEX IF NOT EXISTS paymentsOfDossier ON payments (dossier);
    CREATE INDEX IF NOT EXISTS paymentsPending ON payments (expiresAt) WHERE state = 'pending';
    CREATE TABLE IF NOT EXISTS movements (
    number INTEGER PRIMARY KEY, transactionId TEXT NOT NULL, dossier TEXT NOT NULL, amount INTEGER NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, day TEXT NOT NULL);
    CREATE INDEX IF NOT EXISTS movementsOfDay ON movements (day)`);

  const row = (transactionId: string) => records.find<Row>('SELECT * FROM payments WHERE transactionId = ?', transactionId);
  function get(transactionId: string): Payment {
    const found = row(transactionId);
    if (!found) throw new Error(`There is no payment ${transactionId}.`);
    return paymentOf(found);
  }
  const end = (transactionId: string, state: PaymentState) => records.write('UPDATE payments SET state = ? WHERE transactionId = ?', state, transactionId);
  const move = ({ transactionId, dossier, amount }: Payment, state: Movement['state'], at: Instant) =>
    records.write('INSERT INTO movements (transactionId, dossier, amount, state, at, day) VALUES (?, ?, ?, ?, ?, ?)', transactionId, dossier, amount, state, at, civilDateOf(at));

  const copiesOf = (transactionId: string) => records.list<Row>(`SELECT * FROM payments WHERE transactionId LIKE ? || '${COPY}%'`, transactionId);

  /** An older copy of the books: it was not asked for yet, not paid yet, or not paid back yet. */
  function asItStood(payment: Payment, at: Instant): Payment | undefined {
    if (later(payment.expiresAt, -LIFE_MS) > at) return undefined;
    const isPaid = payment.paidAt !== null && payment.paidAt <= at;
    const movedBack = records.find<{ at: Instant }>("SELECT at FROM movements WHERE transactionId = ? AND state = 'refunded' ORDER BY number LIMIT 1", payment.transactionId);
    if (movedBack && movedBack.at > at && isPaid) return { ...payment, state: 'paid' };
    return payment.paidAt === null || isPaid ? payment : { ...payment, state: 'pending', paidAt: null, amount: Number(payment.form.trans_amount) };
  }

  /** Does something to a payment that is still open, completely or not at all. */
  function change({ transactionId }: Payment, work: (open: Payment) => void): Payment {
    settle();
    return records.atomically(() => {
      const open = get(transactionId);
      if (open.state === 'pending') work(open);
      return get(transactionId);
    });
  }

  function payAt(open: Payment, at: Instant): void {
    if (open.outcome === 'refuse') {
      end(open.transactionId, 'failed');
    } else {
      const amount = open.outcome === 'amountDiffers' ? differing(open.amount) : open.amount;
      enter({ ...open, amount }, at);
      if (open.outcome === 'paidTwice') payElsewhere(open, at);
    }
    if (!open.transactionId.includes(COPY)) told(get(open.transactionId));
  }

  function enter(paid: Payment, at: Instant): void {
    const { transactionId, dossier, amount } = paid;
    const effect = ledger.carriedOut({ act: 'pay', subject: dossier, idempotencyKey: transactionId.split(COPY)[0] ?? '', at, received: row(transactionId)?.received ?? 1 });
    records.write("UPDATE payments SET state = 'paid', amount = ?, paidAt = ?, effect = ? WHERE transactionId = ?", amount, at, effect, transactionId);
    move(paid, 'paid', at);
  }

  /** The dossier is paid once more, at a shop under its code: PayGov makes the id, and only its file tells of it. */
  function payElsewhere({ form, dossier, amount, expiresAt }: Payment, at: Instant): void {
    const number = records.write("INSERT INTO payments (transactionId, dossier, form, amount, state, expiresAt, received) VALUES ('', ?, ?, ?, 'pending', ?, 1)", dossier, JSON.stringify(form), amount, expiresAt);
    const transactionId = `SHOP${String(number).padStart(16, '0')}`; // twenty characters, none of which the hub would make: 0 and 1 are not in base32
    records.write('UPDATE payments SET transactionId = ? WHERE number = ?', transactionId, number);
    enter(get(transactionId), at);
  }

  function settle(): void {
    const now = clock.now();
    for (const due of records.list<Row & { readyAt: Instant }>("SELECT * FROM payments WHERE state = 'pending' AND readyAt <= ? ORDER BY readyAt, number", now)) {
      records.atomically(() => payAt(paymentOf(due), due.readyAt));
    }
    records.write("UPDATE payments SET state = 'expired' WHERE state = 'pending' AND expiresAt <= ?", now);
  }

  return {
    settle,
    take(form) {
      settle();
      return records.atomically(() => {
        const known = row(form.transaction_id);
        const copies = known && !mode.deduplicates ? copiesOf(known.transactionId).length + 1 : 0;
        if (known && copies === 0) {
          if (!isSame(paymentOf(known).form, form)) return { is: 'other', payment: paymentOf(known) };
          records.write('UPDATE payments SET received = received + 1 WHERE number = ?', known.number);
          if (known.effect !== null) ledger.orderedAgain(known.effect, 1);
          return { is: 'known', payment: paymentOf(known) };
        }
        const now = clock.now();
        const text = JSON.stringify(form);
        const outcome: OrderedOutcome | undefined = outcomes.match(text);
        const readyAt = outcome?.outcome === 'done' ? later(now, paceMs) : null;
        const transactionId = copies > 0 ? `${form.transaction_id}${COPY}${copies}` : form.transaction_id;
        records.write("INSERT INTO payments (transactionId, dossier, form, amount, state, readyAt, expiresAt, outcome, received) VALUES (?, ?, ?, ?, 'pending', ?, ?, ?, 1)", transactionId, form.bill_info.MaHoSo, text, Number(form.trans_amount), readyAt, later(now, LIFE_MS), outcome?.outcome ?? null);
        return { is: 'new', payment: get(transactionId) };
      });
    },
    find(transactionId, agoMs = 0) {
      settle();
      const found = row(transactionId);
      return found && asItStood(paymentOf(found), later(clock.now(), -agoMs));
    },
    findBefore({ number }) {
      const found = records.find<Row>('SELECT * FROM payments WHERE number < ? ORDER BY number DESC LIMIT 1', number);
      return found && paymentOf(found);
    },
    findPayable(dossier) {
      settle();
      const found = records.find<Row>("SELECT * FROM payments WHERE dossier = ? AND state = 'pending' ORDER BY number DESC LIMIT 1", dossier);
      return found && paymentOf(found);
    },
    pay(payment) {
      for (const copy of copiesOf(payment.transactionId)) change(paymentOf(copy), (open) => payAt(open, clock.now())); // the payer sees as many bills as were made out
      return change(payment, (open) => payAt(open, clock.now()));
    },
    cancel: (payment, by) =>
      change(payment, ({ transactionId }) => {
        end(transactionId, 'cancelled');
        if (by === 'payer') told(get(transactionId));
      }),
    refund: ({ transactionId }) =>
      records.atomically(() => {
        const payment = get(transactionId);
        const isCopy = payment.state === 'refunded' && !mode.deduplicates; // who does not deduplicate pays back a second time
        if (payment.refund !== null && !isCopy) ledger.orderedAgain(payment.refund, 1);
        if (payment.state !== 'paid' && !isCopy) return payment;
        const at = clock.now();
        const line = ledger.carriedOut({ act: 'refund', subject: payment.dossier, idempotencyKey: transactionId, at, received: 1 });
        records.write("UPDATE payments SET state = 'refunded', refund = ? WHERE transactionId = ?", line, transactionId);
        move(payment, 'refunded', at);
        return get(transactionId);
      }),
    movements(date) {
      settle();
      return records.list<Movement>('SELECT transactionId, dossier, amount, state, at FROM movements WHERE day = ? ORDER BY number', date);
    },
    nextReadyAt: () => records.find<{ readyAt: Instant | null }>("SELECT min(readyAt) AS readyAt FROM payments WHERE state = 'pending'")?.readyAt ?? undefined,
  };
}

/** Whether two requests are the same payment: where the payer is sent afterwards, and whether by web or app, is no part of it. */
function isSame(one: PaymentForm, other: PaymentForm): boolean {
  const essence = ({ return_url: _url, environment: _environment, check_sum: _proof, ...rest }: PaymentForm) => rest;
  return isDeepStrictEqual(essence(one), essence(other));
}

function paymentOf(row: Row): Payment {
  return { ...row, form: JSON.parse(row.form) as PaymentForm, outcome: (row.outcome ?? undefined) as OutcomeWord | undefined };
}
