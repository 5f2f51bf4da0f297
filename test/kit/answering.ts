import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** Somebody at the other end of a line. */
export interface Answering {
  readonly url: string;
  /** How many requests have come so far. */
  readonly calls: () => number;
  /** How many requests were open at the same time, at most. */
  readonly mostAtOnce: () => number;
  readonly close: () => Promise<void>;
}

/** Opens a real port that answers as the test says; closed when the test is over. */
export async function openAnswering(answer: (request: IncomingMessage, response: ServerResponse, number: number) => void): Promise<Answering> {
  let calls = 0;
  let open = 0;
  let mostAtOnce = 0;
  const server = createServer((request, response) => {
    calls += 1;
    open += 1;
    mostAtOnce = Math.max(mostAtOnce, open);
    response.once('close', () => (open -= 1));
    answer(request, response, calls);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls: () => calls, mostAtOnce: () => mostAtOnce, close };
}
