import type { MigrationInterface, QueryRunner } from 'typeorm';
import { key, layOut, long, optional, takeAway, text, type TableLayout } from './layout.ts';

const formTables: readonly TableLayout[] = [
  { name: 'dossier_form', columns: [text('dossier', key), long('answers')] },
  { name: 'form_field', columns: [text('owner', key), text('path', key), text('origin'), text('system', optional), text('from_dossier', optional), text('as_of')] },
];

/** The tables of electronic forms and of where their fields come from. */
export class Forms1772500500000 implements MigrationInterface {
  readonly name = 'Forms1772500500000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, formTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, formTables);
  }
}
