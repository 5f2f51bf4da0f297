import { onTestFinished } from 'vitest';
import { z } from 'zod';
import { openAudit, auditTable, type Audit, type AuditLine } from '../../src/access/audit.ts';
import type { Purpose } from '../../src/access/purpose.ts';
import { openReach, type Connection } from '../../src/access/reach.ts';
import type { Viewer } from '../../src/access/viewer.ts';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import type { Line, RawAnswer } from '../../src/kit/call.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { operation } from '../../src/kit/contract.ts';
import type { Unreachable } from '../../src/kit/outcome.ts';
import { createSeal } from '../../src/kit/seal.ts';
import { defineSystem, systemNames, type Ask, type Outgoing, type SystemName, type Wire } from '../../src/kit/system.ts';
import { words } from '../../src/kit/words.ts';
import { ndxp } from '../../src/systems/ndxp/client.ts';
import { openFolder } from '../mocks/folder.ts';
import { join } from 'node:path';

/** What the end of a line answers; a whole answer is written down as status and text. */
export type Ending = (request: Outgoing, number: number) => readonly [status: number, text: string, headers?: Record<string, string>] | Unreachable | Promise<readonly [status: number, text: string]>;

/** A line to a ministry that exists only in the test. */
export interface TestLine extends Line {
  readonly sent: Outgoing[];
}

/** Opens a line that answers as the test says. */
export function lineTo(answer: Ending): TestLine {
  const sent: Outgoing[] = [];
  return {
    sent,
    async send(request) {
      sent.push(request);
      const told = await answer(request, sent.length);
      if (!('length' in told)) return told;
      const [status, text, headers = {}] = told as readonly [number, string, Record<string, string>?];
      return { is: 'raw', status, text, headers, tookMs: 1 } satisfies RawAnswer;
    },
    standing: () => ({ state: 'CLOSED', underWay: 0, waiting: 0, failuresInARow: 0, lastAnswerAt: null, usualPerSecond: 0, allowedPerSecond: 1, drainPerSecond: 1, isDraining: false }),
    close: () => Promise.resolve(),
  };
}

/** Who asks and what for, in these tests. */
export const viewer: Viewer = { id: 'partner-1', client: 'bank', roles: ['partner'] };

/** A purpose with everything in it. */
export const purpose: Purpose = { procedure: '2.002621', dossier: '000.17.23.H01-250303-0001', officer: 'CB-1', unit: '000.17.23.H01' };

const trace = { about: ['089195000001'], fields: ['identity'] };
const exchanges = {
  look: operation({ id: 'test.look', summary: '', method: 'POST', path: '/look/{key}', media: 'application/json', request: z.object({ ma: z.string() }), answers: { 200: z.object({ ten: z.string() }), 404: z.object({ lyDo: z.string() }) }, secured: true, source: '' }),
  file: operation({ id: 'test.file', summary: '', method: 'POST', path: '/file', media: 'application/x-www-form-urlencoded', request: z.object({ a: z.string() }), answers: { 200: z.object({}) }, secured: false, source: '' }),
  soap: operation({ id: 'test.soap', summary: '', method: 'POST', path: '/soap', media: 'text/xml', namespace: 'http://x', request: z.object({ Hoi: z.string() }), answers: { 200: z.object({ Dap: z.string() }) }, secured: false, source: '' }),
  list: operation({ id: 'test.list', summary: '', method: 'GET', path: '/list', media: 'application/json', answers: { 200: z.array(z.string()) }, secured: true, source: '' }),
};

const verbs = {
  /** Asks by key; the body is told who asks. */
  look: (wire: Wire, { key = 'k', tell }: { readonly key?: string; readonly tell?: (ask: Ask) => void }) =>
    wire.exchange(exchanges.look, {
      trace,
      path: { key },
      body: (ask) => {
        tell?.(ask);
        return { ma: 'x' };
      },
    }),
  /** Sends what its own contract forbids. */
  wrong: (wire: Wire) => wire.exchange(exchanges.look, { trace, path: { key: 'k' }, body: () => ({ ma: 7 }) as never }),
  file: (wire: Wire) => wire.exchange(exchanges.file, { trace, body: () => ({ a: 'b c&d' }) }),
  soap: (wire: Wire) => wire.exchange(exchanges.soap, { trace, body: () => ({ Hoi: 'B&B' }) }),
  list: (wire: Wire) => wire.exchange(exchanges.list, { trace }),
};

/** A system with a key of its own. */
export const direct = defineSystem({
  name: 'residence',
  title: words('Trực tiếp', 'Direct'),
  limits: { deadlineMs: 1, budgetMs: 1, parallel: 1, perSecond: 1, failuresToOpen: 1, openMs: 1 },
  settings: {},
  authenticate: (_request, { settings }) => Promise.resolve({ 'x-api-key': settings['API_KEY'] ?? '' }),
  verbs,
});

/** A system behind the gateway. */
export const carried = defineSystem({ ...direct, name: 'civil-status', behind: 'ndxp', authenticate: async (_request, { bearer }) => ({ authorization: `Bearer ${await bearer()}` }) });

/** The door outward over lines of the test, with a real audit. */
export async function openDoor(lines: Partial<Record<SystemName, Line>>, audited: (audit: Audit) => Audit = (audit) => audit) {
  const store = await openSqliteStore(join(openFolder(), 'hub.sqlite'));
  onTestFinished(() => store.close());
  const clock = movableClock('2025-03-03T01:00:00.000Z');
  const seal = createSeal(Buffer.alloc(32, 3));
  const nobody = lineTo(() => ({ is: 'unreachable', cause: 'connection failed' }));
  const connections = Object.fromEntries(systemNames.map((name) => [name, { baseUrl: `http://${name}.test`, settings: { API_KEY: 'secret', CLIENT_ID: 'c', CLIENT_SECRET: 's' }, line: lines[name] ?? nobody }])) as unknown as Record<SystemName, Connection>;
  const reach = openReach({ connections, gateways: [ndxp], audit: audited(openAudit(store, clock, seal)), clock, officerNumber: (staffId) => `number of ${staffId ?? 'nobody'}` });
  return {
    reach,
    clock,
    seal,
    store,
    /** The audit as it stands, oldest first. */
    lines: (): Promise<AuditLine[]> => store.read().find(auditTable, { order: { id: 'ASC' } }),
  };
}

/** A token endpoint that numbers its tokens. */
export function gateway(seconds = 3_600): TestLine {
  return lineTo((_, number) => [200, JSON.stringify({ access_token: `token ${number}`, token_type: 'Bearer', expires_in: seconds })]);
}
