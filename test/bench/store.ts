import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/database/open.ts';
import { dossierTable, type DossierRow } from '../../src/dossiers/table.ts';
import type { Instant } from '../../src/kit/instant.ts';
import { root } from './child.ts';
import { inventDossiers } from './dossiers.ts';

/** Bytes that a generated dossier takes with its indices; for asking whether the disk has room. */
const BYTES_EACH = 3_500;

/** Dossiers written in one transaction, and between two lines of progress. */
const AT_ONCE = 20_000;

/** Lays the hub's tables out in a new file and fills it with generated dossiers. */
export async function fillStore(file: string, count: number, now: Instant, say: (text: string) => void): Promise<void> {
  const { store } = await openDatabase(`sqlite:${file}`); // the hub's own migrations and key
  await store.close();
  const database = new Database(file);
  database.pragma('journal_mode = OFF'); // a file that was not finished is made again
  database.pragma('synchronous = OFF');
  database.pragma('cache_size = -262144'); // 256 MiB: the keys' tree grows in memory
  database.exec('CREATE TABLE synthetic (note TEXT, dossiers INTEGER, invented_for TEXT)');
  database.prepare('INSERT INTO synthetic VALUES (?, ?, ?)').run('Every dossier and every person in this file is invented by test/bench.', count, now);
  const indices = database.prepare<[], { name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'dossier' AND sql IS NOT NULL").all();
  for (const { name } of indices) database.exec(`DROP INDEX "${name}"`); // built again at the end, in one sort each
  const columns = Object.entries(dossierTable.options.columns).map(([property, column]) => ({ property: property as keyof DossierRow, name: column?.name ?? property }));
  const insert = database.prepare(`INSERT INTO dossier (${columns.map(({ name }) => `"${name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`);
  database.exec('BEGIN');
  let written = 0;
  for (const dossier of inventDossiers(count, now)) {
    insert.run(columns.map(({ property }) => dossier[property]));
    written += 1;
    if (written % AT_ONCE !== 0) continue;
    database.exec('COMMIT; BEGIN');
    say(`generating dossiers: ${Math.round((100 * written) / count)} %`);
  }
  database.exec('COMMIT');
  for (const [number, { name, sql }] of indices.entries()) {
    say(`generating dossiers: index ${number + 1} of ${indices.length} (${name})`);
    database.exec(sql);
  }
  database.pragma('journal_mode = WAL');
  database.close();
}

/**
 * The large store, kept below the system's temporary folder from run to run; made anew when the tables, the generator or the
 * law have changed, or when `fresh` is asked for.
 */
export async function keptStore(count: number, now: Instant, fresh: boolean, say: (text: string) => void): Promise<string> {
  const folder = join(tmpdir(), 'lienthong-bench');
  const kept = join(folder, `synthetic-${count}-${digestOfMakers()}`);
  const file = join(kept, 'hub.sqlite');
  if (fresh) rmSync(kept, { recursive: true, force: true });
  if (existsSync(file)) return file;
  rmSync(folder, { recursive: true, force: true }); // what an earlier generator made is of no use any more
  const making = `${kept}.new`;
  mkdirSync(making, { recursive: true });
  const { bavail, bsize } = statfsSync(folder);
  if (bavail * bsize < count * BYTES_EACH) throw new Error(`${folder} has ${Math.round((bavail * bsize) / 1024 ** 2)} MiB free; ${count} dossiers need about ${Math.round((count * BYTES_EACH) / 1024 ** 2)}. Point TMPDIR at a larger disk, or ask for fewer: npm run bench -- --dossiers=100000`);
  await fillStore(join(making, 'hub.sqlite'), count, now, say);
  renameSync(making, kept);
  return file;
}

/** Everything that decides what the file looks like. */
function digestOfMakers(): string {
  const listed = (folder: string) => readdirSync(join(root, folder)).sort().map((name) => join(folder, name));
  const files = ['test/bench/dossiers.ts', 'test/bench/store.ts', 'src/dossiers/table.ts', ...listed('src/database/migrations'), ...listed('src/catalogue/data')];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(join(root, file)));
  return hash.digest('hex').slice(0, 12);
}
