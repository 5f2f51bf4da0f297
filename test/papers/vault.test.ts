import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { openVault } from '../../src/database/vault.ts';
import { StoreUnavailableError } from '../../src/kit/store.ts';
import type { Vault } from '../../src/kit/vault.ts';
import { openFolder } from '../mocks/folder.ts';
import { openBucket, type Bucket } from './bucket.ts';
import { sha256 } from './sheets.ts';

interface Place {
  readonly vault: Vault;
  /** Keys of everything kept, sorted. */
  kept(): string[];
  /** Files that are not finished. */
  staged(): string[];
  spoil(key: string): void;
  readonly bucket?: Bucket;
}

async function folder(): Promise<Place> {
  const root = openFolder();
  const files = () => readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name).slice(root.length + 1)).sort();
  return {
    vault: await openVault({ url: `file:${root}` }, openFolder()),
    kept: () => files().filter((file) => !file.startsWith('incoming')),
    staged: () => files().filter((file) => file.startsWith('incoming')),
    spoil: (key) => writeFileSync(join(root, key), 'rotten'),
  };
}

async function s3(): Promise<Place> {
  const bucket = await openBucket();
  const dataDir = openFolder();
  return {
    vault: await openVault(readConfig({ PAPERS_URL: bucket.url, PAPERS_ACCESS_KEY: bucket.accessKey, PAPERS_SECRET_KEY: bucket.secretKey }, { sandbox: true }).papers, dataDir),
    kept: () => [...bucket.objects.keys()].map((key) => key.replace(/^hub\//, '')).sort(),
    staged: () => readdirSync(join(dataDir, 'papers-incoming')),
    spoil: (key) => void bucket.objects.set(`hub/${key}`, Buffer.from('rotten')),
    bucket,
  };
}

const content = (size: number, fill = 7) => Buffer.alloc(size, fill);
const keyOf = (bytes: Buffer) => `sha256/${sha256(bytes).slice(0, 2)}/${sha256(bytes).slice(2)}`;
const read = async (stream: Readable | undefined) => (stream ? Buffer.concat((await stream.toArray()) as Buffer[]) : undefined);

describe.each([['a folder', folder], ['an S3-compatible store', s3]] as const)('%s', (_, open) => {
  test('keeps what it was given under its hash and gives it back, byte for byte', async () => {
    const { vault, kept, staged } = await open();
    const bytes = content(300_000);
    expect(await vault.keep(Readable.from([bytes.subarray(0, 1), bytes.subarray(1)]))).toEqual({ sha256: sha256(bytes), size: 300_000 });
    expect(kept()).toEqual([keyOf(bytes)]);
    expect(staged()).toEqual([]);
    expect((await read(await vault.fetch(sha256(bytes))))?.equals(bytes)).toBe(true);
  });

  test('keeps the same content once, also when it comes many times at once', async () => {
    const { vault, kept } = await open();
    const bytes = content(50_000);
    await Promise.all(Array.from({ length: 8 }, () => vault.keep(Readable.from([bytes]))));
    expect(kept()).toEqual([keyOf(bytes)]);
  });

  test('asks whether it may before anything has its place, and keeps nothing of what it may not or what breaks off', async () => {
    const { vault, kept, staged } = await open();
    const refusal = new Error('refused');
    await expect(vault.keep(Readable.from([content(10)]), () => Promise.reject(refusal))).rejects.toBe(refusal);
    const broken = new Readable({ read() {} });
    broken.push(content(10));
    const keeping = vault.keep(broken);
    broken.destroy(refusal);
    await expect(keeping).rejects.toBe(refusal);
    await vault.keep(Readable.from([content(20)]), async () => expect(kept()).toEqual([]));
    expect(kept()).toEqual([keyOf(content(20))]);
    expect(staged()).toEqual([]);
  });

  test('does not give out as good what is no longer what it was', async () => {
    const { vault, spoil } = await open();
    const bytes = content(10);
    await vault.keep(Readable.from([bytes]));
    spoil(keyOf(bytes));
    const rotten = await vault.fetch(sha256(bytes));
    await expect(read(rotten)).rejects.toThrow(/no longer what it was/);
  });

  test('knows nothing of what it never had, and lets go of what it has', async () => {
    const { vault, kept } = await open();
    expect(await vault.fetch(sha256(content(1)))).toBeUndefined();
    await vault.forget(sha256(content(1)));
    await vault.keep(Readable.from([content(2)]));
    await vault.forget(sha256(content(2)));
    expect(await vault.fetch(sha256(content(2)))).toBeUndefined();
    expect(kept()).toEqual([]);
  });

  test('keeps an empty content too: whether that is a paper is not for it to judge', async () => {
    const { vault } = await open();
    const { sha256: name } = await vault.keep(Readable.from([]));
    expect((await read(await vault.fetch(name)))?.length).toBe(0);
  });
});

test('what a killed process left unfinished is cleared when it is old, and left alone when it may be under way', async () => {
  const root = openFolder();
  const [old, young] = ['old', 'young'].map((name) => join(root, 'incoming', name)) as [string, string];
  mkdirSync(join(root, 'incoming'));
  for (const file of [old, young]) writeFileSync(file, 'half');
  utimesSync(old, 0, 0);
  await openVault({ url: `file:${root}` }, openFolder());
  expect([existsSync(old), existsSync(young)]).toEqual([false, true]);
  expect(readFileSync(young, 'utf8')).toBe('half');
});

test('a folder that cannot be written is a store that is not available, and says so as such', async () => {
  const root = openFolder();
  const vault = await openVault({ url: `file:${root}` }, openFolder());
  writeFileSync(join(root, 'sha256'), 'a file where the folder should be');
  await expect(vault.keep(Readable.from([content(10)]))).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(readdirSync(join(root, 'incoming'))).toEqual([]);
});

test('to S3 goes one PUT with length and the paper’s own SHA-256, no ACL and no second copy; what is there is not sent again', async () => {
  const { vault, bucket } = await s3();
  const bytes = content(70_000);
  await vault.keep(Readable.from([bytes]));
  await vault.keep(Readable.from([bytes]));
  const key = `hub/${keyOf(bytes)}`;
  expect(bucket?.requests).toEqual([`HEAD ${key}`, `PUT ${key}`, `HEAD ${key}`]);
  expect(bucket?.puts).toHaveLength(1);
  expect(bucket?.puts[0]).toMatchObject({ 'content-length': '70000', 'x-amz-checksum-sha256': Buffer.from(sha256(bytes), 'hex').toString('base64') });
  expect(bucket?.puts[0]).not.toHaveProperty('x-amz-acl');
  expect(bucket?.puts[0]).not.toHaveProperty('x-amz-trailer');
});

test('an S3 that breaks off, or that refuses the account, keeps nothing and is told as a store that is not available', async () => {
  const { vault, kept, staged, bucket } = await s3();
  Object.assign(bucket ?? {}, { breakPuts: true });
  await expect(vault.keep(Readable.from([content(200_000)]))).rejects.toBeInstanceOf(StoreUnavailableError);
  Object.assign(bucket ?? {}, { breakPuts: false });
  const stranger = await openVault({ url: bucket?.url ?? '', accessKey: bucket?.accessKey, secretKey: 'guessed' }, openFolder());
  await expect(stranger.keep(Readable.from([content(10)]))).rejects.toBeInstanceOf(StoreUnavailableError);
  expect([kept(), staged()]).toEqual([[], []]);
});

test('an S3 without an account, and a place that is none, stop the start with what would be right', () => {
  expect(() => readConfig({ PAPERS_URL: 's3://giay-to' }, { sandbox: true })).toThrow(/PAPERS_ACCESS_KEY is missing[^]*PAPERS_SECRET_KEY is missing/);
  expect(() => readConfig({ PAPERS_URL: 'ftp://giay-to' }, { sandbox: true })).toThrow(/PAPERS_URL=ftp:\/\/giay-to – file:path\/to\/folder or s3:/);
});
