import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { counterTable } from '../../src/dossiers/table.ts';
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import { realPause } from '../../src/kit/clock.ts';
import { gate } from '../kit/gate.ts';
import { openStore } from './opened.ts';
import { testOnFile } from '../support/database.ts';
import { namesIn, writeRow } from './rows.ts';

/** How many commits stand in the file's write-ahead log: a frame that ends one carries the size of the database (https://sqlite.org/fileformat2.html#walformat). */
function commitsIn(file: string): number {
  const log = readFileSync(`${file}-wal`);
  const frame = 24 + log.readUInt32BE(8); // header and page
  let commits = 0;
  for (let at = 32; at + frame <= log.length; at += frame) if (log.readUInt32BE(at + 4) > 0 && log.readUInt32BE(at + 8) === log.readUInt32BE(16)) commits += 1;
  return commits;
}

test('a unit of work that joins another is rolled back with it', async () => {
  const { store } = await openStore();
  const outer = store.transact(async (rows) => {
    await writeRow(rows, 'outer');
    await store.transact((inner) => writeRow(inner, 'inner'));
    throw new Error('the outer work fails at its end');
  });
  await expect(outer).rejects.toThrow('fails at its end');
  expect(await namesIn(store.read())).toEqual([]);
});

test('a unit of work that joins another is committed with it, and not before', async () => {
  const { store } = await openStore();
  const seen: string[][] = [];
  await store.transact(async (rows) => {
    await store.transact((inner) => writeRow(inner, 'inner'));
    seen.push(await namesIn(rows));
    await writeRow(rows, 'outer');
  });
  expect(seen).toEqual([['inner']]);
  expect(await namesIn(store.read())).toEqual(['inner', 'outer']);
});

test('an inner work that fails, and whose failure is passed on, rolls back the whole', async () => {
  const { store } = await openStore();
  const whole = store.transact(async (rows) => {
    await writeRow(rows, 'before');
    await store.transact(async (inner) => {
      await writeRow(inner, 'inner');
      throw new Error('the inner work fails');
    });
  });
  await expect(whole).rejects.toThrow('the inner work fails');
  expect(await namesIn(store.read())).toEqual([]);
});

test('an inner work that fails rolls back the whole even when the outer goes on as if nothing had happened', async () => {
  const { store } = await openStore();
  const whole = store.transact(async (rows) => {
    await writeRow(rows, 'before');
    await store
      .transact(async (inner) => {
        await writeRow(inner, 'half of the inner work');
        throw new Error('the inner work fails');
      })
      .catch(() => undefined);
  });
  await expect(whole).rejects.toThrow('the inner work fails');
  expect(await namesIn(store.read())).toEqual([]);
});

test('a statement that fails rolls back what stood before it in the unit', async () => {
  const { store } = await openStore();
  await store.transact((rows) => writeRow(rows, 'taken'));
  const second = store.transact(async (rows) => {
    await writeRow(rows, 'new');
    await writeRow(rows, 'taken');
  });
  await expect(second).rejects.toThrow(/unique/i);
  expect(await namesIn(store.read())).toEqual(['taken']);
});

test('what a unit returns or throws comes out as it is', async () => {
  const { store } = await openStore();
  const mistake = new Error('a mistake');
  expect(await store.transact(() => Promise.resolve(42))).toBe(42);
  await expect(store.transact(() => Promise.reject(mistake))).rejects.toBe(mistake);
});

test('a callback runs after the commit, when every reader sees the rows', async () => {
  const { store } = await openStore();
  const heard = gate();
  let seenWithin: string[] | undefined;
  let seenAfter: Promise<string[]> | undefined;
  await store.transact(async (rows) => {
    store.afterCommit(() => {
      seenAfter = namesIn(store.read());
      heard.open();
    });
    await writeRow(rows, 'one');
    seenWithin = seenAfter && (await seenAfter);
  });
  await heard.opened;
  expect(seenWithin).toBeUndefined();
  expect(await seenAfter).toEqual(['one']);
});

