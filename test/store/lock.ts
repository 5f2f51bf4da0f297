import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';

/** Somebody else's lock on a store's file. */
export interface Lock {
  /** Lets go. */
  readonly end: () => void;
}

/** Locks the file against every writer, as a backup or a forgotten console does; it ends at the latest with the test. */
export function lock(file: string): Lock {
  const stranger = new Database(file);
  stranger.exec('BEGIN EXCLUSIVE');
  const end = () => void stranger.close(); // which rolls back
  onTestFinished(end);
  return { end };
}
