import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { MessageChannel, Worker, receiveMessageOnPort } from 'node:worker_threads';
import Database from 'better-sqlite3';
import pg from 'pg';
import { test } from 'vitest';

/** Whether this run of the suite is the one on PostgreSQL (`npm run test:postgres`). */
export const onPostgres = process.env['TEST_ON'] === 'postgres';

/** In the place of `test` for what cannot run here: left out, with the reason in its name. */
export const leftOut = (reason: string): typeof test => ((name: string) => test.skip(`${name} (${reason})`)) as unknown as typeof test;

/** For tests of what only SQLite has, a file; on PostgreSQL they are left out, and say why. */
export const testOnFile = onPostgres ? leftOut("SQLite's own: PostgreSQL has no file") : test;

/** For tests of several processes on one database; on SQLite they are left out, and say why. */
export const testOnServer = onPostgres ? test : leftOut("PostgreSQL's own: a file has one hub");

/** The database of which every test's is a copy. */
export const TEMPLATE = 'lienthong_template';

/** A database that one test has to itself. */
export interface FreshDatabase {
  /** What DATABASE_URL is to be. */
  readonly url: string;
  readonly drop: () => Promise<void>;
}

/** Makes an empty database with its tables; on SQLite a file in the folder, which goes with it. */
export async function freshDatabase(folder: string): Promise<FreshDatabase> {
  if (!onPostgres) return { url: `sqlite:${join(folder, 'hub.sqlite')}`, drop: () => Promise.resolve() };
  const name = free.pop() ?? (await makeDatabase());
  return { url: databaseOn(name), drop: () => giveBack(name) };
}

/** Databases of this process whose test is over, empty again: to empty one takes a tenth of the time that a new one does. */
const free: string[] = [];

/** How tables, triggers and functions are laid out, as it comes from the template: who changes one of them changes the number of a row here, or how many there are. */
let layout: string | undefined;

const marksOf = (catalogue: string) => `(SELECT concat(count(*), '/', max(xmin::text::bigint)) FROM ${catalogue})`;

const LAYOUT = `SELECT concat_ws(' ', (SELECT string_agg(name, ',' ORDER BY name) FROM migrations),
  (SELECT string_agg(relname, ',' ORDER BY relname) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
  ${['pg_attribute', 'pg_attrdef', 'pg_trigger', 'pg_proc'].map(marksOf).join(', ')}) AS layout`;

const TABLES = `SELECT coalesce(string_agg(format('%I.%I', schemaname, tablename), ', '), '') AS tables FROM pg_tables
  WHERE (schemaname = 'public' AND tablename <> 'migrations') OR (schemaname = 'pgboss' AND tablename IN ('job', 'archive'))`;

/** Numbers that were drawn for rows that did not come to stay. */
const MOVED = "SELECT format('%I.%I', schemaname, sequencename) AS sequence FROM pg_sequences WHERE schemaname = 'public' AND sequencename <> 'migrations_id_seq' AND last_value IS NOT NULL";

/** Asks for the tables that hold something: to empty one costs files. */
const filledOf = (tables: string) => `SELECT string_agg(name, ', ') AS tables FROM (${tables.split(', ').map((name) => `SELECT '${name}' AS name WHERE EXISTS (SELECT FROM ${name})`).join(' UNION ALL ')}) AS filled`;

async function makeDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  layout ??= (await speakTo(name, (query) => query<{ layout: string }>(LAYOUT)))[0]?.layout;
  return name;
}

