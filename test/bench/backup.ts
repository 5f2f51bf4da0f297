import { chmodSync, createReadStream, createWriteStream, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openSnapshot, openTarget } from '../../src/database/backup/open.ts';
import { restoreBackup } from '../../src/database/backup/restore.ts';
import { takeBackup } from '../../src/database/backup/take.ts';
import { openVault } from '../../src/database/vault.ts';
import { startPostgres } from '../support/postgres.ts';
import { NOW, makeFolder } from './house.ts';
import { keptStore } from './store.ts';

/** One way of a backup, and how long it took. */
export interface BackupRow {
  readonly what: string;
  readonly rows: number;
  readonly seconds: number;
}

/** How long backups and restores took, on both databases. */
export interface BackupResult {
  readonly rows: readonly BackupRow[];
  /** Bytes of the SQLite database and of its backup. */
  readonly databaseBytes: number;
  readonly fileBytes: number;
}

/** Backs the large store up and restores it, into a file and into PostgreSQL, which is then backed up too; compares how many rows came through. */
export async function benchBackup(dossiers: number, fresh: boolean, say: (text: string) => void): Promise<BackupResult> {
  const store = await keptStore(dossiers, NOW, fresh, say);
  const folder = makeFolder('backup');
  chmodSync(folder, 0o755); // PostgreSQL runs as a user of its own where we are root
  const vault = await openVault({ url: `file:${join(folder, 'papers')}` }, folder);
  const [file, second] = [join(folder, 'first.json.gz'), join(folder, 'second.json.gz')];
  const server = await startPostgres({ folder: join(folder, 'postgres') });
  const rows: BackupRow[] = [];
  const measure = async (what: string, work: (tell: (at: string, done: number, of: number) => void) => Promise<{ readonly rows: number }>) => {
    const begun = performance.now();
    const done = await work((at, count, of) => say(`${what}: ${Math.floor((100 * count) / of)} % (${at})`));
    if (done.rows < dossiers || done.rows !== (rows[0]?.rows ?? done.rows)) throw new Error(`${what}: ${done.rows} rows of ${rows[0]?.rows ?? dossiers}.`);
    rows.push({ what, rows: done.rows, seconds: (performance.now() - begun) / 1_000 });
  };
  const take = (from: string, to: string) => async (tell: Parameters<Parameters<typeof measure>[1]>[0]) => {
    const snapshot = await openSnapshot(from);
    try {
      return await takeBackup(snapshot, vault, createWriteStream(to, { flush: true }), NOW, tell);
    } finally {
      await snapshot.close();
    }
  };
  const bringBack = (to: string) => (tell: Parameters<Parameters<typeof measure>[1]>[0]) => restoreBackup(createReadStream(file), (head) => openTarget(to, head, { replace: false, now: NOW }), vault, tell);
  try {
    await measure('backup of SQLite', take(`sqlite:${store}`, file));
    await measure('restore into SQLite', bringBack(`sqlite:${join(folder, 'hub.sqlite')}`));
    await measure('restore into PostgreSQL', bringBack(server.url('postgres')));
    await measure('backup of PostgreSQL', take(server.url('postgres'), second));
    return { rows, databaseBytes: statSync(store).size, fileBytes: statSync(file).size };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
