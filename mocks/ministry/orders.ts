import { later, type Instant } from '../../src/kit/instant.ts';
import type { Office } from './office.ts';
import type { OrderedOutcome, OutcomeWord } from './outcomes.ts';

/** Where an order stands: `silent` was taken and will never be answered, `supplement` waits for the citizen. */
export type OrderState = 'working' | 'silent' | 'supplement' | 'done' | 'refused';

/** An order that a ministry has taken. */
export interface Order<Body, Result> {
  /** The order of arrival, from 1. */
  readonly number: number;
  readonly key: string;
  readonly body: Body;
  readonly state: OrderState;
  /** When it came, or came back amended. */
  readonly receivedAt: Instant;
  /** When the work on it is finished. */
  readonly readyAt: Instant;
  /** How many times it came. */
  readonly received: number;
  /** Why it is refused, or what is missing. */
  readonly reason: string | null;
  /** Until when the supplement may be handed in. */
  readonly until: Instant | null;
  readonly result: Result | undefined;
  /** The end that was ordered when it came. */
  readonly outcome: OutcomeWord | undefined;
  /** 0; from 1 where an order with the same key had been taken before and the ministry does not deduplicate. */
  readonly copy: number;
}

/** What the business makes of an order whose time has come. */
export type Carried<Result> =
  /** Carried out: a new effect for the ledger, the effect of an earlier order (by its number), or one older than the ledger. */
  | { readonly is: 'done'; readonly result: Result; readonly effect: { readonly act: string; readonly subject: string } | { readonly same: number } | 'older' }
  | { readonly is: 'refused'; readonly reason: string };

/** The business behind an order book. */
export interface Business<Body, Result> {
  /** Does what was ordered, inside one unit of work with the order's end. `at` is when the work was finished. */
  readonly carryOut: (order: Order<Body, Result>, at: Instant) => Carried<Result>;
  readonly idempotencyKey: (body: Body) => string;
  /** What is said when a refusal, or a supplement, was ordered without a reason. */
  readonly defaultReasons: { readonly refuse: string; readonly supplement: string };
  /** The ministry's deadline for a supplement that it asks for at that moment; absent = it names none. */
  readonly supplementUntil?: (at: Instant) => Instant;
  /** Told inside the same unit of work that an order has ended. */
  readonly ended?: (order: Order<Body, Result>, at: Instant) => void;
}

/** The orders of one ministry: they survive a kill, and are finished by reading the clock whenever somebody asks. */
export interface OrderBook<Body, Result> {
  /** Takes an order; `known` when it is already there, `amended` when it answers a request for a supplement. */
  readonly take: (names: { key: string; alias?: string }, body: Body) => { is: 'new' | 'known' | 'amended'; order: Order<Body, Result> };
  /** By key or alias, as it stood so many milliseconds ago. Of several with the same key, the first. */
  readonly find: (name: string, agoMs?: number) => Order<Body, Result> | undefined;
  /** The order that came before it, whosever it is. */
  readonly findBefore: (order: Order<Body, Result>) => Order<Body, Result> | undefined;
  /** Finishes everything whose time has come, in that order. */
  readonly settle: () => void;
  /** When the next order will be finished. */
  readonly nextReadyAt: () => Instant | undefined;
}

interface Row extends Omit<Order<never, never>, 'body' | 'result' | 'outcome' | 'copy'> {
  readonly alias: string | null;
  readonly body: string;
  readonly result: string | null;
  /** The end that was ordered when it came, as JSON. */
  readonly outcome: string | null;
  readonly supplements: number;
  /** The effect's number in the ledger. */
  readonly effect: number | null;
}

