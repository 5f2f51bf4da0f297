import { words, type Words } from './words.ts';

/** What is wrong with one field of an input, and what would be right. */
export interface FieldIssue {
  /** Where: the path below the input, dots between ("form.child.birthDate"). */
  readonly path: string;
  readonly code: IssueCode;
  readonly message: Words;
  /** What would be right. */
  readonly expected: Words;
}

/** The ways in which a field can be wrong; stable, partners may program against them. */
export const issueCodes = [
  'MALFORMED',
  'IMPOSSIBLE_DATE',
  'IN_FUTURE',
  'TOO_OLD',
  'OUT_OF_RANGE',
  'REQUIRED',
  'UNKNOWN_CODE',
  'NOT_IN_REGISTER',
  'CONTRADICTION',
  'NOT_ALLOWED_NOW',
] as const;

/** One of the ways in which a field can be wrong. */
export type IssueCode = (typeof issueCodes)[number];

/** The expected failures of mutations by the name of their type; each is a member of the mutations' result unions. */
export const failureNames = [
  'InvalidInput',
  'DuplicateApplication',
  'NoDefinitionInForce',
  'IdempotencyKeyReused',
  'StoreUnavailable',
  'DossierNotFound',
  'TransitionNotAllowed',
  'SupplementAlreadyRequested',
  'LinkedDossier',
  'FeeChanged',
  'NothingToPay',
  'IncidentNotFound',
  'IncidentOver',
  'CauseStands',
  'StepNotFound',
  'RetryNotAllowed',
] as const;

/** The name of an expected failure. */
export type FailureName = (typeof failureNames)[number];

/** An expected failure: a result, not an exception. */
export interface Failure {
  readonly is: 'failure';
  readonly name: FailureName;
  /** The stable code, in capitals. */
  readonly code: string;
  readonly message: Words;
  readonly issues: readonly FieldIssue[];
  /** Facts of this kind of failure, such as the code of the earlier application. */
  readonly facts: Readonly<Record<string, string | number | readonly string[]>>;
}

/** Builds an expected failure. */
export function failure(name: FailureName, message: Words, rest: { issues?: readonly FieldIssue[]; facts?: Failure['facts'] } = {}): Failure {
  const code = name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();
  return { is: 'failure', name, code, message, issues: rest.issues ?? [], facts: rest.facts ?? {} };
}

/** Builds one field issue. */
export function fieldIssue(path: string, code: IssueCode, message: Words, expected: Words): FieldIssue {
  return { path, code, message, expected };
}

/** The failure that carries field issues. */
export function invalidInput(issues: readonly FieldIssue[]): Failure {
  return failure('InvalidInput', words('Hồ sơ có trường chưa hợp lệ; chưa có gì được lưu.', 'The application has invalid fields; nothing was stored.'), { issues });
}

/** Whether a result is an expected failure. */
export function isFailure(result: unknown): result is Failure {
  return typeof result === 'object' && result !== null && (result as { is?: unknown }).is === 'failure';
}
