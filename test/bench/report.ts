import type { BackupResult } from './backup.ts';
import type { EngineRow, Soak } from './engine.ts';
import type { ListRow } from './lists.ts';
import type { Sample } from './load.ts';
import type { PageRow } from './pages.ts';
import { goals } from './pages.ts';
import type { SubmissionRow } from './submissions.ts';

/** What a run has measured; parts that were not asked for are absent. */
export interface Results {
  readonly date: string;
  readonly machine: string;
  readonly pinning: string;
  readonly command: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly dossiers: number;
  readonly servers: readonly string[];
  readonly lists?: readonly ListRow[];
  readonly pages?: { readonly groups: readonly PageRow[]; readonly kinds: readonly PageRow[] };
  readonly submissions?: readonly SubmissionRow[];
  readonly engine?: readonly EngineRow[];
  readonly soak?: Soak;
  readonly backup?: BackupResult;
}

/** The hub's list is to reach that share of the bare server's rate, there. */
const TARGET = 0.9;

/** Connections at which target and goals are judged. */
const JUDGED_AT = 16;

/** Writes the page: docs/bench.md, and the same on the screen. */
export function writeReport(results: Results): string {
  const { lists, pages, submissions, engine, soak, backup } = results;
  return [
    '# Speed, beside the bare minimum',
    `Written by \`${results.command}\` on ${results.date.slice(0, 10)}; run it again to write this page anew.`,
    [`- Machine: ${results.machine}`, `- Processes: ${results.pinning}; NODE_ENV=production, the compiled hub`, `- ${results.rounds} rounds of about ${results.seconds} s each, medians; servers take turns within a round, each is warmed up before`].join('\n'),
    'How to read it: rates depend on the machine, ratios hardly. **cpu/request** is the processor time that the server itself spent on a request, all threads, which is the surest figure on a busy machine; **C06 cpu** is what the simulated ministry spent answering for it. Where the ministry spends more than the server, it sets the pace and both servers wait for it. Times in milliseconds, from sending to the last byte.',
    ...(lists ? [listSection(lists, results.servers)] : []),
    ...(pages ? [pageSection(pages, results.dossiers)] : []),
    ...(submissions ? [submissionSection(submissions)] : []),
    ...(engine ? [engineSection(engine)] : []),
    ...(soak ? [soakSection(soak)] : []),
    ...(backup ? [backupSection(backup)] : []),
  ].join('\n\n') + '\n';
}

function listSection(rows: readonly ListRow[], servers: readonly string[]): string {
  const lines = rows.flatMap(({ connections, samples }) =>
    samples.map((sample, index) => {
      const bare = samples[1];
      return [connections, servers[index] ?? '', rate(sample.perSecond), bare ? (sample.perSecond / bare.perSecond).toFixed(2) : '', ms(sample.p50), ms(sample.p95), ms(sample.p99), ms(sample.cpuMs), ms(sample.ministriesMs)];
    }),
  );
  const [hub, bare] = rows.find(({ connections }) => connections === JUDGED_AT)?.samples ?? [];
  const ratio = hub && bare && hub.perSecond / bare.perSecond;
  return [
    '## A list of 50 dossiers with their applicants',
    '`{ dossiers(first: 50) { edges { node { code status applicant { fullName source asOf } } } } }`: 50 questions to the population register (C06, SOAP) for each list. The hub reads the dossiers from its store, checks every answer against the contract and writes two lines of audit for each question. The bare server is graphql-yoga with the dossiers in memory and the same 50 questions by undici and a DataLoader; it reads XML with the hub\'s own reader and has as many connections to C06. Answers and questions were compared before measuring: the same but for `asOf`. The other two are anchors, without target.',
    table(['connections', 'server', 'lists/s', 'of bare', 'p50', 'p95', 'p99', 'cpu/request', 'C06 cpu'], lines),
    ...(ratio ? [`Target at ${JUDGED_AT} connections: ≥ ${TARGET} of the bare server. Measured: **${ratio.toFixed(2)}**${ratio >= TARGET ? '' : ' (missed)'}.`] : []),
  ].join('\n\n');
}

function pageSection({ groups, kinds }: NonNullable<Results['pages']>, dossiers: number): string {
  const line = ({ name, connections, sample }: PageRow, title: string = name) => [title, connections, rate(sample.perSecond), ms(sample.p50), ms(sample.p95), ms(sample.p99), ms(sample.cpuMs)];
  const verdict = [...new Set(groups.map(({ connections }) => connections))]
    .filter((connections) => connections <= JUDGED_AT)
    .map((number) => `${number === 1 ? 'one at a time' : `${number} at once, which keep the core busy without a pause`}: ${groups.filter(({ connections }) => connections === number).map(({ group, sample }) => `${group} p95 **${ms(sample.p95)}** of ${goals[group]}${sample.p95 <= goals[group] ? '' : ' (missed)'}`).join(', ')}`)
    .join('; ');
  return [
    `## A page and a search over ${dossiers.toLocaleString('en')} dossiers`,
    'Generated dossiers, 50 to a page, every question another filter or another cursor; a page shows nothing from a ministry, and one of the searches asks C06 for the person first. Mixed:',
    table(['what', 'connections', 'answers/s', 'p50', 'p95', 'p99', 'cpu/request'], groups.map((row) => line(row, row.group === 'page' ? 'pages' : 'searches'))),
    `${verdict ? `Goals, in milliseconds; ${verdict}. ` : ''}With more connections than one core can serve at once, an answer waits for those before it: p50 there is the number of connections times the processor time.`,
    'Each kind by itself, one connection:',
    table(['what', 'connections', 'answers/s', 'p50', 'p95', 'p99', 'cpu/request'], kinds.map((row) => line(row, `${row.group}: ${row.name}`))),
  ].join('\n\n');
}

