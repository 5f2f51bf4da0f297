import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A message that arrived. */
export interface Arrived {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** Somebody who is called back. */
export interface Receiver {
  readonly url: string;
  readonly arrived: readonly Arrived[];
  /** Resolves when so many messages have arrived. */
  readonly hears: (count: number) => Promise<void>;
}

/** Opens a receiver that answers with these statuses, or with 200 and a body, one after the other, the last one for ever; 0 cuts the connection. */
export async function openReceiver(answers: readonly (number | string)[], port = 0): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const news = new EventEmitter();
  const server = createServer(async (request, response) => {
    const chunks = await request.toArray();
    const answer = answers[Math.min(arrived.length, answers.length - 1)] ?? 204;
    arrived.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks as Buffer[]).toString('utf8') });
    if (answer === 0) request.socket.destroy();
    else if (typeof answer === 'number') response.writeHead(answer).end();
    else response.writeHead(200, { 'content-type': 'application/json' }).end(answer);
    news.emit('message');
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    arrived,
    async hears(count) {
      while (arrived.length < count) await once(news, 'message');
    },
  };
}
