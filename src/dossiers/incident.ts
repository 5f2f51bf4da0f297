import { EntitySchema, IsNull } from 'typeorm';
import { raiseAlarm, type News } from '../alarms/alarm.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import type { Registry } from './transition.ts';

/** Why something cannot go on by itself ("nguyên nhân sự cố"). */
export const incidentCauses = ['MINISTRY_REFUSED', 'MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER', 'OVERDUE', 'SECOND_SUPPLEMENT', 'DONE_AFTER_WITHDRAWAL', 'AMOUNT_MISMATCH', 'DOUBLE_PAYMENT', 'PAYMENT_UNMATCHED', 'STALLED'] as const;

/** Why something cannot go on by itself. */
export type IncidentCause = (typeof incidentCauses)[number];

/** Something that needs a person ("sự cố"): it has a cause and an owner from the first second. */
export interface IncidentRow {
  readonly id?: number;
  /** The linked application, where it is about one. */
  readonly run: string | null;
  readonly act: string | null;
  readonly dossier: string | null;
  readonly system: string | null;
  readonly cause: IncidentCause;
  /** What happened, JSON in both languages; no personal data. */
  readonly detail: string;
  /** Procedure code; null in incidents of earlier releases. */
  readonly procedure: string | null;
  readonly ownerAgency: string;
  readonly ownerRole: 'CASE_OFFICER' | 'OPERATOR';
  readonly openedAt: string;
  readonly resolvedAt: string | null;
  /** Opaque id of the officer who resolved it; null while it stands and where its cause went away. */
  readonly resolvedBy: string | null;
  /** Why the officer resolved it, in the officer's own words. */
  readonly note: string | null;
}

/** The incidents. */
export const incidentTable = new EntitySchema<IncidentRow>({
  name: 'incident',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    run: { type: 'varchar', nullable: true },
    act: { type: 'varchar', nullable: true },
    dossier: { type: 'varchar', nullable: true },
    system: { type: 'varchar', nullable: true },
    cause: { type: 'varchar' },
    detail: { type: 'text' },
    procedure: { type: 'varchar', nullable: true },
    ownerAgency: { type: 'varchar', name: 'owner_agency' },
    ownerRole: { type: 'varchar', name: 'owner_role' },
    openedAt: { type: 'varchar', name: 'opened_at' },
    resolvedAt: { type: 'varchar', name: 'resolved_at', nullable: true },
    resolvedBy: { type: 'varchar', name: 'resolved_by', nullable: true },
    note: { type: 'text', nullable: true },
  },
});

const ROLES: Record<IncidentCause, IncidentRow['ownerRole']> = {
  MINISTRY_REFUSED: 'CASE_OFFICER',
  MINISTRY_UNREACHABLE: 'OPERATOR',
  MINISTRY_BAD_ANSWER: 'OPERATOR',
  OVERDUE: 'CASE_OFFICER',
  SECOND_SUPPLEMENT: 'CASE_OFFICER',
  DONE_AFTER_WITHDRAWAL: 'CASE_OFFICER',
  AMOUNT_MISMATCH: 'CASE_OFFICER',
  DOUBLE_PAYMENT: 'CASE_OFFICER',
  PAYMENT_UNMATCHED: 'OPERATOR',
  STALLED: 'OPERATOR',
};

/** What an incident is about, and who has to see to it. */
export interface IncidentMatter {
  /** Code of the linked application, where it is about one. */
  readonly run: string | null;
  readonly act: string | null;
  readonly dossier: string | null;
  readonly procedure: string;
  readonly ownerAgency: string;
  readonly system: string | null;
  readonly cause: IncidentCause;
  readonly detail: Words;
}

/** Opens an incident with its owner, unless one of the same cause stands open for the same matter. */
export async function openIncident({ clock, feed }: Pick<Registry, 'clock' | 'feed'>, rows: Rows, { procedure, detail, ...matter }: IncidentMatter): Promise<void> {
  const { run, act, dossier, cause, ownerAgency } = matter;
  if (await rows.existsBy(incidentTable, { ...sameMatter({ run, act, dossier }), cause, resolvedAt: IsNull() })) return;
  await rows.insert(incidentTable, { ...matter, procedure, detail: JSON.stringify(detail), ownerRole: ROLES[cause], openedAt: clock.now(), resolvedAt: null, resolvedBy: null, note: null });
  await raiseAlarm(rows, { clock }, newsOf('incident.opened', { ...matter, procedure }, cause));
  await feed.append(rows, { kind: 'incident.opened', dossier, run, agency: ownerAgency, procedure, statusCode: null });
}

/** Closes the open incidents of a matter whose causes time has healed. */
export async function closeIncidents({ clock, feed }: Pick<Registry, 'clock' | 'feed'>, rows: Rows, matter: Pick<IncidentMatter, 'run' | 'act' | 'dossier' | 'procedure' | 'ownerAgency'>, causes: readonly IncidentCause[]): Promise<void> {
  for (const cause of causes) {
    const { affected } = await rows.update(incidentTable, { ...sameMatter(matter), cause, resolvedAt: IsNull() }, { resolvedAt: clock.now() });
    if (!affected) continue;
    await raiseAlarm(rows, { clock }, newsOf('incident.resolved', matter, cause));
    await feed.append(rows, { kind: 'incident.resolved', dossier: matter.dossier, run: matter.run, agency: matter.ownerAgency, procedure: matter.procedure, statusCode: null });
  }
}

/** Closes one incident, by an officer who says why or because its cause is gone. */
export async function closeIncident({ clock, feed }: Pick<Registry, 'clock' | 'feed'>, rows: Rows, incident: IncidentRow, by?: { readonly officer: string; readonly note: string }): Promise<IncidentRow> {
  const { id, run, act, dossier, system, cause, ownerAgency } = incident;
  const closed = { resolvedAt: clock.now(), resolvedBy: by?.officer ?? null, note: by?.note ?? null };
  await rows.update(incidentTable, { id }, closed);
  await raiseAlarm(rows, { clock }, newsOf('incident.resolved', { run, act, dossier, system, ownerAgency, procedure: incident.procedure ?? '' }, cause));
  await feed.append(rows, { kind: 'incident.resolved', dossier, run, agency: ownerAgency, procedure: incident.procedure, statusCode: null });
  return { ...incident, ...closed };
}

/** What is told of an incident: codes, cause and owner, and nothing of the person. */
function newsOf(kind: 'incident.opened' | 'incident.resolved', { run, act, dossier, procedure, ownerAgency, system }: Pick<IncidentMatter, 'run' | 'act' | 'dossier' | 'procedure' | 'ownerAgency'> & Partial<Pick<IncidentMatter, 'system'>>, cause: IncidentCause): News {
  return { kind, cause, system: system ?? null, bundleCode: run, act, dossierCode: dossier, procedureCode: procedure, owner: { agency: ownerAgency, role: ROLES[cause] } };
}

function sameMatter({ run, act, dossier }: Pick<IncidentMatter, 'run' | 'act' | 'dossier'>) {
  return { run: run ?? IsNull(), act: act ?? IsNull(), dossier: dossier ?? IsNull() };
}

/** Incident text of a ministry that gave no usable answer. */
export function noAnswer(system: string, cause: string): Words {
  return words(`Hệ thống ${system} chưa trả lời được (${cause}); hệ thống vẫn tiếp tục thử.`, `The system ${system} has not given a usable answer (${cause}); trying goes on.`);
}
