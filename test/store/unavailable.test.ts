import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import { realMs } from '../../src/kit/clock.ts';
import { StoreUnavailableError } from '../../src/kit/store.ts';
import { openFolder } from '../mocks/folder.ts';
import { openOnDisk } from './connection.ts';
import { lock } from './lock.ts';
import { testOnFile } from '../support/database.ts';
import { openStore } from './opened.ts';
import { namesIn, writeRow } from './rows.ts';

/** A store with its disk in hand. */
async function openWithDisk() {
  const file = join(openFolder(), 'hub.sqlite');
  const { opened: store, disk } = await openOnDisk(file, () => openSqliteStore(file));
  onTestFinished(() => store.close());
  return { store, disk };
}

testOnFile('a locked file is "cannot write now": nothing is stored, and it is the store that says so', async () => {
  const { store, file } = await openStore({ busyMs: 50 });
  await lock(file);
  const unit = store.transact((rows) => writeRow(rows, 'never'));
  await expect(unit).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(unit).rejects.toThrow('SQLITE_BUSY');
  expect(await namesIn(store.read())).toEqual([]);
});

testOnFile('while the file is locked, readers read and the process goes on with other things', async () => {
  const { store, file } = await openStore({ busyMs: 300 });
  await store.transact((rows) => writeRow(rows, 'from before'));
  await lock(file);
  let waiting = true;
  const unit = store.transact((rows) => writeRow(rows, 'never')).finally(() => (waiting = false));
  const refused = expect(unit).rejects.toBeInstanceOf(StoreUnavailableError);
  let turns = 0;
  while (waiting) {
    expect(await namesIn(store.read())).toEqual(['from before']);
    await new Promise<void>((resolve) => setImmediate(resolve));
    turns += 1;
  }
  await refused;
  expect(turns).toBeGreaterThan(5); // SQLite's own waiting would have stopped everything until it was over
});

testOnFile('a lock that ends in time is waited for', async () => {
  const { store, file } = await openStore();
  const { end } = await lock(file);
  const unit = store.transact((rows) => writeRow(rows, 'in the end'));
  setImmediate(end);
  await unit;
  expect(await namesIn(store.read())).toEqual(['in the end']);
});

testOnFile('after one unit has waited in vain the others are told at once, until one gets through', async () => {
  const { store, file } = await openStore({ busyMs: 400 });
  const { end } = await lock(file);
  const begun = realMs();
  const told = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => store.transact((rows) => writeRow(rows, `row ${number}`))));
  expect(told.every((one) => one.status === 'rejected' && one.reason instanceof StoreUnavailableError)).toBe(true);
  expect(realMs() - begun).toBeLessThan(4_000); // twenty waits after each other would be eight seconds
  end();
  await store.transact((rows) => writeRow(rows, 'after the lock'));
  expect(await namesIn(store.read())).toEqual(['after the lock']);
  const second = await lock(file);
  const unit = store.transact((rows) => writeRow(rows, 'patient again'));
  setImmediate(second.end);
  await unit;
});

testOnFile('a full disk is "cannot write now": the whole unit is gone, and once there is room the next one is stored', async () => {
  const { store, disk } = await openWithDisk();
  disk.fill();
  const unit = store.transact(async (rows) => {
    await writeRow(rows, 'small');
    for (let number = 0; number < 100; number += 1) await writeRow(rows, `${number} ${'x'.repeat(4_000)}`);
  });
  await expect(unit).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(unit).rejects.toThrow('SQLITE_FULL');
  expect(await namesIn(store.read())).toEqual([]);
  disk.makeRoom();
  await store.transact((rows) => writeRow(rows, 'with room'));
  expect(await namesIn(store.read())).toEqual(['with room']);
});

testOnFile('when the disk fills up under units that share a commit, each is told the truth', async () => {
  const { store, disk } = await openWithDisk();
  disk.fill();
  const sizes = { first: 10, large: 200_000, last: 10 };
  const told = await Promise.allSettled(Object.entries(sizes).map(([name, size]) => store.transact((rows) => writeRow(rows, `${name} ${'x'.repeat(size)}`)).then(() => name)));
  expect(told[1]).toMatchObject({ status: 'rejected', reason: expect.any(StoreUnavailableError) as unknown });
  const stored = told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect((await namesIn(store.read())).map((name) => name.split(' ')[0])).toEqual(stored);
  disk.makeRoom();
  await store.transact((rows) => writeRow(rows, 'with room'));
  expect(await namesIn(store.read())).toContain('with room');
});

testOnFile('a disk that fills up within an inner work takes the outer one along', async () => {
  const { store, disk } = await openWithDisk();
  disk.fill();
  const unit = store.transact(async (rows) => {
    await writeRow(rows, 'outer');
    await store.transact((inner) => writeRow(inner, 'x'.repeat(100_000))).catch(() => undefined);
  });
  await expect(unit).rejects.toBeInstanceOf(StoreUnavailableError);
  expect(await namesIn(store.read())).toEqual([]);
});

testOnFile('a read-only database is "cannot write now", and ends when it may be written again', async () => {
  const { store, disk } = await openWithDisk();
  disk.protect();
  const unit = store.transact((rows) => writeRow(rows, 'never'));
  await expect(unit).rejects.toBeInstanceOf(StoreUnavailableError);
  await expect(unit).rejects.toThrow('SQLITE_READONLY');
  disk.unprotect();
  await store.transact((rows) => writeRow(rows, 'again'));
  expect(await namesIn(store.read())).toEqual(['again']);
});

test('a mistake of the work itself is not blamed on the store', async () => {
  const { store } = await openStore();
  const twice = store.transact(async (rows) => {
    await writeRow(rows, 'same');
    await writeRow(rows, 'same');
  });
  await expect(twice).rejects.toThrow(/unique/i);
  await expect(twice).rejects.not.toBeInstanceOf(StoreUnavailableError);
});
