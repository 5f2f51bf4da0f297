import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { DataSource } from 'typeorm';
import { DatabaseRefused, stepsUpTo } from '../migrations/known.ts';
import { syncFolder } from '../shelf.ts';
import type { Value } from './format.ts';
import { AT_START, BESIDE, CURSOR_GAP, type Snapshot, type Target } from './side.ts';

/** Rows that are handed on at once. */
const AT_ONCE = 2_000;

/** Page cache while indices are built, KiB: a quarter of a gigabyte, so that their trees grow in memory. */
const CACHE_KIB = 262_144;

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** Takes a snapshot of a file: a read transaction of WAL sees one moment and keeps nobody from writing. */
export function openSqliteSnapshot(file: string): Snapshot {
  if (!existsSync(file)) throw new DatabaseRefused(`There is no database at ${file}; nothing was backed up.`);
  const database = new Database(file, { readonly: true });
  database.exec('BEGIN');
  const schema = database.prepare<[], { name: string }>('SELECT name FROM migrations ORDER BY id DESC LIMIT 1').get()?.name;
  if (schema === undefined) throw new DatabaseRefused(`The file ${file} is no database of lienthong; nothing was backed up.`);
  const tables = Object.fromEntries(tablesOf(database).map((table) => [table, countOf(database, table)]));
  return {
    database: 'sqlite',
    schema,
    tables,
    columnsOf: (table) => Promise.resolve(columnsOf(database, table)),
    async *rowsOf(table, columns) {
      let rows: Value[][] = [];
      for (const row of database.prepare(`SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(table)}`).raw().iterate()) {
        rows.push(row as Value[]);
        if (rows.length < AT_ONCE) continue;
        yield rows;
        rows = [];
      }
      if (rows.length > 0) yield rows;
    },
    papers: () => Promise.resolve(database.prepare<[], { sha256: string; size: number }>('SELECT DISTINCT sha256, size FROM paper ORDER BY sha256').all()),
    close: () => Promise.resolve(void database.close()),
  };
}

/** Prepares a new file beside the one that is to be replaced; only `finish` puts it in its place. */
export async function openSqliteTarget(file: string, schema: string, { replace, keptAs }: { readonly replace: boolean; readonly keptAs: string }): Promise<Target> {
  mkdirSync(dirname(file), { recursive: true });
  const isThere = existsSync(file);
  if (isThere) refuseUnlessFree(file, replace);
  const fresh = `${file}.restoring`;
  removeDatabase(fresh);
  const source = await new DataSource({ type: 'better-sqlite3', database: fresh, migrations: stepsUpTo(schema) }).initialize();
  await source.runMigrations({ transaction: 'all' });
  await source.destroy();
  const database = new Database(fresh);
  database.pragma('journal_mode = OFF'); // what is not finished is thrown away
  database.pragma('synchronous = OFF');
  database.pragma(`cache_size = -${CACHE_KIB}`);
  const indices = database.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL").all();
  for (const { name } of indices) database.exec(`DROP INDEX ${quoted(name)}`); // built again at the end, in one sort each
  database.exec('BEGIN');
  const inserts = new Map<string, Database.Statement>();
  return {
    columnsOf: (table) => Promise.resolve(columnsOf(database, table)),
    store(table, columns, rows) {
      const key = `${table} ${columns.join()}`;
      let insert = inserts.get(key);
      if (!insert) inserts.set(key, (insert = database.prepare(`INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`)));
      for (const row of rows) insert.run(row);
      return Promise.resolve();
    },
    async finish() {
      database.prepare("UPDATE sqlite_sequence SET seq = seq + ? WHERE name = 'event'").run(CURSOR_GAP);
      goOnAfter(database);
      database.exec('COMMIT');
      for (const { sql } of indices) database.exec(sql);
      database.pragma('journal_mode = WAL');
      database.close();
      sync(fresh);
      if (existsSync(file)) {
        refuseUnlessFree(file, replace); // somebody may have started a hub meanwhile
        for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true }); // empty: nobody has the file open, and its log was written back
        renameSync(file, keptAs);
      }
      renameSync(fresh, file);
      await syncFolder(dirname(file));
    },
    abandon() {
      if (database.open) database.close();
      removeDatabase(fresh);
      return Promise.resolve();
    },
  };
}

/**
 * A file numbers no transactions and gives every event the same; events that came from PostgreSQL have numbers, and the new
 * ones must stand behind them. So what it gives is raised, in the way that SQLite itself describes for a changed default
 * (https://sqlite.org/lang_altertable.html#otheralter).
 */
function goOnAfter(database: Database.Database): void {
  if (!columnsOf(database, 'event').includes('tx')) return;
  const newest = database.prepare<[], { tx: number | null }>('SELECT MAX(tx) AS tx FROM event').get()?.tx ?? 0;
  if (newest === 0) return;
  database.unsafeMode(true);
  database.pragma('writable_schema = ON');
  const { changes } = database.prepare("UPDATE sqlite_master SET sql = replace(sql, 'tx bigint NOT NULL DEFAULT 0', ?) WHERE type = 'table' AND name = 'event' AND instr(sql, 'tx bigint NOT NULL DEFAULT 0') > 0").run(`tx bigint NOT NULL DEFAULT ${newest + CURSOR_GAP}`);
  database.pragma('writable_schema = RESET');
  database.unsafeMode(false);
  if (changes !== 1) throw new Error('The table of events is laid out otherwise than this program knows.');
}

/** A database that a hub is running on, or that holds something, is left alone. */
function refuseUnlessFree(file: string, replace: boolean): void {
  const database = new Database(file, { timeout: 0 });
  try {
    database.pragma('journal_mode = DELETE'); // only whoever has the file alone can leave WAL, and what was in the log is then in the file
    const tables = tablesOf(database).filter((table) => !AT_START.test(table) && countOf(database, table) > 0);
    if (tables.length > 0 && !replace) throw new DatabaseRefused(`The database ${file} holds something already (${tables.slice(0, 3).join(', ')}…); nothing was changed. To put the backup in its place: --replace`);
  } catch (error) {
    if (/^SQLITE_(BUSY|LOCKED)/.test((error as { code?: string }).code ?? '')) throw new DatabaseRefused(`Somebody is using the database ${file}; nothing was changed. End the hub first.`);
    throw error;
  } finally {
    database.close();
  }
}

function tablesOf(database: Database.Database): string[] {
  const all = database.prepare<[], { name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all();
  return all.map(({ name }) => name).filter((name) => !BESIDE.test(name));
}

function countOf(database: Database.Database, table: string): number {
  return database.prepare<[], { count: number }>(`SELECT COUNT(*) AS count FROM ${quoted(table)}`).get()?.count ?? 0;
}

function columnsOf(database: Database.Database, table: string): string[] {
  return database.prepare<[string], { name: string }>('SELECT name FROM pragma_table_info(?) ORDER BY cid').all(table).map(({ name }) => name);
}

function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

function sync(file: string): void {
  const open = openSync(file, 'r+');
  fsyncSync(open);
  closeSync(open);
}
