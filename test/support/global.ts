import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres.ts';
import { openLog } from '../../src/kit/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { TEMPLATE, administer, databaseOn } from './database.ts';

let end: (() => Promise<void>) | undefined;

/**
 * Before the suite: where `npm run test:postgres` asked for PostgreSQL, starts a server of its own, or takes the one that
 * DATABASE_URL names, and lays the tables out once in a database of which every test's is a copy.
 */
export async function setup(): Promise<void> {
  if (process.env['TEST_ON'] !== 'postgres') return;
  const given = process.env['DATABASE_URL'];
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-postgres-'));
  const server = given ? undefined : await startPostgres({ folder, forgetful: true });
  process.env['TEST_POSTGRES'] = given ?? server?.url('postgres'); // forks inherit it
  await administer(`DROP DATABASE IF EXISTS ${TEMPLATE} WITH (FORCE)`, `CREATE DATABASE ${TEMPLATE} TEMPLATE template0 ENCODING 'UTF8'`);
  const { store, openHints } = await openDatabase(databaseOn(TEMPLATE));
  await (await openHints(openLog('error')))?.close();
  await store.transact((rows) => rows.query("DELETE FROM secret")); // each hub has a key of its own
  await store.close();
  end = async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}

/** After the suite. */
export async function teardown(): Promise<void> {
  await end?.();
}
