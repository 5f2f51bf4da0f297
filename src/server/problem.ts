import type { ServerResponse } from 'node:http';
import type { Words } from '../kit/words.ts';

/** Answers a request outside the graph that failed: RFC 9457 JSON with the stable code, the message in both languages and further facts. */
export function answerProblem(response: ServerResponse, status: number, code: string, { vi, en }: Words, headers: Readonly<Record<string, string>> = {}, facts: object = {}): void {
  const body = JSON.stringify({ status, code, title: en, vi, en, ...facts });
  response.writeHead(status, { ...headers, 'content-type': 'application/problem+json; charset=utf-8', 'cache-control': 'no-store', 'content-length': Buffer.byteLength(body) }).end(body);
}
