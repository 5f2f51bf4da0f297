import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { words } from '../kit/words.ts';

/**
 * What a question is for ("mục đích khai thác"): the procedure, the dossier where there is one, and the officer or
 * unit in whose name it is asked. Nobody reaches a ministry without one.
 */
export interface Purpose {
  /** Procedure code, "D.DDDDDD". */
  readonly procedure: string;
  readonly dossier?: string;
  /** The hub's opaque staff id; ministries are told the officer's own number, which `reach` looks up. */
  readonly officer?: string;
  readonly unit?: string;
}

/** Name of the request header that carries a purpose where `extensions.purpose` does not. */
export const PURPOSE_HEADER = 'lienthong-purpose';

/** `D.DDDDDD`, with the province's suffix for local procedures (Decision 985/QĐ-TTg code list as seen in the field). */
export const PROCEDURE_CODE = /^\d\.\d{6}(\.000\.00\.00\.H\d{2})?$/;

const PARTS = ['procedure', 'dossier', 'officer', 'unit'] as const;

/** What reading a purpose gives: the purpose, what is wrong with it, or nothing where none was stated. */
export type PurposeReading = Purpose | { readonly issues: readonly FieldIssue[] } | undefined;

/** Reads `procedure=2.002621; dossier=…; officer=…` as the header and `connection_init` carry it. */
export function readPurposeHeader(text: string | null | undefined): PurposeReading {
  if (!text) return undefined;
  const parts = text.split(';').map((part) => part.trim()).filter(Boolean);
  return readPurpose(Object.fromEntries(parts.map((part) => [part.slice(0, Math.max(part.indexOf('='), 0)).trim(), part.slice(part.indexOf('=') + 1).trim()])));
}

/** Reads a purpose out of `extensions.purpose` or `connection_init.payload.purpose`; a text is read like the header. */
export function readPurpose(stated: unknown): PurposeReading {
  if (stated === undefined || stated === null) return undefined;
  if (typeof stated === 'string') return readPurposeHeader(stated);
  if (typeof stated !== 'object') return { issues: [malformed('purpose')] };
  const issues: FieldIssue[] = [];
  const purpose: Partial<Record<(typeof PARTS)[number], string>> = {};
  for (const [name, value] of Object.entries(stated)) {
    const part = PARTS.find((known) => known === name);
    if (!part || typeof value !== 'string' || value.length > 64) issues.push(malformed(`purpose.${name.slice(0, 40)}`));
    else purpose[part] = value;
  }
  if (!purpose.procedure || !PROCEDURE_CODE.test(purpose.procedure)) issues.push(malformed('purpose.procedure'));
  return issues.length > 0 ? { issues } : (purpose as Purpose);
}

function malformed(path: string): FieldIssue {
  return fieldIssue(
    path,
    'MALFORMED',
    words('Mục đích khai thác không đúng dạng.', 'The purpose is not in the right form.'),
    words('procedure=2.002621; dossier=<mã hồ sơ>; officer=<mã cán bộ>; unit=<mã đơn vị>', 'procedure=2.002621; dossier=<code>; officer=<staff id>; unit=<unit code>'),
  );
}
