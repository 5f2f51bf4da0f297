import { GraphQLError } from 'graphql';
import type { FieldIssue } from '../kit/failure.ts';
import { NOT_FOUND, type Outcome } from '../kit/outcome.ts';
import type { SystemName } from '../kit/system.ts';
import { words, type Words } from '../kit/words.ts';

/** The codes in `extensions.code`; stable, partners may program against them. */
export const errorCodes = [
  'UNAUTHENTICATED',
  'FORBIDDEN',
  'PURPOSE_REQUIRED',
  'PURPOSE_INSUFFICIENT',
  'CONSENT_REQUIRED',
  'BAD_INPUT',
  'BAD_CURSOR',
  'CALENDAR_UNKNOWN',
  'MINISTRY_UNREACHABLE',
  'MINISTRY_REFUSED',
  'MINISTRY_BAD_ANSWER',
  'TOO_COMPLEX',
  'RATE_LIMITED',
  'OPERATION_NOT_REGISTERED',
  'TIMED_OUT',
  'INTERNAL',
] as const;

/** One of the stable error codes. */
export type ErrorCode = (typeof errorCodes)[number];

/** Facts beside a code: never personal data. */
export interface ErrorFacts {
  readonly system?: SystemName;
  readonly cause?: string;
  readonly issues?: readonly FieldIssue[];
  readonly [fact: string]: unknown;
}

/** Builds an error whose text may leave the hub: the message is Vietnamese, `extensions` carries both languages, code and facts. */
export function refuse(code: ErrorCode, message: Words, facts: ErrorFacts = {}): GraphQLError {
  return new GraphQLError(message.vi, { extensions: { code, vi: message.vi, en: message.en, ...facts } });
}

/** A value borrowed from a ministry, with its source and the time of which it is true. */
export type Borrowed<T> = T & { readonly source: SystemName; readonly asOf: string };

/**
 * Turns a ministry's outcome into a field's value: the record, or null where the ministry knows of none. Everything
 * else nulls the field with a stable code.
 */
export function borrowed<T extends object>(outcome: Outcome<T>, source: SystemName): Borrowed<T> | null {
  if (outcome.is === 'done') return { ...outcome.value, source, asOf: outcome.asOf };
  if (outcome.is === 'refused' && outcome.code === NOT_FOUND) return null;
  throw ministryError(outcome, source);
}

/** The error of a ministry that did not give what was asked. */
export function ministryError(outcome: Exclude<Outcome<unknown>, { is: 'done' }>, system: SystemName): GraphQLError {
  if (outcome.is === 'refused') return refuse('MINISTRY_REFUSED', outcome.reason, { system, cause: outcome.code });
  if (outcome.is === 'badAnswer') {
    return refuse('MINISTRY_BAD_ANSWER', words(`Hệ thống ${system} trả lời sai định dạng đã thống nhất.`, `The system ${system} answered outside its contract.`), { system });
  }
  return refuse('MINISTRY_UNREACHABLE', words(`Chưa kết nối được hệ thống ${system}; các trường khác vẫn được trả lời.`, `The system ${system} cannot be reached; the other fields are answered.`), { system, cause: outcome.cause });
}
