import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { birthFormOf } from '../../mocks/application.ts';
import type { Chance } from '../../mocks/people/chance.ts';
import { findFreePorts } from '../../mocks/ports.ts';
import { ministryOffsets } from '../../src/config.ts';
import { statusOf } from '../../src/dossiers/states.ts';
import { realMs, realPause } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { systemNames, type SystemName } from '../../src/kit/system.ts';
import { compile } from '../crash/compiled.ts';
import { killAll, start, type Process } from '../crash/process.ts';
import { familyOf, families } from '../support/hub.ts';
import type { LedgerLine, Testimony, ToldEvent, ToldRun } from './check.ts';

/** Hubs and ministries as processes that are killed and started again, on one folder and fixed ports. */
export interface City {
  /** Addresses of the hubs' GraphQL. */
  readonly hubs: readonly string[];
  /** Files an application until somebody gives a receipt; the same number is the same application under the same key. */
  file(number: number): Promise<{ readonly key: string; readonly code: string }>;
  /** kill -9 and, after a pause, up again. */
  strike(what: 'ministries' | number, downMs: number): Promise<void>;
  /** Gives a ministry trouble, or takes it away. */
  trouble(ministry: SystemName, rules: readonly object[]): Promise<void>;
  /** Asks any hub that answers; again and again while none does. */
  ask(query: string, variables?: object): Promise<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path
  /** What hub, log and ministries say now. */
  testify(receipts: Testimony['receipts']): Promise<Omit<Testimony, 'heard'>>;
  close(): Promise<void>;
}

/** The Monday morning on which every city begins. */
const MONDAY = '2025-03-03T01:00:00.000Z';

/** Ministries that carry orders out. */
const ORDERED = ['civil-status', 'residence', 'social-insurance'] as const;

/** Ports above the ministries' at which the hubs stand. */
const HUBS_AT = 10;

/** Between two tries to reach a hub, milliseconds. */
const AGAIN_MS = 100;

const SUBMIT = 'mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) { __typename ... on BundleAccepted { code } ... on Failure { code en: message(lang: EN) } } }';
const RUN = 'query ($code: String!) { bundleRun(code: $code) { code state steps { act state dossierCode } dossiers { code status } incidents { resolvedAt } } }';
const EVENTS = 'query ($after: String) { events(after: $after, first: 100) { edges { cursor node { kind bundleCode dossierCode statusCode } } pageInfo { hasNextPage endCursor } } }';

/** Second syllables of children's names, for several children of one family. */
const SYLLABLES = ['Bình', 'Chi', 'Dung', 'Giang', 'Hà', 'Khánh', 'Lan', 'Minh', 'Nga', 'Oanh'];

