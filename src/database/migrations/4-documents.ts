import type { MigrationInterface, QueryRunner } from 'typeorm';
import { key, layOut, long, optional, takeAway, text, type TableLayout } from './layout.ts';

const documentTables: readonly TableLayout[] = [
  {
    name: 'document',
    columns: [text('id', key), text('dossier'), text('kind'), text('type_code', optional), text('issued_at'), long('facts'), long('pdf', optional)],
    indices: [{ columns: ['dossier', 'issued_at'] }],
  },
];

/** Slips and results. */
export class Documents1772500400000 implements MigrationInterface {
  readonly name = 'Documents1772500400000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, documentTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, documentTables);
  }
}
