import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/database/postgres-store.ts';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import type { Store } from '../../src/kit/store.ts';
import { openFolder } from '../mocks/folder.ts';
import { freshDatabase, onPostgres } from '../support/database.ts';

/** A store of its own for one test, with the file that it stands on. */
export interface OpenedStore {
  readonly store: Store;
  readonly file: string;
  /** What another process would be given to open it. */
  readonly url: string;
}

/** Opens a store on a fresh file; it is closed when the test is over. */
export async function openStore(options: { readonly busyMs?: number } = {}): Promise<OpenedStore> {
  const folder = openFolder();
  const file = join(folder, 'hub.sqlite');
  const database = onPostgres ? await freshDatabase(folder) : undefined;
  const store = database ? (await openPostgresStore(database.url)).store : await openSqliteStore(file, options);
  onTestFinished(async () => {
    await store.close().catch(() => undefined); // a test may have closed it
    await database?.drop();
  });
  return { store, file, url: database?.url ?? `sqlite:${file}` };
}
