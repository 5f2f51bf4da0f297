import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import pg from 'pg';

/*
 * What docker-compose.yml lays out, as processes of one machine: PostgreSQL, two hubs on it, the ministries, and a reverse
 * proxy that everybody speaks to.
 */

/** What runs in a process of its own. */
export type PartName = 'postgres' | 'ministries' | 'hub-1' | 'hub-2' | 'proxy';

/** A process of the topology. */
export interface Part {
  readonly name: PartName;
  /** Where it is reached. */
  readonly url: string;
  readonly pid: number | undefined;
  /** Whether the process runs. */
  readonly isRunning: boolean;
  /** Since when it does, milliseconds of the machine. */
  readonly since: number;
}

/** A running topology. */
export interface Topology {
  /** The proxy's address: the only one that a client needs. */
  readonly url: string;
  parts(): readonly Part[];
  /** kill -9, and waits until the process is gone. */
  kill(name: PartName): Promise<void>;
  /** SIGTERM; gives the exit code. */
  end(name: PartName): Promise<number | null>;
  /** Starts a part again that has ended, where it was. */
  start(name: PartName): Promise<void>;
  /** Ends everything in order: first who uses, then what is used. */
  close(): Promise<void>;
}

/** How to start it. */
export interface TopologySetting {
  /** Where everything is kept. */
  readonly folder: string;
  /** The proxy's port; the ministries stand at the seven above it, hubs and PostgreSQL at 11, 12 and 13 above it. */
  readonly port: number;
  /** Where the clock of hubs and ministries begins. */
  readonly now: string;
  /** The command that runs test/topology/child.ts. */
  readonly program: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** For tests: nothing has to survive the machine. */
  readonly forgetful?: boolean;
}

/** Ports above the proxy's. */
const PORTS: Readonly<Record<PartName, number>> = { proxy: 0, ministries: 0, 'hub-1': 11, 'hub-2': 12, postgres: 13 };

/** In this order they start; they end in the other. */
const ORDER: readonly PartName[] = ['postgres', 'ministries', 'hub-1', 'hub-2', 'proxy'];

/** A part that has not come up, or has not ended, by then will not, milliseconds. */
const PATIENCE_MS = 60_000;

interface Running {
  readonly child: ChildProcess;
  readonly since: number;
}

/** Starts every part, one after the other where one needs the other. */
export async function startTopology({ folder, port, now, program, env = {}, forgetful = false }: TopologySetting): Promise<Topology> {
  const running = new Map<PartName, Running>();
  const urlOf = (name: PartName) => `http://127.0.0.1:${port + PORTS[name]}`;
  const database = `postgres://lienthong:lienthong@127.0.0.1:${port + PORTS.postgres}/lienthong`;
  const ministry = (offset: number) => `http://127.0.0.1:${port + offset}`;
  const hubEnv = {
    DATABASE_URL: database,
    DATA_DIR: join(folder, 'hubs'), // papers and the sandbox's clock are common to all hubs
    HUB_URL: urlOf('proxy'),
    SANDBOX_NOW: now,
    DRAIN_NOTICE_MS: '1000', // the proxy looks twice a second
    MINISTRY_NDXP_URL: ministry(1),
    MINISTRY_POPULATION_URL: ministry(2),
    MINISTRY_RESIDENCE_URL: ministry(3),
    MINISTRY_PAYGOV_URL: ministry(6),
  };
  const settings: Readonly<Record<PartName, { readonly role: string; readonly says: string; readonly env: Readonly<Record<string, string>> }>> = {
    postgres: { role: 'postgres', says: 'postgres ', env: { DATA_DIR: join(folder, 'postgres'), PORT: String(port + PORTS.postgres), FORGETFUL: forgetful ? '1' : '0' } },
    ministries: { role: 'ministries', says: 'ministries', env: { DATA_DIR: join(folder, 'ministries'), PORT: String(port), SANDBOX_NOW: now, HUB_URL: urlOf('proxy') } },
    'hub-1': { role: 'hub', says: 'hub http', env: { ...hubEnv, PORT: String(port + PORTS['hub-1']) } },
    'hub-2': { role: 'hub', says: 'hub http', env: { ...hubEnv, PORT: String(port + PORTS['hub-2']) } },
    proxy: { role: 'proxy', says: 'proxy ', env: { PORT: String(port), PROXY_HUBS: `${urlOf('hub-1')},${urlOf('hub-2')}` } },
  };

  async function start(name: PartName): Promise<void> {
    const { role, says, env: own } = settings[name];
    if (own['DATA_DIR'] !== undefined) mkdirSync(own['DATA_DIR'], { recursive: true });
    const [command = '', ...args] = program;
    const child = spawn(command, [...args, role], {
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], NODE_ENV: 'production', LOG_LEVEL: 'error', ...own, ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true, // Ctrl+C is for us; the parts are ended one after the other
    });
    running.set(name, { child, since: performance.now() });
    let complaints = '';
    child.stderr?.on('data', (chunk: Buffer) => (complaints = (complaints + chunk.toString('utf8')).slice(-4_000)));
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string) => reject(new Error(`${name} ${why}.\n${complaints}`));
      const patience = setTimeout(() => fail('does not come up'), PATIENCE_MS);
      child.once('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`} before it was up`));
      if (child.stdout) createInterface(child.stdout).on('line', (line) => line.startsWith(says) && (clearTimeout(patience), resolve()));
    });
    if (name === 'postgres') await makeDatabase(port + PORTS.postgres);
  }

  async function gone({ child }: Running): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }

  const topology: Topology = {
    url: urlOf('proxy'),
    parts: () => ORDER.map((name) => {
      const part = running.get(name);
      return { name, url: name === 'postgres' ? database.replace(/:\/\/.*@/, '://') : name === 'ministries' ? `${ministry(1)} – ${port + 7}` : urlOf(name), pid: part?.child.pid, isRunning: part !== undefined && part.child.exitCode === null && part.child.signalCode === null, since: part?.since ?? 0 };
    }),
    start,
    async kill(name) {
      const part = running.get(name);
      part?.child.kill('SIGKILL');
      if (part) await gone(part);
    },
    async end(name) {
      const part = running.get(name);
      if (!part) return null;
      part.child.kill('SIGTERM');
      await gone(part);
      return part.child.exitCode;
    },
    async close() {
      const hubs: readonly PartName[] = ['hub-1', 'hub-2'];
      await topology.end('proxy');
      await Promise.all(hubs.map((name) => topology.end(name)));
      await topology.end('ministries');
      await topology.end('postgres');
    },
  };
  mkdirSync(folder, { recursive: true });
  if (process.getuid?.() === 0) chmodSync(folder, 0o755); // PostgreSQL then runs as a user of its own, who must find the way
  try {
    await Promise.all([start('postgres'), start('ministries')]);
    await start('hub-1'); // lays the tables out; the second would wait for it anyway
    await start('hub-2');
    await start('proxy');
  } catch (error) {
    await topology.close();
    throw error;
  }
  return topology;
}

async function makeDatabase(port: number): Promise<void> {
  const client = new pg.Client({ connectionString: `postgres://lienthong:lienthong@127.0.0.1:${port}/postgres` });
  await client.connect();
  try {
    const { rowCount } = await client.query("SELECT 1 FROM pg_database WHERE datname = 'lienthong'");
    if (rowCount === 0) await client.query("CREATE DATABASE lienthong TEMPLATE template0 ENCODING 'UTF8'");
  } finally {
    await client.end();
  }
}
