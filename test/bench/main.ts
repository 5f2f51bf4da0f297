/* Speed as ratios beside the bare minimum, in one run on one machine: npm run bench */
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { Pool } from 'undici';
import { birthFormOf } from '../../mocks/application.ts';
import { SUBMIT, familyOf, startHub, type TestHub } from '../support/hub.ts';

const ROUNDS = 3; // the median of three is printed
const SUBMISSIONS = 300; // applications a round
const AT_ONCE = 16; // connections
const LISTS = 100; // list queries a round

const LIST = '{ dossiers(first: 50) { edges { node { code status applicant { fullName source asOf } } } } }';

async function main(): Promise<void> {
  process.stdout.write(`node ${process.version}, ${ROUNDS} rounds, median; ${AT_ONCE} connections\n\n`);
  const test = await startHub({ paceMs: 50, env: { POLL_EVERY_MS: '1000' } });
  try {
    const submitting = await rounds((round) => submissions(test, round));
    const inserting = await rounds(() => bareInserts());
    const answering = await rounds(() => requests(`${test.hub.url}/graphql`, JSON.stringify({ query: LIST }), LISTS));
    const bare = await listen(JSON.stringify({ data: 'x'.repeat(12_000) })); // as long as the list's answer
    const static_ = await rounds(() => requests(bare.url, '{}', LISTS * 10));
    bare.close();
    row('applications accepted, HTTP, checked with C06, stored', submitting, 'per s');
    row('two inserts in one transaction, better-sqlite3, synchronous=FULL', inserting, 'per s');
    process.stdout.write(`  ratio ${(submitting / inserting).toFixed(3)}\n\n`);
    row('50 dossiers with their applicants from C06 (SOAP, audited)', answering, 'per s');
    row('node:http, 12 kB of static bytes', static_, 'per s');
    process.stdout.write(`  ratio ${(answering / static_).toFixed(3)}\n`);
  } finally {
    await test.close();
  }
}

async function submissions(test: TestHub, round: number): Promise<number> {
  const now = test.clock.now();
  const bodies = Array.from({ length: SUBMISSIONS }, (_, index) => {
    const family = familyOf(index);
    const form = birthFormOf(family, now, { childName: `${family.father.fullName.split(' ')[0]} Vòng ${'ABC'[round] ?? 'D'}` });
    return JSON.stringify({ query: SUBMIT, variables: { input: { idempotencyKey: `bench-${round}-${index}`, form: { birth: form } } } });
  });
  const begun = performance.now();
  const pool = new Pool(test.hub.url, { connections: AT_ONCE });
  let next = 0;
  const worker = async () => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const answer = await pool.request({ method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' }, body });
      const text = await answer.body.text();
      if (!text.includes('BundleAccepted')) throw new Error(text.slice(0, 500));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await pool.close();
  return (SUBMISSIONS * 1_000) / (performance.now() - begun);
}

function bareInserts(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'lienthong-bench-'));
  const database = new Database(join(folder, 'bare.sqlite'));
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  database.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE two (id INTEGER PRIMARY KEY, body TEXT)');
  const [one, two] = [database.prepare('INSERT INTO one (body) VALUES (?)'), database.prepare('INSERT INTO two (body) VALUES (?)')];
  const both = database.transaction((body: string) => [one.run(body), two.run(body)]);
  const begun = performance.now();
  for (let index = 0; index < SUBMISSIONS; index += 1) both.immediate('x'.repeat(2_000));
  const rate = (SUBMISSIONS * 1_000) / (performance.now() - begun);
  database.close();
  rmSync(folder, { recursive: true });
  return Promise.resolve(rate);
}

async function requests(url: string, body: string, count: number): Promise<number> {
  const { origin, pathname } = new URL(url);
  const pool = new Pool(origin, { connections: AT_ONCE });
  const begun = performance.now();
  let left = count;
  const worker = async () => {
    while (left-- > 0) {
      const answer = await pool.request({ method: 'POST', path: pathname, headers: { 'content-type': 'application/json' }, body });
      const text = await answer.body.text();
      if (answer.statusCode !== 200 || text.includes('"errors"')) throw new Error(text.slice(0, 500));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  await pool.close();
  return (count * 1_000) / (performance.now() - begun);
}

async function listen(body: string): Promise<{ url: string; close(): void }> {
  const server = createServer((_, response) => response.writeHead(200, { 'content-type': 'application/json' }).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, close: () => server.close() };
}

async function rounds(measure: (round: number) => Promise<number>): Promise<number> {
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rates.push(await measure(round));
  return rates.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

function row(what: string, rate: number, unit: string): void {
  process.stdout.write(`${what.padEnd(70)} ${rate.toFixed(0).padStart(8)} ${unit}\n`);
}

await main();
