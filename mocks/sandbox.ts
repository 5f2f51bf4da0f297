/* The sandbox: hub and every simulated ministry in one process, on one clock: npm start */
import { mkdirSync, rmSync, readFileSync, writeFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigRefused, openHub, readConfig, type Config, type Hub } from '../src/hub.ts';
import { movableClock, type Clock } from '../src/kit/clock.ts';
import { findInstant, later, printed, type Instant } from '../src/kit/instant.ts';
import { openLog } from '../src/kit/log.ts';
import { ministries, startMinistries, type Ministries } from './list.ts';
import { PACE_MS } from './pace.ts';

/** How often the clock's place is written down, milliseconds; a killed sandbox resumes at most this much earlier. */
const KEEP_EVERY_MS = 1_000;

/** A running sandbox. */
export interface Sandbox {
  readonly hub: Hub;
  readonly ministries: Ministries;
  readonly clock: Clock;
  close(): Promise<void>;
}

/** Forgets everything that both sides know: the hub's store, the ministries' records and the clock. Other files stay. */
export function forget(dataDir: string): void {
  for (const name of ['hub', ...ministries.map((listing) => listing.name)]) {
    for (const suffix of ['.sqlite', '.sqlite-wal', '.sqlite-shm']) rmSync(join(dataDir, name + suffix), { force: true });
  }
  for (const name of ['clock', 'hub-clock', 'ministries-clock']) rmSync(join(dataDir, name), { force: true });
  for (const folder of ['papers', 'papers-incoming']) rmSync(join(dataDir, folder), { recursive: true, force: true });
}

/** Starts ministries and hub on one clock, which resumes where it stopped. */
export async function startSandbox(config: Config, options: { readonly paceMs?: number } = {}): Promise<Sandbox> {
  mkdirSync(config.dataDir, { recursive: true });
  const log = openLog(config.logLevel);
  const clock = movableClock(findKeptTime(config.dataDir) ?? config.sandboxNow);
  let hubUrl = config.port === 0 ? undefined : config.publicUrl; // a free port is known once the hub stands, which needs the ministries first
  const opened = await startMinistries({ port: config.port, host: config.host, dataDir: config.dataDir, clock, paceMs: options.paceMs ?? PACE_MS, log, hubUrl: () => hubUrl });
  const hub = await openHub(config, clock, log).catch(async (error: unknown) => {
    await opened.close();
    throw error;
  });
  if (config.port === 0) hubUrl = hub.url;
  const ended = new AbortController();
  const keeping = keepTime(config.dataDir, clock, ended.signal);
  return {
    hub,
    ministries: opened,
    clock,
    async close() {
      ended.abort();
      await keeping;
      await hub.close();
      await opened.close();
    },
  };
}

function findKeptTime(dataDir: string): Instant | undefined {
  try {
    return findInstant(readFileSync(join(dataDir, 'clock'), 'utf8').trim());
  } catch {
    return undefined;
  }
}

async function keepTime(dataDir: string, clock: Clock, ended: AbortSignal): Promise<void> {
  for (;;) {
    writeFileSync(join(dataDir, 'clock.new'), clock.now());
    renameSync(join(dataDir, 'clock.new'), join(dataDir, 'clock')); // whole or not at all
    if (ended.aborted) return;
    await clock.sleepUntil(later(clock.now(), KEEP_EVERY_MS), ended);
  }
}

async function main(): Promise<void> {
  const config = readConfig(process.env, { sandbox: true });
  if (process.argv.includes('--fresh')) forget(config.dataDir);
  const sandbox = await startSandbox(config);
  print(sandbox, config);
  let closing = false;
  const end = () => {
    if (closing) return;
    closing = true;
    void sandbox.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', end).once('SIGINT', end);
}

function print({ hub, ministries: { urls }, clock }: Sandbox, config: Config): void {
  const line = (name: string, value: string) => process.stdout.write(`  ${name.padEnd(17)} ${value}\n`);
  process.stdout.write('\nlienthong – sandbox (every person in it is invented)\n\n');
  line('GraphQL, GraphiQL', `${hub.url}/graphql`);
  for (const { name } of ministries) line(name, `${urls[name] ?? ''}   what it did: ${urls[name] ?? ''}/__ledger`);
  line('clock', `${printed(clock.now())} (Asia/Ho_Chi_Minh)`);
  line('data', `${config.dataDir}   (npm start -- --fresh forgets it)`);
  process.stdout.write(`\nThree queries to paste into GraphiQL:\n\n${THREE_QUERIES}\nA whole application, filed and followed: npm run demo (in a second terminal)\n\n`);
}

/** The queries that the sandbox prints; the README shows the same. */
export const THREE_QUERIES = `  { dueDate(receivedAt: "2025-04-25T16:00:00+07:00", amount: 2, unit: WORKING_DAY) { dueAt explanation(lang: EN) } }

  { dossiers(first: 10) { edges { node { code status dueAt overdue procedure { name(lang: EN) } } } } }

  { systems { name title(lang: EN) state }  procedure(code: "2.002621") { name(lang: EN) parts { act term { amount unit source } } } }
`;

if (import.meta.filename === process.argv[1]) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof ConfigRefused ? error.message : explain(error)}\n`);
    process.exit(1);
  });
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE';
  return taken ? `${error.message}\nAnother process uses this port. The sandbox takes PORT to PORT+7; choose another with PORT=5000 npm start.` : (error.stack ?? error.message);
}
