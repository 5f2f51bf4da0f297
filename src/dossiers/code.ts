import type { Agency } from '../catalogue/agencies.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { findCivilDate, type CivilDate } from '../kit/instant.ts';
import { ask } from '../kit/rows.ts';
import type { Rows } from '../kit/store.ts';

/** Agency, date and number of a dossier code; both eras of the agency id and of the date (domain notes §1.1). */
const CODE = /^(?<agency>\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}|[A-Y]\d{2}(?:\.\d{2,3}){0,5})-(?<date>\d{6}|\d{8})-(?<number>\d{4,7})$/;

/** A dossier code taken apart. */
export interface CodeParts {
  readonly agency: string;
  readonly date: CivilDate;
  readonly number: number;
}

/** Takes a dossier code apart; gives nothing when it is malformed or its date does not exist. */
export function findCodeParts(code: string): CodeParts | undefined {
  const groups = CODE.exec(code)?.groups;
  if (!groups) return undefined;
  const { agency = '', date: digits = '', number = '' } = groups;
  const full = digits.length === 6 ? `20${digits}` : digits;
  const date = findCivilDate(`${full.slice(0, 4)}-${full.slice(4, 6)}-${full.slice(6)}`);
  return date === undefined ? undefined : { agency, date, number: Number(number) };
}

/** How the agency is called in the dossier codes of the day. */
export function agencyInCodes(catalogue: Catalogue, agency: Agency, date: CivilDate): string {
  return catalogue.dossierCodeFormat(date).agency === 'reversed' ? agency.alias : agency.code;
}

/**
 * Gives the next code of the agency and day: `000.17.23.H01-250303-0001`. Runs inside the transaction that stores the
 * dossier, so that a number is neither lost nor given twice. A day of more than 9,999 dossiers grows longer numbers.
 */
export async function nextCode(rows: Rows, catalogue: Catalogue, agency: string, date: CivilDate): Promise<string> {
  const format = catalogue.dossierCodeFormat(date);
  const [counted] = await ask<{ last: number }>(rows, (value) => `INSERT INTO dossier_counter (agency, day, last) VALUES (${value(agency)}, ${value(date)}, 1) ON CONFLICT (agency, day) DO UPDATE SET last = dossier_counter.last + 1 RETURNING last`);
  if (!counted) throw new Error(`No number was given at ${agency} for ${date}.`);
  const digits = date.replaceAll('-', '');
  return `${agency}-${format.date === 'yyMMdd' ? digits.slice(2) : digits}-${String(counted.last).padStart(format.sequenceDigits, '0')}`;
}
