/*
 * npm run bench: speed beside the bare minimum, in one run on one machine; writes docs/bench.md.
 *
 *   --quick          seconds instead of minutes, few dossiers, writes no page: shows that everything runs
 *   --only=lists     one part: lists, pages, submissions, engine or backup; writes no page
 *   --dossiers=N     how many dossiers the large store holds (1,200,000)
 *   --fresh          makes the large store anew instead of keeping it from the last run
 *   --soak=MINUTES   files applications for so long and prints what became of the memory
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchBackup } from './backup.ts';
import { root, startChild } from './child.ts';
import { startTown } from './house.ts';
import { benchEngine, soak } from './engine.ts';
import { benchLists, servers } from './lists.ts';
import type { Bench } from './load.ts';
import { describeMachine, findCores } from './machine.ts';
import { benchPages } from './pages.ts';
import { openProgress } from './progress.ts';
import { writeReport, type Results } from './report.ts';
import { benchSubmissions } from './submissions.ts';

const PARTS = ['lists', 'pages', 'submissions', 'engine', 'backup'] as const;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false }, only: { type: 'string' }, dossiers: { type: 'string' }, fresh: { type: 'boolean', default: false }, soak: { type: 'string' } } });
  const { quick, only, fresh } = values;
  const parts = PARTS.filter((part) => only === undefined || part === only);
  if (parts.length === 0) throw new Error(`--only=${only ?? ''} is none of the parts: ${PARTS.join(', ')}.`);
  const dossiers = Number(values.dossiers ?? (quick ? 5_000 : 1_200_000));
  if (!Number.isInteger(dossiers) || dossiers < 1_000) throw new Error('--dossiers is a whole number from 1000.');
  if (spawnSync(process.execPath, ['mocks/start.mjs', '--build'], { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] }).status !== 0) throw new Error('dist/ could not be built.');

  const { say, end } = openProgress();
  const cores = findCores();
  const town = await startTown(cores);
  const generator = await startChild({ file: 'test/bench/generator.ts', core: cores.generator, ready: /ready/ });
  const bench: Bench = { generator, ministries: town.child, seconds: quick ? 0.1 : 4, rounds: quick ? 1 : 3, connections: quick ? [1, 4] : [1, 16, 64] };
  const results: { -readonly [Part in keyof Results]: Results[Part] } = {
    ...describeMachine(cores),
    date: new Date().toISOString(),
    command: `npm run bench${process.argv.length > 2 ? ` -- ${process.argv.slice(2).join(' ')}` : ''}`,
    rounds: bench.rounds,
    seconds: bench.seconds,
    dossiers,
    servers,
  };
  try {
    if (parts.includes('lists')) results.lists = await benchLists(bench, cores, town, say);
    if (parts.includes('pages')) results.pages = await benchPages(bench, cores, town, dossiers, fresh, say);
    if (parts.includes('submissions')) results.submissions = await benchSubmissions(bench, cores, town, say);
    if (parts.includes('engine')) results.engine = await benchEngine(cores, generator, quick ? { applications: 8, connections: 4, sockets: 20 } : { applications: 200, connections: 16, sockets: 1_000 }, say);
    if (values.soak !== undefined) results.soak = await soak(cores, generator, Number(values.soak), say);
    if (parts.includes('backup')) results.backup = await benchBackup(dossiers, fresh && !parts.includes('pages'), say);
    if (quick || only !== undefined) return;
    writeFileSync(join(root, 'docs', 'bench.md'), writeReport(results));
  } finally {
    end();
    process.stdout.write(writeReport(results)); // also of what was measured before something failed
    await generator.end();
    await town.end();
  }
}

await main();
