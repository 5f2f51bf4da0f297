import { resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { z } from 'zod';
import type { CivilDate } from '../kit/instant.ts';
import { agenciesFile, buildAgencies, findAgency, findDesk, type Agency, type Desk } from './agencies.ts';
import { buildCalendar, calendarFile, checkCalendar, type Calendar } from './calendar.ts';
import { checkCommunes, communesFile, findCommune, type Commune } from './communes.ts';
import { openDataFile } from './data-file.ts';
import { checkDossierCodeFormats, dossierCodeFormatFile, getDossierCodeFormat, type DossierCodeFormat } from './dossier-code-format.ts';
import { checkHealthFacilities, healthFacilitiesFile, type HealthFacility } from './health-facilities.ts';
import { checkOfficeHours, findOfficeHours, officeHoursFile, type OfficeHours } from './office-hours.ts';
import { holdsOn } from './period.ts';
import { checkProcedures, findProcedure, proceduresFile, type Procedure } from './procedures.ts';
import { CatalogueRefused, type Problem } from './refusal.ts';
import { checkSlipForms, getSlipForm, slipFormsFile, type SlipForm, type SlipKind } from './slip-forms.ts';

/** Law as data: what holds on which date. Every date is a civil date in the zone of the law; `find` may give nothing. */
export interface Catalogue {
  /** Working days and days off (lịch làm việc). */
  readonly calendar: Calendar;
  /** Digest of the calendar: due dates counted under another one are to be counted anew. */
  readonly digest: string;
  /** Office hours and counting rules on the date; nothing before the first rule. */
  officeHours(date: CivilDate): OfficeHours | undefined;
  /** The procedure (thủ tục hành chính) as it stands on the date. */
  findProcedure(code: string, date: CivilDate): Procedure | undefined;
  /** Every procedure in force on the date, by code. */
  procedures(date: CivilDate): readonly Procedure[];
  /** The commune (phường, xã) of that code on the date. */
  findCommune(code: string, date: CivilDate): Commune | undefined;
  /** Every commune on the date, by code. */
  communes(date: CivilDate): readonly Commune[];
  /** The agency (cơ quan) of that code, forward (H01.23.17) or reversed (000.17.23.H01), in whichever period. */
  findAgency(code: string): Agency | undefined;
  /** Every agency on the date, by code. */
  agencies(date: CivilDate): readonly Agency[];
  /** The agency that answers at the desk for the commune on the date; provincial desks need no commune. */
  findDesk(desk: Desk, commune: string | undefined, date: CivilDate): Agency | undefined;
  /** The facility of first registration (cơ sở khám chữa bệnh ban đầu) of that code. */
  findHealthFacility(code: string): HealthFacility | undefined;
  /** Every facility of first registration. */
  readonly healthFacilities: readonly HealthFacility[];
  /** How a dossier received on the date is numbered. */
  dossierCodeFormat(date: CivilDate): DossierCodeFormat;
  /** The form (biểu mẫu) of a slip that is handed out on the date. */
  slipForm(kind: SlipKind, date: CivilDate): SlipForm;
}

/**
 * Reads the catalogue from disk, by default from the folder beside this file. `calendarFile` names another calendar
 * (an operator's newer one). Throws `CatalogueRefused`, with every problem found, when the data contradict themselves.
 */
export function loadCatalogue(dir: string | URL = new URL('data/', import.meta.url), overrides: { readonly calendarFile?: string | undefined } = {}): Catalogue {
  const folder = typeof dir === 'string' ? pathToFileURL(resolve(dir) + sep) : dir;
  const problems: Problem[] = [];
  const open = <T>(name: string, schema: z.ZodType<T>) => openDataFile(new URL(name, folder), name, schema, problems);
  const { calendarFile: other } = overrides;
  const calendar = other === undefined ? open('calendar.yaml', calendarFile) : openDataFile(pathToFileURL(resolve(other)), other, calendarFile, problems);
  const hours = open('office-hours.yaml', officeHoursFile);
  const procedures = open('procedures.yaml', proceduresFile);
  const communes = open('communes.yaml', communesFile);
  const agencies = open('agencies.yaml', agenciesFile);
  const facilities = open('health-facilities.yaml', healthFacilitiesFile);
  const formats = open('dossier-code-format.yaml', dossierCodeFormatFile);
  const slips = open('slip-forms.yaml', slipFormsFile);
  if (calendar) problems.push(...checkCalendar(calendar));
  if (hours) problems.push(...checkOfficeHours(hours, calendar?.says.coverage.from));
  if (procedures) problems.push(...checkProcedures(procedures));
  if (communes) problems.push(...checkCommunes(communes));
  if (facilities) problems.push(...checkHealthFacilities(facilities, communes?.says));
  if (formats) problems.push(...checkDossierCodeFormats(formats));
  if (slips) problems.push(...checkSlipForms(slips));
  const spread = agencies && communes ? buildAgencies(agencies, communes.says.communes, problems) : [];
  if (problems.length > 0 || !calendar || !hours || !procedures || !communes || !facilities || !formats || !slips) throw new CatalogueRefused(problems);
  return offer({
    calendar: buildCalendar(calendar.says),
    hours: hours.says.rules,
    procedures: byCode(procedures.says.procedures),
    communes: byCode(communes.says.communes),
    agencies: byCode(spread),
    facilities: facilities.says.facilities,
    formats: formats.says.formats,
    slips: slips.says.forms,
  });
}

interface Rows {
  readonly calendar: Calendar;
  readonly hours: readonly OfficeHours[];
  readonly procedures: readonly Procedure[];
  readonly communes: readonly Commune[];
  readonly agencies: readonly Agency[];
  readonly facilities: readonly HealthFacility[];
  readonly formats: readonly DossierCodeFormat[];
  readonly slips: readonly SlipForm[];
}

function offer(rows: Rows): Catalogue {
  return {
    calendar: rows.calendar,
    digest: rows.calendar.digest,
    officeHours: (date) => findOfficeHours(rows.hours, date),
    findProcedure: (code, date) => findProcedure(rows.procedures, code, date),
    procedures: (date) => rows.procedures.filter((row) => holdsOn(row, date)),
    findCommune: (code, date) => findCommune(rows.communes, code, date),
    communes: (date) => rows.communes.filter((row) => holdsOn(row, date)),
    findAgency: (code) => findAgency(rows.agencies, code),
    agencies: (date) => rows.agencies.filter((row) => holdsOn(row, date)),
    findDesk: (desk, commune, date) => findDesk(rows.agencies, desk, commune, date),
    findHealthFacility: (code) => rows.facilities.find((row) => row.code === code),
    healthFacilities: rows.facilities,
    dossierCodeFormat: (date) => getDossierCodeFormat(rows.formats, date),
    slipForm: (kind, date) => getSlipForm(rows.slips, kind, date),
  };
}

function byCode<T extends { readonly code: string }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => (a.code < b.code ? -1 : a.code > b.code ? 1 : 0));
}
