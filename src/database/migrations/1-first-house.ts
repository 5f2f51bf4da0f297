import type { MigrationInterface, QueryRunner } from 'typeorm';
import { key, layOut, long, optional, serial, takeAway, text, whole, type TableLayout } from './layout.ts';

/** Written in TypeORM's own terms, which SQLite and PostgreSQL both accept. Instants are text: ISO 8601, UTC, three decimals. */
const firstTables: readonly TableLayout[] = [
  { name: 'secret', columns: [text('name', key), text('value')] },
  {
    name: 'audit',
    columns: [serial, text('request_id'), text('stage'), text('at'), text('system'), text('operation'), text('viewer'), long('purpose'), long('about'), long('fields'), text('answer_hash', optional), text('detail')],
    indices: [{ columns: ['request_id'] }],
  },
  {
    name: 'event',
    columns: [serial, text('kind'), text('at'), text('dossier', optional), text('run', optional), text('agency', optional), text('procedure', optional), whole('status_code', optional)],
    indices: [{ columns: ['dossier', 'id'] }, { columns: ['run', 'id'] }],
  },
  { name: 'dossier_counter', columns: [text('agency', key), text('day', key), whole('last')] },
  {
    name: 'dossier',
    columns: [
      text('code', key), text('procedure'), text('agency'), text('run', optional), text('act', optional), whole('status_code'), whole('channel'),
      text('applicant_id'), text('applicant_name'), text('applicant_birth'), text('enterprise', optional), text('assignee', optional), text('registered_at'), text('received_at', optional), text('due_at', optional),
      long('due', optional), text('due_order'), text('finished_at', optional), long('reason', optional), whole('supplements'), text('supplement_until', optional), whole('version'),
    ],
    indices: [{ columns: ['due_order', 'code'] }, { columns: ['agency', 'due_order', 'code'] }, { columns: ['run'] }, { columns: ['applicant_id'] }, { columns: ['enterprise'] }, { columns: ['assignee', 'due_order', 'code'] }],
  },
  {
    name: 'dossier_history',
    columns: [serial, text('dossier'), whole('from_code', optional), whole('to_code'), text('action'), text('at'), text('actor'), long('note', optional)],
    indices: [{ columns: ['dossier', 'id'] }],
  },
  {
    name: 'bundle_run',
    columns: [
      text('code', key), text('bundle'), text('definition_from'), text('procedure'), text('agency'), text('state'), text('filed_by'), long('form'), whole('confirmed'), whole('tries'),
      text('next_at', optional), text('received_at'), text('due_at', optional), long('due', optional), text('finished_at', optional), text('wake_at', optional), whole('version'),
    ],
    indices: [{ columns: ['wake_at'] }],
  },
  {
    name: 'bundle_step',
    columns: [
      text('run', key), text('act', key), whole('position'), text('state'), text('dossier'), text('agency'), text('order_key'), text('ticket'), whole('generation'), whole('tries'), whole('ordered'),
      text('next_at', optional), text('due_at', optional), long('result', optional), text('result_as_of', optional), long('reason', optional), text('supplement_until', optional), whole('version'),
    ],
    indices: [{ columns: ['ticket'], unique: true }, { columns: ['dossier'], unique: true }, { columns: ['order_key'], unique: true }],
  },
  { name: 'bundle_subject', columns: [text('fingerprint', key), text('run')], indices: [{ columns: ['run'] }] },
  {
    name: 'incident',
    columns: [serial, text('run', optional), text('act', optional), text('dossier', optional), text('system', optional), text('cause'), long('detail'), text('owner_agency'), text('owner_role'), text('opened_at'), text('resolved_at', optional)],
    indices: [{ columns: ['run'] }, { columns: ['dossier'] }, { columns: ['resolved_at', 'opened_at'] }],
  },
  { name: 'idempotency', columns: [text('client', key), text('key', key), text('mutation'), text('body_hash'), text('answer'), text('at')] },
];

/** The tables of the first house. */
export class FirstHouse1772500000000 implements MigrationInterface {
  readonly name = 'FirstHouse1772500000000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, firstTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, firstTables);
  }
}
