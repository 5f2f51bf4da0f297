import { createHash } from 'node:crypto';
import type { Readable, Writable } from 'node:stream';
import { once } from 'node:events';
import { z } from 'zod';
import { DatabaseRefused } from '../migrations/known.ts';

/*
 * A backup is gzip over lines of JSON, the same from either database, and readable by zcat:
 *
 *   {"lienthong":"backup","format":1,…}          the head: what it was taken of, and how much follows
 *   {"table":"dossier","columns":["code",…]}     a table begins
 *   ["H01.05-250303-0001",…]                     a row of it
 *   {"paper":"<sha256>","size":1234}             a paper begins
 *   "JVBERi0xLjQK…"                              a piece of it, base64
 *   {"end":"lienthong",…,"sha256":"…"}           the tail: without it the file was cut off
 */

/** The form that this program writes and reads. */
export const FORMAT = 1;

const headSchema = z.object({
  lienthong: z.literal('backup'),
  format: z.number().int(),
  /** UTC. */
  takenAt: z.string(),
  database: z.enum(['sqlite', 'postgres']),
  /** The last step that laid the database out. */
  schema: z.string(),
  /** Rows by table. */
  tables: z.record(z.string(), z.number().int()),
  /** Papers that go along; null where they are kept in a bucket, which has backups of its own. */
  papers: z.object({ count: z.number().int(), bytes: z.number().int() }).nullable(),
});

/** What a backup says of itself before anything else. */
export type Head = z.infer<typeof headSchema>;

const tailSchema = z.object({ end: z.literal('lienthong'), rows: z.number().int(), papers: z.number().int(), missing: z.array(z.string()), sha256: z.string() });

/** What a backup says of itself when it is whole. */
export type Tail = z.infer<typeof tailSchema>;

/** A value as both databases keep it. */
export type Value = string | number | null;

/** A backup as it is read, piece by piece; `head` comes first and `tail` last. */
export type Piece =
  | { readonly is: 'head'; readonly head: Head }
  | { readonly is: 'table'; readonly table: string; readonly columns: readonly string[] }
  | { readonly is: 'rows'; readonly rows: readonly (readonly Value[])[] }
  | { readonly is: 'paper'; readonly sha256: string; readonly size: number }
  | { readonly is: 'bytes'; readonly bytes: Buffer }
  | { readonly is: 'tail'; readonly tail: Tail };

/** Characters that are gathered before they are handed on. */
const GATHER = 256 * 1024;

/** Writes lines into a stream as fast as it takes them, and counts their digest. */
export function openLines(out: Writable) {
  const hash = createHash('sha256');
  let gathered: string[] = [];
  let length = 0;
  async function flush(): Promise<void> {
    const chunk = Buffer.from(gathered.join(''), 'utf8');
    gathered = [];
    length = 0;
    hash.update(chunk);
    if (!out.write(chunk)) await once(out, 'drain');
  }
  return {
    /** Writes one line; resolves when there is room for the next. */
    write(line: unknown): Promise<void> | undefined {
      const text = `${JSON.stringify(line)}\n`;
      gathered.push(text);
      length += text.length;
      return length < GATHER ? undefined : flush();
    },
    /** Writes the tail with the digest of everything before it. */
    async end(tail: Omit<Tail, 'end' | 'sha256'>): Promise<void> {
      await flush();
      out.end(`${JSON.stringify({ end: 'lienthong', ...tail, sha256: hash.digest('hex') } satisfies Tail)}\n`);
    },
  };
}

/** Something that was read is not what a whole backup would say. */
function broken(why: string): DatabaseRefused {
  return new DatabaseRefused(`This backup cannot be restored: ${why}.`);
}

/**
 * Reads a backup's lines, unpacked. Rejects with `DatabaseRefused` where the file is no backup, was cut off, was changed, or
 * holds another number of rows than it says; whoever restores must take nothing for restored before the last piece.
 */
export async function* readPieces(source: Readable): AsyncGenerator<Piece> {
  const hash = createHash('sha256');
  let head: Head | undefined;
  let tail: Tail | undefined;
  let rows = 0;
  let papers = 0;
  for await (const text of wholeLines(source)) {
    if (tail) throw broken('something follows its end');
    const lines = text.split('\n');
    lines.pop(); // what follows the last line break is nothing
    const end = lines.findIndex((line) => line.startsWith('{"end"'));
    hash.update(end < 0 ? text : lines.slice(0, end).map((line) => `${line}\n`).join(''));
    let many: Value[][] = [];
    for (const line of lines) {
      const value = parse(line);
      if (Array.isArray(value)) {
        rows += 1;
        many.push(value as Value[]);
        continue;
      }
      if (many.length > 0) yield { is: 'rows', rows: many };
      many = [];
      if (!head) yield { is: 'head', head: (head = readHead(value)) };
      else if (typeof value === 'string') yield { is: 'bytes', bytes: Buffer.from(value, 'base64') };
      else if (isRecord(value) && 'end' in value) tail = tailSchema.parse(value);
      else if (isRecord(value) && typeof value['table'] === 'string') yield { is: 'table', table: value['table'], columns: value['columns'] as string[] };
      else if (isRecord(value) && typeof value['paper'] === 'string') {
        papers += 1;
        yield { is: 'paper', sha256: value['paper'], size: Number(value['size']) };
      } else throw broken('a line is none of a backup’s');
    }
    if (many.length > 0) yield { is: 'rows', rows: many };
  }
  if (!head) throw broken('it is empty');
  if (!tail) throw broken('it was cut off; its end is missing');
  if (tail.sha256 !== hash.digest('hex')) throw broken('it was changed since it was taken; its digest is another');
  const counted = Object.values(head.tables).reduce((sum, count) => sum + count, 0);
  if (tail.rows !== rows || counted !== rows || tail.papers !== papers) throw broken(`it says that it holds ${counted} rows and holds ${rows}`);
  yield { is: 'tail', tail };
}

function readHead(value: unknown): Head {
  const head = headSchema.safeParse(value);
  if (!head.success) throw broken('it does not begin as a backup of lienthong does');
  if (head.data.format > FORMAT) throw broken(`it is in form ${head.data.format} of a later release, and this one reads up to ${FORMAT}`);
  return head.data;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw broken('a line of it cannot be read');
  }
}

/** Pieces of text that end where a line does. What is left at the end was cut off. */
async function* wholeLines(source: Readable): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  try {
    for await (const chunk of source as AsyncIterable<Buffer>) {
      const last = chunk.lastIndexOf(10);
      if (last < 0) {
        rest.push(chunk);
        continue;
      }
      yield Buffer.concat([...rest, chunk.subarray(0, last + 1)]).toString('utf8');
      rest = [chunk.subarray(last + 1)];
    }
  } catch (error) {
    if (error instanceof DatabaseRefused) throw error;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (code === 'Z_BUF_ERROR') throw broken('it was cut off; its end is missing');
    if (code.startsWith('Z_')) throw broken('it is not packed with gzip, or was changed since it was taken');
    throw error;
  }
  if (rest.some((chunk) => chunk.length > 0)) throw broken('it was cut off; its end is missing');
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
