import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Disk } from 'flydrive';
import { FSDriver } from 'flydrive/drivers/fs';
import type { KeptContent } from '../kit/vault.ts';

/** Where papers are kept, as configured: `file:path` or `s3://bucket/prefix?endpoint=…&region=…`. */
export interface PapersPlace {
  readonly url: string;
  /** Of the S3-compatible store; neither is ever logged. */
  readonly accessKey?: string | undefined;
  readonly secretKey?: string | undefined;
}

/** A store of files behind flydrive, and how a finished local file gets its place in it. */
export interface Shelf {
  readonly disk: Disk;
  /** What every key begins with, "" or "prefix/". */
  readonly prefix: string;
  /** Folder for files that are not finished, on this machine. */
  readonly staging: string;
  /** Gives a finished file its place: afterwards the key has all of it, on lasting storage. Before, the key has nothing of it. */
  settle(file: string, key: string, content: KeptContent): Promise<void>;
}

/** How long the store of files may take to be reached and to answer, milliseconds: 10 MB at 1 MB/s, and as much again. */
const CONNECT_MS = 5_000;
const ANSWER_MS = 20_000;

/** What goes wrong is thrown and told by the house's own log; the SDK would print it to the terminal besides. */
const SILENT = { trace: nothing, debug: nothing, info: nothing, warn: nothing, error: nothing };

function nothing(): void {}

/** Opens the shelf that the URL names; `dataDir` holds unfinished files where the shelf itself is elsewhere. */
export async function openShelf(place: PapersPlace, dataDir: string): Promise<Shelf> {
  return place.url.startsWith('s3:') ? openBucket(place, dataDir) : openFolder(place.url);
}

/** The path that a `file:` URL names; relative paths are taken from where the hub runs. */
export function folderOf(url: string): string {
  return resolve(url.replace(/^file:(\/\/(?=\/))?/, ''));
}

/**
 * A folder. flydrive's own writing is not enough here: `putStream` never syncs, and `move` and `moveFromFs` copy the bytes
 * to the final name and then delete the old file, so a crash would leave half a paper under a name that promises all of
 * it. A rename within one file system has no half; hence the staging folder inside the shelf.
 */
function openFolder(url: string): Shelf {
  const root = folderOf(url);
  return {
    disk: new Disk(new FSDriver({ location: root, visibility: 'private' })),
    prefix: '',
    staging: join(root, 'incoming'),
    async settle(file, key) {
      const target = join(root, key);
      await mkdir(dirname(target), { recursive: true });
      await rename(file, target); // over the same content, if somebody was quicker
      await syncFolder(dirname(target));
      await syncFolder(dirname(dirname(target)));
    },
  };
}

/**
 * A bucket. A PUT is all or nothing in S3, so the file goes straight to its key and no COPY is needed. flydrive hands the
 * stream to the SDK as it is, which then must be told its length; and the checksum is ours, so that the store compares
 * what arrived with the paper's own SHA-256. ACLs are left aside: most buckets refuse them, and Cloudflare R2 has none.
 */
async function openBucket({ url, accessKey = '', secretKey = '' }: PapersPlace, dataDir: string): Promise<Shelf> {
  const { S3Driver } = await import('flydrive/drivers/s3'); // the AWS SDK takes half a second to load, which a hub with a folder need not wait for
  const { hostname: bucket, pathname, searchParams } = new URL(url);
  const endpoint = searchParams.get('endpoint');
  const prefix = pathname.replace(/^\/|\/$/g, '');
  const driver = new S3Driver({
    bucket,
    region: searchParams.get('region') ?? 'us-east-1', // what S3-compatible stores take when they have no regions
    ...(endpoint ? { endpoint, forcePathStyle: true } : {}),
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    visibility: 'private',
    supportsACL: false,
    requestChecksumCalculation: 'WHEN_REQUIRED', // else the SDK sends trailing checksums in aws-chunked, which older stores keep as content
    responseChecksumValidation: 'WHEN_REQUIRED', // the vault compares every byte anyway
    logger: SILENT,
    requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: ANSWER_MS },
  });
  const disk = new Disk(driver);
  return {
    disk,
    prefix: prefix === '' ? '' : `${prefix}/`,
    staging: join(dataDir, 'papers-incoming'),
    async settle(file, key, { sha256, size }) {
      if (await disk.exists(key)) return;
      await disk.copyFromFs(file, key, { contentLength: size, contentType: 'application/octet-stream', ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64') });
    },
  };
}

/** A new name in a folder is lasting only when the folder itself is written out. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
