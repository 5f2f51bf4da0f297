import { expect, test } from 'vitest';
import { BEGINNING, readCursor, writeCursor, type Position } from '../../src/events/cursor.ts';
import type { Feed, Wanted } from '../../src/events/feed.ts';
import type { NewEvent } from '../../src/events/log.ts';
import { createSeal } from '../../src/kit/seal.ts';
import { gate } from '../kit/gate.ts';
import { openRegistry, type OpenedRegistry } from './registry.ts';

const fact = (name: string, rest: Partial<NewEvent> = {}): NewEvent => ({ kind: 'dossier.accepted', dossier: name, run: null, agency: null, procedure: null, statusCode: 2, ...rest });

const write = ({ store, feed }: OpenedRegistry, ...facts: NewEvent[]) =>
  store.transact(async (rows) => {
    for (const one of facts) await feed.append(rows, one);
  });

/** Writes the facts, and waits until they can be read. */
async function append(registry: OpenedRegistry, ...facts: NewEvent[]): Promise<void> {
  await write(registry, ...facts);
  await registry.settled();
}

/** Reads so many events off a follower and lets it go. */
async function take(feed: Feed, wanted: Wanted, after: Position | null, count: number): Promise<(string | null)[]> {
  const events = await feed.follow(wanted, after);
  const taken: (string | null)[] = [];
  for await (const { dossier } of events) {
    taken.push(dossier);
    if (taken.length === count) break;
  }
  return taken;
}

/** A place as SQLite has them: all transactions count as one. */
const at = (id: number): Position => ({ tx: 0, id });

const names = (count: number) => Array.from({ length: count }, (_, number) => `dossier ${number}`);

test('a page holds the facts after a position, oldest first, as many as wanted', async () => {
  const registry = await openRegistry();
  await append(registry, ...names(10).map((name) => fact(name)));
  const first = await registry.feed.page({}, BEGINNING, 4);
  const second = await registry.feed.page({}, first.at(-1) ?? BEGINNING, 100);
  expect([...first, ...second].map(({ dossier }) => dossier)).toEqual(names(10));
  expect([first.length, second.length]).toEqual([4, 6]);
});

test('the facts of a unit that is rolled back are never told and leave no hole that a cursor could fall into', async () => {
  const registry = await openRegistry();
  await append(registry, fact('before'));
  const failing = registry.store.transact(async (rows) => {
    await registry.feed.append(rows, fact('never'));
    throw new Error('rolled back');
  });
  await expect(failing).rejects.toThrow('rolled back');
  await append(registry, fact('after'));
  expect(await take(registry.feed, {}, BEGINNING, 2)).toEqual(['before', 'after']);
});

test('every reader of the firehose gets the same order, whenever it began and whoever writes at the time', async () => {
  const registry = await openRegistry();
  const writing = Promise.all(names(100).map((name) => write(registry, fact(name), fact(`${name}, again`))));
  const readers = [0, 0, 0].map(() => take(registry.feed, {}, BEGINNING, 200));
  await writing;
  const late = take(registry.feed, {}, BEGINNING, 200);
  const [first, ...others] = await Promise.all([...readers, late]);
  expect(new Set(first).size).toBe(200);
  for (const other of others) expect(other).toEqual(first);
});

test('a reader who comes back with any position gets the rest, each fact once', async () => {
  const registry = await openRegistry();
  await append(registry, ...names(30).map((name) => fact(name)));
  const all = await registry.feed.page({}, BEGINNING, 100);
  for (const [index, place] of all.entries()) {
    const rest = index === 29 ? [] : await take(registry.feed, {}, place, 29 - index);
    expect(rest).toEqual(names(30).slice(index + 1));
  }
});

test('a reader without a position gets only what comes from now', async () => {
  const registry = await openRegistry();
  await append(registry, fact('old'));
  const events = await registry.feed.follow({}, null);
  const next = events.next();
  await append(registry, fact('new'));
  expect((await next).value?.dossier).toBe('new');
  await events.return?.();
});

test('a reader without a position misses nothing that is written between its asking and its first look', async () => {
  const registry = await openRegistry();
  const events = await registry.feed.follow({}, null);
  await append(registry, fact('before the first look'));
  expect((await events.next()).value?.dossier).toBe('before the first look');
  await events.return?.();
});

