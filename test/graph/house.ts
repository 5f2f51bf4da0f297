import { onTestFinished } from 'vitest';
import { dossierTable, NO_DUE_DATE, type DossierRow } from '../../src/dossiers/table.ts';
import { openDatabase } from '../../src/database/open.ts';
import { readBeside, writeBeside } from '../support/database.ts';
import { startHub, type Answer, type Setting, type TestHub } from '../support/hub.ts';

/** Opens a hub with its ministries for one test; closes it when the test has ended. */
export async function openHouse(setting: Setting = {}): Promise<TestHub> {
  const house = await startHub(setting);
  onTestFinished(() => house.close());
  return house;
}

/** A body as it is posted, which need not be a good one. */
export interface Posted {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly extensions?: Record<string, unknown>;
}

/** Posts an operation as it stands, with headers of the test's choice; gives status and answer. */
export async function post(house: TestHub, body: Posted | string, headers: Readonly<Record<string, string>> = {}): Promise<Answer & { readonly status: number }> {
  const response = await fetch(`${house.hub.url}/graphql`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: typeof body === 'string' ? body : JSON.stringify(body) });
  return { ...((await response.json()) as Answer), status: response.status };
}

/** Reads the hub's database from beside, as an auditor would. */
export function readRows<Row>(house: TestHub, sql: string, ...values: unknown[]): Row[] {
  return readBeside<Row>(house.config.databaseUrl, sql, ...values);
}

/** Writes into the hub's database from beside: what no door of the hub would let in. */
export function spoilRows(house: TestHub, sql: string, ...values: unknown[]): void {
  writeBeside(house.config.databaseUrl, sql, ...values);
}

/** A dossier in process of a procedure of its own, filed by an invented nobody; the number makes its code. */
export function storedDossier(number: number, facts: Partial<DossierRow> = {}): DossierRow {
  return {
    code: `000.17.23.H01-250301-${String(number).padStart(4, '0')}`,
    procedure: '1.001193',
    agency: '000.17.23.H01',
    run: null,
    act: null,
    statusCode: 4,
    channel: 2,
    applicantId: '089085000000',
    applicantName: 'Người Không Có',
    applicantBirth: '1985-01-01',
    enterprise: null,
    assignee: null,
    registeredAt: '2025-03-01T01:00:00.000Z',
    receivedAt: '2025-03-01T01:00:00.000Z',
    dueAt: null,
    due: null,
    dueOrder: facts.dueAt ?? NO_DUE_DATE,
    finishedAt: null,
    reason: null,
    supplements: 0,
    supplementUntil: null,
    version: 1,
    ...facts,
  };
}

/** Puts dossiers into the store from beside, so that a list of hundreds need not be filed one by one. */
export async function storeDossiers(house: TestHub, dossiers: readonly DossierRow[]): Promise<void> {
  const { store } = await openDatabase(house.config.databaseUrl);
  await store.transact((rows) => rows.insert(dossierTable, [...dossiers]));
  await store.close();
}
