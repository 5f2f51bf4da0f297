import { createGzip } from 'node:zlib';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import type { Instant } from '../../kit/instant.ts';
import type { Vault } from '../../kit/vault.ts';
import { FORMAT, openLines, type Head } from './format.ts';
import type { Snapshot } from './side.ts';

/** What was done, for whoever asked. */
export interface Done {
  readonly head: Head;
  readonly rows: number;
  readonly papers: number;
  /** Contents that papers of the moment refer to and that are no longer where they were put. */
  readonly missing: readonly string[];
}

/** Told as it goes on: what is worked at, and how many rows of how many are done. */
export type Tell = (at: string, rows: number, of: number) => void;

/** Bytes of a paper in one line; a multiple of three, so that base64 ends only at the paper's end. */
const PIECE = 48 * 1024;

/** gzip's fastest way: the text shrinks to a sixth, and the processor is not what a backup waits for. */
const LEVEL = 1;

/** Writes a backup of everything as it stood in the snapshot's moment. `vault` is absent where papers are kept in a bucket. */
export async function takeBackup(snapshot: Snapshot, vault: Vault | undefined, out: Writable, takenAt: Instant, tell: Tell = () => undefined): Promise<Done> {
  const papers = vault ? await snapshot.papers() : [];
  const head: Head = {
    lienthong: 'backup',
    format: FORMAT,
    takenAt,
    database: snapshot.database,
    schema: snapshot.schema,
    tables: snapshot.tables,
    papers: vault ? { count: papers.length, bytes: papers.reduce((sum, { size }) => sum + size, 0) } : null,
  };
  const of = Object.values(snapshot.tables).reduce((sum, count) => sum + count, 0);
  const gzip = createGzip({ level: LEVEL });
  const written = pipeline(gzip, out);
  written.catch(() => undefined); // told below
  const failed = written.then(() => new Promise<never>(() => undefined)); // only ever rejects: a full disk ends the waiting for room
  failed.catch(() => undefined);
  const lines = openLines(gzip);
  const write = (line: unknown) => {
    const room = lines.write(line);
    return room && Promise.race([room, failed]);
  };
  let rows = 0;
  const missing: string[] = [];
  await write(head);
  for (const table of Object.keys(snapshot.tables)) {
    const columns = await snapshot.columnsOf(table);
    await write({ table, columns });
    for await (const some of snapshot.rowsOf(table, columns)) {
      for (const row of some) {
        const room = write(row);
        if (room) await room;
      }
      rows += some.length;
      tell(table, rows, of);
    }
  }
  for (const { sha256, size } of papers) {
    const content = await vault?.fetch(sha256);
    if (!content) {
      missing.push(sha256);
      continue;
    }
    await write({ paper: sha256, size });
    content.on('error', () => undefined); // the reading tells
    let rest: Buffer = Buffer.alloc(0);
    for await (const chunk of content as AsyncIterable<Buffer>) {
      let bytes = Buffer.concat([rest, chunk]);
      for (; bytes.length >= PIECE; bytes = bytes.subarray(PIECE)) await write(bytes.subarray(0, PIECE).toString('base64'));
      rest = bytes;
    }
    if (rest.length > 0) await write(rest.toString('base64'));
    tell('papers', rows, of);
  }
  await Promise.race([lines.end({ rows, papers: papers.length - missing.length, missing }), failed]);
  await written;
  return { head, rows, papers: papers.length - missing.length, missing };
}
