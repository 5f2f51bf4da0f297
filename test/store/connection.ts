import Database from 'better-sqlite3';
import { vi } from 'vitest';

/** The disk under a store, as a test may have it. */
export interface Disk {
  /** Lets the file grow by nothing more: SQLite then answers as on a full disk. */
  readonly fill: () => void;
  readonly makeRoom: () => void;
  /** Lets nothing be written. */
  readonly protect: () => void;
  readonly unprotect: () => void;
}

/** Opens something that opens a store on the file, and gets hold of the connection that writes. */
export async function openOnDisk<T>(file: string, open: () => Promise<T>): Promise<{ readonly opened: T; readonly disk: Disk }> {
  const pragma = vi.spyOn(Database.prototype, 'pragma');
  const opened = await open();
  const connections = pragma.mock.contexts as Database.Database[];
  const writer = connections.find((connection) => connection.name === file && !connection.readonly);
  pragma.mockRestore();
  if (!writer) throw new Error(`Nothing opened ${file} for writing.`);
  return {
    opened,
    disk: {
      fill: () => void writer.pragma(`max_page_count = ${String(writer.pragma('page_count', { simple: true }))}`),
      makeRoom: () => void writer.pragma('max_page_count = 1000000'),
      protect: () => void writer.pragma('query_only = ON'),
      unprotect: () => void writer.pragma('query_only = OFF'),
    },
  };
}
