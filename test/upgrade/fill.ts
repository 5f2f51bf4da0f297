/*
 * Makes the databases of a release in the middle of its work, as SQL text, for the releases that come after:
 *
 *   git worktree add --detach /tmp/release <commit> && cp test/upgrade/fill.ts /tmp/release/test/upgrade/
 *   cd /tmp/release && npm ci && npx tsx test/upgrade/fill.ts <folder>
 *
 * writes one file for the hub and one for each ministry, whose records of then the hub of now will ask for.
 *
 * In it: an application that is finished, one whose birth is being registered, one that a dark residence database keeps
 * waiting with an incident, one whose persons nobody has confirmed yet; an ordinary dossier with a paper and a payment that
 * is paid, and one whose payment is open. Everybody in it is invented.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { openDatabase } from '../../src/database/open.ts';
import { familyOf, startHub } from '../support/hub.ts';

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path

/** The key of ids and cursors in every such database: known to all, and nobody's. */
const KEY = Buffer.alloc(32, 'upgrade').toString('base64');

/** The content of the one paper. */
const PAPER = '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n';

async function until<T>(read: () => Promise<T>, suffices: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (suffices(value)) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A ministry's work takes so long, milliseconds on the clock. */
const PACE_MS = 60_000;

async function fill(dataDir: string): Promise<void> {
  const file = join(dataDir, 'hub.sqlite');
  await (await openDatabase(`sqlite:${file}`)).store.close();
  const before = new Database(file);
  before.prepare("UPDATE secret SET value = ? WHERE name = 'seal'").run(KEY);
  before.close();

  const hub = await startHub({ dataDir, paceMs: PACE_MS, env: { DATABASE_URL: `sqlite:${file}` }, patience: { retryMs: [20, 20], triesToIncident: 2 } });
  const { byName, population } = hub.ministries;
  const ask = async (query: string, variables: Loose = {}): Promise<Loose> => {
    const { data, errors } = await hub.ask(query, variables);
    if (errors || !data) throw new Error(JSON.stringify(errors));
    return data;
  };
  /** Lets time pass until the run stands so. */
  const pass = (code: string, wanted: (run: Loose) => boolean) =>
    until(async () => {
      hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + PACE_MS / 4).toISOString());
      return (await ask('query ($code: String!) { bundleRun(code: $code) { state steps { act state } incidents { cause } } }', { code }))['bundleRun'] as Loose;
    }, wanted);
  const finished = await hub.file(familyOf(0));
  await pass(finished['code'], ({ state }) => state === 'FINISHED');

  byName.residence.script([{ match: {}, do: 'reset' }]);
  const stuck = await hub.file(familyOf(1));
  await pass(stuck['code'], ({ incidents }) => incidents.length > 0);

  const waiting = await hub.file(familyOf(2));
  await until(() => ask('query ($code: String!) { bundleRun(code: $code) { steps { act state } } }', { code: waiting['code'] }), ({ bundleRun }) => bundleRun.steps.some(({ state }: Loose) => state === 'WAITING'));

  const paper = (await (await fetch(`${hub.hub.url}/papers`, { method: 'POST', body: PAPER, headers: { 'content-type': 'application/pdf' } })).json()) as { id: string };
  const paid: Loose[] = [];
  for (const number of [3, 4]) {
    const { personalId, fullName, birthDate } = familyOf(number).mother;
    const source = number === 3 ? { upload: { id: paper.id } } : { register: { number: 'GCN-12', issuedOn: '2020-05-04', issuer: 'UBND tỉnh (giả lập)' } };
    const input = { idempotencyKey: `desk-${number}`, procedure: '1.004222', communeCode: familyOf(number).commune, channel: 'ONLINE', applicant: { personalId, fullName, birthDate }, papers: [{ typeCode: 'GIAY_TO_CHO_O_HOP_PHAP', source }] };
    const { submitDossier } = await ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { ... on DossierAccepted { dossier { code } } ... on Failure { code issues { path code } } } }', { input });
    if (!submitDossier.dossier) throw new Error(JSON.stringify(submitDossier));
    const { code } = submitDossier.dossier;
    await ask('mutation ($code: String!, $a: String!, $b: String!, $officer: String!) { acceptDossier(input: { idempotencyKey: $a, code: $code }) { __typename } assignDossier(input: { idempotencyKey: $b, code: $code, assignee: $officer }) { __typename } }', { code, a: `a-${number}`, b: `b-${number}`, officer: `CA-${familyOf(number).commune}-01` });
    const { requestPayment } = await ask('mutation ($code: String!, $key: String!) { requestPayment(input: { idempotencyKey: $key, code: $code }) { ... on PaymentRequested { payment { payUrl } } ... on Failure { code } } }', { code, key: `p-${number}` });
    if (!requestPayment.payment) throw new Error(JSON.stringify(requestPayment));
    paid.push({ code, payUrl: requestPayment.payment.payUrl });
  }
  await fetch(paid[0]?.['payUrl'], { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  await until(() => ask('query ($code: String!) { dossier(code: $code) { payments { status } } }', { code: paid[0]?.['code'] }), ({ dossier }) => dossier.payments[0].status === 'PAID');

  population.script([{ match: {}, do: 'reset' }]);
  const unconfirmed = await hub.file(familyOf(5));
  for (const filed of [finished, stuck, waiting, unconfirmed]) if (filed['__typename'] !== 'BundleAccepted') throw new Error(JSON.stringify(filed));
  await hub.close();
}

/** Everything that the file holds, as statements. */
function* statementsOf(file: string): Generator<string> {
  const database = new Database(file, { readonly: true });
  const made = database.prepare<[], { type: string; name: string; sql: string }>("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name").all();
  for (const { sql } of made) yield `${sql};`;
  const literal = (value: unknown) => (value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${(value as string).replaceAll("'", "''")}'`);
  for (const { name } of made.filter(({ type }) => type === 'table')) {
    for (const row of database.prepare(`SELECT * FROM "${name}"`).raw().all() as unknown[][]) yield `INSERT INTO "${name}" VALUES (${row.map(literal).join(', ')});`;
  }
  database.close();
}

const [folder = '.'] = process.argv.slice(2);
const dataDir = mkdtempSync(join(tmpdir(), 'lienthong-upgrade-'));
await fill(dataDir);
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(dataDir).filter((file) => file.endsWith('.sqlite'))) {
  writeFileSync(join(folder, name.replace('.sqlite', '.sql')), `-- Made by test/upgrade/fill.ts; everybody in it is invented.\n${[...statementsOf(join(dataDir, name))].join('\n')}\n`);
}
rmSync(dataDir, { recursive: true, force: true });
process.exit(0);
