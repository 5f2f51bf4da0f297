import { addDays, civilDateOf, instantAt, type CivilDate, type Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { dayTable } from './table.ts';
import type { Till } from './till.ts';

/** When the file of a day is fetched: on the day after (T+1), at the configured time. */
export function fileAt({ patience }: Till, day: CivilDate): Instant {
  return instantAt(addDays(day, 1), patience.fileAt);
}

/** Plans the comparison of a day with PayGov's file, unless it is planned or made. Each day plans the next, so that none is left out. */
export async function planDay(till: Till, rows: Rows, day: CivilDate): Promise<void> {
  await rows.createQueryBuilder().insert().into(dayTable).values({ day, nextAt: fileAt(till, day), tries: 0 }).orIgnore().execute();
  till.store.afterCommit(till.dayRounds.nudge);
}

/** What an incident about a day's file belongs to: no dossier, the province's own centre. */
export function matterOfFile({ catalogue, clock }: Pick<Till, 'catalogue' | 'clock'>) {
  const centre = catalogue().findDesk('PROVINCE', undefined, civilDateOf(clock.now()));
  return { run: null, act: 'reconciliation', dossier: null, procedure: 'reconciliation', ownerAgency: centre?.code ?? 'H01' };
}
