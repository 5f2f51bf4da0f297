import { createHash } from 'node:crypto';
import type { IncomingMessage as Request, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Viewer } from '../access/viewer.ts';
import { LONGEST_PAPER, tooLarge } from '../dossiers/paper-content.ts';
import { cutOff, paperProblem, type PaperProblem, type PaperProblemCode } from '../dossiers/paper-problem.ts';
import type { PaperRow } from '../dossiers/paper-table.ts';
import { takePaper, type PaperCounter, type Upload } from '../dossiers/take-paper.ts';
import type { Failure } from '../kit/failure.ts';
import { words } from '../kit/words.ts';
import { contradictingDigest, readDigest } from './digest.ts';
import { findFileName } from './file-name.ts';
import { answerProblem } from './problem.ts';

/** What a form may add round its one file, bytes: boundaries, part headers and small fields. */
const FORM_ALLOWANCE = 64 * 1024;

/** So much of a body that was refused is still read and thrown away, bytes, so that its sender reads the answer; then it is cut. */
const PATIENCE = 64 * 1024 * 1024;

/** HTTP status by problem; the rest is 400. */
const STATUS: Partial<Record<PaperProblemCode, number>> = {
  PAPER_TOO_LARGE: 413,
  PAPER_TYPE_UNKNOWN: 415,
  PAPER_TYPE_CONTRADICTS: 415,
  ENCODING_NOT_ALLOWED: 415,
  METHOD_NOT_ALLOWED: 405,
  SENT_AGAIN_TOO_SOON: 503,
};

/** Headers by problem. Retry-After in seconds: a content is let go of in less. */
const HEADERS: Partial<Record<PaperProblemCode, Record<string, string>>> = { METHOD_NOT_ALLOWED: { allow: 'POST' }, SENT_AGAIN_TOO_SOON: { 'retry-after': '5' } };

const LATER = words('gửi lại sau', 'send it again later');

/** A file in the body, before anything is known of it. */
interface Incoming extends Pick<Upload, 'content' | 'name' | 'stated' | 'verdict'> {}

/**
 * `POST /papers`: takes one paper, as the body itself or as the one file of a form, and answers 201 with its id, or the
 * named problem in the shape of the graph's failures. An answer of refusal is sent as soon as it is known; the rest of the
 * body is then read and thrown away for a while, because a connection cut at once would take the answer with it.
 */
export async function answerPapers(counter: PaperCounter, viewer: Viewer, request: Request, response: ServerResponse): Promise<void> {
  try {
    const taken = await receive(counter, viewer, request);
    if ('id' in taken) return answerReceipt(response, taken);
    if (taken.is === 'failure') return answerFailure(response, taken);
    refuse(response, taken);
  } catch (error) {
    counter.log.error({ err: error }, 'a paper could not be taken');
    if (!response.headersSent) answerProblem(response, 500, 'INTERNAL', words('Có lỗi trong hệ thống; chưa có gì được lưu.', 'Something failed inside the hub; nothing was kept.'), {}, { expected: LATER, issues: [] });
  } finally {
    throwAway(request);
  }
}

/** Answers a sender who hung up his half of the connection in the middle of a paper. */
export function refuseCutOff(response: ServerResponse): void {
  refuse(response, cutOff());
}

/** Whether a body is too long by its own account. */
export function isTooLong(request: Request): boolean {
  const form = /^multipart\/form-data/i.test(request.headers['content-type'] ?? '');
  return Number(request.headers['content-length'] ?? 0) > LONGEST_PAPER + (form ? FORM_ALLOWANCE : 0);
}

async function receive(counter: PaperCounter, viewer: Viewer, request: Request): Promise<PaperRow | PaperProblem | Failure> {
  const { headers } = request;
  if (request.method !== 'POST') return paperProblem('METHOD_NOT_ALLOWED', words('Chỉ nhận POST.', 'Only POST is taken.'), words('POST /papers', 'POST /papers'));
  if (isTooLong(request)) return tooLarge();
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') {
    return paperProblem('ENCODING_NOT_ALLOWED', words('Không nhận nội dung nén.', 'A compressed body is not taken.'), words('gửi tệp nguyên, không có Content-Encoding', 'the file as it is, without Content-Encoding'));
  }
  const digest = readDigest(single(headers['content-digest']) ?? single(headers['repr-digest']));
  if (typeof digest === 'object') return digest;
  const whole = watchBody(request, digest);
  const incoming = /^multipart\//i.test(headers['content-type'] ?? '') ? await openForm(request, whole) : openBody(request, whole);
  if ('is' in incoming) return incoming;
  return takePaper(counter, { ...incoming, viewer, idempotencyKey: single(headers['idempotency-key'])?.replace(/^"(.*)"$/, '$1') }); // quoted where the sender follows the IETF's draft
}

