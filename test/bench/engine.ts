import { chmodSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { realMs, realPause } from '../../src/kit/clock.ts';
import { startPostgres } from '../support/postgres.ts';
import { startChild, type Child } from './child.ts';
import { makeFolder, startHouse, startTown, type House, type Town } from './house.ts';
import { median, type Measured } from './load.ts';
import type { Cores } from './machine.ts';
import { makeBundles } from './submissions.ts';

/** What one house gave: applications accepted and finished, news, and a ministry that came back. */
export interface EngineRow {
  readonly house: string;
  /** Acceptance of applications at 16 connections. */
  readonly accepted: Measured & { readonly perSecond: number };
  /** Applications brought to their end, a second, from the first receipt to the last end. */
  readonly finishedPerSecond: number;
  /** Bare transactions of two inserts a second on the same database, one after the other. */
  readonly inserts: number;
  /** From sending the change to hearing of it, at each of the sockets, milliseconds. */
  readonly news: { readonly sockets: number; readonly p50: number; readonly p99: number };
  /** Applications that waited for the police while it was dark, and how long after its return the last was finished, seconds. */
  readonly drain: { readonly waiting: number; readonly seconds: number };
}

/** What a long run did to the process. */
export interface Soak {
  readonly house: string;
  readonly minutes: number;
  readonly finished: number;
  /** Resident memory at the end of each tenth of the time, MiB. */
  readonly memory: readonly number[];
}

/** How many applications are filed for each figure, connections, and sockets. */
export interface EngineSize {
  readonly applications: number;
  readonly connections: number;
  readonly sockets: number;
}

/** Longer than any backlog of the bench, milliseconds. */
const PATIENCE_MS = 300_000;

/** Who has not heard by then never will, milliseconds. */
const NEWS_MS = 30_000;

/** Between two looks at how far the hub is, milliseconds. */
const LOOK_MS = 100;

/** Bare transactions measured at a time. */
const INSERTS = 500;

/** A hub or two on a database of their own, with ministries that answer in 20 ms. */
interface Estate {
  readonly name: string;
  readonly houses: readonly House[];
  readonly town: Town;
  inserts(): Promise<number>;
  end(): Promise<void>;
}

/** Measures the engine on SQLite, on PostgreSQL, and on PostgreSQL with two hubs. */
export async function benchEngine(cores: Cores, generator: Child, size: EngineSize, say: (text: string) => void): Promise<EngineRow[]> {
  const rows: EngineRow[] = [];
  for (const open of [openOnFile, (one: Cores) => openOnServer(one, 1), (one: Cores) => openOnServer(one, 2)]) {
    const estate = await open(cores);
    try {
      rows.push(await measureEstate(estate, cores, generator, size, (text) => say(`${estate.name}: ${text}`)));
    } finally {
      await estate.end();
    }
  }
  return rows;
}

/** Files applications for so many minutes, as many as the engine finishes, and watches the memory of the process. */
export async function soak(cores: Cores, generator: Child, minutes: number, say: (text: string) => void): Promise<Soak> {
  const estate = await openOnFile(cores);
  const [house] = estate.houses;
  const memory: number[] = [];
  const bodies = makeBundles();
  let filed = 0;
  try {
    const begun = realMs();
    for (let tenth = 1; tenth <= 10 && house; tenth += 1) {
      while (realMs() - begun < (minutes * 60_000 * tenth) / 10) {
        await submit(generator, estate, bodies(32), 16);
        filed += 32;
        await untilFinished(estate, filed);
      }
      memory.push(Math.round((await house.child.ask<number>({ memory: true })) / 1024 ** 2));
      say(`soak: ${tenth * 10} %, ${filed} applications, ${memory.at(-1)} MiB`);
    }
    return { house: estate.name, minutes, finished: filed, memory };
  } finally {
    await estate.end();
  }
}

async function measureEstate(estate: Estate, cores: Cores, generator: Child, { applications, connections, sockets }: EngineSize, say: (text: string) => void): Promise<EngineRow> {
  const bodies = makeBundles();
  say('warming up');
  let filed = Math.max(connections, Math.floor(applications / 4));
  await submit(generator, estate, bodies(filed), connections);
  await untilFinished(estate, filed);
  say(`${applications} applications at ${connections} connections`);
  const begun = realMs();
  const accepted = await submit(generator, estate, bodies(applications), connections);
  filed += applications;
  await untilFinished(estate, filed);
  const finishedPerSecond = (applications * 1_000) / (realMs() - begun);
  const inserts = await estate.inserts();
  say(`news at ${sockets} sockets`);
  const news = await measureNews(estate, cores, sockets);
  say('a ministry goes dark and comes back');
  const residence = estate.town.addresses['MINISTRY_RESIDENCE_URL'] ?? '';
  await tell(residence, [{ match: {}, do: 'status', status: 503 }]);
  await submit(generator, estate, bodies(applications), connections);
  filed += applications;
  await realPause(3_000); // three seconds: long enough for every order to have been refused once
  const returned = realMs();
  await tell(residence, []);
  await untilFinished(estate, filed);
  return { house: estate.name, accepted, finishedPerSecond, inserts, news, drain: { waiting: applications, seconds: (realMs() - returned) / 1_000 } };
}

async function tell(ministry: string, script: readonly object[]): Promise<void> {
  const response = await fetch(`${ministry}/__script`, { method: 'PUT', body: JSON.stringify(script) });
  if (!response.ok) throw new Error(`The ministry did not take the script: ${response.status} ${await response.text()}`);
}

async function submit(generator: Child, { houses }: Estate, bodies: readonly string[], connections: number): Promise<Measured & { readonly perSecond: number }> {
  const told = await generator.ask<Measured>({ load: { url: houses[0]?.url ?? '', others: houses.slice(1).map(({ url }) => url), bodies, expect: '"BundleAccepted"', connections, amount: bodies.length } });
  return { ...told, perSecond: told.requests / told.seconds };
}

/** Waits until so many applications have ended, by the hub's own event log. */
async function untilFinished({ houses: [house] }: Estate, count: number): Promise<void> {
  const url = house?.url ?? '';
  const until = realMs() + PATIENCE_MS;
  let [after, ended] = progress.get(url) ?? ['0', 0];
  for (;;) {
    const { events } = await ask<{ events: { edges: { node: { kind: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } }>(url, 'query ($after: String) { events(first: 100, after: $after) { edges { node { kind } } pageInfo { endCursor hasNextPage } } }', { after });
    ended += events.edges.filter(({ node }) => /^BUNDLE_(FINISHED|PARTLY_FINISHED|REFUSED|WITHDRAWN)$/.test(node.kind)).length;
    after = events.pageInfo.endCursor;
    progress.set(url, [after, ended]);
    if (ended >= count) return;
    if (realMs() > until) throw new Error(`Of ${count} applications ${ended} have ended after ${PATIENCE_MS / 1_000} seconds.`);
    if (!events.pageInfo.hasNextPage) await realPause(LOOK_MS);
  }
}

const progress = new Map<string, [string, number]>();

async function ask<Data>(url: string, query: string, variables: object): Promise<Data> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const { data, errors } = (await response.json()) as { data?: Data; errors?: unknown };
  if (!data || errors) throw new Error(JSON.stringify(errors));
  return data;
}

/** How long news take: sockets at the last hub, the change made at the first. */
async function measureNews({ houses }: Estate, cores: Cores, sockets: number): Promise<EngineRow['news']> {
  const listeners = await startChild({ file: 'test/bench/listeners.ts', core: cores.generator, ready: /ready/ });
  try {
    const [first, last] = [houses[0]?.url ?? '', houses.at(-1)?.url ?? ''];
    const { dossiers } = await ask<{ dossiers: { edges: { node: { code: string } }[] } }>(first, '{ dossiers(first: 1, filter: { status: FINISHED }) { edges { node { code } } } }', {});
    const code = dossiers.edges[0]?.node.code ?? '';
    await listeners.ask({ listen: { url: last, code, sockets } });
    const since = Date.now();
    await ask(first, 'mutation ($code: String!) { returnResult(input: { idempotencyKey: "bench-news", code: $code }) { __typename } }', { code });
    let heard: number[] = [];
    const until = realMs() + NEWS_MS;
    while (heard.length < sockets && realMs() < until) {
      await realPause(LOOK_MS);
      heard = await listeners.ask<number[]>({ heard: { kind: 'DOSSIER_RETURNED', since } });
    }
    if (heard.length < sockets) throw new Error(`Of ${sockets} subscribers ${heard.length} heard of the change.`);
    const sorted = [...heard].sort((a, b) => a - b);
    return { sockets, p50: median(sorted), p99: sorted[Math.floor(sorted.length * 0.99)] ?? Number.NaN };
  } finally {
    await listeners.end();
  }
}

async function openTown(cores: Cores): Promise<Town> {
  const town = await startTown(cores, 'test/bench/swift-town.ts');
  return { ...town, addresses: { ...town.addresses, POLL_EVERY_MS: '50' } }; // milliseconds: the ministries take 20
}

async function openOnFile(cores: Cores): Promise<Estate> {
  const [folder, bareFolder, town] = [makeFolder('engine'), makeFolder('inserts'), await openTown(cores)];
  const house = await startHouse(cores, town, folder);
  const bare = await startChild({ file: 'test/bench/inserts.ts', core: cores.server, env: { FOLDER: bareFolder }, ready: /ready/ });
  return {
    name: 'SQLite, one hub',
    houses: [house],
    town,
    inserts: () => bare.ask<number>({ inserts: INSERTS }),
    async end() {
      await Promise.all([house.end(), bare.end(), town.end()]);
      for (const one of [folder, bareFolder]) rmSync(one, { recursive: true, force: true });
    },
  };
}

async function openOnServer(cores: Cores, hubs: number): Promise<Estate> {
  const [folder, town] = [makeFolder('engine'), await openTown(cores)];
  chmodSync(folder, 0o755); // the server does not run as root, and has to come through
  const server = await startPostgres({ folder: join(folder, 'postgres') });
  const admin = new pg.Client({ connectionString: server.url('postgres') });
  await admin.connect();
  await admin.query('CREATE DATABASE hub');
  await admin.query('CREATE TABLE one (id serial PRIMARY KEY, body text)');
  await admin.query('CREATE TABLE two (id serial PRIMARY KEY, body text)');
  const houses: House[] = [];
  const folders = [folder];
  for (let number = 0; number < hubs; number += 1) {
    const own = makeFolder(`engine-hub-${number}`);
    folders.push(own);
    houses.push(await startHouse(hubs === 1 ? cores : { ...cores, server: undefined }, { ...town, addresses: { ...town.addresses, DATABASE_URL: server.url('hub') } }, own));
  }
  return {
    name: `PostgreSQL, ${hubs === 1 ? 'one hub' : `${hubs} hubs`}`,
    houses,
    town,
    async inserts() {
      const body = 'x'.repeat(1_000); // as long as a dossier with what is stored beside it
      const begun = realMs();
      for (let done = 0; done < INSERTS; done += 1) {
        await admin.query('BEGIN');
        await admin.query('INSERT INTO one (body) VALUES ($1)', [body]);
        await admin.query('INSERT INTO two (body) VALUES ($1)', [body]);
        await admin.query('COMMIT');
      }
      return (INSERTS * 1_000) / (realMs() - begun);
    },
    async end() {
      await Promise.all(houses.map((house) => house.end()));
      await admin.end();
      await Promise.all([server.stop(), town.end()]);
      for (const one of folders) rmSync(one, { recursive: true, force: true });
    },
  };
}
