import { Table, TableColumn, TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { key, long, optional, text } from './layout.ts';

const INCIDENT_COLUMNS = [text('procedure', optional), text('resolved_by', optional), long('note', optional)] as const;

interface Watched {
  readonly table: string;
  readonly columns: readonly string[];
  /** Only these rows. Those of payments leave out what is final: an index with half a million of the same is one that a database may take for a good one. */
  readonly where?: string;
}

/** The watchman looks every minute at what is not final: few rows among millions, which these find. With 1.2 million dossiers, 500,000 payments and 300,000 steps a round takes a fifth of a second. */
const WATCHED: readonly Watched[] = [
  { table: 'bundle_step', columns: ['state', 'next_at'] },
  { table: 'bundle_run', columns: ['state', 'due_at'] },
  { table: 'payment', columns: ['task', 'next_at'], where: 'task IS NOT NULL' },
  { table: 'payment', columns: ['status'], where: "status = 'PENDING'" },
];

const indexOf = ({ table, columns, where }: Watched) => new TableIndex({ name: `${table}_${columns.join('_')}`, columnNames: [...columns], ...(where === undefined ? {} : { where }) });

/** Who resolved an incident and why, what the watchman reads by, and where a hub proves that it can write. */
export class Incidents1772500800000 implements MigrationInterface {
  readonly name = 'Incidents1772500800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const column of INCIDENT_COLUMNS) await runner.addColumn('incident', new TableColumn(column));
    for (const watched of WATCHED) await runner.createIndex(watched.table, indexOf(watched));
    await runner.createTable(new Table({ name: 'write_proof', columns: [text('id', key), text('at')] }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('write_proof');
    for (const watched of WATCHED) await runner.dropIndex(watched.table, indexOf(watched));
    for (const { name } of INCIDENT_COLUMNS) await runner.dropColumn('incident', name);
  }
}
