import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import type { Store } from '../../src/kit/store.ts';
import { openFolder } from '../mocks/folder.ts';

/** A store of its own for one test, with the file that it stands on. */
export interface OpenedStore {
  readonly store: Store;
  readonly file: string;
}

/** Opens a store on a fresh file; it is closed when the test is over. */
export async function openStore(options: { readonly busyMs?: number } = {}): Promise<OpenedStore> {
  const file = join(openFolder(), 'hub.sqlite');
  const store = await openSqliteStore(file, options);
  onTestFinished(() => store.close().catch(() => undefined)); // a test may have closed it
  return { store, file };
}
