import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { counterTable } from '../../src/dossiers/table.ts';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import type { Rows, Store } from '../../src/kit/store.ts';
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

/** Writes one row that can be counted afterwards. */
export function writeRow(rows: Rows, name: string): Promise<unknown> {
  return rows.insert(counterTable, { agency: name, day: '2025-03-03', last: 1 });
}

/** The names of the rows that a view shows, sorted. */
export async function namesIn(rows: Rows): Promise<string[]> {
  const found = await rows.find(counterTable, { order: { agency: 'ASC' } });
  return found.map(({ agency }) => agency);
}

/** A promise and the hand that resolves it: how two works of a test wait for each other. */
export function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { opened, open };
}
