import { test } from 'vitest';
import { leftOut, onPostgres } from './database.ts';

/** Whether a matrix carries out all that it has (`MATRICES=all npm run test:matrices`), each on both databases and each kill by itself, too. */
export const isLong = process.env['MATRICES'] === 'all';

/**
 * Whether this run of a matrix carries out the case of that number. Where time is short the cases that have little to do with the
 * database are dealt between SQLite and PostgreSQL like cards; both runs together carry out every one.
 */
export function isDealtHere(number: number): boolean {
  return isLong || number % 2 === (onPostgres ? 1 : 0);
}

/** For a test that is dealt so; where it is the other database's, it is left out and says why. */
export const testDealt = (number: number): typeof test => (isDealtHere(number) ? test : leftOut('dealt to the run on the other database'));
