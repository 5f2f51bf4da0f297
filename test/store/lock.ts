import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import { realTurn } from '../../src/kit/clock.ts';

/** Somebody else's lock on a store's file. */
export interface Lock {
  /** Lets go. */
  readonly end: () => void;
}

/** Locks the file against every writer, as a backup or a forgotten console does; it ends at the latest with the test. */
export async function lock(file: string): Promise<Lock> {
  const stranger = new Database(file, { timeout: 0 }); // a wait of SQLite's own would stop the hub too, which lives in this process
  while (!tryLock(stranger)) await realTurn();
  const end = () => void stranger.close(); // which rolls back
  onTestFinished(end);
  return { end };
}

function tryLock(stranger: Database.Database): boolean {
  try {
    stranger.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { readonly code?: string }).code === 'SQLITE_BUSY') return false;
    throw error;
  }
}
