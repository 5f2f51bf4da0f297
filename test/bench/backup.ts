import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { openSnapshot, openTarget } from '../../src/database/backup/open.ts';
import { restoreBackup } from '../../src/database/backup/restore.ts';
import { takeBackup, type Tell } from '../../src/database/backup/take.ts';
import { openVault } from '../../src/database/vault.ts';
import { createReadStream, createWriteStream } from 'node:fs';
import { NOW, makeFolder } from './house.ts';
import { keptStore } from './store.ts';

/** How long a backup and its restore took. */
export interface BackupResult {
  readonly rows: number;
  /** Seconds. */
  readonly backup: number;
  readonly restore: number;
  /** Bytes of the database and of the backup. */
  readonly databaseBytes: number;
  readonly fileBytes: number;
}

/** Backs the large store up, restores it beside, and compares how many rows came back. */
export async function benchBackup(dossiers: number, fresh: boolean, say: (text: string) => void): Promise<BackupResult> {
  const store = await keptStore(dossiers, NOW, fresh, say);
  const folder = makeFolder('backup');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'backup.json.gz');
  const vault = await openVault({ url: `file:${join(folder, 'papers')}` }, folder);
  const tell = (what: string): Tell => (at, rows, of) => say(`${what}: ${Math.floor((100 * rows) / of)} % (${at})`);
  try {
    const begun = performance.now();
    const snapshot = await openSnapshot(`sqlite:${store}`);
    const taken = await takeBackup(snapshot, vault, createWriteStream(file, { flush: true }), NOW, tell('backup'));
    await snapshot.close();
    const between = performance.now();
    const restored = await restoreBackup(createReadStream(file), (head) => openTarget(`sqlite:${join(folder, 'hub.sqlite')}`, head, { replace: false, now: NOW }), vault, tell('restore'));
    const ended = performance.now();
    if (restored.rows !== taken.rows || taken.rows < dossiers) throw new Error(`${taken.rows} rows were backed up and ${restored.rows} came back.`);
    return { rows: taken.rows, backup: (between - begun) / 1_000, restore: (ended - between) / 1_000, databaseBytes: statSync(store).size, fileBytes: statSync(file).size };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
