import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { backup, restore } from '../../src/database/backup/command.ts';
import { openDatabase } from '../../src/database/open.ts';
import { DatabaseRefused } from '../../src/database/migrations/known.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { openFeed } from '../../src/events/feed.ts';
import { BEGINNING } from '../../src/events/cursor.ts';
import type { Places } from '../../src/config.ts';
import { namesIn, writeRow } from '../store/rows.ts';
import { openFolder } from '../mocks/folder.ts';
import { countBeside, freshDatabase, onPostgres, testOnFile } from '../support/database.ts';

vi.setConfig({ testTimeout: 60_000 });

const placesIn = (dataDir: string, databaseUrl = `sqlite:${join(dataDir, 'hub.sqlite')}`): Places => ({ dataDir, databaseUrl, papers: { url: `file:${join(dataDir, 'papers')}`, accessKey: undefined, secretKey: undefined } });

/** A place in which a hub was only started. */
async function openPlace(): Promise<Places> {
  const dataDir = openFolder();
  const { url, drop } = await freshDatabase(dataDir);
  onTestFinished(drop);
  const places = placesIn(dataDir, url);
  await within(places, () => Promise.resolve());
  return places;
}

/** Opens the store of a place for a moment. */
async function within<T>({ databaseUrl }: Places, work: (store: Awaited<ReturnType<typeof openDatabase>>['store']) => Promise<T>): Promise<T> {
  const { store } = await openDatabase(databaseUrl);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

beforeAll(() => void vi.spyOn(process.stderr, 'write').mockReturnValue(true));
afterAll(() => void vi.restoreAllMocks());

/** A small backup of a store with three rows. */
async function takeOne(): Promise<{ readonly from: Places; readonly file: string; readonly packed: Buffer; readonly lines: string[] }> {
  const from = await openPlace();
  await within(from, (store) => store.transact(async (rows) => {
    for (const name of ['một', 'hai "ba"', 'bốn\nnăm']) await writeRow(rows, name);
  }));
  const file = join(from.dataDir, 'one.json.gz');
  await backup(['--to', file], from);
  const packed = readFileSync(file);
  return { from, file, packed, lines: gunzipSync(packed).toString('utf8').split('\n').slice(0, -1) };
}

/** Writes lines as a backup whose digest is right. */
function written(lines: readonly string[]): Buffer {
  const body = lines.map((line) => `${line}\n`).join('');
  const { sha256: _, ...tail } = JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>;
  const before = lines.slice(0, -1).map((line) => `${line}\n`).join('');
  return gzipSync(body.replace(`${lines.at(-1) ?? ''}\n`, `${JSON.stringify({ ...tail, sha256: createHash('sha256').update(before).digest('hex') })}\n`));
}

/** Tries to restore; expects it to be refused, and nothing to be there afterwards. */
async function refused(content: Buffer, words: RegExp, to: Places): Promise<void> {
  const before = countBeside(to.databaseUrl);
  const file = join(to.dataDir, 'bad.json.gz');
  writeFileSync(file, content);
  const restored = restore(['--from', file], to);
  await expect(restored).rejects.toBeInstanceOf(DatabaseRefused);
  await expect(restored).rejects.toThrow(words);
  expect(countBeside(to.databaseUrl)).toEqual(before);
  expect(readdirSync(to.dataDir).filter((name) => name.includes('restoring'))).toEqual([]);
}

test('what was backed up comes back as it was, every letter of it', async () => {
  const { from, file } = await takeOne();
  const to = await openPlace();
  await restore(['--from', file], to);
  const read = (places: Places) => within(places, async (store) => [await namesIn(store.read()), await store.read().query('SELECT name, value FROM secret')]);
  expect(await read(to)).toEqual(await read(from));
});

test('a backup that is cut off anywhere is refused', async () => {
  const [{ packed }, to] = [await takeOne(), await openPlace()];
  await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: packed.length - 1 }), (length) => refused(packed.subarray(0, length), /cut off|empty|begin|changed|packed/, to)), { numRuns: 8 });
});

test('a backup of which a byte was changed is refused', async () => {
  const [{ packed }, to] = [await takeOne(), await openPlace()];
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 10, max: packed.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Buffer.from(packed);
      changed[at] = (changed[at] ?? 0) ^ by;
      const same = (() => {
        try {
          return gunzipSync(changed).equals(gunzipSync(packed));
        } catch {
          return false;
        }
      })();
      if (!same) await refused(changed, /cannot be restored/, to);
    }),
    { numRuns: 8 },
  );
});

test.each([
  ['whose rows were changed under the old digest', (lines: string[]) => gzipSync(lines.map((line) => `${line.replace('"một"', '"mốt"')}\n`).join('')), /digest is another/],
  ['from which a row was taken, with a digest that fits', (lines: string[]) => written(lines.filter((line) => !line.includes('một'))), /says that it holds/],
  ['of a later release', (lines: string[]) => written([lines[0]?.replace(/"schema":"\w+"/, '"schema":"Tomorrow1900000000000"') ?? '', ...lines.slice(1)]), /later release/],
  ['in a form of a later release', (lines: string[]) => written([lines[0]?.replace('"format":1', '"format":2') ?? '', ...lines.slice(1)]), /form 2 of a later release/],
  ['with a column that nobody knows', (lines: string[]) => written(lines.map((line) => line.replace('"columns":["agency","day","last"]', '"columns":["agency","day","first"]'))), /columns that nobody knows \(first\)/],
  ['that is no backup', () => gzipSync('{"hello":"world"}\n'), /does not begin as a backup/],
  ['that is not packed', () => randomBytes(1_000), /not packed|cut off/],
  ['that is empty', () => gzipSync(''), /empty/],
])('a backup %s is refused, and nothing is left behind', async (_, spoil, words) => {
  const { lines } = await takeOne();
  await refused(spoil(lines), words, await openPlace());
});