/** Empties a database for the next test; one that its test has laid out otherwise is thrown away. */
async function giveBack(name: string): Promise<void> {
  const isAsItWas = await speakTo(name, async (query) => {
    await query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND pid <> pg_backend_pid()`);
    if ((await query<{ layout: string }>(LAYOUT))[0]?.layout !== layout) return false;
    const [all] = await query<{ tables: string }>(TABLES);
    const [filled] = await query<{ tables: string | null }>(filledOf(all?.tables ?? ''));
    if (filled?.tables) await query(`TRUNCATE ${filled.tables} RESTART IDENTITY`);
    for (const { sequence } of await query<{ sequence: string }>(MOVED)) await query(`ALTER SEQUENCE ${sequence} RESTART`);
    return true;
  });
  if (isAsItWas) free.push(name);
  else await administer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
}

/** Address of a database on the server of the suite. */
export function databaseOn(name: string): string {
  const url = new URL(process.env['TEST_POSTGRES'] ?? 'postgres://nowhere.invalid');
  url.pathname = `/${name}`;
  return url.href;
}

/** Carries out an administrator's statements, one after the other. */
export async function administer(...statements: readonly string[]): Promise<void> {
  await speakTo('postgres', async (query) => {
    for (const statement of statements) await query(statement);
  });
}

/** Speaks to a database over one connection. */
async function speakTo<T>(name: string, words: (query: <Row>(statement: string) => Promise<Row[]>) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseOn(name) });
  await client.connect();
  try {
    return await words(async <Row>(statement: string) => (await client.query(statement)).rows as Row[]);
  } finally {
    await client.end();
  }
}

/** Reads a hub's database from beside, as an auditor would. Values stand for the question marks. */
export function readBeside<Row>(url: string, sql: string, ...values: readonly unknown[]): Row[] {
  if (url.startsWith('postgres')) return askPostgres<Row>(url, sql, values);
  const database = new Database(url.replace(/^sqlite:/, ''), { readonly: true });
  try {
    return database.prepare(sql).all(...values) as Row[];
  } finally {
    database.close();
  }
}

/** Writes into a hub's database from beside: what no door of the hub would let in. */
export function writeBeside(url: string, sql: string, ...values: readonly unknown[]): void {
  if (url.startsWith('postgres')) return void askPostgres(url, sql, values);
  const database = new Database(url.replace(/^sqlite:/, ''));
  try {
    database.prepare(sql).run(...values);
  } finally {
    database.close();
  }
}

/** How many rows each table of the hub holds; how far its watch has looked is its own affair. */
export function countBeside(url: string): Record<string, number> {
  const names = url.startsWith('postgres') ? "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' ORDER BY 1" : "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name";
  const tables = readBeside<{ name: string }>(url, names).flatMap(({ name }) => (name === 'alarm_mark' ? [] : name));
  const [counted = {}] = readBeside<Record<string, number>>(url, `SELECT ${tables.map((name) => `(SELECT count(*) FROM "${name}") AS "${name}"`).join(', ')}`);
  return { ...counted };
}

/** A statement that takes longer waits for somebody, milliseconds. */
const STATEMENT_MS = 10_000;

/** Speaks to PostgreSQL from a thread of its own, so that a test can ask in the middle of a line, as it can ask SQLite. */
const SPEAKER = `
const { workerData, parentPort } = require('node:worker_threads');
const pg = require('pg');
pg.types.setTypeParser(20, Number);
const clients = new Map();
async function clientOf(url) {
  if (!clients.has(url)) {
    for (const [known, old] of clients) { clients.delete(known); old.end().catch(() => {}); }
    const client = new pg.Client({ connectionString: url, statement_timeout: ${STATEMENT_MS} });
    client.on('error', () => clients.delete(url));
    await client.connect();
    clients.set(url, client);
  }
  return clients.get(url);
}
parentPort.on('message', async ({ url, sql, values, port, flag }) => {
  let answer;
  try { answer = { rows: (await (await clientOf(url)).query(sql, values)).rows }; }
  catch (error) { answer = { error: String(error && error.message || error) }; }
  port.postMessage(answer);
  Atomics.store(flag, 0, 1);
  Atomics.notify(flag, 0);
});
`;

let speaker: Worker | undefined;

function askPostgres<Row>(url: string, sql: string, values: readonly unknown[]): Row[] {
  if (!speaker) {
    speaker = new Worker(SPEAKER, { eval: true });
    speaker.unref();
  }
  const { port1, port2 } = new MessageChannel();
  const flag = new Int32Array(new SharedArrayBuffer(4));
  let marks = 0;
  speaker.postMessage({ url, sql: sql.replaceAll('?', () => `$${(marks += 1)}`), values, port: port2, flag }, [port2]);
  Atomics.wait(flag, 0, 0, STATEMENT_MS + 5_000);
  const answer = receiveMessageOnPort(port1)?.message as { readonly rows: Row[] } | { readonly error: string } | undefined;
  port1.close();
  if (!answer || 'error' in answer) throw new Error(`PostgreSQL: ${answer?.error ?? 'no answer'}\n${sql}`);
  return answer.rows;
}
