import { inventFamilies, type InventedPerson } from '../../mocks/people.ts';
import { openChance, scatter, weigh } from '../../mocks/people/chance.ts';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { agencyInCodes } from '../../src/dossiers/code.ts';
import { states, type DossierStatus } from '../../src/dossiers/states.ts';
import { NO_DUE_DATE, newDossier, type DossierRow } from '../../src/dossiers/table.ts';
import { findDue } from '../../src/dossiers/term.ts';
import { civilDateOf, epochMs, instantOf, type Instant } from '../../src/kit/instant.ts';

/** The seed of every generated dossier. */
const SEED = 1_200_000;

const DAY_MS = 86_400_000;

/** Days over which the dossiers were filed: 26 months, at 1.2 million dossiers some 1,500 a day for the province. */
const DAYS = 790;

/** Days after which a dossier is settled but for a few that nobody got round to. */
const SETTLED_AFTER_DAYS = 30;

/** Officers at a desk. */
const OFFICERS = 3;

/** Statuses of dossiers long past, in percent: most results were handed over; about one in a hundred is still open. */
const drawOld = weigh<DossierStatus>([
  ['RETURNED', 84], ['FINISHED', 10], ['STOPPED', 1.5], ['WITHDRAWN', 1.4], ['NOT_ACCEPTED', 2], ['IN_PROCESS', 0.8], ['ACCEPTED', 0.1], ['SUPPLEMENT_REQUESTED', 0.2],
]);

/** Statuses of recent ones, in percent. */
const drawRecent = weigh<DossierStatus>([
  ['REGISTERED', 12], ['ACCEPTED', 14], ['IN_PROCESS', 42], ['SUPPLEMENT_REQUESTED', 6], ['PAYMENT_REQUESTED', 3], ['FINISHED', 14], ['RETURNED', 6], ['NOT_ACCEPTED', 3],
]);

/** Statuses in which nothing more is done to a dossier. */
const ENDED: readonly DossierStatus[] = ['RETURNED', 'FINISHED', 'STOPPED', 'WITHDRAWN', 'NOT_ACCEPTED'];

/** What one procedure brings along for each of its dossiers. */
interface Kind {
  readonly code: string;
  readonly termDays: number;
  /** Agency code as dossier codes write it, and the commune of its desk. */
  readonly desks: readonly { readonly agency: string; readonly officer: string }[];
  /** The counted due date as it is kept, but for the dates of the single dossier: as long as a real one. */
  readonly explained: string;
}

/**
 * Invents dossiers of the catalogue's procedures at the catalogue's agencies, filed before `now` by the people whom every
 * simulated ministry knows; the first ones by different persons. The same count and instant give the same dossiers.
 */
export function* inventDossiers(count: number, now: Instant): Generator<DossierRow> {
  const chance = openChance(SEED);
  const kinds = kindsOf(now);
  const drawKind = weigh(kinds.map((kind, index) => [kind, 1 / (index + 1)] as const)); // a few procedures make up most of the work
  const applicants = inventFamilies().people.filter((person) => !person.deceased && person.birthDate < '2005');
  const whose = scatter(chance, applicants.length);
  const numbers = new Map<string, number>();
  const nowMs = epochMs(now);
  for (let index = 0; index < count; index += 1) {
    const kind = drawKind(chance);
    const { agency, officer } = chance.pick(kind.desks);
    const age = Math.floor((1 - index / count) * DAYS);
    const filedMs = nowMs - age * DAY_MS - chance.between(1, 30_000_000); // within eight hours of that day
    const registeredAt = instantOf(filedMs);
    const day = registeredAt.slice(0, 10).replaceAll('-', '').slice(2);
    const number = (numbers.get(agency + day) ?? 0) + 1;
    numbers.set(agency + day, number);
    const applicant = applicants[whose(index)] as InventedPerson;
    const code = `${agency}-${day}-${String(number).padStart(4, '0')}`;
    const filed = newDossier({ code, procedure: kind.code, agency, run: null, act: null, channel: chance.between(1, 3), registeredAt }, applicant);
    const status = age > SETTLED_AFTER_DAYS ? drawOld(chance) : drawRecent(chance);
    const isCounted = status !== 'REGISTERED' && status !== 'NOT_ACCEPTED';
    const dueAt = isCounted ? `${instantOf(filedMs + kind.termDays * DAY_MS).slice(0, 10)}T10:00:00.000Z` : null; // 17:00 in the zone of the law
    yield {
      ...filed,
      statusCode: states[status].code,
      assignee: isCounted && status !== 'ACCEPTED' ? `${officer}-0${chance.between(1, OFFICERS)}` : null,
      receivedAt: isCounted ? registeredAt : null,
      dueAt,
      due: dueAt && `{"date":"${dueAt.slice(0, 10)}","dueAt":"${dueAt}","provisional":false,"countedFrom":"${registeredAt}","startedAt":"${registeredAt}",${kind.explained}`,
      dueOrder: dueAt ?? NO_DUE_DATE,
      finishedAt: ENDED.includes(status) ? instantOf(Math.min(nowMs, filedMs + chance.between(1, kind.termDays + 2) * DAY_MS)) : null,
      version: chance.between(2, 6),
    };
  }
}

function kindsOf(now: Instant): Kind[] {
  const catalogue = loadCatalogue();
  const today = civilDateOf(now);
  return catalogue.procedures(today).flatMap(({ code, desk, parts, term }) => {
    if (!desk || parts.length > 0) return [];
    const desks = catalogue.communes(today).flatMap((commune) => {
      const agency = catalogue.findDesk(desk, commune.code, today);
      return agency ? [{ agency: agencyInCodes(catalogue, agency, today), officer: agency.dutyOfficer.slice(0, -3) }] : [];
    });
    const due = findDue(catalogue, term, now);
    if (desks.length === 0 || !due) return [];
    const { explanation, days, sources, term: counted, calendar } = due;
    const explained = JSON.stringify({ explanation, days, sources: ['Dữ liệu giả lập (synthetic)', ...sources], term: counted, calendar }).slice(1);
    return [{ code, termDays: Math.max(1, Math.ceil(term.amount / (term.unit === 'WORKING_HOUR' ? 8 : 1))), desks, explained }];
  });
}
