/* Files one birth application and shows all that becomes of it: npm run demo */
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { readConfig } from '../src/hub.ts';
import { realMs, realPause } from '../src/kit/clock.ts';
import { printed, type Instant } from '../src/kit/instant.ts';
import { birthFormOf } from './application.ts';
import { inventFamilies, youngFamilies } from './people.ts';
import { findFreePorts } from './ports.ts';
import { startSandbox } from './sandbox.ts';

/** Given up after this many real milliseconds: the ministries of the sandbox take about ten seconds in all. */
const PATIENCE_MS = 90_000;

/** How often a lost hub is looked for, milliseconds. */
const RETRY_MS = 500;

const SUBMIT = `mutation ($input: SubmitBundleInput!) {
  submitBundle(input: $input) {
    __typename
    ... on BundleAccepted { code cursor bundleRun { receivedAt due { dueAt explanation(lang: EN) } dossiers { code act agency { name } } } }
    ... on Failure { message(lang: EN) issues { path message(lang: EN) expected(lang: EN) } }
  }
}`;

const FOLLOW = `subscription ($code: String!, $after: String) {
  bundleRun(code: $code, after: $after) { cursor event { kind at dossierCode statusCode dossier { act } } }
}`;

/** The query that joins the provincial store with the national systems. */
export const JOINED = `query ($code: String!) {
  bundleRun(code: $code) {
    state finishedAt
    dossiers { code act status applicant { fullName source asOf } }
    results {
      ... on BirthBundleResults {
        birth { personalId number book registeredOn source asOf }
        residence { noticeNumber communeCode detail source asOf }
        healthCard { number validFrom validTo source asOf }
      }
    }
    child { personalId fullName permanentResidence { communeCode detail } civilRecords { kind number } healthCard { number validTo } source asOf }
    incidents { cause detail(lang: EN) ownerAgency }
  }
}`;

interface Receipt {
  readonly code: string;
  readonly cursor: string;
  readonly bundleRun: { readonly receivedAt: Instant; readonly due: { readonly dueAt: Instant; readonly explanation: string }; readonly dossiers: readonly { readonly code: string; readonly act: string; readonly agency: { readonly name: string } }[] };
}

interface Joined {
  readonly state: string;
  readonly results: { readonly healthCard: { readonly number: string } | null };
}

const say = (line = '') => process.stdout.write(`${line}\n`);

async function main(): Promise<void> {
  const begun = realMs();
  const giveUp = AbortSignal.timeout(PATIENCE_MS);
  giveUp.addEventListener('abort', () => {
    process.stderr.write(`No result after ${PATIENCE_MS / 1_000} s. Look at Query.incidents and at /__ledger of the ministries.\n`);
    process.exit(1);
  });
  const place = await findOrStartHub();
  try {
    const { code, cursor } = await file(place.url);
    await follow(place.url, code, cursor);
    const run = await showJoined(place.url, code);
    say(`\nThe card's number:\n${run.results.healthCard?.number ?? 'none'}\n`);
    say(`${((realMs() - begun) / 1_000).toFixed(1)} s from filing to card`);
    if (run.state !== 'FINISHED') process.exitCode = 1;
  } finally {
    await place.close();
  }
  process.exit();
}

