/* A second process on a store: opens it, says so, and writes when told to. Started by writer.ts. */
import { openDatabase } from '../../src/database/open.ts';
import { writeRow } from './rows.ts';

const [url = '', count = '0'] = process.argv.slice(2);
const { store } = await openDatabase(url);
process.send?.('ready');
process.once('message', () => {
  const names = Array.from({ length: Number(count) }, (_, number) => `process ${process.pid}, row ${number}`);
  void Promise.all(names.map((name) => store.transact((rows) => writeRow(rows, name)).then(() => name)))
    .then((told) => process.send?.(told))
    .finally(() => process.disconnect());
});
