import type { Instant } from '../kit/instant.ts';
import { part } from '../kit/part.ts';
import type { Rows } from '../kit/store.ts';
import type { IncidentRow } from './incident.ts';

/** What a room knows of the incidents about its own matters: whether their cause still stands, and how to try again. */
export interface Remedy {
  /** Whether the incident is about this room's matters. */
  isFor(incident: IncidentRow): boolean;
  /**
   * The mutations that help against a cause that still stands; such an incident is not put aside by hand, because nobody
   * would own what goes on failing. Nothing: the cause is gone, or only a person can say that it is.
   */
  standing(rows: Rows, incident: IncidentRow): Promise<readonly string[] | undefined>;
  /** Lets what the incident is about be tried again at the instant; tells how many things will be. Runs inside the unit of work now open. */
  retry(rows: Rows, incident: IncidentRow, at: Instant): Promise<number>;
}

/** The remedies as the mutations on incidents fetch them. */
export const remediesPart = part<readonly Remedy[]>('remedies');

/** The remedy for an incident. */
export function remedyFor(remedies: readonly Remedy[], incident: IncidentRow): Remedy | undefined {
  return remedies.find((remedy) => remedy.isFor(incident));
}
