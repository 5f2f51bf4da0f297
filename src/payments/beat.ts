import { IsNull } from 'typeorm';
import { incidentTable, noAnswer, type IncidentRow } from '../dossiers/incident.ts';
import { states } from '../dossiers/states.ts';
import { MOST, type Beat, type Finding, type Judgement } from '../dossiers/watchman.ts';
import { civilDateOf } from '../kit/instant.ts';
import { ask } from '../kit/rows.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { matterOfFile, planDay } from './day.ts';
import { matterOf } from './incident.ts';
import { dayTable, paymentTable } from './table.ts';
import type { Till } from './till.ts';

/** A payment that a question of the watchman's brought up. */
interface Place {
  readonly transaction_id: string;
  readonly dossier: string;
  readonly agency: string;
  readonly procedure: string;
}

type Value = (given: unknown) => string;

const PAYMENT = 'SELECT p.transaction_id, p.dossier, p.agency, p.procedure FROM payment p';
const TASKS = "('ORDER', 'WATCH', 'CANCEL', 'REFUND')";
const unowned = (condition: string) => `NOT EXISTS (SELECT 1 FROM incident i WHERE ${condition} AND i.resolved_at IS NULL)`;

const FORGOTTEN = words('Hệ thống không còn lịch hỏi PayGov về giao dịch này; đã cho hỏi lại.', 'The hub had no next look at this payment; it was set going again.');
const WAITS_TOO_LONG = words('Đến giờ mà hệ thống chưa hỏi PayGov về giao dịch này; đã cho hỏi lại.', 'The time to look at this payment came and nobody did; it was set going again.');
const PAID_AND_WAITING = words('Hồ sơ đã nộp phí mà vẫn chờ thanh toán; cần cán bộ xem xét.', 'The fee came in and the dossier still waits for it; an officer must look at it.');
const FILE_FORGOTTEN = words('Hệ thống không còn lịch đối soát một ngày; đã lập lại lịch.', 'The hub had no next look at the file of a day; it was planned again.');

