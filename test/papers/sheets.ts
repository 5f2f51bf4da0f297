import { createHash } from 'node:crypto';
import { request as openRequest } from 'node:http';
import type { TestHub } from '../support/hub.ts';

/** Bytes in memory of their own, as fetch takes them. */
export type Bytes = Buffer<ArrayBuffer>;

/** A small PDF of one empty page, made different by its mark; nobody's paper. */
export function pdf(mark = '1', size = 0): Bytes {
  const head = `%PDF-1.4\n% ${mark}\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj 3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n`;
  const tail = 'trailer<</Root 1 0 R>>\n%%EOF\n';
  return Buffer.from(head + '%'.repeat(Math.max(0, size - head.length - tail.length)) + tail);
}

/** The smallest PNG: one grey point. */
export const PNG: Bytes = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==', 'base64');

/** A JPEG of one point: start, one segment of tables left out, end. What reads it looks at its marks, not at the picture. */
export const JPEG: Bytes = Buffer.concat([Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'), Buffer.from('ffdb004300', 'hex'), Buffer.alloc(64, 1), Buffer.from('ffda0008010100003f00d2cf20ffd9', 'hex')]);

export const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');

/** What `POST /papers` answers. */
export interface PaperAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path
}

/** Hands a paper in as the body itself. */
export async function upload({ hub }: Pick<TestHub, 'hub'>, content: Bytes | FormData, headers: Record<string, string> = {}, query = ''): Promise<PaperAnswer> {
  const response = await fetch(`${hub.url}/papers${query}`, { method: 'POST', body: content, headers });
  return { status: response.status, headers: response.headers, body: (await response.json()) as PaperAnswer['body'] };
}

/** A form with one file, as browsers send it. */
export function form(content: Bytes, name: string, type = 'application/pdf'): FormData {
  const one = new FormData();
  one.set('paper', new File([content], name, { type }));
  return one;
}

/** Sends a request byte by byte as told, without any client's corrections. */
export function rawRequest({ hub }: Pick<TestHub, 'hub'>, headers: Record<string, string | number>) {
  return openRequest(`${hub.url}/papers`, { method: 'POST', headers });
}