/** What is wrong with the body as a whole, once it has ended: it was cut off, or is not what its digest says. */
function watchBody(request: Request, digest: string | undefined): Promise<PaperProblem | undefined> {
  const hash = createHash('sha256');
  request.on('data', (chunk: Buffer) => hash.update(chunk));
  return new Promise((resolve) => {
    request.once('end', () => resolve(digest === undefined || hash.digest('hex') === digest ? undefined : contradictingDigest()));
    request.once('close', () => resolve(cutOff())); // after the end this says nothing any more
  });
}

function openBody(request: Request, whole: Promise<PaperProblem | undefined>): Incoming {
  const { searchParams } = new URL(request.url ?? '/', 'http://hub');
  const name = searchParams.get('name') ?? findFileName(single(request.headers['content-disposition']));
  return { content: request, name, stated: request.headers['content-type'], verdict: () => whole };
}

/** Opens a form up to its first file; that it was the only one is told by the verdict. */
function openForm(request: Request, whole: Promise<PaperProblem | undefined>): Promise<Incoming | PaperProblem> {
  return new Promise((resolve) => {
    let files = 0;
    let form: busboy.Busboy;
    try {
      form = busboy({ headers: request.headers, preservePath: true, defParamCharset: 'utf8', limits: { fields: 20, fieldSize: 1024 } }); // preservePath: a name that is a path is refused, not shortened
    } catch {
      return resolve(malformedForm());
    }
    const ended = new Promise<PaperProblem | undefined>((end) => {
      form.once('close', () => end(files === 1 ? undefined : notOneFile()));
      form.once('error', () => end(malformedForm()));
    });
    const verdict = async () => (await whole) ?? (await ended);
    form.on('file', (_field, content: Readable, { filename, mimeType }) => {
      files += 1;
      if (files === 1) resolve({ content, name: filename === '' ? undefined : filename, stated: mimeType, verdict });
      else content.resume();
    });
    void ended.then((problem) => resolve(problem ?? notOneFile())); // says something only where no file came
    request.once('close', () => {
      if (request.readableEnded) return;
      resolve(cutOff());
      form.destroy(new Error('the body was cut off'));
    });
    request.pipe(form);
  });
}

function malformedForm(): PaperProblem {
  return paperProblem('MULTIPART_MALFORMED', words('Nội dung multipart không đọc được.', 'The multipart body cannot be read.'), words('multipart/form-data với boundary và một tệp (RFC 7578)', 'multipart/form-data with its boundary and one file (RFC 7578)'));
}

function notOneFile(): PaperProblem {
  return paperProblem('NOT_ONE_FILE', words('Mỗi yêu cầu phải có đúng một tệp.', 'A request must have exactly one file.'), words('một phần có filename', 'one part with a filename'));
}

function answerReceipt(response: ServerResponse, { id, sha256, size, media, name, keptAt }: PaperRow): void {
  const body = JSON.stringify({ id, sha256, size, mediaType: media, name, keptAt });
  response.writeHead(201, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(body), 'cache-control': 'no-store' }).end(body);
}

function refuse(response: ServerResponse, { code, message, expected }: PaperProblem): void {
  if (response.headersSent || response.destroyed) return; // the sender is gone, or was answered when he hung up
  answerProblem(response, STATUS[code] ?? 400, code, message, HEADERS[code] ?? {}, { expected, issues: [] });
}

/** A failure that the graph knows too: the idempotency key, or a store that cannot write. */
function answerFailure(response: ServerResponse, { name, code, message, issues, facts }: Failure): void {
  const seconds = facts['retryAfterSeconds'];
  const status = seconds !== undefined ? 503 : name === 'IdempotencyKeyReused' ? 422 : 400; // 422: the IETF's draft of the Idempotency-Key header
  const told = issues.map((issue) => ({ path: issue.path, code: issue.code, vi: issue.message.vi, en: issue.message.en, expected: issue.expected }));
  answerProblem(response, status, code, message, seconds === undefined ? {} : { 'retry-after': String(seconds) }, { expected: issues[0]?.expected ?? LATER, issues: told });
}

/** Reads on without keeping anything, so that the sender comes to read the answer. */
function throwAway(request: Request): void {
  if (request.readableEnded || request.destroyed) return;
  let length = 0;
  request.on('data', (chunk: Buffer) => {
    length += chunk.length;
    if (length > PATIENCE) request.destroy();
  });
  request.resume();
}

const single = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value.join(', ') : value);
