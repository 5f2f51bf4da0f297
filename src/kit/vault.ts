import type { Readable } from 'node:stream';
import { part } from './part.ts';

/** A content as the vault knows it: by what it is, not by what anybody calls it. */
export interface KeptContent {
  /** SHA-256 of every byte, 64 hexadecimal digits. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** Where the bytes of papers are ("kho lưu trữ giấy tờ"). The same content is kept once, however often it is handed in. */
export interface Vault {
  /**
   * Keeps a content: read as a stream, hashed on the way, and on lasting storage when the promise resolves. `ready` is
   * called once everything is read and nothing has its place yet; when it, or the stream, fails, nothing is kept and the
   * promise rejects with that error.
   */
  keep(content: Readable, ready?: (kept: KeptContent) => Promise<void>): Promise<KeptContent>;
  /** The content as a stream, or nothing. A content that no longer is what its hash says ends in an error before its last byte. */
  fetch(sha256: string): Promise<Readable | undefined>;
  /** Lets go of a content that nobody refers to; one that is not there is no error. */
  forget(sha256: string): Promise<void>;
}

/** The vault as the store and the server fetch it. */
export const vaultPart = part<Vault>('vault');
