import { IsNull } from 'typeorm';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import type { Engine } from './engine.ts';
import { incidentTable, type IncidentCause, type IncidentRow, type RunRow, type StepRow } from './table.ts';

const ROLES: Record<IncidentCause, IncidentRow['ownerRole']> = {
  MINISTRY_REFUSED: 'CASE_OFFICER',
  MINISTRY_UNREACHABLE: 'OPERATOR',
  MINISTRY_BAD_ANSWER: 'OPERATOR',
  OVERDUE: 'CASE_OFFICER',
  SECOND_SUPPLEMENT: 'CASE_OFFICER',
  DONE_AFTER_WITHDRAWAL: 'CASE_OFFICER',
  NOT_ORDERABLE: 'OPERATOR',
};

/** What an incident is about. */
export interface IncidentMatter {
  readonly run: Pick<RunRow, 'code' | 'agency' | 'procedure'>;
  /** The step; null when the run as a whole is stuck. */
  readonly step: Pick<StepRow, 'act' | 'dossier' | 'agency'> | null;
  readonly system: string | null;
  readonly cause: IncidentCause;
  readonly detail: Words;
}

/** Opens an incident with its owner, unless one of the same cause stands open for the same step. */
export async function openIncident({ clock, feed }: Engine, rows: Rows, { run, step, system, cause, detail }: IncidentMatter): Promise<void> {
  const act = step?.act ?? null;
  const standing = await rows.existsBy(incidentTable, { run: run.code, act: act ?? IsNull(), cause, resolvedAt: IsNull() });
  if (standing) return;
  const ownerAgency = step?.agency ?? run.agency;
  await rows.insert(incidentTable, {
    run: run.code,
    act,
    dossier: step?.dossier ?? null,
    system,
    cause,
    detail: JSON.stringify(detail),
    ownerAgency,
    ownerRole: ROLES[cause],
    openedAt: clock.now(),
    resolvedAt: null,
  });
  await feed.append(rows, { kind: 'incident.opened', dossier: step?.dossier ?? null, run: run.code, agency: ownerAgency, procedure: run.procedure, statusCode: null });
}

/** Closes the step's open incidents of the causes that time has healed. */
export async function closeIncidents({ clock, feed }: Engine, rows: Rows, { run, step, causes }: Pick<IncidentMatter, 'run' | 'step'> & { readonly causes: readonly IncidentCause[] }): Promise<void> {
  for (const cause of causes) {
    const where = { run: run.code, act: step?.act ?? IsNull(), cause, resolvedAt: IsNull() };
    const { affected } = await rows.update(incidentTable, where, { resolvedAt: clock.now() });
    if (affected) await feed.append(rows, { kind: 'incident.resolved', dossier: step?.dossier ?? null, run: run.code, agency: step?.agency ?? run.agency, procedure: run.procedure, statusCode: null });
  }
}

/** Incident text of a ministry that gave no usable answer. */
export function noAnswer(system: string, cause: string): Words {
  return words(`Hệ thống ${system} chưa trả lời được (${cause}); hệ thống vẫn tiếp tục thử.`, `The system ${system} has not given a usable answer (${cause}); trying goes on.`);
}
