import { expect, test } from 'vitest';
import { DatabaseRefused } from '../../src/database/migrations/known.ts';
import { openDatabase } from '../../src/database/open.ts';
import { writeBeside } from '../support/database.ts';
import { openStore } from './opened.ts';
import { namesIn, writeRow } from './rows.ts';

test('a database that a later release has laid out is refused with what to do, and is left as it is', async () => {
  const { store, url } = await openStore();
  await store.transact(async (rows) => {
    await writeRow(rows, 'of tomorrow');
    await rows.query("INSERT INTO migrations (timestamp, name) VALUES (1900000000000, 'Tomorrow1900000000000')");
  });
  await store.close();
  const opening = openDatabase(url);
  await expect(opening).rejects.toBeInstanceOf(DatabaseRefused);
  await expect(opening).rejects.toThrow(/later release.*Tomorrow1900000000000.*Start that release/s);
  writeBeside(url, "DELETE FROM migrations WHERE name = 'Tomorrow1900000000000'");
  const { store: again } = await openDatabase(url);
  expect(await namesIn(again.read())).toEqual(['of tomorrow']);
  await again.close();
});
