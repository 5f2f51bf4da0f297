import type { MigrationInterface, QueryRunner } from 'typeorm';
import { key, layOut, optional, serial, takeAway, text, whole, type TableLayout } from './layout.ts';

const paperTables: readonly TableLayout[] = [
  {
    name: 'paper',
    columns: [text('id', key), text('owner'), text('sha256'), whole('size'), text('media'), text('name'), text('kept_at'), text('attached_at', optional)],
    indices: [{ columns: ['attached_at', 'kept_at'] }, { columns: ['sha256'] }],
  },
  {
    name: 'dossier_paper',
    columns: [
      serial, text('dossier'), text('type_code'), text('place', optional), text('origin'), text('paper', optional), text('document', optional), text('number', optional), text('issued_on', optional), text('issuer', optional),
      text('from_dossier', optional), text('system', optional), text('as_of'), text('added_at'), text('stage'),
    ],
    indices: [{ columns: ['dossier', 'id'] }, { columns: ['paper'] }],
  },
  { name: 'paper_leaving', columns: [text('sha256', key), text('since')] },
];

/** The tables of papers. */
export class Papers1772500300000 implements MigrationInterface {
  readonly name = 'Papers1772500300000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, paperTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, paperTables);
  }
}
