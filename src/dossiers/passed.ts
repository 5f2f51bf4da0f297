import { raiseAlarm } from '../alarms/alarm.ts';
import type { Inspection } from '../alarms/watch.ts';
import type { Clock } from '../kit/clock.ts';
import { ask } from '../kit/rows.ts';
import { RUNNING } from './find.ts';
import { states } from './states.ts';

const RUNNING_CODES = RUNNING.map((status) => states[status].code).join(', ');

/**
 * Tells every agency, in one alarm, how many of its ordinary dossiers have passed their due date since the last look. The
 * parts of linked applications are left aside: each of those has an incident of its own.
 */
export function tellPassedDueDates(clock: Clock): Inspection {
  return async (rows, since, until) => {
    const passed = await ask<{ agency: string; count: number | string }>(
      rows,
      (value) => `SELECT agency, COUNT(*) AS "count" FROM dossier WHERE due_order > ${value(since)} AND due_order <= ${value(until)} AND status_code IN (${RUNNING_CODES}) AND run IS NULL GROUP BY agency ORDER BY agency`,
    );
    for (const { agency, count } of passed) await raiseAlarm(rows, { clock }, { kind: 'dueDates.passed', cause: 'OVERDUE', owner: { agency, role: 'CASE_OFFICER' }, count: Number(count), since });
  };
}
