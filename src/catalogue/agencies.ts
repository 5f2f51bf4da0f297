import { z } from 'zod';
import type { Desk as ActDesk } from '../kit/act.ts';
import type { CivilDate } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';
import { agencyCode, findReversed } from './agency-code.ts';
import type { Commune } from './communes.ts';
import type { Opened } from './data-file.ts';
import { holdsOn, type Period } from './period.ts';
import type { Problem } from './refusal.ts';
import { bilingual, period } from './row.ts';

/** A desk at which an agency answers: those of the acts, the district's finance office, and the province's one-stop centre. */
export type Desk = ActDesk | 'DISTRICT_FINANCE' | 'PROVINCE';

/** The desks, of one commune, of a district or of the whole province. */
export const desks = ['COMMUNE', 'COMMUNE_POLICE', 'DISTRICT_FINANCE', 'SOCIAL_INSURANCE', 'LINKED_PROCEDURES', 'PROVINCE'] as const satisfies readonly Desk[];

/** A desk of the data files. */
export const desk = z.enum(desks);

const dutyOfficer = z.string().regex(/^[A-Z]{2}-[A-Z0-9]+-\d{2}$/, 'a staff id is like CB-30280-01');

/** The shape of agencies.yaml. */
export const agenciesFile = z.strictObject({
  perCommune: z.array(z.strictObject({ desk: z.enum(['COMMUNE', 'COMMUNE_POLICE']), code: z.string(), name: bilingual, dutyOfficer: z.string(), ...period })),
  perDistrict: z.array(z.strictObject({ desk: z.literal('DISTRICT_FINANCE'), code: z.string(), name: bilingual, dutyOfficer: z.string(), ...period })),
  provincial: z.array(z.strictObject({ desk, alsoAnswers: z.array(desk).default([]), code: agencyCode, name: bilingual, dutyOfficer, ...period })),
});

/** What agencies.yaml says. */
export type AgenciesFile = z.infer<typeof agenciesFile>;

/** An agency (cơ quan) at one desk, in one period. */
export interface Agency extends Period {
  /** Canonical forward code (QĐ 20/2020/QĐ-TTg), such as H01.23.17. */
  readonly code: string;
  /** Reversed code (QCVN 102:2016), such as 000.17.23.H01, as dossier codes of the first eras carry it. */
  readonly alias: string;
  readonly name: Words;
  readonly desk: Desk;
  /** Further desks at which the same agency answers. */
  readonly alsoAnswers: readonly Desk[];
  /** Code of its commune; absent where it answers for more than one. */
  readonly commune?: string;
  /** Codes of the communes of its district; absent where it answers for one commune, or for the whole province. */
  readonly communes?: readonly string[];
  /** Opaque staff id of the officer on duty, who stands for the hub's own requests; no personal data. */
  readonly dutyOfficer: string;
}

/** Spreads the patterns over the communes, adds the provincial agencies, and reports codes that are wrong or taken. */
export function buildAgencies(file: Opened<AgenciesFile>, communes: readonly Commune[], problems: Problem[]): Agency[] {
  const agencies: Agency[] = [];
  const taken = new Set<string>();
  const add = (at: readonly PropertyKey[], row: Omit<Agency, 'alias'>) => {
    const alias = agencyCode.safeParse(row.code).success ? findReversed(row.code) : undefined;
    if (alias === undefined) problems.push(file.problem(at, `${row.code} cannot be written in the four groups of a reversed code`));
    else if (taken.has(alias)) problems.push(file.problem(at, `the code ${row.code} is given to two agencies`));
    else agencies.push({ ...row, alias });
    if (alias !== undefined) taken.add(alias);
    if (!dutyOfficer.safeParse(row.dutyOfficer).success) problems.push(file.problem(at, `${row.dutyOfficer} is no staff id like CB-30280-01`));
  };
  file.says.perCommune.forEach((pattern, index) => {
    for (const commune of communes.filter(({ validFrom }) => holdsOn(pattern, validFrom))) {
      add(['perCommune', index], spread(pattern, commune));
    }
  });
  file.says.perDistrict.forEach((pattern, index) => {
    for (const district of districtsOf(communes.filter(({ validFrom }) => holdsOn(pattern, validFrom)))) add(['perDistrict', index], spreadDistrict(pattern, district));
  });
  file.says.provincial.forEach((row, index) => add(['provincial', index], row));
  return agencies;
}

/** The agency of that code, written either way round, in whichever period. */
export function findAgency(agencies: readonly Agency[], code: string): Agency | undefined {
  return agencies.find((agency) => agency.code === code || agency.alias === code);
}

/** The agency that answers at the desk on the date; a provincial one for every commune. */
export function findDesk(agencies: readonly Agency[], desk: Desk, commune: string | undefined, date: CivilDate): Agency | undefined {
  return agencies.find((agency) => answersAt(agency, desk) && answersFor(agency, commune) && holdsOn(agency, date));
}

/** Whether the agency answers at that desk. */
export function answersAt(agency: Agency, desk: Desk): boolean {
  return agency.desk === desk || agency.alsoAnswers.includes(desk);
}

/** Whether the agency answers for that commune, alone or among others. */
export function answersFor({ commune, communes }: Agency, asked: string | undefined): boolean {
  if (communes) return asked !== undefined && communes.includes(asked);
  return commune === undefined || commune === asked;
}

/** The communes of one district; its agency code is what theirs begin with. */
interface District {
  readonly code: string;
  readonly name: Words;
  readonly communes: readonly Commune[];
}

function districtsOf(communes: readonly Commune[]): District[] {
  const districts = new Map<string, District>();
  for (const commune of communes) {
    const code = commune.agency.slice(0, commune.agency.lastIndexOf('.'));
    if (commune.district) districts.set(code, { code, name: commune.district, communes: [...(districts.get(code)?.communes ?? []), commune] });
  }
  return [...districts.values()];
}

function spreadDistrict(pattern: AgenciesFile['perDistrict'][number], { code, name, communes }: District): Omit<Agency, 'alias'> {
  const fill = (text: string, called: string) => text.replaceAll('{agency}', code).replaceAll('{district}', code.replaceAll('.', '')).replaceAll('{name}', called);
  return {
    code: fill(pattern.code, ''),
    name: { vi: fill(pattern.name.vi, name.vi), en: fill(pattern.name.en, name.en) },
    desk: pattern.desk,
    alsoAnswers: [],
    communes: communes.map((commune) => commune.code),
    dutyOfficer: fill(pattern.dutyOfficer, ''),
    validFrom: pattern.validFrom,
    validTo: pattern.validTo,
  };
}

function spread(pattern: AgenciesFile['perCommune'][number], commune: Commune): Omit<Agency, 'alias'> {
  const { code, agency, name, validFrom, validTo } = commune;
  const fill = (text: string, called: string) => text.replaceAll('{agency}', agency).replaceAll('{commune}', code).replaceAll('{name}', called);
  return {
    code: fill(pattern.code, ''),
    name: { vi: fill(pattern.name.vi, lowerFirst(name.vi)), en: fill(pattern.name.en, name.en) },
    desk: pattern.desk,
    alsoAnswers: [],
    commune: code,
    dutyOfficer: fill(pattern.dutyOfficer, ''),
    validFrom,
    validTo,
  };
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
