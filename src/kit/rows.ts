import type { EntitySchema, EntitySchemaColumnOptions } from 'typeorm';
import { inGroups } from './in-groups.ts';
import type { Rows } from './store.ts';

/** Rows stored by one statement: with two dozen columns still far below the number of values that SQLite takes (32,766). */
const ROWS_AT_ONCE = 50;

/**
 * Inserts rows as they are, in order, and reads nothing back. TypeORM's own insert writes its statement anew for every row
 * and takes twice as long for one and several times as long for many; this is for tables to which every request adds.
 */
export async function append<Row extends object>(rows: Rows, table: EntitySchema<Row>, added: readonly Row[]): Promise<void> {
  const { columns, inserts } = statementsOf(table);
  const filled = columns.filter(({ generated }) => !generated);
  for (const group of inGroups(added, ROWS_AT_ONCE)) {
    const values = group.flatMap((row) => filled.map(({ property }) => row[property] ?? null));
    const kind = `${rows.dataSource.options.type} ${group.length}`;
    let insert = inserts.get(kind);
    if (!insert) inserts.set(kind, (insert = insertOf(rows, table, filled.map(({ name }) => name), group.length)));
    await rows.query(insert, values);
  }
}

/**
 * Reads rows of one table with a clause of one's own, in a fraction of the time that TypeORM takes to build the statement and
 * to fill its entities. `clause` is what follows FROM; it hands over each value by `value`, which gives the mark to write.
 * `without` names a column that is left out, such as a long one.
 */
export async function readRows<Row extends object, Without extends keyof Row & string = never>(rows: Rows, table: EntitySchema<Row>, clause: (value: (given: unknown) => string) => string, without?: Without): Promise<(Omit<Row, Without> & Partial<Pick<Row, Without>>)[]> {
  return ask(rows, (value) => `${selectOf(rows, table, without)} ${clause(value)}`);
}

/** Carries out a statement of one's own, in words that SQLite and PostgreSQL both know; values are handed over as in `readRows`. */
export async function ask<Answer>(rows: Rows, statement: (value: (given: unknown) => string) => string): Promise<Answer[]> {
  const { driver } = rows.dataSource;
  const values: unknown[] = [];
  const text = statement((given) => driver.createParameter('', values.push(given) - 1));
  return rows.query<Answer[]>(text, values);
}

/** The name in the database of a column. */
export function columnName<Row extends object>(rows: Rows, table: EntitySchema<Row>, property: string): string | undefined {
  const column = statementsOf(table).columns.find((one) => one.property === property);
  return column && rows.dataSource.driver.escape(column.name);
}

/** Whether every column of a table stands in the database as it stands in the row: as text or as a number. */
export function isPlain<Row extends object>({ options }: EntitySchema<Row>): boolean {
  const all = Object.values(options.columns) as EntitySchemaColumnOptions[];
  return all.every(({ type, transformer }) => !transformer && ['varchar', 'text', 'integer'].includes(type as string));
}

interface Column<Row> {
  readonly property: keyof Row & string;
  readonly name: string;
  /** Written by the database. */
  readonly generated: boolean;
}

/** What is written for a table again and again; the same text is prepared by the database once. */
interface Statements<Row> {
  readonly columns: readonly Column<Row>[];
  /** By database and the column that is left out. */
  readonly selects: Map<string, string>;
  /** By database and number of rows. */
  readonly inserts: Map<string, string>;
}

const statements = new WeakMap<EntitySchema<never>, Statements<never>>();

function statementsOf<Row extends object>(table: EntitySchema<Row>): Statements<Row> {
  const known = statements.get(table as never) as Statements<Row> | undefined;
  if (known) return known;
  if (!isPlain(table)) throw new Error(`The table ${table.options.name} stores a column in another form than it is used; read and write it by TypeORM.`);
  const listed = Object.entries(table.options.columns) as [keyof Row & string, EntitySchemaColumnOptions][];
  const columns = listed.map(([property, { name = property, generated, insert = true }]) => ({ property, name, generated: generated !== undefined || !insert }));
  const made: Statements<Row> = { columns, selects: new Map(), inserts: new Map() };
  statements.set(table as never, made as Statements<never>);
  return made;
}

function selectOf<Row extends object>(rows: Rows, table: EntitySchema<Row>, without: string | undefined): string {
  const { columns, selects } = statementsOf(table);
  const { driver, options } = rows.dataSource;
  const kind = `${options.type} ${without ?? ''}`;
  let select = selects.get(kind);
  if (!select) {
    const read = columns.filter(({ property }) => property !== without).map(({ property, name }) => `${driver.escape(name)} AS ${driver.escape(property)}`);
    selects.set(kind, (select = `SELECT ${read.join(', ')} FROM ${driver.escape(table.options.name)}`));
  }
  return select;
}

function insertOf<Row extends object>({ dataSource: { driver } }: Rows, table: EntitySchema<Row>, names: readonly string[], size: number): string {
  const values = Array.from({ length: size }, (_, row) => `(${names.map((__, column) => driver.createParameter('', row * names.length + column)).join(', ')})`);
  return `INSERT INTO ${driver.escape(table.options.name)} (${names.map((name) => driver.escape(name)).join(', ')}) VALUES ${values.join(', ')}`;
}
