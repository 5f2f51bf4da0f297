import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { Mutex } from 'async-mutex';
import { DataSource, QueryFailedError } from 'typeorm';
import { realMs, realPause, realTurn } from '../kit/clock.ts';
import { StoreUnavailableError, type Peers, type Rows, type Store } from '../kit/store.ts';
import { refuseNewer } from './migrations/known.ts';
import { migrations } from './migrations/list.ts';
import { planByTypicalStore } from './planning.ts';
import { rememberFile } from './presence.ts';
import { makeQuick } from './quick-rows.ts';
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

/** Prepared statements that a connection keeps; the hub has some hundreds, and what falls out is prepared anew. */
const STATEMENTS = 1_000;

/**
 * Units of work that share one commit, and with it one wait for the disk. Each is a savepoint of its own: what fails is
 * taken back alone, and nobody is told that something is stored before all of it is on the disk.
 */
interface Group {
  readonly stored: Promise<void>;
  /** How it ends, once it is ending: committed, or lost as a whole where SQLite rolled back by itself (disk full). */
  end: Promise<void> | undefined;
}

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
    statementCacheSize: STATEMENTS,
    migrations: [...migrations],
    prepareDatabase: (connection: Connection) => {
      connection.pragma('journal_mode = WAL');
      connection.pragma('synchronous = FULL');
      connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
      connection.pragma('foreign_keys = ON');
    },
  }).initialize();
  await writer.query('PRAGMA busy_timeout = 0'); // from here on we wait ourselves: SQLite's own waiting stops the whole process
  await beginWithin(BUSY_TIMEOUT_MS, writer); // two processes that start together lay the tables out once
  await refuseNewer(writer).catch(async (error: unknown) => {
    await writer.destroy();
    throw error;
  });
  await writer.runMigrations({ transaction: 'none' });
  await planByTypicalStore(writer);
  await writer.query('COMMIT');
  const isThere = rememberFile(path);
  const reader = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    readonly: true,
    entities: [...tables],
    statementCacheSize: STATEMENTS,
    prepareDatabase: (connection: Connection) => void connection.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`),
  }).initialize();
  makeQuick(reader.manager);

  const runner = writer.createQueryRunner(); // TypeORM has one per SQLite connection
  const queue = new Mutex();
  const scope = new AsyncLocalStorage<UnitOfWork>();
  let group: Group | undefined;
  let patient = true; // when one unit has waited in vain, the next ones try once, until one gets through

  /** Nothing is promised that only this process would ever see. */
  function expectFile(): void {
    if (!isThere()) throw new StoreUnavailableError('the database is not where it was opened; put it back, or start the hub again');
  }

  async function begin(): Promise<void> {
    expectFile();
    try {
      await beginWithin(patient ? busyMs : 0, runner);
      patient = true;
    } catch (error) {
      if (isBusy(error)) patient = false;
      throw asStoreError(error);
    }
  }

  /** The group that now takes units in; the first unit opens it, and a turn of the event loop later it is committed. */
  async function openGroup(): Promise<Group> {
    if (group) return group;
    await begin();
    const opened: Group = { end: undefined, stored: realTurn().then(() => queue.runExclusive(() => commit(opened))) };
    opened.stored.catch(() => undefined); // those whose units it held are told one by one
    return (group = opened);
  }

  /** Ends a group, once. */
  function commit(opened: Group): Promise<void> {
    if (group === opened) group = undefined;
    return (opened.end ??= runner.query('COMMIT').then(
      expectFile, // it may have gone since the beginning
      async (error: unknown) => {
        await runner.query('ROLLBACK').catch(() => undefined); // SQLite may have rolled back by itself (disk full)
        throw asStoreError(error);
      },
    ));
  }

  /** Takes back one unit of a group. Where SQLite has rolled back everything by itself, the whole group is lost. */
  async function takeBack(opened: Group, error: unknown): Promise<void> {
    try {
      await runner.query('ROLLBACK TO unit');
      await runner.query('RELEASE unit');
    } catch (cause) {
      await runner.query('ROLLBACK').catch(() => undefined);
      const known = asStoreError(error);
      group = undefined;
      opened.end = Promise.reject(known instanceof StoreUnavailableError ? known : new StoreUnavailableError('the transaction was rolled back', { cause }));
      opened.end.catch(() => undefined);
    }
  }

  async function carryOut<T>(work: (rows: Rows) => Promise<T>): Promise<{ readonly result: T; readonly callbacks: readonly (() => void)[]; readonly stored: Promise<void> }> {
    const opened = await openGroup();
    const unit = openUnit(writer, runner);
    try {
      await runner.query('SAVEPOINT unit');
      const result = await scope.run(unit, () => work(unit.rows));
      await endUnit(unit);
      if (unit.doom) throw unit.doom.error;
      await runner.query('RELEASE unit');
      return { result, callbacks: unit.callbacks, stored: opened.stored };
    } catch (error) {
      await endUnit(unit);
      await takeBack(opened, error);
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
      const { result, callbacks, stored } = await queue.runExclusive(() => scope.exit(() => carryOut(work)));
      await stored;
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
    peers: alone(),
    settledEvents: '1 = 1',
    async close() {
      await queue.runExclusive(async () => {
        if (group) await commit(group).catch(() => undefined); // its units are told
        await reader.destroy();
        await writer.destroy();
      });
    },
  };
}

/** A file has one hub: whatever an earlier process had under way belongs to nobody any more. */
function alone(): Peers {
  const self = randomUUID();
  return { self, shared: false, alive: () => Promise.resolve([self]), announce: () => undefined, hear: () => () => undefined };
}

/** Begins a transaction that may write; another's lock is waited for so long, milliseconds, without keeping the process from its other work. */
async function beginWithin(ms: number, asked: { query(statement: string): Promise<unknown> }): Promise<void> {
  const until = realMs() + ms;
  for (;;) {
    try {
      return void (await asked.query('BEGIN IMMEDIATE'));
    } catch (error) {
      if (!isBusy(error) || realMs() >= until) throw error;
    }
    await realPause(BUSY_PAUSE_MS);
  }
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
