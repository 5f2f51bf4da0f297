/*
 * npm run chaos: applications are filed while hubs and ministries are killed, lines are cut and ministries answer nonsense, all
 * drawn from one seed; then a checker compares what filers hold, what the hub and its log tell, what ministries wrote down and
 * what subscribers heard. Prints whatever does not fit; the exit code says whether something did not.
 *
 *   --seed N          the row of chance (drawn and printed when absent)
 *   --bundles N       applications (200)
 *   --minutes N       trouble ends after so long at the latest, and what is open then is finished (3)
 *   --processes N     hubs (1 on SQLite, 2 on PostgreSQL)
 *   --subscribers N   sockets that follow applications (200)
 *   --database WHAT   sqlite, postgres (a server of its own), or the address of a PostgreSQL database that is empty (sqlite)
 */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import PQueue from 'p-queue';
import pg from 'pg';
import { openChance, type Chance } from '../../mocks/people/chance.ts';
import { realMs, realPause } from '../../src/kit/clock.ts';
import { startPostgres } from '../support/postgres.ts';
import { openProgress } from '../bench/progress.ts';
import { findFaults } from './check.ts';
import { openCity, type City } from './city.ts';
import { openFollowers, type Followers } from './followers.ts';

/** Filing takes this share of the time of trouble, so that it meets every part of the work. */
const FILING_SHARE = 0.7;

/** Applications filed side by side. */
const FILERS = 8;

/** After the last trouble everything is to be at its end within so long, milliseconds. */
const CALM_MS = 120_000;

/** Between two looks at how far everything is, milliseconds. */
const LOOK_MS = 500;

/** Ministries that are given trouble. */
const TROUBLED = ['civil-status', 'residence', 'social-insurance', 'population', 'ndxp'] as const;

/** What is done to whom, and how often. */
interface Tally {
  hubKills: number;
  ministryKills: number;
  cuts: number;
  scripts: number;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, bundles: { type: 'string' }, minutes: { type: 'string' }, processes: { type: 'string' }, subscribers: { type: 'string' }, database: { type: 'string' } } });
  const seed = numberOf('seed', values.seed ?? String(randomInt(2 ** 31)), 0);
  const bundles = numberOf('bundles', values.bundles ?? '200', 1);
  const minutes = numberOf('minutes', values.minutes ?? '3', 0);
  const subscribers = numberOf('subscribers', values.subscribers ?? '200', 0);
  const database = values.database ?? 'sqlite';
  const processes = numberOf('processes', values.processes ?? (database === 'sqlite' ? '1' : '2'), 1);
  if (database === 'sqlite' && processes > 1) throw new Error('--processes: a file has one hub; name --database postgres for more.');
  console.log(`seed ${seed}: ${bundles} applications, ${processes} hub(s) on ${database.replace(/:\/\/.*@/, '://…@')}, ${subscribers} subscribers, trouble for at most ${minutes} minutes`);
  const server = await openServer(database);
  const [killing, annoying] = [openChance(seed + 3), openChance(seed + 4)];
  const city = await openCity({ processes, databaseUrl: server.url, chance: openChance(seed + 1) });
  const followers = openFollowers(city.hubs, openChance(seed + 2));
  const { say, end } = openProgress();
  try {
    const tally: Tally = { hubKills: 0, ministryKills: 0, cuts: 0, scripts: 0 };
    const receipts: { key: string; code: string }[] = [];
    const until = realMs() + minutes * 60_000;
    const filing = fileAll(city, bundles, (minutes * 60_000 * FILING_SHARE) / bundles, (receipt) => {
      receipts.push(receipt);
      followers.follow(receipt.code, Math.floor((subscribers * receipts.length) / bundles) - followers.size);
      say(`${receipts.length} of ${bundles} filed; ${told(tally)}`);
    });
    const loop = async (trouble: () => Promise<void>) => {
      while (realMs() < until) await trouble();
    };
    await Promise.all([loop(() => kill(city, killing, processes, tally)), loop(() => annoy(city, followers, annoying, tally))]);
    for (const ministry of TROUBLED) await city.trouble(ministry, []);
    await filing;
    const calm = realMs() + CALM_MS;
    let open = await openRuns(city, receipts);
    while (realMs() < calm && (open > 0 || followers.ended() < followers.size)) {
      say(`calm: ${open} applications are under way, ${followers.size - followers.ended()} subscribers wait for the end of theirs`);
      await realPause(LOOK_MS);
      open = await openRuns(city, receipts);
    }
    const findings = findFaults({ ...(await city.testify(receipts)), heard: followers.heard() });
    end();
    console.log(`${receipts.length} applications, ${followers.size} subscribers; ${told(tally)}`);
    if (findings.length > 0) console.table(findings);
    console.log(findings.length === 0 ? 'Nothing lost, nothing done twice, nobody missed anything.' : `${findings.length} finding(s); the same again: npm run chaos -- --seed ${seed} --bundles ${bundles} --minutes ${minutes} --processes ${processes} --subscribers ${subscribers} --database ${database}`);
    process.exitCode = findings.length === 0 ? 0 : 1;
  } finally {
    end();
    await followers.close();
    await city.close();
    await server.close();
  }
}

