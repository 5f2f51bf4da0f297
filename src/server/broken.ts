import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { refuseCutOff } from './papers.ts';

/** What Node itself answers to a request that it cannot read, by its error code; the rest is 400. */
const ANSWERS: Readonly<Record<string, string>> = { HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large', ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout' };

/**
 * Answers requests that break off or cannot be read: a paper that ends in the middle gets its named problem where its
 * sender still listens, everything else what Node would have said.
 */
export function answerBroken(server: Server): void {
  const underWay = new WeakMap<Duplex, { readonly request: IncomingMessage; readonly response: ServerResponse }>();
  server.prependListener('request', (request, response) => underWay.set(request.socket, { request, response }));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { request, response } = underWay.get(socket) ?? {};
    if (!socket.writable || (response?.headersSent && !response.writableEnded)) return void socket.destroy(error);
    if (request && response && !response.headersSent && request.url?.split('?')[0] === '/papers') {
      response.once('finish', () => request.destroy()); // Node forgets a request that was answered; who still reads its body must hear that it ends
      return refuseCutOff(response);
    }
    socket.end(`HTTP/1.1 ${ANSWERS[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\n\r\n`);
  });
}
