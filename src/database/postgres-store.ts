import { AsyncLocalStorage } from 'node:async_hooks';
import PQueue from 'p-queue';
import pg from 'pg';
import { DataSource, QueryFailedError } from 'typeorm';
import { realMs, realPause } from '../kit/clock.ts';
import { StoreUnavailableError, type Guard, type Rows, type Store } from '../kit/store.ts';
import { refuseNewer } from './migrations/known.ts';
import type { Pool } from './boss-hints.ts';
import { migrations } from './migrations/list.ts';
import { openPeers } from './peers.ts';
import { makeQuick } from './quick-rows.ts';
import { nameReadFailures } from './reader.ts';
import { tables } from './tables.ts';
import { endUnit, openUnit, type UnitOfWork } from './unit-of-work.ts';

/** Sums and counts of PostgreSQL's bigint are numbers here: nothing of ours comes near 2^53. */
pg.types.setTypeParser(pg.types.builtins.INT8, Number);

/** Units of work side by side. More would mostly wait for each other's rows and then be carried out again. */
const SIDE_BY_SIDE = 6;

/** Connections for what is not a unit of work: words called out, and the queue of hints. */
const SPARE = 4;

/** Connections that only read. */
const READERS = 8;

/** A transaction that does nothing for so long belongs to a process that hangs, milliseconds; its rows are set free. */
const IDLE_MS = 5_000;

/** No statement of ours takes as long, milliseconds, but for migrations. */
const STATEMENT_MS = 30_000;

/** Who reads a whole table conflicts with everybody who writes to it; where there is an index it is taken, however small the table. */
const NO_SCANS = '-c enable_seqscan=off';

/** How long a connection is waited for, milliseconds. */
const CONNECT_MS = 5_000;

/** How long a unit of work is carried out again and again because of others, milliseconds, before its caller is asked to come back. */
const PATIENCE_MS = 10_000;

/** The longest pause before another try, milliseconds. */
const PAUSE_MS = 10;

/** A unit that others came before so often is then carried out alone, tries: it cannot fail for them again. */
const TRIES_AMONG_OTHERS = 3;

/** Every unit of work of every process holds this lock together with the others, or alone; any number that nobody else uses. */
const LANE = 7_766_003;

/** Two units that could not both have their way: serialization failure, deadlock. */
const CONFLICT = /^(40001|40P01)$/;

/** Somebody stored the same key since this unit looked; carried out again, it sees the row and answers accordingly. */
const TAKEN = '23505';

/** A key that is taken is looked at so often before it counts as a bug, tries. */
const TRIES_IF_TAKEN = 3;

/**
 * PostgreSQL's words for "cannot write now": connection exceptions, too few resources, told to end, starting, statement
 * given up, read-only, transaction cut off for idling, disk trouble.
 */
const UNAVAILABLE = /^(08|53|57P|57014|25006|25P03|58)/;

/** Read-only: a connection made while the database was stays so for as long as it lives, and is therefore given up. */
const READ_ONLY = '25006';

/** The same from the wire itself. */
const UNREACHABLE = /^(ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)$/;

/** node-postgres has no codes for these. */
const BROKEN = /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|connection ended/i;

/** Held while tables are laid out, so that processes that start together do it once; any number that nobody else uses. */
export const MIGRATING = 7_766_001;

/** By these names the connections of hubs are known to the database. */
export const PROCESS_NAMES = ['lienthong', 'lienthong peer'] as const;

/**
 * Opens the store on PostgreSQL, for several hub processes at once. Units of work run side by side as serializable
 * transactions: what could not have happened one after the other is taken back and carried out again, so that what holds for
 * SQLite's single writer holds here. A unit that has bad luck several times gets the database's writers to itself.
 */
