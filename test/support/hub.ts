import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import { birthFormOf, type Wish } from '../../mocks/application.ts';
import { startMinistries, type Ministries, type Options } from '../../mocks/list.ts';
import { inventFamilies, youngFamilies, type YoungFamily } from '../../mocks/people.ts';
import { handles, readConfig, type Config } from '../../src/config.ts';
import { openHub, type Hub } from '../../src/hub.ts';
import { freshDatabase } from './database.ts';
import { movableClock, type MovableClock } from '../../src/kit/clock.ts';
import { openLog, type Log } from '../../src/kit/log.ts';
import { systemNames, type Limits } from '../../src/kit/system.ts';

/** The Monday morning on which every test begins. */
export const MONDAY = '2025-03-03T01:00:00.000Z';

/** A GraphQL answer. */
export interface Answer {
  readonly data?: Record<string, any> | null; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path
  readonly errors?: readonly { readonly message: string; readonly path?: readonly (string | number)[]; readonly extensions: Record<string, any> }[]; // eslint-disable-line @typescript-eslint/no-explicit-any
}

/** A hub with its ministries on free ports and a fresh database, in this process. */
export interface TestHub {
  readonly hub: Hub;
  readonly ministries: Ministries;
  readonly clock: MovableClock;
  readonly dataDir: string;
  readonly config: Config;
  ask(query: string, variables?: Record<string, unknown>, purpose?: string | null): Promise<Answer>;
  /** Files a birth application of an invented family; gives the whole result. */
  file(family: YoungFamily, wish?: Wish & { readonly key?: string; readonly change?: (form: any) => unknown }): Promise<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any
  socket(): Client;
  /** Waits, by subscription, until the run has ended; gives it. */
  ended(code: string): Promise<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Waits, by subscription, until an event of the run is of the kind. */
  happened(code: string, kind: string): Promise<void>;
  /** Waits, by subscription, until the dossier of the act stands in the status. */
  reached(code: string, act: string, status: string): Promise<void>;
  /** Closes the hub and opens it again on the same database, at another address; the ministries go on. `meanwhile` happens while no hub runs. */
  restart(meanwhile?: () => void | Promise<void>): Promise<void>;
  close(): Promise<void>;
}

/** What a test may set. */
export interface Setting extends Options {
  readonly paceMs?: number;
  readonly now?: string;
  readonly patience?: Partial<Config['patience']>;
  readonly payments?: Partial<Config['payments']>;
  readonly env?: Record<string, string>;
  readonly dataDir?: string;
  /** How every ministry's line behaves, where it differs from the usual. */
  readonly limits?: Partial<Limits>;
  /** Where log lines go; nowhere unless said. */
  readonly log?: Log;
}

/** Households whose mother, father and head live together; each test takes its own. */
export const families: readonly YoungFamily[] = youngFamilies(inventFamilies()).filter((family) => family.father.householdNumber === family.mother.householdNumber && family.children.length === 0);

/** The family with that number in the list of young families. */
export function familyOf(index: number): YoungFamily {
  const family = families[index];
  if (!family) throw new Error(`There are only ${families.length} young families.`);
  return family;
}