/** Watches over payments and over the days that are compared with PayGov's files. */
export function openPaymentBeat(till: Till): Beat {
  const { patience } = till;

  /** The questions about payments, each with what is right for what it brings up. */
  function questions({ late }: Judgement): readonly (Pick<Finding['matter'], 'cause' | 'detail'> & { readonly wakes: boolean; readonly ask: (value: Value) => string })[] {
    const watched = patience.lookMs === 0 ? "('ORDER', 'CANCEL', 'REFUND')" : TASKS; // never looked at but by the daily file
    const paid = `${PAYMENT.replace('FROM', 'FROM dossier d CROSS JOIN')} WHERE p.dossier = d.code AND d.status_code = ${states.PAYMENT_REQUESTED.code} AND p.status = 'PAID' AND p.task IS NULL AND NOT EXISTS (SELECT 1 FROM payment n WHERE n.dossier = p.dossier AND n.generation > p.generation)`;
    // CROSS JOIN: from the few dossiers that wait to their payments; SQLite would go through all that were ever paid.
    return [
      { cause: 'STALLED', detail: FORGOTTEN, wakes: true, ask: () => `${PAYMENT} WHERE p.task IN ${watched} AND p.next_at IS NULL` },
      { cause: 'STALLED', detail: FORGOTTEN, wakes: true, ask: () => `${PAYMENT} WHERE p.status = 'PENDING' AND p.task IS NULL` },
      { cause: 'STALLED', detail: WAITS_TOO_LONG, wakes: true, ask: (value) => `${PAYMENT} WHERE p.task IN ${TASKS} AND p.next_at < ${value(late)}` },
      { cause: 'MINISTRY_UNREACHABLE', detail: noAnswer('paygov', 'asked again and again'), wakes: false, ask: (value) => `${PAYMENT} WHERE p.task IN ${TASKS} AND p.tries >= ${value(patience.triesToIncident)} AND ${unowned('i.dossier = p.dossier')}` },
      { cause: 'STALLED', detail: PAID_AND_WAITING, wakes: false, ask: () => `${paid} AND ${unowned('i.dossier = p.dossier')}` },
    ];
  }

  async function findPayments(rows: Rows, judgement: Judgement): Promise<Finding[]> {
    const findings: Finding[] = [];
    for (const { cause, detail, wakes, ask: question } of questions(judgement)) {
      for (const place of await ask<Place>(rows, (value) => `${question(value)} LIMIT ${MOST}`)) {
        findings.push({ matter: { ...matterOf(place), system: 'paygov', cause, detail }, isFault: true, ...(wakes ? { heal: (unit: Rows) => wake(unit, place.transaction_id, judgement) } : {}) });
      }
    }
    return findings;
  }

  async function wake(rows: Rows, transactionId: string, { now }: Judgement): Promise<void> {
    const { task } = await rows.findOneByOrFail(paymentTable, { transactionId });
    await rows.update(paymentTable, { transactionId }, { task: task ?? 'WATCH', nextAt: now });
    till.store.afterCommit(till.rounds.nudge);
  }

  async function findDays(rows: Rows, { now, late }: Judgement): Promise<Finding[]> {
    const stuck = await ask<{ day: string }>(rows, (value) => `SELECT day FROM reconciliation_day WHERE next_at < ${value(late)} OR (next_at IS NULL AND reconciled_at IS NULL) LIMIT ${MOST}`);
    const failing = await ask<{ day: string }>(rows, (value) => `SELECT day FROM reconciliation_day WHERE next_at IS NOT NULL AND tries >= ${value(patience.triesToIncident)} AND ${unowned("i.dossier IS NULL AND i.run IS NULL AND i.act = 'reconciliation'")} LIMIT 1`);
    const planned = await rows.find(dayTable, { where: { reconciledAt: IsNull() }, take: 1 });
    const isUnplanned = planned.length === 0 && (await ask(rows, () => "SELECT 1 FROM payment WHERE origin = 'HUB' LIMIT 1")).length > 0;
    const matter = { ...matterOfFile(till), system: 'paygov' };
    const again = async (unit: Rows) => {
      for (const { day } of stuck) await unit.update(dayTable, { day }, { nextAt: now });
      if (isUnplanned) await planDay(till, unit, civilDateOf(now));
      till.store.afterCommit(till.dayRounds.nudge);
    };
    return [
      ...(stuck.length > 0 || isUnplanned ? [{ matter: { ...matter, cause: 'STALLED', detail: FILE_FORGOTTEN } as const, isFault: true, heal: again }] : []),
      ...(failing.length > 0 ? [{ matter: { ...matter, cause: 'MINISTRY_UNREACHABLE', detail: noAnswer('paygov', 'asked again and again') } as const, isFault: true }] : []),
    ];
  }

  return {
    find: async (rows, judgement) => [...(await findPayments(rows, judgement)), ...(await findDays(rows, judgement))],
    async over(rows) {
      const open = await rows.find(incidentTable, { where: { cause: 'STALLED', system: 'paygov', resolvedAt: IsNull() }, order: { id: 'ASC' }, take: MOST });
      const over: IncidentRow[] = [];
      for (const incident of open) if (await (incident.dossier === null ? areDaysSeenTo(rows, incident) : isSeenTo(rows, incident, incident.dossier))) over.push(incident);
      return over;
    },
  };
}

/** Whether every payment of the dossier was looked at since, and the dossier does not wait for one that came in. */
async function isSeenTo(rows: Rows, { openedAt, detail }: IncidentRow, dossier: string): Promise<boolean> {
  const payments = await rows.findBy(paymentTable, { dossier });
  if (payments.some(({ task, nextAt, status }) => (task === null ? status === 'PENDING' : nextAt !== null && nextAt <= openedAt))) return false;
  if (detail !== JSON.stringify(PAID_AND_WAITING)) return true;
  return (await ask(rows, (value) => `SELECT 1 FROM dossier WHERE code = ${value(dossier)} AND status_code = ${states.PAYMENT_REQUESTED.code}`)).length === 0;
}

/** Whether every day that is to be compared has a look that is planned since. */
async function areDaysSeenTo(rows: Rows, { openedAt }: IncidentRow): Promise<boolean> {
  const days = await rows.findBy(dayTable, { reconciledAt: IsNull() });
  return days.length > 0 && days.every(({ nextAt }) => nextAt !== null && nextAt > openedAt);
}
