/* A small reverse proxy before several hubs: HTTP, SSE and WebSocket on one address. npm run proxy; npm run topology starts one too. */
import { createServer, request as openRequest, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { realPause } from '../src/kit/clock.ts';

/** How often every hub is asked whether it is ready, milliseconds, and how long it may take to say so. */
const LOOK_MS = 500;
const ANSWER_MS = 2_000;

/** A body up to this length is read first, bytes, so that it can be sent to another hub; GraphQL is below, scans of papers are above. */
const REPLAYED = 256 * 1024;

/** When to come back while no hub is ready, seconds. */
const RETRY_SECONDS = 1;

/** How a hub stands: takes requests, says that it is going away or not ready, or does not answer. */
export type HubState = 'READY' | 'NOT_READY' | 'DARK';

/** A hub behind the proxy. */
export interface Behind {
  readonly url: string;
  state: HubState;
  /** Requests and sockets that were given to it. */
  given: number;
}

/** A running proxy. */
export interface Proxy {
  readonly url: string;
  readonly hubs: readonly Readonly<Behind>[];
  close(): Promise<void>;
}

/** What belongs to one connection and is not passed on (RFC 9110, 7.6.1); Node writes its own. */
const HOP_BY_HOP = ['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

/** Whether nothing can have been begun: the connection was never there. */
const isUnheard = (error: unknown) => /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)$/.test((error as NodeJS.ErrnoException).code ?? '');

/** Whether a hub turned a request away before it began anything: it is going away. */
const isTurnedAway = ({ statusCode, headers }: IncomingMessage) => statusCode === 503 && headers['lienthong-draining'] !== undefined;

/**
 * Opens a proxy before these hubs. Each request goes to the next hub that is ready; to another one only while nothing can
 * have been begun, or where asking twice is the same as asking once. Otherwise its sender is told, and knows best.
 */
export async function openProxy({ hubs: urls, port, host }: { readonly hubs: readonly string[]; readonly port: number; readonly host: string }): Promise<Proxy> {
  const hubs: Behind[] = urls.map((url) => ({ url, state: 'DARK', given: 0 }));
  const tunnels = new Set<Duplex>();
  let turn = 0;
  let isOpen = true;

  /** Every hub once, the ready ones first, each time beginning with another. */
  function inTurn(): Behind[] {
    turn += 1;
    const turned = [...hubs.slice(turn % hubs.length), ...hubs.slice(0, turn % hubs.length)];
    return [...turned.filter(({ state }) => state === 'READY'), ...turned.filter(({ state }) => state !== 'READY')];
  }

  async function look(hub: Behind): Promise<void> {
    while (isOpen) {
      hub.state = await stateOf(hub.url);
      await realPause(LOOK_MS);
    }
  }

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.url === '/__proxy') return void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ hubs }));
    const length = Number(request.headers['content-length'] ?? (request.headers['transfer-encoding'] === undefined ? 0 : Number.POSITIVE_INFINITY));
    const body = length <= REPLAYED ? Buffer.concat((await request.toArray()) as Buffer[]) : request;
    const isGone = () => body === request && request.readableDidRead; // a long body was begun and cannot be sent again from here
    for (const hub of inTurn()) {
      try {
        const answer = await ask(hub, request, body);
        if (isTurnedAway(answer)) {
          hub.state = 'NOT_READY';
          answer.resume();
          if (isGone()) return tell(response, 503, 'the hub is going away');
          continue;
        }
        hub.given += 1;
        response.writeHead(answer.statusCode ?? 502, passedOn(answer.headers));
        response.flushHeaders(); // whoever follows events waits for the head
        answer.pipe(response);
        answer.once('error', () => response.destroy()); // cut off, so that nobody takes the half for the whole
        response.once('close', () => answer.destroy());
        return;
      } catch (error) {
        if (isUnheard(error)) hub.state = 'DARK';
        else if (request.method !== 'GET' && request.method !== 'HEAD') return tell(response, 502, 'the hub hung up; send it again with the same key');
        if (isGone()) return tell(response, 502, 'the hub hung up; send it again');
      }
    }
    tell(response, 503, 'no hub is ready');
  }

  function tunnel(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const attempt = ([hub, ...others]: readonly Behind[]): void => {
      if (!hub) return void socket.end(`HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${RETRY_SECONDS}\r\nConnection: close\r\n\r\n`);
      const onward = openRequest(`${hub.url}${request.url ?? '/'}`, { method: 'GET', headers: request.headers, agent: false });
      onward.once('upgrade', (answer, behind, behindHead) => {
        hub.given += 1;
        const lines = Object.entries(answer.headers).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${String(one)}\r\n`));
        socket.write(`HTTP/1.1 101 Switching Protocols\r\n${lines.join('')}\r\n`);
        if (behindHead.length > 0) socket.write(behindHead);
        if (head.length > 0) behind.write(head);
        join(socket, behind);
      });
      onward.once('response', (answer) => {
        answer.resume();
        if (isTurnedAway(answer)) attempt(others);
        else socket.end(`HTTP/1.1 ${answer.statusCode ?? 502} ${answer.statusMessage ?? ''}\r\nConnection: close\r\n\r\n`);
      });
      onward.once('error', () => attempt(others)); // no socket was opened: nothing was begun
      onward.end();
    };
    socket.on('error', () => socket.destroy());
    attempt(inTurn());
  }

  function join(one: Duplex, other: Duplex): void {
    for (const [here, there] of [[one, other], [other, one]] as const) {
      tunnels.add(here);
      here.pipe(there);
      here.on('error', () => there.destroy());
      here.once('close', () => (tunnels.delete(here), there.destroy()));
    }
  }

  const server = createServer((request, response) => void pass(request, response).catch(() => response.destroy()));
  server.on('upgrade', tunnel);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  for (const hub of hubs) hub.state = await stateOf(hub.url);
  const looking = Promise.all(hubs.map(look));
  return {
    url: `http://${host === '0.0.0.0' ? '127.0.0.1' : host}:${(server.address() as AddressInfo).port}`,
    hubs,
    async close() {
      isOpen = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const end of tunnels) end.destroy();
      server.closeAllConnections();
      await Promise.all([closed, looking]);
    },
  };
}

/** Sends a request on; resolves with the head of the answer. */
function ask(hub: Behind, request: IncomingMessage, body: Buffer | IncomingMessage): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const { expect: _, ...passed } = passedOn(request.headers);
    const from = [request.headers['x-forwarded-for'], request.socket.remoteAddress].flat().filter(Boolean).join(', ');
    const onward = openRequest(`${hub.url}${request.url ?? '/'}`, { method: request.method, headers: { ...passed, 'x-forwarded-for': from }, agent: false });
    onward.once('response', resolve).once('error', reject);
    if (Buffer.isBuffer(body)) return void onward.end(body);
    onward.once('socket', (socket: Socket) => socket.once('connect', () => body.pipe(onward))); // a hub that is not there must not have swallowed the beginning
    body.once('error', () => onward.destroy()).once('aborted', () => onward.destroy());
  });
}

