import Database from 'better-sqlite3';
import pg from 'pg';
import { onPostgres } from './database.ts';

/** A prepared statement of better-sqlite3, as far as is looked at here. */
interface Statement {
  all(this: { source: string }, ...values: unknown[]): unknown[];
}

/** What a connection of node-postgres is asked. */
type Ask = (this: unknown, asked: string | { readonly text?: string }, ...rest: unknown[]) => unknown;

/** The statements that read, in the order in which this process has them carried out meanwhile. */
export async function statementsDuring(work: () => Promise<void>): Promise<string[]> {
  const heard: string[] = [];
  const stop = onPostgres ? listenToPostgres(heard) : listenToSqlite(heard);
  try {
    await work();
  } finally {
    stop();
  }
  return heard;
}

function listenToSqlite(heard: string[]): () => void {
  const statement = Object.getPrototypeOf(new Database(':memory:').prepare('SELECT 1')) as Statement;
  const { all } = statement;
  statement.all = function (...values) {
    heard.push(this.source);
    return all.apply(this, values);
  };
  return () => void (statement.all = all);
}

function listenToPostgres(heard: string[]): () => void {
  const client = pg.Client.prototype as unknown as { query: Ask };
  const { query } = client;
  client.query = function (asked, ...rest) {
    heard.push(typeof asked === 'string' ? asked : (asked.text ?? ''));
    return query.call(this, asked, ...rest);
  };
  return () => void (client.query = query);
}
