import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import type { FieldIssue } from '../kit/failure.ts';
import { part } from '../kit/part.ts';
import type { PersonKey } from '../kit/personal-id.ts';

/** What a register says of an applicant: what is wrong, or that it cannot be asked now. */
export type ApplicantCheck = { readonly is: 'checked'; readonly issues: readonly FieldIssue[] } | { readonly is: 'silent' };

/** Who applies: a person, perhaps in the name of an enterprise. */
export interface Applicants {
  readonly applicant: PersonKey;
  readonly enterprise: string | undefined;
}

/** Asks the registers whether the applicants exist and may apply; a room above knows the registers, the composition hands this in. */
export type ApplicantRegister = (viewer: Viewer, purpose: Purpose, applicants: Applicants) => Promise<readonly ApplicantCheck[]>;

/** The applicants' registers as the store fetches them. */
export const applicantsPart = part<ApplicantRegister>('applicants');
