/* npm run backup [-- --to FILE]   and   npm run restore -- --from FILE [--replace] */
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ConfigRefused, readPlaces, type Places } from '../../config.ts';
import { systemClock } from '../../kit/clock.ts';
import { DatabaseRefused } from '../migrations/known.ts';
import { openVault } from '../vault.ts';
import { openSnapshot, openTarget, stampOf } from './open.ts';
import { openProgress } from './progress.ts';
import { restoreBackup } from './restore.ts';
import { takeBackup, type Done } from './take.ts';

/** Only whoever runs the hub may read a backup: it holds every person in the store, and the key of ids and cursors. */
const MODE = 0o600;

const isBucket = ({ papers }: Places) => papers.url.startsWith('s3:');

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Takes a backup into a file, which has its name only when it is whole, or to standard output (`--to -`). */
export async function backup(args: readonly string[], places: Places): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { to: { type: 'string' } } });
  const now = systemClock().now();
  const to = values.to ?? join(places.dataDir, 'backups', `lienthong-${stampOf(now)}.json.gz`);
  if (to !== '-' && existsSync(to)) throw new DatabaseRefused(`${to} exists already; nothing was backed up. Name another file: --to FILE`);
  const snapshot = await openSnapshot(places.databaseUrl);
  const progress = openProgress();
  const part = `${to}.part`;
  try {
    if (to !== '-') mkdirSync(dirname(to), { recursive: true });
    const out = to === '-' ? process.stdout : createWriteStream(part, { mode: MODE, flush: true });
    const done = await takeBackup(snapshot, isBucket(places) ? undefined : await openVault(places.papers, places.dataDir), out, now, progress.tell);
    progress.end();
    if (to !== '-') renameSync(part, to);
    const size = to === '-' ? '' : `, ${Math.ceil(statSync(to).size / 1024).toLocaleString('en')} KiB`;
    say(`Backed up ${countOf(done)} into ${to === '-' ? 'standard output' : to}${size}, in ${progress.seconds().toFixed(1)} s.`);
    if (isBucket(places)) say(`The papers are in ${places.papers.url.split('?')[0] ?? ''} and are not in it: the bucket needs a backup of its own.`);
    if (done.missing.length > 0) say(`${done.missing.length} paper(s) are not where they were put and are not in it: ${done.missing.slice(0, 5).join(', ')}${done.missing.length > 5 ? ', …' : ''}`);
  } finally {
    progress.end();
    if (to !== '-') rmSync(part, { force: true });
    await snapshot.close();
  }
}

/** Brings a backup back into the configured database and place of papers, whole or not at all. */
export async function restore(args: readonly string[], places: Places): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { from: { type: 'string' }, replace: { type: 'boolean', default: false } } });
  const { from, replace } = values;
  if (from === undefined) throw new DatabaseRefused('Name the backup: npm run restore -- --from FILE   (- is standard input)');
  if (from !== '-' && !existsSync(from)) throw new DatabaseRefused(`There is no file ${from}; nothing was restored.`);
  const progress = openProgress();
  try {
    const vault = await openVault(places.papers, places.dataDir);
    const now = systemClock().now();
    const done = await restoreBackup(from === '-' ? process.stdin : createReadStream(from), (head) => openTarget(places.databaseUrl, head, { replace, now }), vault, progress.tell);
    progress.end();
    say(`Restored ${countOf(done)} as they stood at ${done.head.takenAt}, in ${progress.seconds().toFixed(1)} s.`);
    if (done.head.papers === null) say('The papers were kept in a bucket and are not in the backup.');
    if (done.missing.length > 0) say(`${done.missing.length} paper(s) were missing already when it was taken.`);
  } finally {
    progress.end();
  }
}

function countOf({ head, rows, papers }: Done): string {
  return `${rows.toLocaleString('en')} rows of ${Object.keys(head.tables).length} tables and ${papers.toLocaleString('en')} papers`;
}

/** Runs the command that is named on the command line. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  const places = readPlaces(process.env);
  await (command === 'restore' ? restore(args, places) : backup(args, places));
}

if (import.meta.filename === process.argv[1]) {
  main(process.argv.slice(2)).then(
    () => process.exit(0),
    (error: unknown) => {
      const isExpected = error instanceof DatabaseRefused || error instanceof ConfigRefused || (error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS');
      say(isExpected && error instanceof Error ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error));
      process.exit(1);
    },
  );
}
