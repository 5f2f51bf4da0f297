import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import type { Vault } from '../../kit/vault.ts';
import { DatabaseRefused } from '../migrations/known.ts';
import { readPieces, type Head, type Piece } from './format.ts';
import type { Target } from './side.ts';
import type { Done, Tell } from './take.ts';

/**
 * Brings a backup back, whole or not at all: only when the file's own end and digest have been seen is anything put in
 * place. Papers are put into the vault on the way, where a content that nobody refers to does no harm.
 */
export async function restoreBackup(source: Readable, open: (head: Head) => Promise<Target>, vault: Vault, tell: Tell = () => undefined): Promise<Done> {
  const unpacked = source.pipe(createGunzip());
  source.once('error', (error) => unpacked.destroy(error));
  const pieces = readPieces(unpacked);
  const first = (await pieces.next()) as IteratorResult<Piece, undefined>;
  if (first.done || first.value.is !== 'head') throw new DatabaseRefused('This backup cannot be restored: it does not begin with its head.');
  const { head } = first.value;
  const target = await open(head);
  try {
    const done = await bringBack(pieces, head, target, vault, tell);
    tell('indices', done.rows, done.rows);
    await target.finish();
    return done;
  } catch (error) {
    await target.abandon();
    throw error;
  } finally {
    source.destroy();
  }
}

async function bringBack(pieces: AsyncGenerator<Piece>, head: Head, target: Target, vault: Vault, tell: Tell): Promise<Done> {
  const of = Object.values(head.tables).reduce((sum, count) => sum + count, 0);
  let rows = 0;
  let papers = 0;
  let table = '';
  let columns: readonly string[] = [];
  let paper: { readonly sha256: string; readonly size: number; readonly bytes: Buffer[]; length: number } | undefined;
  for await (const piece of pieces) {
    switch (piece.is) {
      case 'table': {
        table = piece.table;
        const here = await target.columnsOf(table);
        const lost = piece.columns.filter((column) => !here.includes(column));
        if (lost.length > 0) throw new DatabaseRefused(`This backup cannot be restored: its table ${table} has columns that nobody knows (${lost.join(', ')}).`);
        ({ columns } = piece);
        break;
      }
      case 'rows':
        await target.store(table, columns, piece.rows);
        rows += piece.rows.length;
        tell(table, rows, of);
        break;
      case 'paper':
        paper = { sha256: piece.sha256, size: piece.size, bytes: [], length: 0 };
        if (piece.size === 0) papers += await keep(vault, paper);
        break;
      case 'bytes':
        if (!paper) break;
        paper.bytes.push(piece.bytes);
        paper.length += piece.bytes.length;
        if (paper.length < paper.size) break;
        papers += await keep(vault, paper);
        tell('papers', rows, of);
        break;
      case 'tail':
        return { head, rows, papers, missing: piece.tail.missing };
      case 'head':
        throw new DatabaseRefused('This backup cannot be restored: it has two heads.');
    }
  }
  throw new DatabaseRefused('This backup cannot be restored: its end is missing.');
}

/** A paper is at most some megabytes, and in memory meanwhile. */
async function keep(vault: Vault, { sha256, bytes }: { readonly sha256: string; readonly bytes: readonly Buffer[] }): Promise<1> {
  await vault.keep(Readable.from(bytes), (found) => (found.sha256 === sha256 ? Promise.resolve() : Promise.reject(new DatabaseRefused(`This backup cannot be restored: the paper ${sha256} in it is another.`))));
  return 1;
}
