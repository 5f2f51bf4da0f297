import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StoreUnavailableError } from '../kit/store.ts';
import type { Vault } from '../kit/vault.ts';
import { openShelf, type PapersPlace } from './shelf.ts';

/** An unfinished file that is older than this, milliseconds, belongs to nobody: an upload ends within Node's five minutes for a request. */
const LEFTOVER_MS = 3_600_000; // one hour

/**
 * Opens the vault: content-addressed over a folder or a bucket. A content is first written to a local file of its own,
 * because its key is its hash and S3 must know the length; it is synced there, checked, and then given its place whole.
 */
export async function openVault(place: PapersPlace, dataDir: string): Promise<Vault> {
  const { disk, prefix, staging, settle } = await openShelf(place, dataDir);
  await mkdir(staging, { recursive: true });
  await clearLeftovers(staging);
  const keyOf = (sha256: string) => `${prefix}sha256/${sha256.slice(0, 2)}/${sha256.slice(2)}`;
  return {
    async keep(content, ready) {
      const file = join(staging, randomUUID());
      const out = createWriteStream(file, { flags: 'wx', flush: true }); // flush: synced before it counts as written
      const closed = new Promise<void>((resolve) => out.once('close', () => resolve()));
      try {
        const hash = createHash('sha256');
        let size = 0;
        const measure = passing(hash, (length) => (size += length));
        await pipeline(content, measure, out).catch(unavailableDisk);
        const kept = { sha256: hash.digest('hex'), size };
        await ready?.(kept);
        await settle(file, keyOf(kept.sha256), kept).catch(unavailable);
        return kept;
      } finally {
        await closed; // a content that fails at once fails before its file is there, which would then stay
        await rm(file, { force: true });
      }
    },
    async fetch(sha256) {
      const key = keyOf(sha256);
      if (!(await disk.exists(key).catch(unavailable))) return undefined;
      return checked(await disk.getStream(key).catch(unavailable), sha256);
    },
    forget: (sha256) => disk.delete(keyOf(sha256)).catch(unavailable),
  };
}

/** The place of papers cannot be reached or is full: nothing was kept, and the caller may try again. */
function unavailable(error: unknown): never {
  throw new StoreUnavailableError('the place of papers cannot be reached or is full', { cause: error });
}

/** Errors of the content itself go through; those of the disk name the system call that failed. */
function unavailableDisk(error: unknown): never {
  if ((error as NodeJS.ErrnoException).syscall !== undefined) unavailable(error);
  throw error;
}

function passing(hash: Hash, measured: (length: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      measured(chunk.length);
      done(null, chunk);
    },
  });
}

/** Gives the stream through, one piece behind, and the last piece only when the whole is what the hash says. */
function checked(source: Readable, sha256: string): Readable {
  const hash = createHash('sha256');
  let held: Buffer | undefined;
  const check = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      const before = held;
      held = chunk;
      done(null, before);
    },
    flush(done) {
      if (hash.digest('hex') !== sha256) return done(new Error(`The kept content ${sha256} is no longer what it was.`));
      done(null, held);
    },
  });
  source.once('error', (error) => check.destroy(error));
  check.on('error', () => undefined); // told to whoever reads; who has not begun to yet must not bring the process down
  check.once('close', () => source.destroy());
  return source.pipe(check);
}

/** Removes what a killed process left, by the file system's own clock. */
async function clearLeftovers(staging: string): Promise<void> {
  const probe = join(staging, randomUUID());
  await writeFile(probe, '');
  const { mtimeMs: now } = await stat(probe);
  for (const name of await readdir(staging)) {
    const path = join(staging, name);
    const age = await stat(path).then(({ mtimeMs }) => now - mtimeMs, () => 0); // gone meanwhile: another process finished it
    if (path === probe || age > LEFTOVER_MS) await rm(path, { force: true });
  }
}