test('a place that holds something is left alone unless it is to be replaced', async () => {
  const { file } = await takeOne();
  const to = await openPlace();
  await within(to, (store) => store.transact((rows) => writeRow(rows, 'of before')));
  await expect(restore(['--from', file], to)).rejects.toThrow(/holds something already \(dossier_counter…\); nothing was changed.*--replace/s);
  expect(await within(to, (store) => namesIn(store.read()))).toEqual(['of before']);
  await restore(['--from', file, '--replace'], to);
  expect(await within(to, (store) => namesIn(store.read()))).toHaveLength(3);
});

testOnFile('a file that is replaced is kept beside', async () => {
  const { file } = await takeOne();
  const to = await openPlace();
  await within(to, (store) => store.transact((rows) => writeRow(rows, 'of before')));
  await restore(['--from', file, '--replace'], to);
  const kept = readdirSync(to.dataDir).find((name) => name.startsWith('hub.sqlite.replaced-')) ?? '';
  expect(await within({ ...to, databaseUrl: `sqlite:${join(to.dataDir, kept)}` }, (store) => namesIn(store.read()))).toEqual(['of before']);
});

testOnFile('a place where nothing is yet is made', async () => {
  const { file } = await takeOne();
  const to = placesIn(openFolder());
  await restore(['--from', file], to);
  expect(await within(to, (store) => namesIn(store.read()))).toHaveLength(3);
});

test('a file that is there already is not written over, and a database that is not there is no empty backup', async () => {
  const { from, file, packed } = await takeOne();
  await expect(backup(['--to', file], from)).rejects.toThrow(/exists already/);
  expect(readFileSync(file)).toEqual(packed);
  const nowhere = placesIn(openFolder());
  await expect(backup(['--to', join(nowhere.dataDir, 'none.json.gz')], nowhere)).rejects.toThrow(/no database/);
  expect(existsSync(join(nowhere.dataDir, 'none.json.gz'))).toBe(false);
});

test('the commands pass a backup through pipes, and say in a sentence what is wrong', async () => {
  const { from } = await takeOne();
  const run = (args: string[], { dataDir, databaseUrl }: Places, input?: Buffer) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'src/database/backup/command.ts', ...args], { env: { PATH: process.env['PATH'], DATA_DIR: dataDir, DATABASE_URL: databaseUrl }, ...(input ? { input } : {}) });
  const taken = run(['backup', '--to', '-'], from);
  expect([taken.status, taken.stderr.toString()]).toEqual([0, expect.stringMatching(/Backed up/)]);
  const to = await openPlace();
  const back = run(['restore', '--from', '-'], to, taken.stdout);
  expect([back.status, back.stderr.toString()]).toEqual([0, expect.stringMatching(/Restored/)]);
  expect(await within(to, (store) => namesIn(store.read()))).toHaveLength(3);
  const again = run(['restore', '--from', '-'], to, taken.stdout);
  expect([again.status, again.stderr.toString()]).toEqual([1, expect.stringMatching(/^[^\n]*nothing was changed[^\n]*\n$/)]);
});

test.skipIf(!onPostgres)('a province moves from a file to PostgreSQL and back, and its events go on in order', async () => {
  const file = placesIn(openFolder());
  const tell = (places: Places, words: readonly string[]) =>
    within(places, async (store) => {
      const feed = openFeed(store, movableClock('2025-03-03T01:00:00.000Z'));
      const newest = await feed.newest();
      for (const dossier of words) await store.transact((rows) => feed.append(rows, { kind: 'dossier.registered', dossier, run: null, agency: null, procedure: null, statusCode: 1 }));
      await expect.poll(() => feed.page({}, newest, 100)).toHaveLength(words.length); // PostgreSQL's are told when nothing older is under way on the whole server
      const [all, fresh] = [await feed.page({}, BEGINNING, 100), await feed.page({}, newest, 100)];
      feed.close();
      return [all.map(({ dossier }) => dossier), fresh.map(({ dossier }) => dossier)];
    });
  expect(await tell(file, ['1', '2'])).toEqual([['1', '2'], ['1', '2']]);
  const [first, second] = [join(file.dataDir, 'first.json.gz'), join(file.dataDir, 'second.json.gz')];
  await backup(['--to', first], file);
  const server = await openPlace();
  await restore(['--from', first], server);
  expect(await tell(server, ['3', '4'])).toEqual([['1', '2', '3', '4'], ['3', '4']]);
  await backup(['--to', second], server);
  const back = placesIn(openFolder());
  await restore(['--from', second], back);
  expect(await tell(back, ['5'])).toEqual([['1', '2', '3', '4', '5'], ['5']]);
});