/** The hub that runs at PORT, or a sandbox of the demo's own on free ports and in a folder that is removed afterwards. */
async function findOrStartHub(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const port = process.env['PORT'] ?? '4000';
  const url = `http://127.0.0.1:${port}`;
  const answers = await fetch(`${url}/health/ready`).then((response) => response.ok, () => false);
  if (answers) {
    say(`Using the hub at ${url}/graphql`);
    return { url, close: () => Promise.resolve() };
  }
  const dataDir = mkdtempSync(join(tmpdir(), 'lienthong-demo-'));
  const config = readConfig({ ...process.env, PORT: String(await findFreePorts()), DATA_DIR: dataDir, DATABASE_URL: undefined, HUB_URL: undefined }, { sandbox: true });
  say(`No hub answers at ${url}; starting a sandbox of the demo's own on port ${config.port}`);
  const sandbox = await startSandbox(config);
  return {
    url: sandbox.hub.url,
    async close() {
      await sandbox.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

async function file(url: string): Promise<Receipt> {
  const families = youngFamilies(inventFamilies()).filter(({ father, mother }) => father.householdNumber === mother.householdNumber);
  for (;;) {
    const family = families[randomInt(families.length)];
    if (!family) throw new Error('The invented population has no young family.');
    const now = await timeOf(url);
    const form = birthFormOf(family, now);
    say(`\nA mother, ${family.mother.fullName}, files one application for her child ${form.child.fullName}, born ${form.child.birthDate}:`);
    say('birth registration + permanent residence + health-insurance card');
    const answer = await ask<{ submitBundle: Receipt & { __typename: string; message?: string; issues?: readonly object[] } }>(url, SUBMIT, {
      input: { idempotencyKey: `demo-${randomInt(2 ** 40)}`, form: { birth: form } },
    });
    const result = answer.submitBundle;
    if (result.__typename === 'DuplicateApplication') {
      say(`  ${result.message ?? ''} Taking another family.`);
      continue;
    }
    if (result.__typename !== 'BundleAccepted') throw new Error(`${result.__typename}: ${result.message ?? ''} ${JSON.stringify(result.issues)}`);
    say(`\nReceipt ${result.code}, filed ${printed(result.bundleRun.receivedAt)}, due ${printed(result.bundleRun.due.dueAt)}`);
    say(`  ${result.bundleRun.due.explanation}`);
    for (const dossier of result.bundleRun.dossiers) say(`  ${dossier.code}  ${dossier.act.padEnd(10)}  ${dossier.agency.name}`);
    return result;
  }
}

/** The hub's present time: the sandbox has its own. */
async function timeOf(url: string): Promise<Instant> {
  const { now } = await ask<{ now: Instant }>(url, '{ now }', {});
  return now;
}

interface News {
  readonly bundleRun: { readonly cursor: string; readonly event: { readonly kind: string; readonly at: Instant; readonly dossierCode: string | null; readonly statusCode: number | null; readonly dossier: { readonly act: string } | null } };
}

/** Prints every event until the last one; when the connection is lost, goes on from the last cursor as soon as a hub answers again. */
async function follow(url: string, code: string, from: string): Promise<void> {
  say('\nWhat happens, as it happens:');
  let after = from;
  for (;;) {
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0 });
    try {
      for await (const { data, errors } of client.iterate<News>({ query: FOLLOW, variables: { code, after } })) {
        if (errors) throw new Error(errors.map((error) => error.message).join('; '));
        if (!data) continue;
        after = data.bundleRun.cursor;
        if (tell(data.bundleRun.event, code)) return;
      }
    } catch (error) {
      if (error instanceof Error && !('code' in error)) throw error; // graphql-ws tells of a lost connection by an event or a socket error
    } finally {
      await client.dispose();
    }
    say('  – the connection is lost; the application goes on, and so does this list as soon as a hub answers –');
    while (!(await fetch(`${url}/health/ready`).then((response) => response.ok, () => false))) await realPause(RETRY_MS);
  }
}

/** Prints one event; says whether it was the last. */
function tell(event: News['bundleRun']['event'], code: string): boolean {
  const status = event.statusCode === null ? '' : `status ${event.statusCode}`;
  say(`  ${printed(event.at)}  ${(event.dossier?.act ?? 'whole').padEnd(10)}  ${event.kind.padEnd(30)}  ${status.padEnd(9)}  ${event.dossierCode ?? code}`);
  return event.kind.startsWith('BUNDLE_') && event.kind !== 'BUNDLE_RECEIVED';
}

async function showJoined(url: string, code: string): Promise<Joined> {
  const { bundleRun } = await ask<{ bundleRun: Joined }>(url, JOINED, { code });
  say(`\nOne query joins the provincial store with the national systems:\n${JOINED.replace(/^/gm, '  ')}\n`);
  say(JSON.stringify(bundleRun, null, 2).replace(/^/gm, '  '));
  return bundleRun;
}

async function ask<Data>(url: string, query: string, variables: Record<string, unknown>): Promise<Data> {
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
  const answer = (await response.json()) as { data?: Data; errors?: readonly { message: string }[] };
  if (!answer.data) throw new Error(answer.errors?.map((error) => error.message).join('; ') ?? `HTTP ${response.status}`);
  return answer.data;
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(1);
});