test('a waiting reader is told when the unit is committed, however long that stays open after the fact was written, and not before', async () => {
  const registry = await openRegistry();
  const mayCommit = gate();
  const told: string[] = [];
  const events = await registry.feed.follow({}, null);
  const next = events.next().then(({ value }) => told.push(value?.dossier as string));
  const unit = registry.store.transact(async (rows) => {
    await registry.feed.append(rows, fact('held back'));
    await mayCommit.opened;
  });
  for (let turn = 0; turn < 20; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve));
  expect(told).toEqual([]);
  mayCommit.open();
  await Promise.all([unit, next]);
  expect(told).toEqual(['held back']);
  await events.return?.();
});

test('a reader of one dossier, of one run or of chosen facts gets those only', async () => {
  const registry = await openRegistry();
  await append(
    registry,
    fact('a', { run: 'r1', agency: 'H01', procedure: '1.001193' }),
    fact('b', { run: 'r2', kind: 'dossier.finished' }),
    fact('a', { run: 'r1', kind: 'dossier.finished', agency: 'H02', procedure: '1.004222' }),
  );
  const kinds = async (wanted: Wanted) => (await registry.feed.page(wanted, BEGINNING, 10)).map(({ kind, dossier }) => `${dossier} ${kind}`);
  expect(await kinds({ dossier: 'a' })).toEqual(['a dossier.accepted', 'a dossier.finished']);
  expect(await kinds({ run: 'r2' })).toEqual(['b dossier.finished']);
  expect(await kinds({ kinds: ['dossier.finished'] })).toEqual(['b dossier.finished', 'a dossier.finished']);
  expect(await kinds({ agency: 'H01' })).toEqual(['a dossier.accepted']);
  expect(await kinds({ procedure: '1.004222' })).toEqual(['a dossier.finished']);
  expect(await kinds({ dossier: 'b', kinds: ['dossier.accepted'] })).toEqual([]);
});

test('a reader of one dossier is woken by it, and by nothing else', async () => {
  const registry = await openRegistry();
  const events = await registry.feed.follow({ dossier: 'a' }, null);
  const next = events.next();
  await append(registry, fact('b'));
  await append(registry, fact('a'));
  expect((await next).value?.dossier).toBe('a');
  await events.return?.();
});

test('a reader who stops in the middle of a page keeps its place and no listener', async () => {
  const registry = await openRegistry();
  await append(registry, ...names(250).map((name) => fact(name)));
  expect(await take(registry.feed, {}, BEGINNING, 3)).toEqual(names(3));
  expect(await take(registry.feed, {}, BEGINNING, 250)).toEqual(names(250)); // more than two pages
});

test('a reader who waits ends at once when it is let go', async () => {
  const registry = await openRegistry();
  const events = await registry.feed.follow({}, null);
  const next = events.next();
  await events.return?.();
  expect(await next).toEqual({ value: undefined, done: true });
});

test('a cursor holds a position, is opaque, and the same position gives the same cursor', async () => {
  const { seal } = await openRegistry();
  const cursor = writeCursor(seal, at(42));
  expect(readCursor(seal, cursor)).toEqual({ is: 'position', position: at(42) });
  expect(readCursor(seal, writeCursor(seal, { tx: 7, id: 42 }))).toEqual({ is: 'position', position: { tx: 7, id: 42 } });
  expect(writeCursor(seal, at(42))).toBe(cursor);
  expect(writeCursor(seal, at(43))).not.toBe(cursor);
  expect(Buffer.from(cursor, 'base64url').toString('latin1')).not.toContain('42');
});

test('no cursor means from now, and "0" from the beginning', async () => {
  const { seal } = await openRegistry();
  expect([readCursor(seal, null), readCursor(seal, undefined), readCursor(seal, '0')]).toEqual([
    { is: 'position', position: null },
    { is: 'position', position: null },
    { is: 'position', position: BEGINNING },
  ]);
});

test('a cursor that the hub never gave out is bad', async () => {
  const { seal } = await openRegistry();
  const foreign = createSeal(Buffer.alloc(32, 8));
  const bad = ['', '1', '00', '-1', 'null', 'MQ', writeCursor(foreign, at(1)), `${writeCursor(seal, at(1))}A`, writeCursor(seal, at(1)).slice(0, -1), seal.close('id', '1'), seal.close('cursor', '1e3'), seal.close('cursor', '')];
  expect(bad.map((word) => readCursor(seal, word).is)).toEqual(bad.map(() => 'bad'));
});
