import { expect, test } from 'vitest';
import { counterTable } from '../../src/dossiers/table.ts';
import { eventTable } from '../../src/events/log.ts';
import { openDatabase } from '../../src/database/open.ts';
import { administer, databaseOn, onPostgres } from '../support/database.ts';
import type { Rows, Store } from '../../src/kit/store.ts';
import { openStore } from './opened.ts';
import { namesIn } from './rows.ts';
import { compileWriter, openWriter } from './writer.ts';

const program = await compileWriter();

const name = (number: number) => `row ${String(number).padStart(3, '0')}`;

/** Two rows in two tables, with the turns of the event loop between that let the others in. */
async function writeTwo(rows: Rows, number: number): Promise<void> {
  await rows.insert(counterTable, { agency: name(number), day: '2025-03-03', last: number });
  await new Promise<void>((resolve) => setImmediate(resolve));
  await rows.insert(eventTable, { kind: 'bundle.received', at: '2025-03-03T01:00:00.000Z', dossier: null, run: name(number), agency: null, procedure: null, statusCode: null });
}

/** Every second unit fails at its end; gives the names of those that were told "committed". */
async function writeAllAtOnce(store: Store, units: number): Promise<string[]> {
  const told = await Promise.allSettled(
    Array.from({ length: units }, (_, number) =>
      store.transact(async (rows) => {
        await writeTwo(rows, number);
        if (number % 2 === 1) throw new Error('rolled back on purpose');
        return name(number);
      }),
    ),
  );
  return told.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
}

test('of 200 units of work at once, half of them rolled back, nothing told "committed" is lost and nothing else remains', async () => {
  const { store, url } = await openStore();
  const committed = await writeAllAtOnce(store, 200);
  expect(committed).toHaveLength(100);
  expect(await namesIn(store.read())).toEqual(committed);
  const events = await store.read().find(eventTable, { order: { run: 'ASC' } });
  expect(events.map(({ run }) => run)).toEqual(committed);
  await store.close();
  const { store: again } = await openDatabase(url); // and it is in the database, not only in a connection's mind
  expect(await namesIn(again.read())).toEqual(committed);
  await again.close();
});

test('readers in the midst of 200 writers never see one half of a unit', async () => {
  const { store } = await openStore();
  let writing = true;
  const writers = writeAllAtOnce(store, 200).finally(() => (writing = false));
  let looks = 0;
  while (writing) {
    const [{ rows, events }] = (await store.read().query('SELECT (SELECT count(*) FROM dossier_counter) AS rows, (SELECT count(*) FROM event) AS events')) as [{ rows: number; events: number }];
    expect(events).toBe(rows);
    looks += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  await writers;
  expect(looks).toBeGreaterThan(10);
});

test('two processes on one database lose nothing: each row told "committed" by either is there', async () => {
  const { store, url } = await openStore();
  const other = openWriter(program, url, 150);
  await other.ready;
  const [here, there] = await Promise.all([writeAllAtOnce(store, 300), other.write()]);
  expect(here).toHaveLength(150);
  expect(there).toHaveLength(150);
  expect(await namesIn(store.read())).toEqual([...here, ...there].sort());
});

test('two processes that open a new database at the same moment both find it laid out', async () => {
  const { file } = await openStore();
  const name = `fresh_${process.pid}_${process.hrtime.bigint()}`;
  if (onPostgres) await administer(`CREATE DATABASE ${name}`);
  const fresh = onPostgres ? databaseOn(name) : `sqlite:${file}.new`;
  const writers = [openWriter(program, fresh, 5), openWriter(program, fresh, 5)];
  const told = await Promise.all(writers.map(async (writer) => (await writer.ready, writer.write())));
  expect(told.map((rows) => rows.length)).toEqual([5, 5]);
  if (onPostgres) await administer(`DROP DATABASE ${name} WITH (FORCE)`);
});