/** Starts the city. */
export async function openCity({ processes, databaseUrl, chance }: { readonly processes: number; readonly databaseUrl: string | undefined; readonly chance: Chance }): Promise<City> {
  const begun = realMs();
  const [compiled, port] = await Promise.all([compile('test/crash/child.ts'), findFreePorts(HUBS_AT + processes + 1)]);
  const dataDir = mkdtempSync(join(tmpdir(), 'lienthong-chaos-'));
  const addressOf = (name: SystemName) => `http://127.0.0.1:${port + ministryOffsets[name]}`;
  const hubs = Array.from({ length: processes }, (_, index) => `http://127.0.0.1:${port + HUBS_AT + index}/graphql`);
  const running = new Map<'ministries' | number, Process>();

  async function up(what: 'ministries' | number): Promise<void> {
    const common = { DATA_DIR: dataDir, SANDBOX_NOW: later(MONDAY, realMs() - begun), POLL_EVERY_MS: '100', ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }) }; // every process has the same time, and none goes back
    const places = Object.fromEntries(systemNames.map((name) => [`MINISTRY_${name.replaceAll('-', '_').toUpperCase()}_URL`, addressOf(name)]));
    const own = ['population', 'residence', 'ndxp', 'paygov'].map((name) => [`MINISTRY_${name.toUpperCase()}_URL`, places[`MINISTRY_${name.toUpperCase()}_URL`] ?? ''] as const); // the others are reached through the gateway
    const process = what === 'ministries' ? start(compiled.file, 'ministries', { ...common, PORT: String(port) }) : start(compiled.file, 'hub', { ...common, ...Object.fromEntries(own), PORT: String(port + HUBS_AT + what) });
    running.set(what, process);
    await process.serves;
  }

  await up('ministries');
  for (let index = 0; index < processes; index += 1) await up(index);

  async function post(url: string, query: string, variables: object): Promise<Record<string, any> | undefined> { // eslint-disable-line @typescript-eslint/no-explicit-any
    try {
      const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query, variables }) });
      const { data, errors } = (await response.json()) as { data?: Record<string, unknown>; errors?: unknown };
      return data && !errors ? data : undefined;
    } catch {
      return undefined; // it is down, or was killed with the question in its hands
    }
  }

  const city: City = {
    hubs,
    async ask(query, variables = {}) {
      for (;;) {
        const data = await post(chance.pick(hubs), query, variables);
        if (data) return data;
        await realPause(AGAIN_MS);
      }
    },
    async file(number) {
      const family = familyOf(number % families.length);
      const childName = `${family.father.fullName.split(' ')[0] ?? ''} An ${SYLLABLES[Math.floor(number / families.length)] ?? number}`;
      const key = `chaos-${number}`;
      for (;;) {
        const { submitBundle } = await city.ask(SUBMIT, { input: { idempotencyKey: key, form: { birth: birthFormOf(family, MONDAY, { childName }) } } });
        if (submitBundle.__typename === 'BundleAccepted') return { key, code: submitBundle.code as string };
        if (submitBundle.__typename !== 'StoreUnavailable') throw new Error(`The application ${key} was refused: ${JSON.stringify(submitBundle)}`);
        await realPause(AGAIN_MS);
      }
    },
    async strike(what, downMs) {
      await running.get(what)?.kill();
      await realPause(downMs);
      await up(what);
    },
    async trouble(ministry, rules) {
      await fetch(`${addressOf(ministry)}/__script`, { method: 'PUT', body: JSON.stringify(rules) }).catch(() => undefined); // it may be down just now, which is trouble enough
    },
    async testify(receipts) {
      const runs: ToldRun[] = [];
      const events: ToldEvent[] = [];
      for (let after = '0'; ; ) {
        const { events: page } = await city.ask(EVENTS, { after });
        for (const { cursor, node } of page.edges) events.push({ cursor, kind: node.kind, run: node.bundleCode, dossier: node.dossierCode, status: node.statusCode === null ? null : statusOf(node.statusCode) });
        if (!page.pageInfo.hasNextPage) break;
        after = page.pageInfo.endCursor;
      }
      for (const code of new Set([...receipts.map((one) => one.code), ...events.flatMap(({ run }) => run ?? [])])) {
        const { bundleRun } = await city.ask(RUN, { code });
        if (!bundleRun) continue;
        const steps = bundleRun.steps.map((step: { act: string; state: string; dossierCode: string }) => ({ act: step.act, state: step.state, dossier: step.dossierCode }));
        runs.push({ code, state: bundleRun.state, steps, dossiers: bundleRun.dossiers, incidents: bundleRun.incidents.filter((incident: { resolvedAt: string | null }) => incident.resolvedAt === null).length });
      }
      const ledger: LedgerLine[] = [];
      for (const ministry of ORDERED) {
        const lines = (await (await fetch(`${addressOf(ministry)}/__ledger`)).json()) as { act: string; idempotencyKey: string | null; received: number }[];
        ledger.push(...lines.map(({ act, idempotencyKey, received }) => ({ ministry, act, key: idempotencyKey, received })));
      }
      return { receipts, runs, events, ledger };
    },
    async close() {
      await killAll();
      compiled.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return city;
}
