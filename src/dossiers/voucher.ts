import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { later, type Instant } from '../kit/instant.ts';
import { tidy, toneBlind } from '../kit/person-name.ts';
import type { Seal } from '../kit/seal.ts';
import type { SystemName } from '../kit/system.ts';
import { words } from '../kit/words.ts';
import type { FieldOrigin, FormFieldRow } from './form-table.ts';

/** A value that is known before anybody types it, with where it is from. */
export interface KnownField {
  readonly path: string;
  readonly value: string;
  readonly origin: Exclude<FieldOrigin, 'TYPED'>;
  readonly system: SystemName | null;
  readonly fromDossier: string | null;
  readonly asOf: Instant;
}

/** What a prefill was made for: by which client, for which form, about whom. It vouches for nothing else. */
export interface Matter {
  readonly client: string;
  /** The bundle's name, or the procedure's code. */
  readonly form: string;
  /** The twelve digits of who applies. */
  readonly applicant: string;
}

/** Where each vouched value is from, by the fingerprint of path and value. */
export type Vouched = ReadonlyMap<string, Origin>;

type Origin = Pick<FormFieldRow, 'origin' | 'system' | 'fromDossier' | 'asOf'>;

/** A prefill vouches for a day: a form begun in the evening may be sent the next morning, and facts do not grow older unseen. */
const VOUCHED_MS = 24 * 3_600_000;

/** What a token carries. Values are there as keyed fingerprints only: a token vouches, it does not tell. */
interface Content {
  readonly matter: string;
  readonly until: Instant;
  readonly fields: readonly (readonly [fingerprint: string, ...origin: [Origin['origin'], SystemName | null, string | null, Instant]])[];
}

/** Seals what a prefill knows into a token ("mã điền sẵn"); `until` is when it ends. */
export function writeVoucher(seal: Seal, matter: Matter, fields: readonly KnownField[], now: Instant): { readonly token: string; readonly until: Instant } {
  const until = later(now, VOUCHED_MS);
  const content: Content = { matter: matterOf(seal, matter), until, fields: fields.map(({ path, value, origin, system, fromDossier, asOf }) => [fingerprintOf(seal, path, value), origin, system, fromDossier, asOf]) };
  return { token: seal.close('prefill', JSON.stringify(content)), until };
}

/** Opens a token for the matter in which it was given out; otherwise what is wrong with it. No token vouches for nothing. */
export function readVoucher(seal: Seal, token: string | null | undefined, matter: Matter, now: Instant): Vouched | FieldIssue {
  if (token === null || token === undefined) return new Map();
  const opened = seal.open('prefill', token);
  if (opened === undefined) return wrongToken('MALFORMED', 'Mã điền sẵn không do hệ thống này cấp.', 'This token was not given out by this hub.');
  const content = JSON.parse(opened) as Content;
  if (content.matter !== matterOf(seal, matter)) return wrongToken('CONTRADICTION', 'Mã điền sẵn được cấp cho người, biểu mẫu hoặc phần mềm khác.', 'This token was given out to another client, or for another form or applicant.');
  if (content.until < now) return wrongToken('NOT_ALLOWED_NOW', 'Mã điền sẵn đã hết hạn.', 'This token has ended.');
  return new Map(content.fields.map(([fingerprint, origin, system, fromDossier, asOf]) => [fingerprint, { origin, system, fromDossier, asOf }]));
}

/** Where each submitted value comes from: what the token vouches for is as it says, everything else was typed now. */
export function originsOf(seal: Seal, values: ReadonlyMap<string, string>, vouched: Vouched, now: Instant): Omit<FormFieldRow, 'owner'>[] {
  return [...values].map(([path, value]) => ({ path, ...(vouched.get(fingerprintOf(seal, path, value)) ?? { origin: 'TYPED', system: null, fromDossier: null, asOf: now }) }));
}

function wrongToken(code: FieldIssue['code'], vi: string, en: string): FieldIssue {
  return fieldIssue('prefill', code, words(vi, en), words('mã mới của Query.prefill, hoặc bỏ trống: mọi trường được tính là tự nhập', 'a new token of Query.prefill, or none: every field then counts as typed'));
}

function matterOf(seal: Seal, { client, form, applicant }: Matter): string {
  return seal.fingerprint(JSON.stringify(['prefill matter', client, form, applicant]));
}

/** Two spellings of one name are one value, as everywhere; of other texts, spaces and composed form do not count. */
function fingerprintOf(seal: Seal, path: string, value: string): string {
  return seal.fingerprint(JSON.stringify(['prefill', path, /(^|\.)fullName$/.test(path) ? toneBlind(value) : tidy(value)]));
}
