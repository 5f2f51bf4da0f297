/* The bare minimum of storing something durably: two inserts in one transaction on better-sqlite3, WAL, synchronous=FULL. */
import { join } from 'node:path';
import Database from 'better-sqlite3';

/** As long as a dossier with what is stored beside it. */
const BODY = 'x'.repeat(1_000);

const database = new Database(join(process.env['FOLDER'] ?? '', 'bare.sqlite'));
database.pragma('journal_mode = WAL');
database.pragma('synchronous = FULL');
database.exec('CREATE TABLE one (id INTEGER PRIMARY KEY, body TEXT); CREATE TABLE two (id INTEGER PRIMARY KEY, body TEXT)');
const [one, two] = [database.prepare('INSERT INTO one (body) VALUES (?)'), database.prepare('INSERT INTO two (body) VALUES (?)')];
const both = database.transaction(() => [one.run(BODY), two.run(BODY)]);

process.on('message', ({ number, inserts }: { readonly number: number; readonly inserts?: number }) => {
  if (inserts === undefined) return; // a question for the meter
  const begun = performance.now();
  for (let done = 0; done < inserts; done += 1) both.immediate();
  process.send?.({ number, reply: (inserts * 1_000) / (performance.now() - begun) });
});
process.stdout.write('ready\n');
process.once('SIGTERM', () => process.exit(0));
