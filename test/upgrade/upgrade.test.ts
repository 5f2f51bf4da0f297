import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { backup, restore } from '../../src/database/backup/command.ts';
import { stepNames } from '../../src/database/migrations/known.ts';
import { openVault } from '../../src/database/vault.ts';
import { WHOLE_BIRTH, effectNames } from '../bundles/records.ts';
import { freshDatabase, onPostgres, readBeside, type FreshDatabase } from '../support/database.ts';
import { RUN, startHub, type TestHub } from '../support/hub.ts';

/*
 * The database of release c1efb42 in the middle of its work (test/upgrade/fill.ts made it), under today's hub. On PostgreSQL,
 * which that release did not know, it comes by a backup of the file as it was then: an old backup is laid out as of its day
 * and brought up to date afterwards.
 */
const FIXTURES = new URL('c1efb42/', import.meta.url);
const FIXTURE = new URL('hub.sql', FIXTURES);
const LATER = '2025-03-03T01:10:00.000Z'; // five minutes after it was left: an open payment has not expired, and every ministry's work is done

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path

let dataDir: string;
let old: string;
let database: FreshDatabase | undefined;
let hub: TestHub;
let codes: { readonly finished: string; readonly stuck: string; readonly waiting: string; readonly unconfirmed: string };

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'lienthong-upgrade-'));
  old = join(dataDir, 'hub.sqlite');
  for (const name of readdirSync(FIXTURES)) {
    const records = new Database(join(dataDir, name.replace('.sql', '.sqlite'))); // the hub's, and what each ministry knew then
    records.exec(readFileSync(new URL(name, FIXTURES), 'utf8'));
    records.close();
  }
  const file = new Database(old, { readonly: true });
  const [finished = '', stuck = '', waiting = '', unconfirmed = ''] = file.prepare<[], { code: string }>('SELECT code FROM bundle_run ORDER BY code').all().map(({ code }) => code);
  codes = { finished, stuck, waiting, unconfirmed };
  file.close();
  const papers = { url: `file:${join(dataDir, 'papers')}`, accessKey: undefined, secretKey: undefined };
  const vault = await openVault(papers, dataDir);
  await vault.keep(Readable.from([paperOfThen()]));
  if (onPostgres) {
    vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    database = await freshDatabase(dataDir);
    await backup(['--to', join(dataDir, 'then.json.gz')], { dataDir, databaseUrl: `sqlite:${old}`, papers });
    await restore(['--from', join(dataDir, 'then.json.gz'), '--replace'], { dataDir, databaseUrl: database.url, papers });
    vi.restoreAllMocks();
  }
  hub = await startHub({ dataDir, now: LATER, patience: { lostMs: 500, callbackMs: 200 }, payments: { lookMs: 200 }, env: { DATABASE_URL: database?.url ?? `sqlite:${old}` } });
});
afterAll(async () => {
  await hub?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The one paper's content, as test/upgrade/fill.ts has it. */
function paperOfThen(): Buffer {
  const [, text = ''] = /const PAPER = '(.*)';/.exec(readFileSync(new URL('fill.ts', import.meta.url), 'utf8')) ?? [];
  return Buffer.from(text.replaceAll('\\n', '\n'));
}

async function ask(query: string, variables: Loose = {}): Promise<Loose> {
  const { data, errors } = await hub.ask(query, variables);
  expect(errors).toBeUndefined();
  return data as Loose;
}

test('it is brought up to date, and every row of before is there', () => {
  const url = hub.config.databaseUrl;
  expect(readBeside<{ name: string }>(url, 'SELECT name FROM migrations ORDER BY id').map(({ name }) => name)).toEqual(stepNames);
  const before = [...readFileSync(FIXTURE, 'utf8').matchAll(/^INSERT INTO "(\w+)"/gm)].map(([, table = '']) => table);
  for (const table of new Set(before)) {
    const [{ count } = { count: 0 }] = readBeside<{ count: number }>(url, `SELECT COUNT(*) AS count FROM ${table}`);
    expect(Number(count), table).toBeGreaterThanOrEqual(before.filter((one) => one === table).length);
  }
});

test('what was finished is as it was, with its results, slips and history', async () => {
  const { bundleRun } = await ask(RUN, { code: codes.finished });
  expect(bundleRun).toMatchObject({ state: 'FINISHED', results: { birth: { source: 'CIVIL_STATUS' }, healthCard: { source: 'SOCIAL_INSURANCE' } }, incidents: [] });
  expect(bundleRun.dossiers.map(({ status }: Loose) => status)).toEqual(['FINISHED', 'FINISHED', 'FINISHED']);
  const [then] = readFileSync(FIXTURE, 'utf8').match(/^INSERT INTO "event" VALUES \(1, .*$/m) ?? [];
  const { events } = await ask('{ events(after: "0", first: 100) { edges { node { kind bundleCode } } } }');
  expect(then).toContain(`'${events.edges[0].node.bundleCode as string}'`);
  expect(events.edges.filter(({ node }: Loose) => node.bundleCode === codes.finished).at(-1).node.kind).toBe('BUNDLE_FINISHED');
});

test.each(['stuck', 'waiting', 'unconfirmed'] as const)('the application that was %s goes on and is finished, each effect once', async (which) => {
  const run = await hub.ended(codes[which]);
  expect(effectNames(hub, codes[which])).toEqual(WHOLE_BIRTH);
  expect(run['state']).toBe('FINISHED');
  expect(run['incidents'].every(({ resolvedAt }: Loose) => resolvedAt !== null)).toBe(true);
  expect(run['steps'].map(({ state }: Loose) => state)).toEqual(['DONE', 'DONE', 'DONE']);
});

test('a fee that was paid is paid, a paper that was kept opens, and a payment that was open can be paid', async () => {
  const { dossiers } = await ask('{ dossiers(first: 50) { edges { node { code fee { paid outstanding } payments { status amount } papers { typeCode sha256 url } } } } }');
  const desk: Loose[] = dossiers.edges.map(({ node }: Loose) => node).filter(({ payments }: Loose) => payments.length > 0);
  expect(desk.map(({ payments }) => payments[0].status as string).sort()).toEqual(['PAID', 'PENDING']);
  const open = desk.find(({ payments }) => payments[0].status === 'PENDING') as Loose;
  const { payUrl } = (await ask('query ($code: String!) { dossier(code: $code) { payments { payUrl } } }', { code: open['code'] }))['dossier'].payments[0];
  const page = `${hub.ministries.urls.paygov ?? ''}${new URL(payUrl).pathname}`; // PayGov stands at another port today
  await fetch(page, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  await expect.poll(async () => (await ask('query ($code: String!) { dossier(code: $code) { status payments { status } } }', { code: open['code'] }))['dossier'], { timeout: 10_000 }).toMatchObject({ status: 'IN_PROCESS', payments: [{ status: 'PAID' }] });
  const withPaper = desk.find(({ papers }) => papers.some(({ url }: Loose) => url)) as Loose;
  const opened = await fetch(`${hub.hub.url}${withPaper['papers'].find(({ url }: Loose) => url).url as string}`);
  expect([opened.status, Buffer.from(await opened.arrayBuffer()).equals(paperOfThen())]).toEqual([200, true]);
});
