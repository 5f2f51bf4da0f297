/*
 * One process of a crash test: `hub` (stops dead at a boundary when told to), `main` (the hub as npm run hub starts it) or
 * `ministries`. Started by process.ts; ends with the process that started it, whatever becomes of that.
 */
import { writeSync } from 'node:fs';
import type { Config } from '../../src/config.ts';
import { listenAtBoundaries } from '../../src/kit/boundary.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { openLog } from '../../src/kit/log.ts';

/** How long a process stands at a boundary before it gives up waiting to be killed (20 seconds). */
const STANDS_MS = 20_000;

/** Where to stop: at the n-th passing of the boundary from now on, of whatever it is or of what is named. */
export interface StopAt {
  readonly boundary: string;
  readonly of?: string;
  /** 1 unless said. */
  readonly passing?: number;
}

/** What is said to the test: straight to the pipe, because the process may stand still the next moment. */
function say(line: string): void {
  writeSync(1, `${line}\n`);
}

function stopWhereTold(): void {
  const { STOP_AT } = process.env;
  let told = STOP_AT === undefined ? undefined : (JSON.parse(STOP_AT) as StopAt);
  let passed = 0;
  process.on('message', (message: StopAt) => {
    told = message;
    passed = 0;
    say('told');
  });
  listenAtBoundaries((name, of) => {
    if (name !== told?.boundary || (told.of !== undefined && told.of !== of)) return;
    passed += 1;
    if (passed < (told.passing ?? 1)) return;
    say(`at ${name}`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, STANDS_MS); // the whole process stands, as if the power were gone
    process.kill(process.pid, 'SIGKILL');
  });
}

/** A configuration that is less patient than a province's: tests end sooner. */
function hurry(read: Config): Config {
  const ministries = Object.fromEntries(Object.entries(read.ministries).map(([name, one]) => [name, { ...one, limits: { ...one.limits, openMs: 200 } }])) as Config['ministries'];
  return { ...read, ministries, patience: { ...read.patience, retryMs: [100, 200, 400], callbackMs: 1_500, lostMs: 15_000, triesToIncident: 50 }, payments: { ...read.payments, retryMs: [100, 200, 400], lostMs: 15_000, triesToIncident: 50 } };
}

async function main(role: string | undefined): Promise<void> {
  process.on('disconnect', () => process.exit(1)); // the test is gone
  const { PORT = '0', HOST = '127.0.0.1', DATA_DIR = '', SANDBOX_NOW = '', PACE_MS = '300', DEDUPLICATE = 'yes', LOG_LEVEL = 'error' } = process.env;
  if (role === 'main') return void (await import('../../src/main.ts'));
  const clock = movableClock(SANDBOX_NOW);
  const log = openLog(LOG_LEVEL);
  if (role === 'hub') {
    stopWhereTold();
    const { openHub, readConfig } = await import('../../src/hub.ts');
    const hub = await openHub(hurry(readConfig(process.env, { sandbox: true })), clock, log);
    return say(`hub ${hub.url}/graphql`);
  }
  const { startMinistries } = await import('../../mocks/list.ts');
  await startMinistries({ port: Number(PORT), host: HOST, dataDir: DATA_DIR, clock, log, paceMs: Number(PACE_MS), mode: { deduplicates: DEDUPLICATE === 'yes' }, callbackPausesMs: [100] });
  say('ministries');
}

await main(process.argv[2]);
