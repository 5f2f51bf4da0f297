import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import type { FieldIssue } from '../kit/failure.ts';
import { part } from '../kit/part.ts';
import type { PersonKey } from '../kit/personal-id.ts';

/** What the registers say of an applicant: what is wrong, or that they cannot be asked now. */
export type ApplicantCheck = { readonly is: 'checked'; readonly issues: readonly FieldIssue[] } | { readonly is: 'silent' };

/** Asks the registers whether an applicant exists; a room above knows the registers, the composition hands this in. */
export type ApplicantRegister = (viewer: Viewer, purpose: Purpose, applicant: PersonKey) => Promise<ApplicantCheck>;

/** The applicants' register as the store fetches it. */
export const applicantsPart = part<ApplicantRegister>('applicants');
