import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dong, key, layOut, long, optional, takeAway, text, whole, type TableLayout } from './layout.ts';

const paymentTables: readonly TableLayout[] = [
  {
    name: 'payment',
    columns: [
      text('transaction_id', key), text('dossier'), whole('generation'), text('procedure'), text('agency'), text('origin'), text('requested_by'), text('requested_at'), text('day'), dong('amount'), text('status'),
      text('task', optional), text('next_at', optional), whole('tries'), whole('ordered'), whole('told'), long('matter', optional), text('pay_url', optional), text('expires_at', optional),
      dong('paid_amount', optional), text('paid_at', optional), text('refunded_at', optional), text('gateway_code', optional), long('reason', optional), text('as_of'),
    ],
    indices: [{ columns: ['dossier', 'generation'], unique: true }, { columns: ['next_at'] }, { columns: ['day'] }],
  },
  {
    name: 'payment_movement',
    columns: [text('transaction_id', key), text('kind', key), text('dossier'), text('procedure', optional), dong('amount'), text('at'), text('day'), text('learnt'), text('learnt_at')],
    indices: [{ columns: ['day'] }, { columns: ['dossier'] }],
  },
  {
    name: 'reconciliation_day',
    columns: [
      text('day', key), text('next_at', optional), whole('tries'), text('reconciled_at', optional), whole('matched', optional), whole('missing_at_hub', optional), whole('missing_at_gateway', optional),
      whole('amount_differs', optional), dong('paid', optional), dong('refunded', optional),
    ],
    indices: [{ columns: ['next_at'] }],
  },
];

/** Requests for payment, the money that moved, and the days that were compared with PayGov's files. */
export class Payments1772500200000 implements MigrationInterface {
  readonly name = 'Payments1772500200000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, paymentTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, paymentTables);
  }
}
