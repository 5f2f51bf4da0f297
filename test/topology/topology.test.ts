import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { birthFormOf } from '../../mocks/application.ts';
import { findFreePorts } from '../../mocks/ports.ts';
import { realPause } from '../../src/kit/clock.ts';
import { compile, type Compiled } from '../crash/compiled.ts';
import { MONDAY, familyOf } from '../support/hub.ts';
import { startTopology, type Topology } from './topology.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // two minutes: five processes, and cores are not always free

let compiled: Compiled;
let folder: string;
let topology: Topology;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lienthong-topology-'));
  compiled = await compile('test/topology/child.ts');
  topology = await startTopology({ folder, port: await findFreePorts(14), now: MONDAY, program: [process.execPath, compiled.file], env: { PACE_MS: '400', POLL_EVERY_MS: '100' }, forgetful: true });
});
afterAll(async () => {
  await topology?.close();
  compiled.remove();
  rmSync(folder, { recursive: true, force: true });
});

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path

const SUBMIT = 'mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) { __typename ... on BundleAccepted { code cursor } ... on Failure { en: message(lang: EN) issues { path code } } } }';
const FOLLOW = 'subscription ($code: String!, $after: String) { bundleRun(code: $code, after: $after) { cursor event { kind } bundleRun { state } } }';
const RUN = 'query ($code: String!) { bundleRun(code: $code) { state results { ... on BirthBundleResults { birth { personalId } } } incidents { cause } } }';
const LOG = 'query ($after: String) { events(after: $after, first: 100) { edges { cursor node { kind bundleCode } } pageInfo { hasNextPage endCursor } } }';

/** Asks as a careful client does: what could not be answered is sent again, under the same key. */
async function ask(query: string, variables: Loose): Promise<Loose> {
  for (;;) {
    const answer = await fetch(`${topology.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'lienthong-purpose': 'procedure=2.002621; officer=CB-H01-01' }, body: JSON.stringify({ query, variables }) });
    if (answer.status === 502 || answer.status === 503) {
      await realPause(200); // milliseconds
      continue;
    }
    const { data, errors } = (await answer.json()) as { data?: Loose; errors?: object[] };
    if (!data) throw new Error(JSON.stringify(errors));
    return data;
  }
}

async function file(number: number): Promise<{ code: string; cursor: string }> {
  const family = familyOf(number);
  const { submitBundle } = await ask(SUBMIT, { input: { idempotencyKey: `topology-${family.number}`, form: { birth: birthFormOf(family, MONDAY) } } });
  expect(submitBundle).toMatchObject({ __typename: 'BundleAccepted' });
  return submitBundle as { code: string; cursor: string };
}

/** Follows a run to its end, over however many sockets that takes; gives every event and how many sockets it took. */
async function follow({ code, cursor }: { readonly code: string; readonly cursor: string }): Promise<{ readonly told: readonly string[]; readonly sockets: number }> {
  const told: string[] = [];
  let after = cursor;
  for (let sockets = 1; ; sockets += 1) {
    const client = createClient({ url: `${topology.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 0 });
    try {
      for await (const { data } of client.iterate<Loose>({ query: FOLLOW, variables: { code, after } })) {
        const { cursor: at, event, bundleRun } = data?.['bundleRun'] as Loose;
        told.push(event.kind);
        after = at;
        if (bundleRun.state !== 'RUNNING' && event.kind === 'BUNDLE_FINISHED') return { told, sockets };
      }
    } catch {
      await realPause(100); // milliseconds: the hub is gone, the other one is there
    } finally {
      await client.dispose();
    }
  }
}

async function logOf(code: string): Promise<string[]> {
  const kinds: string[] = [];
  for (let after = '0'; ; ) {
    const { events } = await ask(LOG, { after });
    for (const { node } of events.edges) if (node.bundleCode === code) kinds.push(node.kind);
    if (!events.pageInfo.hasNextPage) return kinds;
    after = events.pageInfo.endCursor;
  }
}

/** Everything that was done about the children of these runs, by act, with how often. */
async function effectsOf(codes: readonly string[]): Promise<Record<string, number>> {
  const children = await Promise.all(codes.map(async (code) => (await ask(RUN, { code }))['bundleRun'].results.birth.personalId as string));
  const port = Number(new URL(topology.url).port);
  const ledgers = await Promise.all([3, 4, 7].map(async (offset) => (await (await fetch(`http://127.0.0.1:${port + offset}/__ledger`)).json()) as { act: string; subject: string }[]));
  const acts = ledgers.flat().filter(({ subject }) => children.includes(subject)).map(({ act }) => act);
  return Object.fromEntries([...new Set(acts)].sort().map((act) => [act, acts.filter((one) => one === act).length]));
}

test('everything runs, and both hubs take requests behind one address', async () => {
  expect(topology.parts().map(({ name, isRunning }) => [name, isRunning])).toEqual(['postgres', 'ministries', 'hub-1', 'hub-2', 'proxy'].map((name) => [name, true]));
  const runs = await Promise.all([70, 71, 72, 73].map(file));
  const followed = await Promise.all(runs.map(follow));
  for (const [index, { told }] of followed.entries()) expect(told).toEqual(await logOf(runs[index]?.code ?? ''));
  const { hubs } = (await (await fetch(`${topology.url}/__proxy`)).json()) as { hubs: { given: number; state: string }[] };
  expect(hubs.map(({ state }) => state)).toEqual(['READY', 'READY']);
  for (const { given } of hubs) expect(given).toBeGreaterThan(3);
});

test('when one hub is killed the other one carries on with everything: no application lost, no event missed or told twice, no effect doubled', async () => {
  const runs = await Promise.all([74, 75, 76, 77, 78, 79].map(file));
  const following = Promise.all(runs.map(follow));
  await realPause(500); // milliseconds: in the midst of it
  await topology.kill('hub-1');
  const late = await file(80);
  const all = [...runs, late];
  const followed = [...(await following), await follow(late)];
  expect(followed.some(({ sockets }) => sockets > 1)).toBe(true); // somebody hung on the one that was killed
  for (const [index, { told }] of followed.entries()) expect(told).toEqual(await logOf(all[index]?.code ?? ''));
  for (const { code } of all) expect((await ask(RUN, { code }))['bundleRun']).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(await effectsOf(all.map(({ code }) => code))).toEqual({ issueHealthCard: 7, registerBirth: 7, registerResidence: 7 });
  await topology.start('hub-1');
});

test('a hub that is told to end, as at a new release, costs nobody a request', async () => {
  await expect.poll(async () => ((await (await fetch(`${topology.url}/__proxy`)).json()) as { hubs: { state: string }[] }).hubs.map(({ state }) => state), { timeout: 20_000 }).toEqual(['READY', 'READY']);
  const statuses = new Set<number>();
  let isOver = false;
  const caller = (async () => {
    while (!isOver) statuses.add((await fetch(`${topology.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"query":"{ systems { name } }"}' })).status);
  })();
  const run = await file(81);
  expect(await topology.end('hub-2')).toBe(0);
  await topology.start('hub-2');
  expect(await topology.end('hub-1')).toBe(0);
  await topology.start('hub-1');
  isOver = true;
  await caller;
  expect([...statuses]).toEqual([200]);
  expect((await follow(run)).told).toEqual(await logOf(run.code));
});