/** Starts hub and ministries. */
export async function startHub(setting: Setting = {}): Promise<TestHub> {
  const dataDir = setting.dataDir ?? mkdtempSync(join(tmpdir(), 'lienthong-'));
  const clock = movableClock(setting.now ?? MONDAY);
  const log = setting.log ?? openLog(process.env['LOG_LEVEL'] ?? 'silent');
  let hubUrl: string | undefined; // where PayGov calls back; a restarted hub stands at another port
  const ministries = await startMinistries({ hubUrl: () => hubUrl, ...setting, port: 0, host: '127.0.0.1', dataDir, clock, paceMs: setting.paceMs ?? 10, log });
  const database = setting.env?.['DATABASE_URL'] === undefined ? await freshDatabase(dataDir) : undefined;
  const env: Record<string, string> = { PORT: '0', DATA_DIR: dataDir, POLL_EVERY_MS: '20', ...(database ? { DATABASE_URL: database.url } : {}), ...setting.env };
  for (const name of systemNames) {
    const { behind, gatewayPath = '' } = handles[name];
    env[`MINISTRY_${name.replaceAll('-', '_').toUpperCase()}_URL`] ??= behind ? `${ministries.urls[behind]}${gatewayPath}` : (ministries.urls[name] ?? 'http://127.0.0.1:9'); // nobody listens there
  }
  const read = readConfig(env, { sandbox: true });
  const ministriesAt = Object.fromEntries(Object.entries(read.ministries).map(([name, one]) => [name, { ...one, limits: { ...one.limits, ...setting.limits } }])) as Config['ministries'];
  const config: Config = { ...read, ministries: ministriesAt, patience: { ...read.patience, retryMs: [20, 40, 80], callbackMs: 300, lostMs: 15_000, ...setting.patience }, payments: { ...read.payments, retryMs: [20, 40, 80], lostMs: 15_000, ...setting.payments } };
  let hub = await openHub(config, clock, log);
  hubUrl = hub.url;

  const ask: TestHub['ask'] = async (query, variables, purpose) => {
    const headers: Record<string, string> = { 'content-type': 'application/json' };
    if (typeof purpose === 'string') headers['lienthong-purpose'] = purpose;
    const response = await fetch(`${hub.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer;
  };
  const socket = () => createClient({ url: `${hub.url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 0 });

  type News = { kind: string; dossier: { act: string; status: string } | null };
  async function waitFor(code: string, wanted: (event: News, run: { state: string }) => boolean): Promise<void> {
    const client = socket();
    try {
      for await (const { data, errors } of client.iterate<{ bundleRun: { event: News; bundleRun: { state: string } } }>({ query: 'subscription ($code: String!) { bundleRun(code: $code, after: "0") { event { kind dossier { act status } } bundleRun { state } } }', variables: { code } })) {
        if (errors) throw new Error(errors[0]?.message);
        if (data && wanted(data.bundleRun.event, data.bundleRun.bundleRun)) return;
      }
    } finally {
      await client.dispose();
    }
  }

  return {
    get hub() {
      return hub;
    },
    ministries,
    clock,
    dataDir,
    config,
    ask,
    socket,
    async file(family, { key, change, ...wish } = {}) {
      const form = birthFormOf(family, clock.now(), wish);
      const answer = await ask(SUBMIT, { input: { idempotencyKey: key ?? `test-${family.number}-${encodeURIComponent(wish.childName ?? '')}`, form: { birth: change ? change(structuredClone(form)) : form } } });
      if (!answer.data) throw new Error(JSON.stringify(answer.errors));
      return answer.data['submitBundle'];
    },
    async ended(code) {
      await waitFor(code, (_, run) => run.state !== 'RUNNING');
      const answer = await ask(RUN, { code });
      if (answer.errors) throw new Error(JSON.stringify(answer.errors));
      return answer.data?.['bundleRun'];
    },
    happened: (code, kind) => waitFor(code, (event) => event.kind === kind),
    reached: (code, act, status) => waitFor(code, ({ dossier }) => dossier?.act === act && dossier.status === status),
    async restart(meanwhile) {
      await hub.close();
      await meanwhile?.();
      hub = await openHub(config, clock, log);
      hubUrl = hub.url;
    },
    async close() {
      await hub.close();
      await ministries.close();
      await database?.drop();
      if (!setting.dataDir) rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** Files an application and shows everything the result may carry. */
export const SUBMIT = `mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) {
  __typename
  ... on BundleAccepted { code cursor bundleRun { state dueAt dossiers { code act status agencyCode } } }
  ... on Failure { code vi: message en: message(lang: EN) issues { path code vi: message en: message(lang: EN) expected(lang: EN) } }
  ... on DuplicateApplication { existing } ... on NoDefinitionInForce { nextFrom } ... on StoreUnavailable { retryAfterSeconds }
} }`;

/** A run with all that was borrowed for it. */
export const RUN = `query ($code: String!) { bundleRun(code: $code) {
  code state peopleConfirmed receivedAt dueAt finishedAt due { dueAt explanation provisional }
  steps { act state system dueAt tries reason(lang: EN) dossierCode }
  dossiers { code act status statusCode dueAt finishedAt reason(lang: EN) history { from to action actor } }
  results { ... on BirthBundleResults { birth { personalId number book page registeredOn source asOf } residence { noticeNumber communeCode source } healthCard { number validFrom validTo source asOf } } }
  child { personalId fullName permanentResidence { communeCode } civilRecords { kind number source } healthCard { number } source asOf }
  incidents { cause detail(lang: EN) act system ownerAgency ownerRole resolvedAt }
} }`;
