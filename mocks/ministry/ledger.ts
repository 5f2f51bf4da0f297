import type { Instant } from '../../src/kit/instant.ts';
import type { Records } from './records.ts';

/** One effect that was carried out, and how many times it was ordered: the line that anybody may count. */
export interface LedgerRow {
  readonly act: string;
  /** Whom it was done to: a personal id. */
  readonly subject: string;
  readonly idempotencyKey: string | null;
  readonly at: Instant;
  /** How many times it was ordered. */
  readonly received: number;
}

/** The ministry's list of what it really did. */
export interface Ledger {
  /** Writes an effect down; gives its number in the ledger. */
  readonly carriedOut: (row: LedgerRow) => number;
  /** The same effect was ordered again, that many times. */
  readonly orderedAgain: (number: number, times: number) => void;
  /** Everything, in the order in which it was done. */
  readonly rows: () => LedgerRow[];
}

/** Opens the ledger in the ministry's records. */
export function openLedger(records: Records): Ledger {
  records.layOut(`CREATE TABLE IF NOT EXISTS ledger (
    number INTEGER PRIMARY KEY, act TEXT NOT NULL, subject TEXT NOT NULL, idempotencyKey TEXT, at TEXT NOT NULL, received INTEGER NOT NULL)`);
  return {
    carriedOut: ({ act, subject, idempotencyKey, at, received }) =>
      records.write('INSERT INTO ledger (act, subject, idempotencyKey, at, received) VALUES (?, ?, ?, ?, ?)', act, subject, idempotencyKey, at, received),
    orderedAgain: (number, times) => void records.write('UPDATE ledger SET received = received + ? WHERE number = ?', times, number),
    rows: () => records.list<LedgerRow>('SELECT act, subject, idempotencyKey, at, received FROM ledger ORDER BY number'),
  };
}
