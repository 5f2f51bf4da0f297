import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';
import { isPostgres } from './layout.ts';

/** Tables whose rows a process may have a call under way for. */
const CALLING = ['bundle_run', 'bundle_step', 'payment', 'reconciliation_day'] as const;

/** How events are read: all, a dossier's, a run's; in each the last two columns are the order. */
const EVENTS: readonly (readonly string[])[] = [[], ['dossier'], ['run']];

/** Indices of the first house that the ones above take the place of. */
const REPLACED: readonly (readonly string[])[] = [['dossier', 'id'], ['run', 'id']];

const indexOf = (columns: readonly string[]) => new TableIndex({ name: `event_${columns.join('_')}`, columnNames: [...columns] });

/**
 * Several processes on one database. A row says which process has a call under way for it; an event says which transaction
 * wrote it, because on PostgreSQL the event with the smaller number may be committed later. Transaction numbers begin anew
 * in a restored cluster: `event_shift()` lifts them above those that are stored.
 */
export class Processes1772500700000 implements MigrationInterface {
  readonly name = 'Processes1772500700000';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of CALLING) await runner.query(`ALTER TABLE ${table} ADD COLUMN owner varchar`);
    for (const table of CALLING) await runner.query(`CREATE INDEX ${table}_owner ON ${table} (owner) WHERE owner IS NOT NULL`);
    await runner.query('ALTER TABLE event ADD COLUMN tx bigint NOT NULL DEFAULT 0');
    if (isPostgres(runner)) {
      await runner.query("CREATE FUNCTION event_shift() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT 0::bigint'");
      await runner.query('ALTER TABLE event ALTER COLUMN tx SET DEFAULT (pg_current_xact_id()::text::bigint + event_shift())');
    }
    for (const columns of REPLACED) await runner.dropIndex('event', indexOf(columns));
    for (const columns of EVENTS) await runner.createIndex('event', indexOf([...columns, 'tx', 'id']));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const columns of EVENTS) await runner.dropIndex('event', indexOf([...columns, 'tx', 'id']));
    for (const columns of REPLACED) await runner.createIndex('event', indexOf(columns));
    await runner.query('ALTER TABLE event DROP COLUMN tx');
    if (isPostgres(runner)) await runner.query('DROP FUNCTION event_shift()');
    for (const table of CALLING) await runner.query(`DROP INDEX ${table}_owner`);
    for (const table of CALLING) await runner.query(`ALTER TABLE ${table} DROP COLUMN owner`);
  }
}
