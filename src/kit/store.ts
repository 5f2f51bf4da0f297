import type { EntityManager, EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { inGroups } from './in-groups.ts';

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

/** Rows stored by one statement: with two dozen columns still far below the number of values that SQLite takes (32,766). */
const ROWS_AT_ONCE = 50;

/** The statements of each table, by number of rows: written once, so that the database prepares each of them once. */
const statements = new WeakMap<EntitySchema<never>, Map<number, string>>();

/**
 * Inserts rows as they are, in order, and reads nothing back. TypeORM's own insert writes its statement anew for every row
 * and takes several times as long; this one is for tables to which every request adds.
 */
export async function append<Row extends object>(rows: Rows, table: EntitySchema<Row>, added: readonly Row[]): Promise<void> {
  const columns = columnsOf(table).filter(({ generated }) => !generated);
  for (const group of inGroups(added, ROWS_AT_ONCE)) {
    const values = group.flatMap((row) => columns.map(({ property }) => row[property] ?? null));
    await rows.query(statementOf(rows, table, columns.map(({ name }) => name), group.length), values);
  }
}

/**
 * Reads rows of one table with a clause of one's own, in a third of the time that TypeORM takes to build and to fill its
 * entities; for lists. `clause` is what follows FROM; it hands over each value by `value`, which gives the mark to write.
 */
export async function readRows<Row extends object>(rows: Rows, table: EntitySchema<Row>, clause: (value: (given: unknown) => string) => string): Promise<Row[]> {
  const { driver } = rows.dataSource;
  const values: unknown[] = [];
  const rest = clause((given) => driver.createParameter('', values.push(given) - 1));
  const named = columnsOf(table).map(({ property, name }) => `${driver.escape(name)} AS ${driver.escape(property)}`);
  return rows.query<Row[]>(`SELECT ${named.join(', ')} FROM ${driver.escape(table.options.name)} ${rest}`, values);
}

interface Column<Row> {
  readonly property: keyof Row & string;
  readonly name: string;
  readonly generated: boolean;
}

/** The columns of a table whose values stand in the database as they stand in the row. */
function columnsOf<Row extends object>({ options }: EntitySchema<Row>): Column<Row>[] {
  return (Object.entries(options.columns) as [keyof Row & string, EntitySchemaColumnOptions][]).map(([property, { name = property, generated, transformer }]) => {
    if (transformer) throw new Error(`The column ${options.name}.${property} is stored in another form than it is used; read and write it by TypeORM.`);
    return { property, name, generated: generated !== undefined };
  });
}

function statementOf<Row extends object>({ dataSource: { driver } }: Rows, table: EntitySchema<Row>, columns: readonly string[], size: number): string {
  let known = statements.get(table as never);
  if (!known) statements.set(table as never, (known = new Map<number, string>()));
  let statement = known.get(size);
  if (!statement) {
    const values = Array.from({ length: size }, (_, row) => `(${columns.map((__, column) => driver.createParameter('', row * columns.length + column)).join(', ')})`);
    statement = `INSERT INTO ${driver.escape(table.options.name)} (${columns.map((name) => driver.escape(name)).join(', ')}) VALUES ${values.join(', ')}`;
    known.set(size, statement);
  }
  return statement;
}

/** A room's tables, handed to the database by the list in `database/tables.ts`. */
export type Table = EntitySchema;

/** The database is locked, full, read-only or gone: nothing was written and the caller may try again. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}