/** Opens the order book in the office's records. */
export function openOrderBook<Body, Result>({ records, ledger, outcomes, mode, clock, paceMs }: Office, business: Business<Body, Result>): OrderBook<Body, Result> {
  records.layOut(`CREATE TABLE IF NOT EXISTS orders (
    number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, alias TEXT UNIQUE, body TEXT NOT NULL, state TEXT NOT NULL,
    receivedAt TEXT NOT NULL, readyAt TEXT NOT NULL, received INTEGER NOT NULL, outcome TEXT, supplements INTEGER NOT NULL DEFAULT 0,
    reason TEXT, until TEXT, result TEXT, effect INTEGER);
    CREATE INDEX IF NOT EXISTS ordersAtWork ON orders (readyAt) WHERE state = 'working'`);

  const row = (name: string) => records.find<Row>('SELECT * FROM orders WHERE key = ? OR alias = ?', name, name);
  const get = (number: number): Order<Body, Result> => {
    const found = records.find<Row>('SELECT * FROM orders WHERE number = ?', number);
    if (!found) throw new Error(`There is no order ${number}.`);
    return orderOf<Body, Result>(found);
  };

  function put(body: Body, at: Instant): { text: string; outcome: string | null; state: OrderState; readyAt: Instant } {
    const text = JSON.stringify(body);
    const outcome = outcomes.match(text);
    return { text, outcome: outcome ? JSON.stringify(outcome) : null, state: outcome?.outcome === 'silent' ? 'silent' : 'working', readyAt: outcome?.outcome === 'callbackFirst' ? at : later(at, paceMs) };
  }

  function settleOne(due: Row): void {
    const { number, readyAt: at } = due;
    const outcome = outcomeOf(due);
    const end = (state: OrderState, reason: string, until: Instant | null) =>
      records.write('UPDATE orders SET state = ?, reason = ?, until = ?, supplements = supplements + ? WHERE number = ?', state, reason, until, state === 'supplement' ? 1 : 0, number);
    if (outcome?.outcome === 'refuse') {
      end('refused', outcome.reason ?? business.defaultReasons.refuse, null);
    } else if (outcome?.outcome === 'supplement' || (outcome?.outcome === 'supplementThenDone' && due.supplements === 0)) {
      end('supplement', outcome.reason ?? business.defaultReasons.supplement, outcome.until ?? business.supplementUntil?.(at) ?? null);
    } else {
      const carried = business.carryOut(orderOf<Body, Result>(due), at);
      if (carried.is === 'refused') end('refused', carried.reason, null);
      else records.write("UPDATE orders SET state = 'done', reason = NULL, until = NULL, result = ?, effect = ? WHERE number = ?", JSON.stringify(carried.result), enter(carried.effect, due, at), number);
    }
    business.ended?.(get(number), at);
  }

  function enter(effect: Extract<Carried<Result>, { is: 'done' }>['effect'], due: Row, at: Instant): number | null {
    if (effect === 'older') return null;
    if (!('same' in effect)) return ledger.carriedOut({ ...effect, idempotencyKey: business.idempotencyKey(orderOf<Body, Result>(due).body), at, received: due.received });
    const earlier = records.find<Row>('SELECT * FROM orders WHERE number = ?', effect.same)?.effect ?? null;
    if (earlier !== null) ledger.orderedAgain(earlier, due.received);
    return earlier;
  }

  function settle(): void {
    for (;;) {
      const due = records.find<Row>("SELECT * FROM orders WHERE state = 'working' AND readyAt <= ? ORDER BY readyAt, number LIMIT 1", clock.now());
      if (!due) return;
      records.atomically(() => settleOne(due));
    }
  }

  return {
    settle,
    find(name, agoMs = 0) {
      settle();
      const found = row(name);
      return found && asItStood(orderOf<Body, Result>(found), found, later(clock.now(), -agoMs));
    },
    findBefore({ number }) {
      const found = records.find<Row>('SELECT * FROM orders WHERE number < ? ORDER BY number DESC LIMIT 1', number);
      return found && orderOf<Body, Result>(found);
    },
    take(names, body) {
      settle();
      return records.atomically(() => {
        const at = clock.now();
        const known = row(names.key) ?? (names.alias === undefined ? undefined : row(names.alias));
        if (known?.state === 'supplement') {
          const { text, outcome, state, readyAt } = put(body, at);
          records.write('UPDATE orders SET body = ?, outcome = ?, state = ?, receivedAt = ?, readyAt = ?, received = received + 1, reason = NULL, until = NULL WHERE number = ?', text, outcome, state, at, readyAt, known.number);
          return { is: 'amended', order: get(known.number) };
        }
        if (known && mode.deduplicates) {
          records.write('UPDATE orders SET received = received + 1 WHERE number = ?', known.number);
          if (known.effect !== null) ledger.orderedAgain(known.effect, 1);
          return { is: 'known', order: get(known.number) };
        }
        const { text, outcome, state, readyAt } = put(body, at);
        const copies = known ? (records.find<{ count: number }>(`SELECT count(*) AS count FROM orders WHERE key LIKE ? || '${COPY}%'`, known.key)?.count ?? 0) : 0;
        const [key, alias] = known ? [`${known.key}${COPY}${copies + 1}`, null] : [names.key, names.alias ?? null];
        const number = records.write('INSERT INTO orders (key, alias, body, state, receivedAt, readyAt, received, outcome) VALUES (?, ?, ?, ?, ?, ?, 1, ?)', key, alias, text, state, at, readyAt, outcome);
        return { is: 'new', order: get(number) };
      });
    },
    nextReadyAt: () => records.find<{ readyAt: Instant | null }>("SELECT min(readyAt) AS readyAt FROM orders WHERE state = 'working'")?.readyAt ?? undefined,
  };
}

function orderOf<Body, Result>(row: Row): Order<Body, Result> {
  return {
    ...row,
    body: JSON.parse(row.body) as Body,
    result: row.result === null ? undefined : (JSON.parse(row.result) as Result),
    outcome: outcomeOf(row)?.outcome,
    copy: Number(row.key.split(COPY)[1] ?? 0),
  };
}

/** Stands before the number of a copy in the key under which it is kept; no key on any wire holds it. */
const COPY = ' copy ';

/** An order as an older copy of the books has it: not there yet, waiting for the citizen still, or at work still. */
function asItStood<Body, Result>(order: Order<Body, Result>, { supplements }: Row, at: Instant): Order<Body, Result> | undefined {
  if (order.receivedAt > at) return supplements > 0 ? { ...order, state: 'supplement', result: undefined } : undefined;
  return order.readyAt > at && order.state !== 'silent' ? { ...order, state: 'working', reason: null, until: null, result: undefined } : order;
}

function outcomeOf(row: Row): OrderedOutcome | undefined {
  return row.outcome === null ? undefined : (JSON.parse(row.outcome) as OrderedOutcome);
}
