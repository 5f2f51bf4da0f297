import { AsyncLocalStorage } from 'node:async_hooks';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Mutex } from 'async-mutex';
import { DataSource, QueryFailedError, type EntityManager } from 'typeorm';
import { StoreUnavailableError, type Rows, type Store } from '../kit/store.ts';
import { FirstHouse1772500000000 } from './migrations/1-first-house.ts';
import { tables } from './tables.ts';

/** The part of better-sqlite3's connection that is used to set it up. */
interface Connection {
  pragma(source: string): unknown;
}

/** How long SQLite waits for another process's lock, milliseconds; longer than any of our transactions. */
const BUSY_TIMEOUT_MS = 5_000;

/** SQLite's words for "cannot write now": the caller may try again and nothing was stored. */
const UNAVAILABLE = /^SQLITE_(BUSY|LOCKED|FULL|READONLY|IOERR|CANTOPEN|NOMEM|NOTADB|CORRUPT)/;

interface UnitOfWork {
  readonly rows: EntityManager;
  readonly callbacks: (() => void)[];
  open: boolean;
}

/**
 * Opens the store on one SQLite file. One connection writes, behind a queue, because TypeORM would nest concurrent
 * transactions of one connection into each other; another connection reads. WAL and `synchronous=FULL`: a commit that was
 * acknowledged survives loss of power.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  mkdirSync(dirname(path), { recursive: true });
  const writer = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    entities: [...tables],
    migrations: [FirstHouse1772500000000],
    prepareDatabase: (connection: Connection) => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      connection.pragma('foreign_keys = ON');
    },
  }).initialize();
  await writer.runMigrations();
  const reader = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    readonly: true,
    entities: [...tables],
    prepareDatabase: (connection: Connection) => void connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`),
  }).initialize();

  const queue = new Mutex();
  const scope = new AsyncLocalStorage<UnitOfWork>();

  async function begin<T>(work: (rows: Rows) => Promise<T>): Promise<T> {
    const runner = writer.createQueryRunner();
    const unit: UnitOfWork = { rows: runner.manager, callbacks: [], open: true };
    try {
      await runner.query('BEGIN IMMEDIATE');
    } catch (error) {
      throw asStoreError(error);
    }
    try {
      const result = await scope.run(unit, () => work(unit.rows));
      unit.open = false;
      await runner.query('COMMIT');
      return result;
    } catch (error) {
      unit.open = false;
      unit.callbacks.length = 0;
      await runner.query('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full)
      throw asStoreError(error);
    } finally {
      callbacksOf.push(...unit.callbacks);
    }
  }

  const callbacksOf: (() => void)[] = [];

  return {
    async transact(work) {
      const outer = scope.getStore();
      if (outer?.open) return work(outer.rows);
      const result = await queue.runExclusive(() => scope.exit(() => begin(work)));
      scope.exit(() => {
        for (const callback of callbacksOf.splice(0)) callback();
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

function asStoreError(error: unknown): unknown {
  const code = error instanceof QueryFailedError ? (error.driverError as { code?: unknown }).code : (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && UNAVAILABLE.test(code) ? new StoreUnavailableError(code, { cause: error }) : error;
}