function stateOf(url: string): Promise<HubState> {
  return new Promise((resolve) => {
    const asked = openRequest(`${url}/health/ready`, { agent: false, timeout: ANSWER_MS }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200 ? 'READY' : 'NOT_READY');
    });
    asked.once('timeout', () => asked.destroy()).once('error', () => resolve('DARK')).end();
  });
}

function passedOn(headers: IncomingMessage['headers']): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP_BY_HOP.includes(name)));
}

function tell(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': String(RETRY_SECONDS) }).end(JSON.stringify({ status, title: why }));
}

async function main(): Promise<void> {
  const { PORT = '4000', HOST = '127.0.0.1', PROXY_HUBS = '' } = process.env;
  const hubs = PROXY_HUBS.split(',').map((url) => url.trim().replace(/\/$/, '')).filter(Boolean);
  if (hubs.length === 0 || !hubs.every((url) => URL.canParse(url))) throw new Error('PROXY_HUBS names the hubs, with commas between: PROXY_HUBS=http://127.0.0.1:4011,http://127.0.0.1:4012');
  const proxy = await openProxy({ hubs, port: Number(PORT), host: HOST });
  process.stdout.write(`proxy ${proxy.url} before ${hubs.join(', ')}\n`);
  const end = () => void proxy.close().then(() => process.exit(0));
  process.once('SIGTERM', end).once('SIGINT', end);
}

if (import.meta.filename === process.argv[1]) {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  });
}
