import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { renderGraphiQL } from '@graphql-yoga/render-graphiql';
import { createYoga } from 'graphql-yoga';
import { PURPOSE_HEADER } from '../access/purpose.ts';
import { LINKS_PATH } from '../dossiers/link.ts';
import type { HubContext } from '../graph/context.ts';
import { realPause } from '../kit/clock.ts';
import { vaultPart } from '../kit/vault.ts';
import { answerBroken } from './broken.ts';
import { answerCallback } from './callbacks.ts';
import { answerLook } from './deliver.ts';
import { GOING_AWAY, openDraining } from './draining.ts';
import { LONGEST_BODY, useDepthLimit, useKnownProperties } from './limits.ts';
import { useRowLimit } from './row-limit.ts';
import { openMask, useMask } from './mask.ts';
import { answerPapers, isTooLong } from './papers.ts';
import { openRequest } from './request.ts';
import { schema } from './schema.ts';
import type { HubYoga, ServerParts } from './parts.ts';
import { openSockets } from './sockets.ts';

/**
 * An idle connection is kept this long, milliseconds: longer than the sixty seconds of usual proxies, so that it is they who
 * hang up. Were it us (Node's own five seconds), a request already on its way would meet a closed door.
 */
const KEEP_ALIVE_MS = 65_000;

/** How long a connection that came in as the door was shut has for its request, milliseconds. */
const LINGER_MS = 250;

/**
 * The hub's HTTP face: `/graphql` (HTTP, SSE and graphql-ws), `/callbacks/:system/:ticket`, `/papers`, `/papers/:link`,
 * `/health/live`, `/health/ready`, `/metrics`. Does not listen yet.
 */
export function openServer(parts: ServerParts): { readonly server: Server; /** Goes away in order: what was begun is answered, within seconds, and nothing new is begun. */ close(): Promise<void> } {
  const { services, hearers, audit, sources } = parts;
  const { log } = services;
  const mask = openMask(log);
  const draining = openDraining();
  const yoga: HubYoga = createYoga<object, HubContext>({
    schema,
    graphqlEndpoint: '/graphql',
    logging: false,
    renderGraphiQL,
    graphiql: { title: 'lienthong', defaultQuery: parts.welcome, subscriptionsProtocol: 'WS' },
    landingPage: false,
    maxRequestBodySize: LONGEST_BODY,
    maskedErrors: { maskError: (error) => mask(error, randomUUID()) }, // what fails outside an operation has no request id yet
    plugins: [useKnownProperties(), useDepthLimit(), useRowLimit(), useMask(mask)],
    context: ({ params, request }) =>
      openRequest(services, { extensions: params?.extensions as Record<string, unknown> | undefined, transport: request?.headers.get(PURPOSE_HEADER) }, parts.usualPurpose, request?.headers.get('x-request-id') ?? undefined),
  });

  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const path = pathOf(request);
    if (path === '/health/live') return void response.writeHead(200, { 'content-type': 'application/json' }).end('{"live":true}');
    if (path === '/health/ready' && draining.isOn()) return void response.writeHead(503, { 'content-type': 'application/json', ...GOING_AWAY }).end(JSON.stringify({ ready: false, state: 'NOT_READY', problems: ['GOING_AWAY'], degraded: [], draining: true }));
    if (path === '/health/ready') return void parts.health.ready().then((readiness) => answerJson(response, readiness.ready ? 200 : 503, readiness));
    if (path === '/metrics') return void answerMetrics(parts, response);
    if (!draining.admit(request, response)) return;
    if (path.startsWith('/callbacks/')) return void answerCallback({ hearers, audit, log, sources }, request, response).catch(() => response.destroy());
    if (path.startsWith(LINKS_PATH)) return void answerLook(services, audit, request, response).catch(() => response.destroy());
    if (path === '/papers') {
      const { viewer } = openRequest(services, { extensions: undefined, transport: request.headers[PURPOSE_HEADER] }, parts.usualPurpose);
      return void answerPapers({ ...services, vault: services.parts.get(vaultPart) }, viewer, request, response).catch(() => response.destroy());
    }
    if (path === '/') return void response.writeHead(302, { location: '/graphql' }).end();
    void yoga(request, response);
  };
  const server = createServer(answer);
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    if (pathOf(request) !== '/papers' || !isTooLong(request)) response.writeContinue(); // who asks first need not send what would be refused
    server.emit('request', request, response);
  });
  answerBroken(server);
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  const sockets = openSockets(server, yoga, parts, draining);
  return {
    server,
    async close() {
      await Promise.all([draining.begin(parts.drainNoticeMs), sockets.drain()]);
      await sockets.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await Promise.race([closed, realPause(LINGER_MS)]); // who has just come in is turned away, not cut off
      server.closeAllConnections();
      await closed;
      await yoga.dispose();
    },
  };
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? '/').split('?')[0] ?? '/';
}

function answerJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(body));
}

/** Where the database cannot be read there are no numbers: whoever scrapes sees that, and `/health/ready` says why. */
async function answerMetrics({ metricsPage, services: { log } }: ServerParts, response: ServerResponse): Promise<void> {
  try {
    const { type, text } = await metricsPage();
    response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(text);
  } catch (error) {
    log.error({ err: error }, 'the metrics could not be read');
    response.writeHead(503, { 'retry-after': '5' }).end(); // seconds
  }
}