export async function openPostgresStore(url: string): Promise<{ readonly store: Store; readonly pool: Pool }> {
  const common = { type: 'postgres' as const, url, entities: [...tables], connectTimeoutMS: CONNECT_MS, applicationName: 'lienthong' };
  const source = await new DataSource({ ...common, migrations: [...migrations], poolSize: SIDE_BY_SIDE + SPARE, extra: { idle_in_transaction_session_timeout: IDLE_MS, statement_timeout: STATEMENT_MS, options: NO_SCANS } }).initialize();
  await layOut(source).catch(async (error: unknown) => {
    await source.destroy();
    throw error;
  });
  const reader = await new DataSource({ ...common, poolSize: READERS, extra: { options: '-c default_transaction_read_only=on', statement_timeout: STATEMENT_MS } }).initialize();
  nameReadFailures(reader, (error) => (codeOf(error) === READ_ONLY ? error : asStoreError(error))); // who writes by the reader has made a mistake
  makeQuick(reader.manager);
  const peers = await openPeers(url);
  const gate = new PQueue({ concurrency: SIDE_BY_SIDE });
  const scope = new AsyncLocalStorage<UnitOfWork>();

  async function attempt<T>(work: (rows: Rows) => Promise<T>, guard: Guard, alone: boolean): Promise<{ readonly result: T; readonly unit: UnitOfWork }> {
    const runner = source.createQueryRunner();
    try {
      await runner.connect();
      const unit = openUnit(source, runner);
      const kind = alone ? '' : '_shared';
      const leave = `SELECT pg_advisory_unlock${kind}(${LANE})`;
      let isIn = true;
      await runner.query(`SELECT pg_advisory_lock${kind}(${LANE})`); // before the transaction, whose view of the rows begins with its first statement
      await runner.query(`BEGIN ISOLATION LEVEL ${guard === 'rows' ? 'REPEATABLE READ' : 'SERIALIZABLE'}`);
      try {
        const result = await scope.run(unit, () => work(unit.rows));
        await endUnit(unit);
        if (unit.doom) throw unit.doom.error;
        await peers.tell(unit.words, (text, values) => runner.query(text, values));
        await runner.query(`COMMIT; ${leave}`); // one journey; a commit that fails leaves nothing behind it undone but this
        isIn = false;
        return { result, unit };
      } catch (error) {
        await endUnit(unit);
        await runner.query('ROLLBACK').catch(() => undefined); // a connection that broke leaves the pool by itself, and its locks with it
        if (codeOf(error) === READ_ONLY) await runner.query('SELECT pg_terminate_backend(pg_backend_pid())').catch(() => undefined);
        throw error;
      } finally {
        if (isIn) await runner.query(leave).catch(() => undefined);
      }
    } finally {
      await runner.release();
    }
  }

  async function persist<T>(work: (rows: Rows) => Promise<T>, guard: Guard): Promise<{ readonly result: T; readonly unit: UnitOfWork }> {
    const until = realMs() + PATIENCE_MS;
    for (let tries = 1, taken = 0; ; tries += 1) {
      try {
        return await attempt(work, guard, tries > TRIES_AMONG_OTHERS);
      } catch (error) {
        const code = codeOf(error);
        taken += code === TAKEN ? 1 : 0;
        const again = code !== undefined && (CONFLICT.test(code) || (code === TAKEN && taken < TRIES_IF_TAKEN));
        if (!again) throw asStoreError(error);
        if (realMs() > until) throw new StoreUnavailableError(`others had their way ${tries} times`, { cause: error });
      }
      await realPause(Math.random() * PAUSE_MS);
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

  const store: Store = {
    async transact<T>(work: (rows: Rows) => Promise<T>, guard: Guard = 'reads'): Promise<T> {
      const outer = scope.getStore();
      if (outer?.open) return join(outer, work);
      const { result, unit } = await gate.add(() => scope.exit(() => persist(work, guard)), {});
      scope.exit(() => {
        for (const callback of unit.callbacks) callback();
      });
      return result;
    },
    read: () => (scope.getStore()?.open ? scope.getStore()?.rows : undefined) ?? reader.manager,
    afterCommit(callback) {
      const unit = scope.getStore();
      if (!unit?.open) throw new Error('afterCommit needs an open unit of work.');
      unit.callbacks.push(callback);
    },
    peers: {
      ...peers,
      announce(...words) {
        const unit = scope.getStore();
        if (unit?.open) for (const word of words) unit.words.add(word);
        else void peers.tell(new Set(words), (text, values) => source.query(text, values)).catch(() => undefined); // a hint; whoever misses it looks by itself
      },
    },
    settledEvents: 'tx < pg_snapshot_xmin(pg_current_snapshot())::text::bigint + event_shift()',
    async close() {
      await gate.onIdle();
      await peers.close();
      await reader.destroy();
      await source.destroy();
    },
  };
  return { store, pool: (source.driver as unknown as { readonly master: Pool }).master };
}

/** Brings the tables up to date, one process at a time, and lifts the numbers of transactions above those that are stored. */
async function layOut(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    await runner.query('SET statement_timeout = 0');
    await runner.query('SELECT pg_advisory_lock($1)', [MIGRATING]);
    try {
      await refuseNewer(source);
      await source.runMigrations({ transaction: 'each' });
      const [shift] = (await runner.query('SELECT max(tx) - pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS missing, event_shift() AS present FROM event')) as { missing: number | null; present: number }[];
      if (shift && shift.missing !== null && shift.missing >= shift.present) {
        await runner.query(`CREATE OR REPLACE FUNCTION event_shift() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT ${shift.missing + 1}::bigint'`);
      }
    } finally {
      await runner.query('SELECT pg_advisory_unlock($1)', [MIGRATING]);
      await runner.query(`SET statement_timeout = ${STATEMENT_MS}`);
    }
  } finally {
    await runner.release();
  }
}

function codeOf(error: unknown): string | undefined {
  const source: unknown = error instanceof QueryFailedError ? error.driverError : error;
  const code = (source as { readonly code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : undefined;
}

function asStoreError(error: unknown): unknown {
  const code = codeOf(error) ?? '';
  const isUnavailable = UNAVAILABLE.test(code) || UNREACHABLE.test(code) || (error instanceof Error && BROKEN.test(error.message));
  return isUnavailable ? new StoreUnavailableError(code || 'the connection broke', { cause: error }) : error;
}
