import { In, IsNull, MoreThan } from 'typeorm';
import type { Viewer } from '../access/viewer.ts';
import { isFailure, type Failure } from '../kit/failure.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import type { SystemName } from '../kit/system.ts';
import { findFirstAnswer, type KeyUse } from './idempotency.ts';
import { incidentTable, type IncidentCause } from './incident.ts';
import { underKey, type Office } from './office.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/** Everything that waits for one ministry, to be tried again. */
export interface BulkRetry {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  readonly system: SystemName;
  /** Only what failed for this cause; absent = for any of which another try may be the end. */
  readonly cause?: IncidentCause | undefined;
}

/** What a bulk retry has brought about. */
export interface Woken {
  /** How many steps, confirmations, payments or files are tried again. */
  readonly woken: number;
  /** When the last of them is. */
  readonly until: Instant;
}

/** The causes against which trying again may help. */
export const retriedCauses = ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'] as const satisfies readonly IncidentCause[];

/** Incidents taken up in one unit of work: some tens of milliseconds for whoever else wants to write. */
const AT_ONCE = 200;

/**
 * Lets everything be tried again that open incidents say is stuck at a ministry, one after the other at the rate at which
 * its line drains: calls a second. Killed half-way and asked again under the same key it only takes the same up once more.
 */
export async function retryAll(office: Office, remedies: readonly Remedy[], { viewer, idempotencyKey: key, system, cause }: BulkRetry, perSecond: number): Promise<Woken | Failure> {
  const use: KeyUse = { viewer, key, mutation: 'retrySteps', body: { system, cause } };
  const again = (_: Rows, answer: string) => Promise.resolve(JSON.parse(answer) as Woken);
  const first = await findFirstAnswer(office.store.read(), use);
  if (first) return isFailure(first) ? first : again(office.store.read(), first.answer);
  const begin = office.clock.now();
  const at = (nth: number) => later(begin, Math.floor((nth * 1_000) / perSecond));
  let [woken, last] = [0, 0];
  for (let taken = AT_ONCE; taken === AT_ONCE; ) {
    const [from, before] = [last, woken];
    const group = await office.store.transact(async (rows) => {
      const stuck = await rows.find(incidentTable, { where: { id: MoreThan(from), system, cause: In(cause ? [cause] : [...retriedCauses]), resolvedAt: IsNull() }, order: { id: 'ASC' }, take: AT_ONCE });
      let more = 0;
      for (const incident of stuck) more += (await remedyFor(remedies, incident)?.retry(rows, incident, at(before + more))) ?? 0;
      return { taken: stuck.length, more, last: stuck.at(-1)?.id ?? from };
    });
    ({ taken, last } = group);
    woken += group.more;
  }
  const result: Woken = { woken, until: at(Math.max(0, woken - 1)) };
  return underKey(office, use, again, () => Promise.resolve({ answer: JSON.stringify(result), result }));
}
