import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { birthFormOf } from '../../mocks/application.ts';
import type { LedgerRow } from '../../mocks/ministry.ts';
import { inventFamilies, youngFamilies, type YoungFamily } from '../../mocks/people.ts';
import { findFreePorts } from '../../mocks/ports.ts';
import { realMs } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { freshDatabase } from '../support/database.ts';
import type { StopAt } from './child.ts';
import { compile } from './compiled.ts';
import { killAll, start, type Process, type Role } from './process.ts';

/** An event as a subscriber gets it. */
export interface Told {
  readonly kind: string;
  readonly act: string | null;
  readonly cursor: string;
}

/** A GraphQL answer; looked into by path. */
interface Answer {
  readonly data?: Record<string, any> | null; // eslint-disable-line @typescript-eslint/no-explicit-any
  readonly errors?: readonly object[];
}

/** A hub and its ministries, each a process of its own, on one folder and fixed ports. */
export interface Town {
  /** Starts a process and waits until it serves. A hub that is told where to stop from its first moment on may never come to serve, and is not waited for. */
  readonly start: (role: Role, stopAt?: StopAt) => Promise<Process>;
  /** Whatever starts from now on lives on the day after. */
  readonly nextDay: () => void;
  readonly ask: (query: string, variables?: Record<string, unknown>) => Promise<Answer>;
  /** Files the birth application of a family; the same family is the same application under the same key. */
  readonly file: (family: YoungFamily) => Promise<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any -- answers are looked into by path
  /** Follows a run until it is over, or until the hub is gone; gives what was told. */
  readonly follow: (code: string, after: string) => Promise<readonly Told[]>;
  /** Follows a run until what was told suffices. */
  readonly followUntil: (code: string, after: string, suffices: (told: readonly Told[]) => boolean) => Promise<void>;
  /** Waits until the run is over; gives it. */
  readonly ended: (code: string) => Promise<Record<string, any>>; // eslint-disable-line @typescript-eslint/no-explicit-any
  /** Every event of the run, as the log has them. */
  readonly log: (code: string) => Promise<readonly Told[]>;
  /** What the ministries did for one application: the act, and how often it was ordered. */
  readonly effects: (code: string) => Promise<readonly string[]>;
  /** The ledger of a ministry. */
  readonly ledger: (ministry: keyof typeof PORTS) => Promise<readonly LedgerRow[]>;
  /** Gives a ministry an order of the simulation, such as a script of trouble. */
  readonly tell: (ministry: keyof typeof PORTS, path: string, list: readonly object[]) => Promise<void>;
  /** Ends everything, whatever state it is in. */
  readonly close: () => Promise<void>;
}

/** The Monday morning on which every town begins. */
const MONDAY = '2025-03-03T01:00:00.000Z';

/** The ministries with a ledger of interest here, and the port of each above the hub's. */
const PORTS = { population: 2, residence: 3, 'civil-status': 4, paygov: 6, 'social-insurance': 7 };

const DAY_MS = 86_400_000;

const SUBMIT = 'mutation ($input: SubmitBundleInput!) { submitBundle(input: $input) { __typename ... on BundleAccepted { code cursor } ... on Failure { en: message(lang: EN) } } }';
const RUN = 'query ($code: String!) { bundleRun(code: $code) { state incidents { cause } } }';
const FOLLOW = 'subscription ($code: String!, $after: String) { bundleRun(code: $code, after: $after) { cursor event { kind dossier { act } } bundleRun { state } } }';
const LOG = 'query ($after: String) { events(after: $after, first: 50) { edges { cursor node { kind bundleCode dossier { act } } } pageInfo { hasNextPage endCursor } } }';

