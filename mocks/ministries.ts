/* Runs the simulated ministries alone, for a hub that runs elsewhere: npm run ministries */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock, type Clock } from '../src/kit/clock.ts';
import { findInstant } from '../src/kit/instant.ts';
import { keptClock } from '../src/kit/kept-clock.ts';
import { openLog } from '../src/kit/log.ts';
import { ministries, startMinistries } from './list.ts';
import { PACE_MS } from './pace.ts';

const { PORT = '4000', HOST = '127.0.0.1', DATA_DIR = '.data', SANDBOX_NOW, LOG_LEVEL = 'warn', HUB_URL } = process.env;

/** The sandbox's own time where one is given, else the machine's. */
function clockOf(start: string | undefined): Clock {
  if (start === undefined || start === '') return systemClock();
  const instant = findInstant(start);
  if (instant === undefined) throw new Error(`SANDBOX_NOW is "${start}"; give an instant with its offset, such as 2025-03-03T08:00+07:00.`);
  mkdirSync(DATA_DIR, { recursive: true });
  return keptClock(join(DATA_DIR, 'ministries-clock'), instant);
}

function portOf(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_000) throw new Error(`PORT is "${text}"; give a whole number from 0 to 65000. The ministries stand on the ports above it.`);
  return port;
}

try {
  const hubUrl = HUB_URL ? { hubUrl: () => HUB_URL.replace(/\/$/, '') } : {};
  const started = await startMinistries({ ...hubUrl, port: portOf(PORT), host: HOST, dataDir: DATA_DIR, clock: clockOf(SANDBOX_NOW), paceMs: PACE_MS, log: openLog(LOG_LEVEL) });
  console.log('Simulated ministries (invented people only):');
  for (const { name } of ministries) console.log(`  ${name.padEnd(16)} ${started.urls[name]}`);
  console.log(`Records in ${DATA_DIR}; what each one really did: <address>/__ledger`);

  let isClosing = false;
  const close = (): void => {
    if (isClosing) return;
    isClosing = true;
    void started.close().then(() => process.exit(0));
  };
  process.once('SIGTERM', close);
  process.once('SIGINT', close);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
