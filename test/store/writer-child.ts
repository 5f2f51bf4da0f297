/* A second process on a store's file: opens it, says so, and writes when told to. Started by writer.ts. */
import { openSqliteStore } from '../../src/database/sqlite-store.ts';
import { writeRow } from './rows.ts';

const [file = '', count = '0'] = process.argv.slice(2);
const store = await openSqliteStore(file);
process.send?.('ready');
process.once('message', () => {
  const names = Array.from({ length: Number(count) }, (_, number) => `process ${process.pid}, row ${number}`);
  void Promise.all(names.map((name) => store.transact((rows) => writeRow(rows, name)).then(() => name)))
    .then((told) => process.send?.(told))
    .finally(() => process.disconnect());
});