/** Lays out a town; nothing runs in it yet. */
export async function openTown(env: Readonly<Record<string, string>> = {}): Promise<Town> {
  const begun = realMs();
  const [compiled, port] = await Promise.all([compile('test/crash/child.ts'), findFreePorts()]);
  const dataDir = mkdtempSync(join(tmpdir(), 'lienthong-crash-'));
  const url = `http://127.0.0.1:${port}`;
  const addressOf = (name: keyof typeof PORTS) => `http://127.0.0.1:${port + PORTS[name]}`;
  const database = await freshDatabase(dataDir);
  let daysOn = 0;

  const ask: Town['ask'] = async (query, variables) => {
    const response = await fetch(`${url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', 'lienthong-purpose': 'procedure=2.002621; officer=CB-H01-01' }, body: JSON.stringify({ query, variables }) });
    return (await response.json()) as Answer;
  };

  async function listen(code: string, after: string, suffices: (told: readonly Told[]) => boolean): Promise<readonly Told[]> {
    const client = createClient({ url: `${url.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, retryAttempts: 0, lazyCloseTimeout: 0 });
    const told: Told[] = [];
    try {
      for await (const { data, errors } of client.iterate<Record<string, any>>({ query: FOLLOW, variables: { code, after } })) { // eslint-disable-line @typescript-eslint/no-explicit-any
        if (errors || !data) throw new Error(JSON.stringify(errors));
        const { cursor, event, bundleRun } = data['bundleRun'];
        told.push({ kind: event.kind, act: event.dossier?.act ?? null, cursor });
        if (suffices(told) || (bundleRun.state !== 'RUNNING' && event.kind.startsWith('BUNDLE_') && event.kind !== 'BUNDLE_RECEIVED')) break;
      }
    } catch (error) {
      if (error instanceof Error) throw error; // what the socket throws when its hub dies is an event, not an error
    } finally {
      await client.dispose();
    }
    return told;
  }

  const town: Town = {
    async start(role, stopAt) {
      const now = later(MONDAY, realMs() - begun + daysOn * DAY_MS); // every process has the same time, and none goes back
      const process = start(compiled.file, role, { PORT: String(port), DATA_DIR: dataDir, DATABASE_URL: database.url, SANDBOX_NOW: now, POLL_EVERY_MS: '100', ...(stopAt && { STOP_AT: JSON.stringify(stopAt) }), ...env });
      if (!stopAt) await process.serves;
      return process;
    },
    nextDay: () => void (daysOn += 1),
    ask,
    async file(family) {
      const { data, errors } = await ask(SUBMIT, { input: { idempotencyKey: `crash-${family.number}`, form: { birth: birthFormOf(family, MONDAY) } } });
      if (!data) throw new Error(JSON.stringify(errors));
      return data['submitBundle'];
    },
    follow: (code, after) => listen(code, after, () => false),
    async followUntil(code, after, suffices) {
      if (!suffices(await listen(code, after, suffices))) throw new Error(`The run ${code} ended, or its hub did, before that.`);
    },
    async ended(code) {
      await town.follow(code, '0');
      const { data, errors } = await ask(RUN, { code });
      if (errors) throw new Error(JSON.stringify(errors));
      return data?.['bundleRun'];
    },
    async log(code) {
      const all: Told[] = [];
      for (let after = '0'; ; ) {
        const { data, errors } = await ask(LOG, { after });
        if (!data) throw new Error(JSON.stringify(errors));
        const { edges, pageInfo } = data['events'];
        for (const { cursor, node } of edges) if (node.bundleCode === code) all.push({ kind: node.kind, act: node.dossier?.act ?? null, cursor });
        if (!pageInfo.hasNextPage) return all;
        after = pageInfo.endCursor;
      }
    },
    async effects(code) {
      const ledgers = await Promise.all((['civil-status', 'population', 'residence', 'social-insurance'] as const).map(town.ledger));
      return ledgers.flat().filter(({ idempotencyKey }) => idempotencyKey?.includes(code)).map(({ act, received }) => `${act} ${received}`);
    },
    ledger: async (ministry) => (await (await fetch(`${addressOf(ministry)}/__ledger`)).json()) as LedgerRow[],
    async tell(ministry, path, list) {
      const { ok, status } = await fetch(`${addressOf(ministry)}${path}`, { method: 'PUT', body: JSON.stringify(list) });
      if (!ok) throw new Error(`${ministry} answered ${status}.`);
    },
    async close() {
      await killAll();
      await database.drop();
      compiled.remove();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
  return town;
}

const families = youngFamilies(inventFamilies()).filter(({ father, mother, children }) => father.householdNumber === mother.householdNumber && children.length === 0);

/** A family without children; every number is another one. */
export function familyOf(number: number): YoungFamily {
  const family = families[number];
  if (!family) throw new Error(`There are only ${families.length} young families.`);
  return family;
}
