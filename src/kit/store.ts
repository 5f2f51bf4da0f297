import type { EntityManager, EntitySchema } from 'typeorm';

/** The rows as seen from inside one unit of work, or by a reader. TypeORM's manager, less the doors that lose data. */
export type Rows = Omit<EntityManager, 'transaction' | 'save' | 'remove' | 'softRemove' | 'recover'>;

/** The port through which every room reaches the database. `database/` implements it. */
export interface Store {
  /**
   * One unit of work: everything in it is committed together or not at all. A unit of work begun inside another joins it.
   * Never wait for a ministry or a subscriber inside. Rejects with `StoreUnavailableError` when the database cannot write.
   * The work may be carried out again from its beginning, where two that ran side by side could not both have their way: it
   * has no effect but on its rows, on `afterCommit` and on what it returns.
   */
  transact<T>(work: (rows: Rows) => Promise<T>, guard?: Guard): Promise<T>;
  /** The reader's view: inside a unit of work its own rows, else the last committed state. */
  read(): Rows;
  /** Runs the callback once the unit of work now open has been committed; never when it is rolled back. */
  afterCommit(callback: () => void): void;
  /** The other processes on the same database. */
  readonly peers: Peers;
  /**
   * Which events may be read, as a condition in the database's own SQL on the columns of the event table: those that no
   * transaction still under way can come before. SQLite commits in the order of the numbers; PostgreSQL does not.
   */
  readonly settledEvents: string;
  /** Closes all connections. */
  close(): Promise<void>;
}

/**
 * What keeps units of work that run side by side apart. `reads`, the usual: a unit is taken back when something that it has
 * read was changed meanwhile. `rows`: only when a row that it changes was; enough, and much cheaper, where all units that
 * could clash change one row that they share, such as everything that concerns one run.
 */
export type Guard = 'reads' | 'rows';

/** The hub processes that share the database ("các tiến trình cùng cơ sở dữ liệu"). */
export interface Peers {
  /** Name of this process; no other, earlier or later, has the same. */
  readonly self: string;
  /** Whether other processes may share the database at all. */
  readonly shared: boolean;
  /** Names of the processes that are alive, this one among them. On SQLite there is only this one. */
  alive(): Promise<readonly string[]>;
  /** Calls out words to the other processes once the unit of work now open has been committed; without one, at once. */
  announce(...words: readonly string[]): void;
  /**
   * Hears the words that other processes called out, doubled or late as it may be. `ANYTHING` stands for words that were
   * missed: a connection was lost and is there again. Gives what ends the hearing.
   */
  hear(listener: (words: readonly string[]) => void): () => void;
}

/** Called out in place of words that were missed, or that are too many to be told one by one. */
export const ANYTHING = '*';

/** A room's tables, handed to the database by the list in `database/tables.ts`. */
export type Table = EntitySchema;

/** The database is locked, full, read-only or gone: nothing was written and the caller may try again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