test('callbacks of one unit run in their order, those of an inner unit with the outer', async () => {
  const { store } = await openStore();
  const heard: string[] = [];
  await store.transact(async () => {
    store.afterCommit(() => heard.push('first'));
    await store.transact(() => Promise.resolve(store.afterCommit(() => heard.push('inner'))));
    store.afterCommit(() => heard.push('last'));
    expect(heard).toEqual([]);
  });
  expect(heard).toEqual(['first', 'inner', 'last']);
});

test('callbacks of a unit that is rolled back never run, also not with the next commit', async () => {
  const { store } = await openStore();
  const heard: string[] = [];
  const failing = store.transact(() => {
    store.afterCommit(() => heard.push('never'));
    return Promise.reject(new Error('rolled back'));
  });
  await expect(failing).rejects.toThrow('rolled back');
  await store.transact(() => Promise.resolve(store.afterCommit(() => heard.push('next'))));
  expect(heard).toEqual(['next']);
});

test('a callback may begin a unit of its own', async () => {
  const { store } = await openStore();
  const written = gate();
  await store.transact((rows) => {
    store.afterCommit(() => void store.transact((own) => writeRow(own, 'by the callback')).then(() => written.open()));
    return writeRow(rows, 'by the unit');
  });
  await written.opened;
  expect(await namesIn(store.read())).toEqual(['by the callback', 'by the unit']);
});

test('a callback without an open unit is a mistake that is named', async () => {
  const { store } = await openStore();
  expect(() => store.afterCommit(() => undefined)).toThrow(/open unit of work/);
});

test('inside a unit the reader sees its own rows, outside only what is committed', async () => {
  const { store } = await openStore();
  const written = gate();
  const mayCommit = gate();
  let inside: string[] = [];
  const unit = store.transact(async (rows) => {
    await writeRow(rows, 'open');
    inside = await namesIn(store.read());
    written.open();
    await mayCommit.opened;
  });
  await written.opened;
  expect(inside).toEqual(['open']);
  expect(await namesIn(store.read())).toEqual([]);
  mayCommit.open();
  await unit;
  expect(await namesIn(store.read())).toEqual(['open']);
});

test('of two units side by side neither sees a half of the other', async () => {
  const { store } = await openStore();
  const mayCommit = gate();
  const first = store.transact(async (rows) => {
    await writeRow(rows, 'first, one');
    await mayCommit.opened;
    await writeRow(rows, 'first, two');
  });
  const second = store.transact((rows) => namesIn(rows));
  mayCommit.open();
  await first;
  expect([[], ['first, one', 'first, two']]).toContainEqual(await second); // SQLite has it wait; PostgreSQL shows what was committed when it began
});

test('a work that outlives its unit can neither write into the next one nor past it', async () => {
  const { store } = await openStore();
  const ended = gate();
  const late: Promise<unknown>[] = [];
  const first = store.transact(async (rows) => {
    late.push(ended.opened.then(() => writeRow(rows, 'late')));
    await writeRow(rows, 'in time');
  });
  await first;
  await store.transact(async (rows) => {
    ended.open();
    await expect(late[0]).rejects.toThrow(/unit of work/);
    await writeRow(rows, 'next');
  });
  expect(await namesIn(store.read())).toEqual(['in time', 'next']);
});

test('of two works side by side in one unit, the one that goes on after the other failed writes nothing', async () => {
  const { store } = await openStore();
  const others: Promise<unknown>[] = [];
  const unit = store.transact((rows) => {
    const slow = (async () => {
      for (let number = 0; number < 50; number += 1) await writeRow(rows, `slow ${number}`);
    })();
    others.push(slow);
    return Promise.all([slow, writeRow(rows, 'same').then(() => writeRow(rows, 'same'))]);
  });
  await expect(unit).rejects.toThrow(/unique/i);
  await expect(others[0]).rejects.toThrow(/unit of work|transaction is aborted/);
  await store.transact((rows) => writeRow(rows, 'next'));
  expect(await namesIn(store.read())).toEqual(['next']);
});

