import { Table, TableIndex, type QueryRunner, type TableColumnOptions } from 'typeorm';

/** A column of short text; instants are text too. */
export const text = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({ name, type: 'varchar', ...rest });
/** A column of text of any length, such as JSON. */
export const long = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({ name, type: 'text', ...rest });
/** A column of whole numbers below 2^31. */
export const whole = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({ name, type: 'integer', ...rest });
/** A column of amounts of money: whole đồng up to 2^53 − 1, which a 32-bit integer would not hold. */
export const dong = (name: string, rest: Partial<TableColumnOptions> = {}): TableColumnOptions => ({ name, type: 'bigint', ...rest });
/** May be empty. */
export const optional = { isNullable: true };
/** Is the table's key, or part of it. */
export const key = { isPrimary: true };
/** A number that the database gives, in the order of arrival. */
export const serial: TableColumnOptions = { name: 'id', type: 'integer', isPrimary: true, isGenerated: true, generationStrategy: 'increment' };

/** A table and its indices. */
export interface TableLayout {
  readonly name: string;
  readonly columns: TableColumnOptions[];
  readonly indices?: readonly { readonly columns: string[]; readonly unique?: boolean }[];
}

/** Whether the migration runs on PostgreSQL. */
export function isPostgres(runner: QueryRunner): boolean {
  return runner.dataSource.options.type === 'postgres';
}

/** Text is compared byte by byte, as SQLite and JavaScript do, whatever language PostgreSQL's cluster was made for: lists are sorted by codes and instants. */
function ordered(runner: QueryRunner, column: TableColumnOptions): TableColumnOptions {
  return isPostgres(runner) && (column.type === 'varchar' || column.type === 'text') ? { ...column, collation: 'C' } : column;
}

/** Makes the tables. */
export async function layOut(runner: QueryRunner, tables: readonly TableLayout[]): Promise<void> {
  for (const { name, columns, indices = [] } of tables) {
    await runner.createTable(new Table({ name, columns: columns.map((column) => ordered(runner, column)) }));
    for (const { columns: columnNames, unique = false } of indices) {
      await runner.createIndex(name, new TableIndex({ name: `${name}_${columnNames.join('_')}`, columnNames, isUnique: unique }));
    }
  }
}

/** Drops the tables, the last first. */
export async function takeAway(runner: QueryRunner, tables: readonly TableLayout[]): Promise<void> {
  for (const { name } of [...tables].reverse()) await runner.dropTable(name);
}
