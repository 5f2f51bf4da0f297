import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Mutex } from 'async-mutex';
import { DataSource, QueryFailedError } from 'typeorm';
import { realMs, realPause } from '../kit/clock.ts';
import { StoreUnavailableError, type Rows, type Store } from '../kit/store.ts';
import { FirstHouse1772500000000 } from './migrations/1-first-house.ts';
import { Payments1772500200000 } from './migrations/2-payments.ts';
import { Papers1772500300000 } from './migrations/3-papers.ts';
import { Documents1772500400000 } from './migrations/4-documents.ts';
import { Forms1772500500000 } from './migrations/5-forms.ts';
import { tables } from './tables.ts';
import { endUnit, openUnit, type UnitOfWork } from './unit-of-work.ts';

/** The part of better-sqlite3's connection that is used to set it up. */
interface Connection {
  pragma(source: string): unknown;
}

/** How long another process's lock is waited for, milliseconds; longer than any of our transactions. */
const BUSY_TIMEOUT_MS = 5_000;

/** How long between two looks at another process's lock, milliseconds; SQLite's own handler sleeps 1 to 100. */
const BUSY_PAUSE_MS = 5;

/** SQLite's words for "cannot write now": the caller may try again and nothing was stored. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|NOMEM|NOTADB|CORRUPT)/;

/**
 * Opens the store on one SQLite file. One connection writes, behind a queue, because TypeORM would nest concurrent
 * transactions of one connection into each other; another connection reads. WAL and `synchronous=FULL`: a commit that was
 * acknowledged survives loss of power.
 */
export async function openSqliteStore(path: string, { busyMs = BUSY_TIMEOUT_MS }: { readonly busyMs?: number } = {}): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  const writer = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    entities: [...tables],
    migrations: [FirstHouse1772500000000, Payments1772500200000, Papers1772500300000, Documents1772500400000, Forms1772500500000],
    prepareDatabase: (connection: Connection) => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      connection.pragma('foreign_keys = ON');
    },
  }).initialize();
  await writer.query('BEGIN IMMEDIATE'); // two processes that start together lay the tables out once
  await writer.runMigrations({ transaction: 'none' });
  await writer.query('COMMIT');
  const reader = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    readonly: true,
    entities: [...tables],
    prepareDatabase: (connection: Connection) => void connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`),
  }).initialize();

  await writer.query('PRAGMA busy_timeout = 0'); // from here on we wait ourselves: SQLite's own waiting stops the whole process
  const runner = writer.createQueryRunner(); // TypeORM has one per SQLite connection
  const queue = new Mutex();
  const scope = new AsyncLocalStorage<UnitOfWork>();
  let patient = true; // when one unit has waited in vain, the next ones try once, until one gets through

  async function begin(): Promise<void> {
    const until = realMs() + (patient ? busyMs : 0);
    for (;;) {
      try {
        await runner.query('BEGIN IMMEDIATE');
        patient = true;
        return;
      } catch (error) {
        if (!isBusy(error)) throw asStoreError(error);
        if (realMs() >= until) {
          patient = false;
          throw asStoreError(error);
        }
      }
      await realPause(BUSY_PAUSE_MS);
    }
  }

  async function carryOut<T>(work: (rows: Rows) => Promise<T>): Promise<{ readonly result: T; readonly callbacks: readonly (() => void)[] }> {
    await begin();
    const unit = openUnit(writer, runner);
    try {
      const result = await scope.run(unit, () => work(unit.rows));
      await endUnit(unit);
      if (unit.doom) throw unit.doom.error;
      await runner.query('COMMIT');
      return { result, callbacks: unit.callbacks };
    } catch (error) {
      await endUnit(unit);
      await runner.query('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full)
      throw asStoreError(error);
    }
  }

  async function join<T>(unit: UnitOfWork, work: (rows: Rows) => Promise<T>): Promise<T> {
    try {
      return await work(unit.rows);
    } catch (error) {
      unit.doom ??= { error };
      throw error;
    }
  }

  return {
    async transact(work) {
      const outer = scope.getStore();
      if (outer?.open) return join(outer, work);
      const { result, callbacks } = await queue.runExclusive(() => scope.exit(() => carryOut(work)));
      scope.exit(() => {
        for (const callback of callbacks) callback();
      });
      return result;
    },
    read: () => (scope.getStore()?.open ? scope.getStore()?.rows : undefined) ?? reader.manager,
    afterCommit(callback) {
      const unit = scope.getStore();
      if (!unit?.open) throw new Error('afterCommit needs an open unit of work.');
      unit.callbacks.push(callback);
    },
    async close() {
      await queue.runExclusive(async () => {
        await reader.destroy();
        await writer.destroy();
      });
    },
  };
}

function isBusy(error: unknown): boolean {
  return /^SQLITE_BUSY/.test(codeOf(error) ?? '');
}

function codeOf(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (source as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function asStoreError(error: unknown): unknown {
  const code = codeOf(error);
  return code !== undefined && UNAVAILABLE.test(code) ? new StoreUnavailableError(code, { cause: error }) : error;
}
