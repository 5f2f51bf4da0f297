import { randomInt } from 'node:crypto';
import pg from 'pg';
import { realPause } from '../kit/clock.ts';
import { ANYTHING, type Peers } from '../kit/store.ts';

/** Carries out a statement on some connection. */
type Query = (text: string, values: unknown[]) => Promise<unknown>;

/** The store's side of the peers. */
export interface OpenPeers extends Omit<Peers, 'announce'> {
  /** Calls the words out on the connection, with its commit. */
  tell(words: ReadonlySet<string>, query: Query): Promise<void>;
  close(): Promise<void>;
}

/** Channel of PostgreSQL's LISTEN and NOTIFY. */
const CHANNEL = 'lienthong';

/** Names the advisory locks by which processes are known to be alive; any number that nobody else uses. */
const LIVES = 7_766_002;

/** PostgreSQL takes a word list of less than 8,000 bytes; what is longer is called out as "anything". */
const LONGEST_NOTE = 7_900;

/** Between two tries to reach the database again, milliseconds. */
const PAUSE_MS = 500;

/** After so long without a word the other end is asked whether it is still there, milliseconds (TCP keep-alive). */
const KEEP_ALIVE_MS = 5_000;

/**
 * Joins the processes on the database. A connection of its own holds an advisory lock as long as the process lives: when the
 * process is killed, its connection breaks and the lock is free in the same moment. It also hears what others call out.
 */
export async function openPeers(url: string): Promise<OpenPeers> {
  const number = randomInt(1, 2 ** 31);
  const self = String(number);
  const listeners = new Set<(words: readonly string[]) => void>();
  let closed = false;
  let client = await connect();

  function hear(words: readonly string[]): void {
    for (const listener of listeners) listener(words);
  }

  async function connect(): Promise<pg.Client> {
    const made = new pg.Client({ connectionString: url, application_name: 'lienthong peer', keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS });
    made.on('error', () => undefined); // 'end' follows
    await made.connect();
    await made.query('SELECT pg_advisory_lock($1, $2)', [LIVES, number]);
    await made.query(`LISTEN ${CHANNEL}`);
    made.on('notification', ({ payload = '' }) => {
      const { from, words } = JSON.parse(payload) as { readonly from: string; readonly words: readonly string[] };
      if (from !== self) hear(words);
    });
    made.once('end', () => void rejoin());
    return made;
  }

  /** The connection is lost: joins again as soon as the database is there, and has everybody look at what was missed. */
  async function rejoin(): Promise<void> {
    while (!closed) {
      await realPause(PAUSE_MS);
      try {
        client = await connect();
        return hear([ANYTHING]);
      } catch {
        // not there yet
      }
    }
  }

  return {
    self,
    shared: true,
    async alive() {
      const { rows } = await client.query<{ number: string }>("SELECT objid::text AS number FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = $1 AND database = (SELECT oid FROM pg_database WHERE datname = current_database())", [LIVES]);
      return rows.map((row) => row.number);
    },
    async tell(words, query) {
      if (words.size === 0) return;
      const note = JSON.stringify({ from: self, words: [...words] });
      await query('SELECT pg_notify($1, $2)', [CHANNEL, Buffer.byteLength(note) <= LONGEST_NOTE ? note : JSON.stringify({ from: self, words: [ANYTHING] })]);
    },
    hear(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      closed = true;
      await client.query('SELECT pg_advisory_unlock_all()').catch(() => undefined); // whoever starts next finds itself alone at once
      await client.end().catch(() => undefined);
    },
  };
}