test('a write that was begun and not waited for belongs to its unit', async () => {
  const { store } = await openStore();
  await store.transact((rows) => {
    void writeRow(rows, 'not waited for');
    return Promise.resolve();
  });
  const rolledBack = store.transact((rows) => {
    void writeRow(rows, 'rolled back');
    return Promise.reject(new Error('at once'));
  });
  await expect(rolledBack).rejects.toThrow('at once');
  await store.transact((rows) => writeRow(rows, 'next'));
  const found = await namesIn(store.read());
  expect(found).not.toContain('rolled back');
  expect(found).toContain('next');
});

test('a unit begun by a work that outlived its own is a unit for itself', async () => {
  const { store } = await openStore();
  const ended = gate();
  const late: Promise<unknown>[] = [];
  await store.transact(() => {
    late.push(ended.opened.then(() => store.transact((rows) => writeRow(rows, 'late, in a unit of its own'))));
    return Promise.resolve();
  });
  const next = store.transact(async (rows) => {
    ended.open();
    await writeRow(rows, 'next');
    throw new Error('the next unit fails');
  });
  await expect(next).rejects.toThrow('the next unit fails');
  await late[0];
  expect(await namesIn(store.read())).toEqual(['late, in a unit of its own']);
});

test('a reader that outlived its unit sees what is committed', async () => {
  const { store } = await openStore();
  const ended = gate();
  const late: Promise<string[]>[] = [];
  await store.transact(() => {
    late.push(ended.opened.then(() => namesIn(store.read())));
    return Promise.resolve();
  });
  await store.transact(async (rows) => {
    await writeRow(rows, 'not yet committed');
    ended.open();
    expect(await late[0]).toEqual([]);
  });
});

testOnFile('units that come at one moment share one commit, and what fails among them is taken back alone', async () => {
  const { store, file } = await openStore();
  const before = commitsIn(file);
  const units = ['a', 'b', 'c'].map((name) =>
    store.transact(async (rows) => {
      await writeRow(rows, name);
      if (name === 'b') throw new Error('b fails');
      return name;
    }),
  );
  expect((await Promise.allSettled(units)).map((told) => (told.status === 'fulfilled' ? told.value : 'failed'))).toEqual(['a', 'failed', 'c']);
  expect(await namesIn(store.read())).toEqual(['a', 'c']);
  expect(commitsIn(file) - before).toBe(1);
});

testOnFile('nobody is told "stored", and no callback runs, before the shared commit is on the disk', async () => {
  const { store, file } = await openStore();
  const before = commitsIn(file);
  const seen: number[] = [];
  const look = () => void seen.push(commitsIn(file) - before);
  const unit = (name: string) =>
    store.transact(async (rows) => {
      await writeRow(rows, name);
      store.afterCommit(look);
      look();
    });
  await Promise.all(['a', 'b'].map((name) => unit(name).then(look)));
  expect(seen).toEqual([0, 0, 1, 1, 1, 1]);
});

test('the reader cannot write', async () => {
  const { store } = await openStore();
  await expect(store.read().insert(counterTable, { agency: 'a', day: 'b', last: 1 })).rejects.toThrow(/read-?only/);
});

test('closing waits for the unit that is open', async () => {
  const { store } = await openStore();
  const mayCommit = gate();
  const unit = store.transact(async (rows) => {
    await mayCommit.opened;
    await writeRow(rows, 'last');
    return namesIn(rows);
  });
  const closed = store.close();
  mayCommit.open();
  expect(await unit).toEqual(['last']);
  await closed;
});

testOnFile('a second store of the same process opens while the first is writing: it waits without keeping the process from its work', async () => {
  const { store, file } = await openStore();
  let second: ReturnType<typeof openSqliteStore> | undefined;
  await store.transact(async (rows) => {
    await writeRow(rows, 'first');
    second = openSqliteStore(file);
    await Promise.race([second, realPause(100)]); // milliseconds: long enough for the second to come to the lock that is held here
  });
  const other = await second;
  expect(await namesIn(other?.read() ?? store.read())).toEqual(['first']);
  await other?.close();
});
