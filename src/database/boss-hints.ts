import PgBoss from 'pg-boss';
import type { Hints } from '../kit/hints.ts';
import type { Log } from '../kit/log.ts';

/** What pg-boss needs of a pool of connections. */
export interface Pool {
  query(text: string, values?: unknown[]): Promise<{ readonly rows: unknown[] }>;
}

/** The queue of runs that are to be looked at. */
const QUEUE = 'runs';

/** A look takes milliseconds; a process that has not come back with a hint after so long is dead, seconds. */
const EXPIRES_S = 15;

/** How long hints that were seen to are kept for those who wonder, seconds. */
const KEPT_S = 60;

/** Opens the queue of hints on PostgreSQL: pg-boss, in a schema of its own, over the store's own connections. */
export async function openBossHints(pool: Pool, log: Log): Promise<Hints> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) as Promise<{ rows: unknown[] }> },
    schedule: false,
    maintenanceIntervalSeconds: KEPT_S,
    archiveCompletedAfterSeconds: KEPT_S,
    deleteAfterSeconds: KEPT_S,
    expireInSeconds: EXPIRES_S,
    retryLimit: 0, // the sweep of the rows themselves is the second try
  });
  boss.on('error', (error) => log.warn({ err: error }, 'the queue of hints could not be kept in order; what is due is found all the same'));
  await boss.start();
  await boss.createQueue(QUEUE);
  return {
    async put(rows, key, inMs) {
      await boss.send(QUEUE, { key }, { startAfter: inMs / 1_000, db: { executeSql: async (text, values) => ({ rows: await rows.query<object[]>(text, values) }) } });
    },
    take: async (most) => (await boss.fetch<{ key: string }>(QUEUE, { batchSize: most })).map(({ id, data }) => ({ id, key: data.key })),
    async done(hints) {
      await boss.complete(QUEUE, hints.map(({ id }) => id));
    },
    async close() {
      await boss.stop({ graceful: false, wait: true, close: false });
    },
  };
}
