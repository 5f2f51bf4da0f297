import type { Value } from './format.ts';

/** A database as a backup is taken of it: everything as it stood in one moment, while its hub goes on. */
export interface Snapshot {
  readonly database: 'sqlite' | 'postgres';
  /** Name of the last step that laid it out. */
  readonly schema: string;
  /** Rows by table, for every table of ours, in the order in which they are written. */
  readonly tables: Readonly<Record<string, number>>;
  columnsOf(table: string): Promise<readonly string[]>;
  /** All rows of a table, some thousand at a time. */
  rowsOf(table: string, columns: readonly string[]): AsyncIterable<readonly (readonly Value[])[]>;
  /** Contents that papers refer to. */
  papers(): Promise<readonly { readonly sha256: string; readonly size: number }[]>;
  close(): Promise<void>;
}

/** A database as a backup is brought back into it: nobody sees anything of it before `finish`. */
export interface Target {
  /** The columns that a table has here. */
  columnsOf(table: string): Promise<readonly string[]>;
  /** Stores rows; `columns` names what each holds, in order. */
  store(table: string, columns: readonly string[], rows: readonly (readonly Value[])[]): Promise<void>;
  /** Builds the indices, makes everything lasting and visible at once. */
  finish(): Promise<void>;
  /** Takes everything back. */
  abandon(): Promise<void>;
}

/** Tables that lie beside ours: what laid the database out is told by the head, and the rest is nobody's or SQLite's own. */
export const BESIDE = /^(migrations|typeorm_metadata|synthetic|sqlite_.*)$/;

/** Tables that a hub which has only been started has rows in. */
export const AT_START = /^(secret|alarm_mark|write_proof)$/;

/**
 * After a restore the numbers of events go on so much higher: subscribers may hold cursors of events that came after the
 * backup and are lost, and must not take the new ones for those.
 */
export const CURSOR_GAP = 1_000_000;