/** Kills a hub, or the ministries, and starts it again; then a pause. */
async function kill(city: City, chance: Chance, processes: number, tally: Tally): Promise<void> {
  await realPause(chance.between(500, 3_000)); // milliseconds
  if (chance.happens(0.25)) {
    tally.ministryKills += 1;
    return city.strike('ministries', chance.between(0, 500));
  }
  tally.hubKills += 1;
  await city.strike(chance.between(0, processes - 1), chance.between(0, 500));
}

/** Cuts lines, or has a ministry answer nonsense for a while; then a pause. */
async function annoy(city: City, followers: Followers, chance: Chance, tally: Tally): Promise<void> {
  await realPause(chance.between(200, 1_000)); // milliseconds
  if (chance.happens(0.3)) {
    const cut = chance.between(1, Math.max(1, Math.floor(followers.size / 4)));
    tally.cuts += cut;
    return followers.cut(cut);
  }
  tally.scripts += 1;
  const rule = chance.pick([{ do: 'html' }, { do: 'truncated' }, { do: 'shape' }, { do: 'reset' }, { do: 'reset', after: true }, { do: 'status', status: 500 }, { do: 'status', status: 503, retryAfter: 1 }, { do: 'status', status: 429, retryAfter: 1 }, { do: 'status', status: 401 }, { do: 'status', status: 500, after: true }]);
  await city.trouble(chance.pick(TROUBLED), [{ match: {}, times: chance.between(1, 6), ...rule }]);
}

/** Files all applications, one after the other at that pace, and side by side where the hub is slower. */
async function fileAll(city: City, bundles: number, everyMs: number, receive: (receipt: { key: string; code: string }) => void): Promise<void> {
  const begun = realMs();
  const desk = new PQueue({ concurrency: FILERS });
  await desk.addAll(Array.from({ length: bundles }, (_, number) => async () => {
    await realPause(Math.max(0, begun + number * everyMs - realMs()));
    receive(await city.file(number));
  }));
}

/** Applications that are neither at their end nor owned by somebody. */
async function openRuns(city: City, receipts: readonly { readonly code: string }[]): Promise<number> {
  let open = 0;
  for (const { code } of receipts) {
    const { bundleRun } = await city.ask('query ($code: String!) { bundleRun(code: $code) { state } }', { code });
    if (!bundleRun || bundleRun.state === 'RUNNING') open += 1;
  }
  return open;
}

async function openServer(database: string): Promise<{ readonly url: string | undefined; close(): Promise<void> }> {
  if (database === 'sqlite') return { url: undefined, close: () => Promise.resolve() };
  if (database !== 'postgres') return { url: database, close: () => Promise.resolve() };
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-postgres-'));
  const server = await startPostgres({ folder });
  const admin = new pg.Client({ connectionString: server.url('postgres') });
  await admin.connect();
  await admin.query('CREATE DATABASE hub');
  await admin.end();
  return {
    url: server.url('hub'),
    async close() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function told({ hubKills, ministryKills, cuts, scripts }: Tally): string {
  return `hubs killed ${hubKills}, ministries killed ${ministryKills}, lines cut ${cuts}, answers spoilt ${scripts} times`;
}

function numberOf(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isFinite(number) || number < least) throw new Error(`--${name}=${text}: a number from ${least}.`);
  return number;
}

await main();
