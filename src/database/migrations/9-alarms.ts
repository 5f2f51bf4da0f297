import type { MigrationInterface, QueryRunner } from 'typeorm';
import { key, layOut, long, optional, takeAway, text, whole, type TableLayout } from './layout.ts';

const alarmTables: readonly TableLayout[] = [
  { name: 'alarm', columns: [text('id', key), text('channel', key), long('news'), text('raised_at'), whole('tries'), text('next_at', optional), text('sent_at', optional)], indices: [{ columns: ['channel', 'next_at'] }] },
  { name: 'alarm_mark', columns: [text('name', key), text('at')] },
];

/** Alarms on their way out, and how far the looks for them have come. */
export class Alarms1772500900000 implements MigrationInterface {
  readonly name = 'Alarms1772500900000';

  async up(runner: QueryRunner): Promise<void> {
    await layOut(runner, alarmTables);
  }

  async down(runner: QueryRunner): Promise<void> {
    await takeAway(runner, alarmTables);
  }
}
