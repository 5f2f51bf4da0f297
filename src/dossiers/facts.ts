import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import type { FormSource } from '../catalogue/form.ts';
import type { FieldIssue } from '../kit/failure.ts';
import type { Instant } from '../kit/instant.ts';
import { part } from '../kit/part.ts';
import type { SystemName } from '../kit/system.ts';
import type { Applicants } from './applicants.ts';

/** A fact that a register knows of an applicant. */
export interface RegisterFact {
  readonly value: string;
  readonly system: SystemName;
  readonly asOf: Instant;
}

/** What the registers know: facts by their names, what is wrong with the applicants, and who did not answer. */
export interface RegisterFacts {
  readonly facts: ReadonlyMap<FormSource, RegisterFact>;
  readonly issues: readonly FieldIssue[];
  readonly silent: readonly SystemName[];
}

/** Asks the registers for the wanted facts, and no register for nothing; a room above knows them, the composition hands this in. */
export type FactRegister = (viewer: Viewer, purpose: Purpose, applicants: Applicants, wanted: ReadonlySet<FormSource>) => Promise<RegisterFacts>;

/** The registers' facts as the store fetches them. */
export const factsPart = part<FactRegister>('facts');
