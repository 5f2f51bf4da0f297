import { cashier } from '../access/viewer.ts';
import { closeIncidents as closeAll, noAnswer, openIncident as open, type IncidentCause } from '../dossiers/incident.ts';
import { pass } from '../kit/boundary.ts';
import { addDays, civilDateOf, later, type CivilDate, type Instant } from '../kit/instant.ts';
import { NOT_FOUND, badAnswer, type Outcome } from '../kit/outcome.ts';
import { retryAt, turnAt } from '../kit/retry.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { paygov, type ReconciliationLine } from '../systems/paygov/client.ts';
import { compareDay } from './compare.ts';
import { matterOfFile, planDay } from './day.ts';
import { dayTable, paymentTable } from './table.ts';
import type { Till } from './till.ts';

/** Compares every day with PayGov's file, the slower of the two speeds: it finds whatever neither callback nor inquiry told. */
export interface Reconciler {
  start(): Promise<void>;
  /** Ends after the comparisons now under way. */
  stop(): Promise<void>;
}

/** Opens the reconciler. A hub that was down for a week compares the days of that week, each with its own file. */
export function openReconciler(till: Till): Reconciler {
  const { store, clock, patience, log, dayRounds } = till;

  async function look(day: CivilDate): Promise<void> {
    const begun = await store.transact(async (rows) => {
      const now = clock.now();
      const row = await rows.findOneByOrFail(dayTable, { day });
      if (row.nextAt === null || row.nextAt > now) return false;
      await rows.update(dayTable, { day }, { nextAt: later(now, patience.lostMs), owner: store.peers.self });
      if (addDays(day, 1) <= civilDateOf(now)) await planDay(till, rows, addDays(day, 1)); // also when this day's file is late: no day waits for another
      return true;
    });
    if (!begun) return;
    const file = await till.reach(cashier, { procedure: 'reconciliation' }, paygov).reconciliation(day).catch((error: unknown): Outcome<never> => {
      log.error({ err: error, day }, 'a file could not be fetched; it counts as a failed try');
      return badAnswer('the hub itself failed');
    });
    pass('reconciliation.read');
    if (file.is === 'done') await compareDay(till, day, file.value);
    await store.transact((rows) => (file.is === 'done' ? close(till, rows, day) : putOff(till, rows, day, file)));
    pass('reconciliation.settled');
  }

  return {
    async start() {
      const overdue = { nextAt: clock.now() };
      await store.transact((rows) => rows.createQueryBuilder().update(dayTable).set(overdue).where('next_at IS NOT NULL AND day < :today', { today: civilDateOf(clock.now()) }).execute());
      dayRounds.start(look);
    },
    stop: () => dayRounds.stop(),
  };
}

const NO_FILE: readonly IncidentCause[] = ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'];

/** The day is compared; what is still open from then or earlier is asked for once, because no file tells of what ran out. */
async function close(till: Till, rows: Rows, day: CivilDate): Promise<void> {
  await rows.update(dayTable, { day }, { nextAt: null, tries: 0, owner: null });
  await rows.createQueryBuilder().update(paymentTable).set({ nextAt: till.clock.now() }).where("task = 'WATCH' AND next_at IS NULL AND day <= :day", { day }).execute();
  till.store.afterCommit(till.rounds.nudge);
  await closeAll(till, rows, matterOfFile(till), NO_FILE);
}

async function putOff(till: Till, rows: Rows, day: CivilDate, failed: Exclude<Outcome<readonly ReconciliationLine[]>, { is: 'done' }>): Promise<void> {
  const { patience, clock } = till;
  const turn = turnAt(clock.now(), failed);
  if (turn) return void (await rows.update(dayTable, { day }, { nextAt: turn, owner: null }));
  const tries = 1 + (await rows.findOneByOrFail(dayTable, { day })).tries;
  await rows.update(dayTable, { day }, { tries, nextAt: nextTry(till, tries, failed), owner: null });
  if (tries < patience.triesToIncident) return;
  const [cause, detail] = failed.is === 'unreachable' ? (['MINISTRY_UNREACHABLE', failed.cause] as const) : (['MINISTRY_BAD_ANSWER', failed.is === 'refused' ? failed.reason.en : failed.problem] as const);
  const said = noAnswer('paygov', detail);
  await open({ clock, feed: till.feed }, rows, { ...matterOfFile(till), system: 'paygov', cause, detail: words(`Đối soát ngày ${day}: ${said.vi}`, `Reconciliation of ${day}: ${said.en}`) });
}

/** A file that is not there yet is no failure of the line: it is asked for at the slowest pace. */
function nextTry({ patience, clock }: Till, tries: number, failed: Outcome<unknown>): Instant {
  const isLate = failed.is === 'refused' && failed.code === NOT_FOUND;
  return retryAt(patience, clock.now(), isLate ? patience.retryMs.length : tries, failed.is === 'unreachable' ? failed.retryAfterMs : undefined);
}
