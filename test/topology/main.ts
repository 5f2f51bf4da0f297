/*
 * npm run topology: PostgreSQL, two hubs, the ministries and a reverse proxy as processes of this machine, on PORT and the
 * ports above it; what they keep stays in .data/topology, `-- --fresh` forgets it. Ctrl+C ends all of it.
 *
 * Try it out: kill -9 one of the hubs by the number in the table, and file an application meanwhile; or start it again with
 * the key of its number.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from '../crash/compiled.ts';
import { startTopology, type Part, type PartName, type Topology } from './topology.ts';

/** How often the table is looked at, milliseconds. */
const LOOK_MS = 1_000;

const WHAT: Readonly<Record<PartName, string>> = {
  postgres: 'the database of both hubs',
  ministries: 'what they did: …/__ledger',
  'hub-1': 'GraphQL, callbacks, papers',
  'hub-2': 'the same, on the same database',
  proxy: 'everybody speaks to this one: …/graphql',
};

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { fresh: { type: 'boolean', default: false } } });
  const folder = join('.data', 'topology');
  if (values.fresh) rmSync(folder, { recursive: true, force: true });
  const port = Number(process.env['PORT'] ?? 4000);
  const compiled = await compile('test/topology/child.ts');
  process.stderr.write('starting PostgreSQL, ministries, two hubs and the proxy …\n');
  const topology = await startTopology({ folder, port, now: process.env['SANDBOX_NOW'] ?? '2025-03-03T08:00:00+07:00', program: [process.execPath, compiled.file] }).catch((error: unknown) => {
    compiled.remove();
    throw error;
  });
  let isEnding = false;
  const end = () => {
    if (isEnding) return;
    isEnding = true;
    process.stderr.write('\nending all, first who uses, then what is used …\n');
    void topology.close().then(() => {
      compiled.remove();
      process.exit(0);
    });
  };
  process.once('SIGINT', end).once('SIGTERM', end);
  let shown = '';
  for (;;) {
    const table = await tableOf(topology);
    if (table !== shown && !isEnding) {
      if (process.stdout.isTTY && shown !== '') process.stdout.write(`\u001b[${shown.split('\n').length}A\u001b[J`);
      process.stdout.write(`${table}\n`);
      shown = table;
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

async function tableOf(topology: Topology): Promise<string> {
  const lines = await Promise.all(topology.parts().map(async (part) => [part.name, part.isRunning ? String(part.pid) : '–', await healthOf(part), part.url, WHAT[part.name]]));
  const rows = [['part', 'process', 'health', 'where', 'what'], ...lines];
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}

/** What the part says of itself. */
async function healthOf({ name, url, isRunning }: Part): Promise<string> {
  if (!isRunning) return 'ended';
  if (name === 'postgres') return 'running';
  const address = name === 'ministries' ? `${url.split(' ')[0] ?? ''}/__ledger` : name === 'proxy' ? `${url}/__proxy` : `${url}/health/ready`;
  try {
    const { ok, status } = await fetch(address, { signal: AbortSignal.timeout(LOOK_MS) });
    return ok ? 'ready' : `not ready (${status})`;
  } catch {
    return 'dark';
  }
}

await main();
