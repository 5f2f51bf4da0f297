import type { EntityManager, EntitySchema } from 'typeorm';

/** The rows as seen from inside one unit of work, or by a reader. TypeORM's manager, less the doors that lose data. */
export type Rows = Omit<EntityManager, 'transaction' | 'save' | 'remove' | 'softRemove' | 'recover'>;

/** The port through which every room reaches the database. `database/` implements it. */
export interface Store {
  /**
   * One unit of work: everything in it is committed together or not at all. A unit of work begun inside another joins it.
   * Never wait for a ministry or a subscriber inside. Rejects with `StoreUnavailableError` when the database cannot write.
   */
  transact<T>(work: (rows: Rows) => Promise<T>): Promise<T>;
  /** The reader's view: inside a unit of work its own rows, else the last committed state. */
  read(): Rows;
  /** Runs the callback once the unit of work now open has been committed; never when it is rolled back. */
  afterCommit(callback: () => void): void;
  /** Closes both connections. */
  close(): Promise<void>;
}

/** A room's tables, handed to the database by the list in `database/tables.ts`. */
export type Table = EntitySchema;

/** The database is locked, full, read-only or gone: nothing was written and the caller may try again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
