import { TableIndex, type MigrationInterface, type QueryRunner } from 'typeorm';

/**
 * Every list of dossiers is sorted by due date, then code, so each index ends in the two: a page is then read off the index
 * from the cursor on, however many dossiers there are. What stands before them is what a desk filters by; whatever else is
 * asked for is looked at along the way. test/store/lists.test.ts asks the database how it would read each list.
 */
const LISTS: readonly (readonly string[])[] = [
  ['status_code'],
  ['procedure'],
  ['agency', 'status_code'],
  ['agency', 'procedure'],
  ['procedure', 'status_code'],
  ['assignee', 'status_code'],
  ['applicant_id'],
  ['enterprise'],
];

/** Indices of the first house that the ones above take the place of. */
const REPLACED: readonly (readonly string[])[] = [['applicant_id'], ['enterprise']];

const ORDER = ['due_order', 'code'] as const;

const indexOf = (columns: readonly string[]) => new TableIndex({ name: `dossier_${columns.join('_')}`, columnNames: [...columns] });

/** The indices by which dossiers are listed. */
export class Lists1772500600000 implements MigrationInterface {
  readonly name = 'Lists1772500600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const columns of REPLACED) await runner.dropIndex('dossier', indexOf(columns));
    for (const columns of LISTS) await runner.createIndex('dossier', indexOf([...columns, ...ORDER]));
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const columns of LISTS) await runner.dropIndex('dossier', indexOf([...columns, ...ORDER]));
    for (const columns of REPLACED) await runner.createIndex('dossier', indexOf(columns));
  }
}
