import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** What a column holds. */
export type Value = string | number | null;

/** A ministry's own records: one SQLite file, or memory where nothing need outlive the process. */
export interface Records {
  /** Lays out tables and indexes; statements that may be run again at every start. */
  readonly layOut: (sql: string) => void;
  /** The first row that fits, or nothing. */
  readonly find: <Row>(sql: string, ...values: Value[]) => Row | undefined;
  /** Every row that fits. */
  readonly list: <Row>(sql: string, ...values: Value[]) => Row[];
  /** Writes; gives the number of the row that was inserted last. */
  readonly write: (sql: string, ...values: Value[]) => number;
  /** Does the work completely or not at all; inside another such work it joins it. */
  readonly atomically: <T>(work: () => T) => T;
  readonly close: () => void;
}

/** Opens the records of one ministry below the folder; without a folder they live in memory. */
export function openRecords(name: string, dataDir: string | undefined): Records {
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true });
  const database = new Database(dataDir === undefined ? ':memory:' : join(dataDir, `${name}.sqlite`));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = NORMAL'); // a killed process forgets nothing (WAL); a power cut is not simulated, and a sync per question would cost more than the answer
  database.pragma('busy_timeout = 5000'); // 5 seconds, for whoever looks into the file meanwhile

  const statements = new Map<string, Database.Statement<Value[]>>();
  const prepared = (sql: string): Database.Statement<Value[]> => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = database.prepare<Value[]>(sql)));
    return statement;
  };

  return {
    layOut: (sql) => void database.exec(sql),
    find: <Row>(sql: string, ...values: Value[]) => prepared(sql).get(...values) as Row | undefined,
    list: <Row>(sql: string, ...values: Value[]) => prepared(sql).all(...values) as Row[],
    write: (sql, ...values) => Number(prepared(sql).run(...values).lastInsertRowid),
    atomically(work) {
      if (database.inTransaction) return work();
      database.exec('BEGIN IMMEDIATE');
      try {
        const result = work();
        database.exec('COMMIT');
        return result;
      } catch (error) {
        if (database.inTransaction) database.exec('ROLLBACK');
        throw error;
      }
    },
    close: () => void database.close(),
  };
}
