import pg from 'pg';
import { DataSource, MigrationExecutor } from 'typeorm';
import { DatabaseRefused, stepsUpTo } from '../migrations/known.ts';
import { MIGRATING, PROCESS_NAMES } from '../postgres-store.ts';
import type { Value } from './format.ts';
import { AT_START, BESIDE, CURSOR_GAP, type Snapshot, type Target } from './side.ts';

/** Rows that are fetched at once. */
const AT_ONCE = 2_000;

/** Memory in which one index is sorted. */
const SORT_MEMORY = '256MB';

type Query = <Row>(text: string, values?: unknown[]) => Promise<Row[]>;

const quoted = (name: string) => pg.escapeIdentifier(name);

/** Takes a snapshot of a database: one repeatable read sees one moment and keeps nobody from writing. */
export async function openPostgresSnapshot(url: string): Promise<Snapshot> {
  const client = new pg.Client({ connectionString: url, application_name: 'lienthong backup' });
  client.on('error', () => undefined); // whoever asks next is told
  await client.connect();
  const query: Query = async <Row>(text: string, values: unknown[] = []) => (await client.query(text, values)).rows as Row[];
  await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const [migrated] = await query<{ name: string | null }>("SELECT to_regclass('migrations') AS name");
  const [last] = migrated?.name ? await query<{ name: string }>('SELECT name FROM migrations ORDER BY id DESC LIMIT 1') : [];
  if (!last) {
    await client.end();
    throw new DatabaseRefused('The database is none of lienthong; nothing was backed up.');
  }
  const counts: [string, number][] = [];
  for (const table of await tablesOf(query)) counts.push([table, await countOf(query, table)]);
  return {
    database: 'postgres',
    schema: last.name,
    tables: Object.fromEntries(counts),
    columnsOf: async (table) => (await columnsOf(query, table)).map(({ name }) => name),
    async *rowsOf(table, columns) {
      await query(`DECLARE backup NO SCROLL CURSOR FOR SELECT ${columns.map(quoted).join(', ')} FROM ${quoted(table)}`);
      for (;;) {
        const { rows } = await client.query<Value[]>({ text: `FETCH ${AT_ONCE} FROM backup`, rowMode: 'array' });
        if (rows.length === 0) break;
        yield rows;
      }
      await query('CLOSE backup');
    },
    papers: () => query('SELECT DISTINCT sha256, size FROM paper ORDER BY sha256'),
    close: () => client.end(),
  };
}

/** Prepares a database: everything happens in one transaction, which nobody sees anything of before its commit. */
export async function openPostgresTarget(url: string, schema: string, { replace }: { readonly replace: boolean }): Promise<Target> {
  const source = await new DataSource({ type: 'postgres', url, migrations: stepsUpTo(schema), applicationName: 'lienthong restore', poolSize: 1 }).initialize();
  const runner = source.createQueryRunner();
  const query: Query = (text, values) => runner.query(text, values) as Promise<never>;
  const end = async () => {
    await runner.release();
    await source.destroy();
  };
  let indices: { readonly name: string; readonly sql: string }[];
  try {
    await query('BEGIN');
    await query('SELECT pg_advisory_xact_lock($1)', [MIGRATING]); // a hub that starts now waits until we are done
    await refuseUnlessFree(query, replace);
    for (const table of [...(await tablesOf(query)), 'migrations']) await query(`DROP TABLE IF EXISTS ${quoted(table)}`);
    await query('DROP FUNCTION IF EXISTS event_shift()');
    const executor = new MigrationExecutor(source, runner);
    executor.transaction = 'none';
    await executor.executePendingMigrations();
    await query(`SET LOCAL maintenance_work_mem = '${SORT_MEMORY}'`);
    indices = await query('SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE schemaname = current_schema() AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = format(\'%I.%I\', schemaname, indexname)::regclass)');
    for (const { name } of indices) await query(`DROP INDEX ${quoted(name)}`); // built again at the end, in one sort each
  } catch (error) {
    await query('ROLLBACK').catch(() => undefined);
    await end();
    throw error;
  }
  const inserts = new Map<string, string>();
  return {
    columnsOf: async (table) => (await columnsOf(query, table)).map(({ name }) => name),
    async store(table, columns, rows) {
      const key = `${table} ${columns.join()}`;
      let insert = inserts.get(key);
      if (!insert) {
        const types = new Map((await columnsOf(query, table)).map(({ name, type }) => [name, type]));
        inserts.set(key, (insert = `INSERT INTO ${quoted(table)} (${columns.map(quoted).join(', ')}) SELECT * FROM unnest(${columns.map((column, index) => `$${index + 1}::${types.get(column) ?? 'text'}[]`).join(', ')})`));
      }
      await query(insert, columns.map((_, index) => rows.map((row) => row[index])));
    },
    async finish() {
      await liftNumbers(query);
      for (const { sql } of indices) await query(sql);
      await query('COMMIT');
      await query('ANALYZE'); // until then it would plan as for empty tables
      await end();
    },
    async abandon() {
      await query('ROLLBACK').catch(() => undefined);
      await end();
    },
  };
}

/** A database that hubs are running on, or that holds something, is left alone. */
async function refuseUnlessFree(query: Query, replace: boolean): Promise<void> {
  const using = await query('SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = ANY ($1)', [[...PROCESS_NAMES]]);
  if (using.length > 0) throw new DatabaseRefused('Somebody is using the database; nothing was changed. End every hub on it first.');
  if (replace) return;
  const full: string[] = [];
  for (const table of await tablesOf(query)) if (!AT_START.test(table) && (await countOf(query, table)) > 0) full.push(table);
  if (full.length > 0) throw new DatabaseRefused(`The database holds something already (${full.slice(0, 3).join(', ')}…); nothing was changed. To put the backup in its place: --replace`);
}

/** Numbers that the database gives go on after those that came back; those of events so much higher that no cursor of a lost one passes for a new one. */
async function liftNumbers(query: Query): Promise<void> {
  const serials = await query<{ table: string; column: string }>("SELECT table_name AS \"table\", column_name AS \"column\" FROM information_schema.columns WHERE table_schema = current_schema() AND column_default LIKE 'nextval(%'");
  for (const { table, column } of serials) {
    const gap = table === 'event' ? CURSOR_GAP : 0;
    await query(`SELECT setval(pg_get_serial_sequence('${table}', '${column}'), (SELECT COALESCE(MAX(${quoted(column)}), 0) FROM ${quoted(table)}) + 1 + ${gap}, false)`);
  }
  const hasTransactions = (await columnsOf(query, 'event')).some(({ name }) => name === 'tx');
  if (!hasTransactions) return;
  const [newest] = await query<{ shift: number | string | null }>(`SELECT MAX(tx) + ${CURSOR_GAP} - pg_snapshot_xmax(pg_current_snapshot())::text::bigint AS shift FROM event`);
  const shift = Number(newest?.shift ?? 0);
  if (shift > 0) await query(`CREATE OR REPLACE FUNCTION event_shift() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT ${shift}::bigint'`);
}

async function tablesOf(query: Query): Promise<string[]> {
  const all = await query<{ name: string }>("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE' ORDER BY table_name");
  return all.map(({ name }) => name).filter((name) => !BESIDE.test(name));
}

async function countOf(query: Query, table: string): Promise<number> {
  const [counted] = await query<{ count: number | string }>(`SELECT COUNT(*) AS count FROM ${quoted(table)}`);
  return Number(counted?.count ?? 0);
}

function columnsOf(query: Query, table: string): Promise<{ name: string; type: string }[]> {
  return query('SELECT column_name AS name, udt_name AS type FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position', [table]);
}
