import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openFolder } from '../mocks/folder.ts';
import { administer, freshDatabase, onPostgres } from '../support/database.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';
import { openWire } from './wire.ts';

/** A hub whose database can be taken from it and given back while it runs. */
interface Robbed {
  readonly hub: TestHub;
  readonly take: () => Promise<void>;
  readonly giveBack: () => Promise<void>;
}

const patience = { lostMs: 300, callbackMs: 500 };

/** On SQLite the file is moved away; on PostgreSQL the server is out of reach. */
async function openRobbed(): Promise<Robbed> {
  const dataDir = openFolder();
  if (!onPostgres) {
    const file = join(dataDir, 'hub.sqlite');
    const hub = await startHub({ dataDir, paceMs: 300, patience, env: { DATABASE_URL: `sqlite:${file}?busy_timeout=50` } });
    onTestFinished(() => hub.close());
    const move = (from: string, to: string) => {
      for (const suffix of ['', '-wal', '-shm']) renameSync(from + suffix, to + suffix);
      return Promise.resolve();
    };
    return { hub, take: () => move(file, `${file}.away`), giveBack: () => move(`${file}.away`, file) };
  }
  const database = await freshDatabase(dataDir);
  const wire = await openWire(database.url);
  const hub = await startHub({ dataDir, paceMs: 300, patience, env: { DATABASE_URL: wire.url } });
  onTestFinished(async () => {
    await hub.close();
    await database.drop();
  });
  return { hub, take: wire.cut, giveBack: wire.mend };
}

const effectsOf = ({ ministries: { byName } }: TestHub) => (['civil-status', 'residence', 'social-insurance'] as const).flatMap((name) => byName[name].ledger().map(({ act }) => act)).sort();
const ready = async ({ hub }: TestHub) => (await fetch(`${hub.url}/health/ready`)).status;

test('while its database is gone the hub lives, promises nothing and says when to come back; when it is there again everything goes on by itself', async () => {
  const { hub, take, giveBack } = await openRobbed();
  const { code } = await hub.file(familyOf(90));
  await hub.happened(code, 'DOSSIER_IN_PROCESS');
  const follower = hub.socket();
  const told: string[] = [];
  const followed = (async () => {
    for await (const { data, errors } of follower.iterate<{ events: { kind: string; bundleCode: string } }>({ query: 'subscription { events(after: "0") { kind bundleCode } }' })) {
      if (errors) throw new Error(errors[0]?.message);
      if (data && data.events.bundleCode === code) told.push(data.events.kind);
      if (told.at(-1) === 'BUNDLE_FINISHED') return;
    }
  })();
  await expect.poll(() => told).toContain('DOSSIER_IN_PROCESS'); // he is on his socket, and stays there
  await take();
  const turnedAway = await Promise.all([91, 92].map((number) => hub.file(familyOf(number))));
  expect(turnedAway).toMatchObject([1, 2].map(() => ({ __typename: 'StoreUnavailable', retryAfterSeconds: 5 })));
  expect((await fetch(`${hub.hub.url}/health/live`)).status).toBe(200);
  await expect.poll(() => ready(hub), { timeout: 10_000 }).toBe(503);
  await new Promise((resolve) => setTimeout(resolve, 1_000)); // the ministries answer meanwhile, and what they say cannot be written down
  await giveBack();
  await expect.poll(async () => (await hub.file(familyOf(91)))['__typename'], { timeout: 15_000, interval: 200 }).toBe('BundleAccepted');
  await expect.poll(() => ready(hub), { timeout: 10_000 }).toBe(200);
  const again = await hub.file(familyOf(91)); // the same key: the same application
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED' });
  await followed;
  await follower.dispose();
  expect(told.filter((kind) => kind === 'DOSSIER_FINISHED')).toHaveLength(3);
  expect(told).toHaveLength(new Set(told).size + 8); // three parts: what each of them has in common is told three times, and nothing twice
  expect(await hub.ended(again['code'])).toMatchObject({ state: 'FINISHED' });
  expect(effectsOf(hub)).toEqual(['issueHealthCard', 'issueHealthCard', 'registerBirth', 'registerBirth', 'registerResidence', 'registerResidence']);
});

test.skipIf(!onPostgres)('a database that is made read-only turns applications away, and takes them again as soon as it may be written', async () => {
  const dataDir = openFolder();
  const database = await freshDatabase(dataDir);
  const name = new URL(database.url).pathname.slice(1);
  const hub = await startHub({ dataDir, patience, env: { DATABASE_URL: database.url } });
  onTestFinished(async () => {
    await hub.close();
    await database.drop();
  });
  await administer(`ALTER DATABASE ${name} SET default_transaction_read_only = on`, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}' AND application_name = 'lienthong'`);
  await expect.poll(async () => (await hub.file(familyOf(93)))['__typename'], { timeout: 10_000 }).toBe('StoreUnavailable');
  expect((await hub.file(familyOf(93)))['retryAfterSeconds']).toBe(5);
  await administer(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
  await expect.poll(async () => (await hub.file(familyOf(93)))['__typename'], { timeout: 15_000 }).toBe('BundleAccepted');
  const { code } = await hub.file(familyOf(93));
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
});