function submissionSection(rows: readonly SubmissionRow[]): string {
  const line = (connections: number, title: string, { perSecond, p50, p95, p99, cpuMs, ministriesMs }: Sample, inserts: number) => [connections, title, rate(perSecond), (perSecond / inserts).toFixed(4), ms(p50), ms(p95), ms(p99), ms(cpuMs), ms(ministriesMs)];
  const lines = rows.flatMap(({ connections, dossier, bundle, inserts }) => [
    line(connections, 'submitDossier', dossier, inserts),
    line(connections, 'submitBundle (birth)', bundle, inserts),
    [connections, 'bare transaction, two inserts', rate(inserts), '1', '', '', '', '', ''],
  ]);
  return [
    '## Submissions',
    'An ordinary application asks C06 for its applicant, a birth application for mother, father, requester and head of household; each is stored durably (WAL, synchronous=FULL) before the receipt is sent, and so are the audit lines before and after each question. The engine\'s work for a linked application goes on after the receipt, on the same core. The bare transaction is better-sqlite3 by itself, one after the other, with the same pragmas.',
    table(['connections', 'what', 'per s', 'of bare', 'p50', 'p95', 'p99', 'cpu/request', 'ministries cpu'], lines),
  ].join('\n\n');
}

function backupSection({ rows, databaseBytes, fileBytes }: BackupResult): string {
  const mib = (bytes: number) => Math.round(bytes / 1024 ** 2);
  return [
    '## Backup and restore',
    `${(rows[0]?.rows ?? 0).toLocaleString('en')} rows: a SQLite database of ${mib(databaseBytes)} MiB becomes a file of ${mib(fileBytes)} MiB; restored from it into new databases with all their indices, PostgreSQL with its usual durability, and the rows counted each time.`,
    table(['what', 'seconds', 'rows/s'], rows.map((row) => [row.what, row.seconds.toFixed(1), Math.round(row.rows / row.seconds)])),
  ].join('\n\n');
}

function engineSection(rows: readonly EngineRow[]): string {
  const lines = rows.map(({ house, accepted, finishedPerSecond, inserts, news, drain }) => [house, rate(accepted.perSecond), (accepted.perSecond / inserts).toFixed(4), ms(accepted.p50), ms(accepted.p95), ms(accepted.p99), rate(finishedPerSecond), rate(inserts), ms(news.p50), ms(news.p99), (drain.waiting / drain.seconds).toFixed(1)]);
  const [first] = rows;
  return [
    '## The engine',
    `Birth applications at 16 connections, ministries that take 20 ms: accepted a second with the times of acceptance, and brought to their end a second, three acts each. **inserts/s** are bare transactions of two inserts on the same database in the same run, one after the other; **of bare** is what is accepted beside it. **news** is the time from sending a change of a dossier to hearing of it at each of ${first?.news.sockets ?? 0} sockets that follow it; with two hubs the change is made at one and heard at the other. **drained/s**: ${first?.drain.waiting ?? 0} applications were filed while the police was dark; finished a second after it came back, which the hub holds to twice the usual rate of calls. Two hubs, PostgreSQL, ministries and the load share the machine's cores, so two hubs show that nothing is lost by being two, not what two machines would give.`,
    table(['house', 'accepted/s', 'of bare', 'p50', 'p95', 'p99', 'finished/s', 'inserts/s', 'news p50', 'news p99', 'drained/s'], lines),
  ].join('\n\n');
}

function soakSection({ house, minutes, finished, memory }: Soak): string {
  return ['## A long run', `${house}: ${finished} applications filed and finished in ${minutes} minutes; resident memory at the end of each tenth, MiB: ${memory.join(', ')}.`].join('\n\n');
}

function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const all = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  const isText = head.map((_, column) => rows.every((row) => !/^[\d.]*$/.test(String(row[column] ?? ''))));
  const write = (row: readonly string[]) => `| ${row.map((cell, column) => (isText[column] ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const rule = `|${widths.map((width, column) => (isText[column] ? '-'.repeat(width + 2) : `${'-'.repeat(width + 1)}:`)).join('|')}|`;
  return [write(head), rule, ...all.slice(1).map(write)].join('\n');
}

function rate(perSecond: number): string {
  return perSecond.toFixed(perSecond < 100 ? 1 : 0);
}

function ms(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}
