import { Table, TableColumn, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { key, long, optional, text } from './layout.ts';

const INCIDENT_COLUMNS = [text('procedure', optional), text('resolved_by', optional), long('note', optional)] as const;

/**
 * The watchman looks every minute at what is not final: few rows among millions, which these find by their state. What they
 * hold beside it answers most of his questions without the row.
 */
const WATCHED: readonly (readonly [table: string, columns: readonly string[]])[] = [
  ['bundle_step', ['state', 'next_at']],
  ['bundle_run', ['state', 'due_at']],
  ['payment', ['task', 'next_at']],
  ['payment', ['status', 'task']],
];

const indexOf = (table: string, columns: readonly string[]) => new TableIndex({ name: `${table}_${columns.join('_')}`, columnNames: [...columns] });

/** Who resolved an incident and why, what the watchman reads by, and where a hub proves that it can write. */
export class Incidents1772500800000 implements MigrationInterface {
  readonly name = 'Incidents1772500800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of INCIDENT_COLUMNS) await runner.addColumn('incident', new TableColumn(column));
    for (const [table, columns] of WATCHED) await runner.createIndex(table, indexOf(table, columns));
    await runner.createTable(new Table({ name: 'write_proof', columns: [text('id', key), text('at')] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('write_proof');
    for (const [table, columns] of WATCHED) await runner.dropIndex(table, indexOf(table, columns));
    for (const { name } of INCIDENT_COLUMNS) await runner.dropColumn('incident', name);
  }
}
