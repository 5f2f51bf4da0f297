import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { SLOWLY } from './trouble.ts';

/** An open port. */
export interface Listener {
  /** Its base address, without a slash at the end. */
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** A request may be this long, in bytes; scanned papers come as base64. */
const LONGEST_REQUEST = 50 * 1024 * 1024;

/** Idle connections are kept this long, milliseconds: longer than any client of ours, so that none is cut while it is being used again. */
const KEEP_ALIVE_MS = 65_000;

/** Serves answers to fetch requests on a real port; port 0 takes a free one. A network error becomes a reset connection. */
export async function listen(answer: (request: Request) => Promise<Response>, port: number, host: string): Promise<Listener> {
  const server = createServer((incoming, outgoing) => {
    serve(answer, incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${reachable}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function serve(answer: (request: Request) => Promise<Response>, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const gone = new AbortController();
  outgoing.once('close', () => gone.abort());
  const request = await readRequest(incoming, gone.signal);
  if (!request) return void outgoing.writeHead(413).end();
  const response = await answer(request);
  if (response.type === 'error') return void incoming.socket.resetAndDestroy();
  if (response.headers.has(SLOWLY) && response.body) {
    outgoing.writeHead(response.status, Object.fromEntries(response.headers)).flushHeaders();
    return await pipeline(Readable.fromWeb(response.body as ReadableStream), outgoing).catch(() => undefined); // who hangs up has not waited for the rest
  }
  const body = Buffer.from(await response.arrayBuffer());
  outgoing.writeHead(response.status, { ...Object.fromEntries(response.headers), 'content-length': body.length });
  outgoing.end(incoming.method === 'HEAD' ? undefined : body);
}

async function readRequest(incoming: IncomingMessage, signal: AbortSignal): Promise<Request | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > LONGEST_REQUEST) return undefined;
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(incoming.headers)) headers.set(name, Array.isArray(value) ? value.join(', ') : (value ?? ''));
  const method = incoming.method ?? 'GET';
  const body = method === 'GET' || method === 'HEAD' ? null : Buffer.concat(chunks);
  // The address as the caller wrote it: C06's password digest is taken over it.
  return new Request(`http://${incoming.headers.host ?? 'localhost'}${incoming.url ?? '/'}`, { method, headers, body, signal });
}
