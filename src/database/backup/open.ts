import type { Instant } from '../../kit/instant.ts';
import { sqlitePathOf } from '../open.ts';
import type { Head } from './format.ts';
import { openPostgresSnapshot, openPostgresTarget } from './postgres.ts';
import type { Snapshot, Target } from './side.ts';
import { openSqliteSnapshot, openSqliteTarget } from './sqlite.ts';

const isFile = (url: string) => url.startsWith('sqlite:');

/** Takes a snapshot of the database that a URL names. */
export async function openSnapshot(url: string): Promise<Snapshot> {
  return isFile(url) ? openSqliteSnapshot(sqlitePathOf(url)) : openPostgresSnapshot(url);
}

/** What may become of the database that stands where a backup is to go. */
export interface Replacing {
  readonly replace: boolean;
  /** When, for the name under which a replaced file is kept; UTC. */
  readonly now: Instant;
}

/** Prepares the database that a URL names to take a backup in, from whichever database it is. */
export async function openTarget(url: string, head: Head, { replace, now }: Replacing): Promise<Target> {
  if (!isFile(url)) return openPostgresTarget(url, head.schema, { replace });
  const file = sqlitePathOf(url);
  return openSqliteTarget(file, head.schema, { replace, keptAs: `${file}.replaced-${stampOf(now)}` });
}

/** An instant as part of a file's name: 20250303-010000. */
export function stampOf(now: Instant): string {
  return now.slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
}
