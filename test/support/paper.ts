import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AuditStage } from '../../src/access/audit.ts';
import type { Purpose } from '../../src/access/purpose.ts';
import { openReach, type Connection } from '../../src/access/reach.ts';
import { engine } from '../../src/access/viewer.ts';
import { handles } from '../../src/config.ts';
import { openLine } from '../../src/kit/call.ts';
import { movableClock, type MovableClock } from '../../src/kit/clock.ts';
import { findSoapBody } from '../../src/kit/soap.ts';
import { systemNames, type GatewayHandle, type Reached, type SystemHandle, type SystemName, type Verbs } from '../../src/kit/system.ts';
import { exchangesOf, findDifference, readExchange, type Exchange } from '../exchanges/read.ts';

/** A ministry made of paper: it answers with what was written by hand, and notes where a request is not what was written. */
export interface Paper<V extends Verbs> {
  readonly verbs: Reached<V>;
  readonly clock: MovableClock;
  /** Where requests differed from the paper; empty when all is well. */
  readonly differences: string[];
  /** Headers of the requests that came, without those for tokens. */
  readonly headers: Record<string, string | string[] | undefined>[];
  /** Audit lines as "stage operation". */
  readonly audited: string[];
  close(): Promise<void>;
}

/** The purpose under which the written exchanges were asked. */
export const PURPOSE: Purpose = { procedure: '2.002621', officer: 'CB-30280-01' };

/** The officer's number in the written exchanges. */
const OFFICER = '089085990099';

/** Opens a paper ministry that expects these exchanges of its folder, one after the other. `beyondUs`: optional fields of the written requests that the hub does not send. */
export async function openPaper<V extends Verbs>(system: SystemHandle<V>, names: readonly string[], purpose: Purpose = PURPOSE, beyondUs: readonly string[] = []): Promise<Paper<V>> {
  const written = names.map((name) => readExchange(system.name, name));
  const expected = [...written];
  const [differences, headers, audited]: [string[], Paper<V>['headers'], string[]] = [[], [], []];
  const [token] = exchangesOf('ndxp');

  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const isToken = request.url === '/token' && system.name !== 'ndxp';
      const exchange = isToken ? token : expected.shift();
      if (!exchange) return void response.writeHead(599).end();
      if (!isToken) {
        headers.push(request.headers);
        const difference = compare(exchange, request.method ?? '', request.url ?? '', body, beyondUs);
        if (difference !== undefined) differences.push(`${exchange.name}: ${difference}`);
      }
      const { content_type: _, ...rest } = exchange.answer.headers;
      response.writeHead(exchange.answer.status, rest).end(exchange.answer.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clock = movableClock(new Date(written[0]?.at ?? '').toISOString());
  const connections = Object.fromEntries(
    systemNames.map((name) => [name, { baseUrl: url, settings: sandboxSettings(name), line: openLine(url, handles[name].limits) }]),
  ) as unknown as Record<SystemName, Connection>;
  const audit = { write: (call: { operation: string }, stage: AuditStage) => Promise.resolve(void audited.push(`${stage} ${call.operation}`)) };
  const reach = openReach({ connections, gateways: [handles.ndxp as unknown as GatewayHandle], audit, clock, officerNumber: () => OFFICER });
  return {
    verbs: reach(engine, purpose, system),
    clock,
    differences,
    headers,
    audited,
    async close() {
      await Promise.all(Object.values(connections).map(({ line }) => line.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The accounts that the simulated ministry accepts. */
export function sandboxSettings(name: SystemName): Record<string, string> {
  return Object.fromEntries(Object.entries(handles[name].settings).map(([setting, { sandbox }]) => [setting, sandbox]));
}

function compare({ request }: Exchange, method: string, path: string, body: string, beyondUs: readonly string[]): string | undefined {
  if (method !== request.method) return `method ${method}`;
  if (decodeURIComponent(path) !== request.path) return `path ${path}`;
  const read = (text: string): unknown => (text === '' ? undefined : text.includes('<') ? findSoapBody(text) : text.startsWith('{') ? JSON.parse(text, (name, value: unknown) => (beyondUs.includes(name) ? undefined : value)) : text);
  return findDifference(read(request.body), read(body), ['MaYeuCau', 'maYeuCau'].filter((name) => !path.includes('te-cards') && !path.includes('registrations') && request.body.includes(name)));
}
