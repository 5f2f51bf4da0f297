import { readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { backup, restore } from '../../src/database/backup/command.ts';
import { tables } from '../../src/database/tables.ts';
import { WHOLE_BIRTH, effectNames } from '../bundles/records.ts';
import { openCounter } from '../payments/counter.ts';
import { pdf, sha256, upload } from '../papers/sheets.ts';
import { RUN, familyOf, startHub, type TestHub } from '../support/hub.ts';

/*
 * The drill: a hub at work is backed up while it goes on, works on, is lost with everything it has, and is restored. The
 * ministries have gone on meanwhile and know more than the hub that comes back.
 */
let hub: TestHub;
let said = '';
let file: string;
beforeAll(async () => {
  hub = await startHub({ paceMs: 300, patience: { lostMs: 500, callbackMs: 500 }, env: { POLL_EVERY_MS: '50' } });
  file = join(hub.dataDir, 'drill.json.gz');
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
});
afterAll(async () => {
  vi.restoreAllMocks();
  await hub.close();
});

const STORED = `{
  dossiers(first: 100) { edges { node { code status dueAt history { from to action at } } } }
  incidents(first: 100) { edges { node { cause bundleCode openedAt resolvedAt } } }
}`;
const EVENTS = 'query ($after: String) { events(after: $after, first: 100) { edges { cursor node { kind dossierCode bundleCode } } pageInfo { endCursor } } }';

const eventsOf = async (after = '0') => (await hub.ask(EVENTS, { after })).data?.['events'].edges as { cursor: string; node: object }[];

test('a hub that is restored stands where it stood, its runs go on, and no ministry does anything twice', async () => {
  const counter = openCounter(hub);
  const finished = await hub.file(familyOf(30));
  await hub.ended(finished['code']);
  const [paidFor = ''] = await counter.inProcess([1]);
  const { payment } = await counter.request(paidFor, { amount: 10_000 });
  const content = pdf('the drill');
  expect((await upload(hub, content)).status).toBe(201);
  const underWay = await hub.file(familyOf(31));
  await hub.happened(underWay['code'], 'DOSSIER_IN_PROCESS');

  const crowd = Array.from({ length: 8 }, (_, number) => hub.file(familyOf(40 + number))); // it goes on while the backup is taken
  await backup(['--to', file], hub.config);
  const filed = await Promise.all(crowd);
  expect(filed.map(({ __typename }) => __typename)).toEqual(filed.map(() => 'BundleAccepted'));
  expect(said).toMatch(/Backed up [\d,]+ rows of \d+ tables and 1 papers into .*drill\.json\.gz, \d+ KiB, in [\d.]+ s\./);

  await counter.click(payment.payUrl);
  await counter.until(paidFor, { status: 'IN_PROCESS', payments: [{ status: 'PAID' }] });
  await hub.ended(underWay['code']);
  const later = await hub.file(familyOf(50)); // filed after the backup: it is lost with the store
  const cursorOfLost = (await eventsOf()).at(-1)?.cursor;

  let knew: unknown;
  await hub.restart(async () => {
    rmSync(join(hub.dataDir, 'papers'), { recursive: true });
    await restore(['--from', file, '--replace'], hub.config);
    knew = JSON.parse(gunzipSync(readFileSync(file)).toString('utf8').split('\n')[0] ?? '');
  });
  expect(said).toMatch(/Restored [\d,]+ rows/);
  expect(knew).toMatchObject({ lienthong: 'backup', papers: { count: 1, bytes: content.length } });

  expect((await hub.ask(RUN, { code: finished['code'] })).data).toMatchObject({ bundleRun: { state: 'FINISHED', results: { healthCard: { source: 'SOCIAL_INSURANCE' } } } });
  expect(await hub.ended(underWay['code'])).toMatchObject({ state: 'FINISHED' });
  for (const { code } of [finished, underWay]) expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  await counter.until(paidFor, { status: 'IN_PROCESS', payments: [{ status: 'PAID' }] }); // asked for again, and heard of for the first time by this store
  expect(counter.effects(paidFor)).toEqual(['pay 1']);
  expect((await hub.ask('query ($code: String!) { bundleRun(code: $code) { state } }', { code: later['code'] })).data?.['bundleRun'] ?? null).toBeNull();

  const new1 = await hub.file(familyOf(51));
  await hub.ended(new1['code']);
  const told = await eventsOf(cursorOfLost); // a subscriber who heard of what is lost hears of everything that is new
  expect(told.filter(({ node }) => (node as { bundleCode: string }).bundleCode === new1['code']).length).toBeGreaterThan(10);
  const { body } = await upload(hub, content);
  expect(body['sha256']).toBe(sha256(content));
  expect((await hub.ask(STORED)).errors).toBeUndefined();
});

test('every table that the hub has is in a backup, and nobody else may read it', () => {
  const [head = ''] = gunzipSync(readFileSync(file)).toString('utf8').split('\n');
  expect(Object.keys((JSON.parse(head) as { tables: object }).tables)).toEqual(expect.arrayContaining(tables.map(({ options }) => options.name)));
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a database on which a hub is running is not replaced', async () => {
  const before = await eventsOf();
  await expect(restore(['--from', file, '--replace'], hub.config)).rejects.toThrow(/using the database/);
  expect(await eventsOf()).toEqual(before);
});
