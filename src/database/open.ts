import { randomBytes } from 'node:crypto';
import type { Hints } from '../kit/hints.ts';
import type { Log } from '../kit/log.ts';
import { createSeal, type Seal } from '../kit/seal.ts';
import type { Store } from '../kit/store.ts';
import { openBossHints, type Pool } from './boss-hints.ts';
import { openPostgresStore } from './postgres-store.ts';
import { openSqliteStore } from './sqlite-store.ts';
import { secretTable } from './tables.ts';

/** A database that is up to date. */
export interface OpenedDatabase {
  readonly store: Store;
  /** The hub's own key. */
  readonly seal: Seal;
  /** Opens the queue of hints, where several processes share the database; nothing on SQLite. */
  openHints(log: Log): Promise<Hints | undefined>;
}

/**
 * Opens the database named by a URL (`sqlite:path`, `sqlite:path?busy_timeout=5000`, `postgres://user:word@host/name`), brings
 * it up to date and fetches the hub's own key. `busy_timeout` is how long another process's lock is waited for, milliseconds.
 */
export async function openDatabase(url: string): Promise<OpenedDatabase> {
  const { store, pool } = await openStore(url);
  const key = await store.transact(async (rows) => {
    await rows
      .createQueryBuilder()
      .insert()
      .into(secretTable)
      .values({ name: 'seal', value: randomBytes(32).toString('base64') }) // 32 bytes: the full strength of AES-256
      .orIgnore()
      .execute();
    return (await rows.findOneByOrFail(secretTable, { name: 'seal' })).value;
  });
  return { store, seal: createSeal(Buffer.from(key, 'base64')), openHints: (log) => (pool ? openBossHints(pool, log) : Promise.resolve(undefined)) };
}

/** The file that a `sqlite:` URL names. */
export function sqlitePathOf(url: string): string {
  return partsOf(url).path ?? '';
}

function partsOf(url: string): { readonly path?: string; readonly busy?: string } {
  return /^sqlite:(?<path>.*?)(\?busy_timeout=(?<busy>\d+))?$/.exec(url)?.groups ?? {};
}

async function openStore(url: string): Promise<{ readonly store: Store; readonly pool?: Pool }> {
  if (!url.startsWith('sqlite:')) return openPostgresStore(url);
  const { busy } = partsOf(url);
  return { store: await openSqliteStore(sqlitePathOf(url), busy === undefined ? {} : { busyMs: Number(busy) }) };
}
