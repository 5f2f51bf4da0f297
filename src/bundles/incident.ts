import * as incidents from '../dossiers/incident.ts';
import type { IncidentCause, IncidentMatter } from '../dossiers/incident.ts';
import type { Rows } from '../kit/store.ts';
import type { Engine } from './engine.ts';
import type { RunRow, StepRow } from './table.ts';

/** Where in a bundle something cannot go on: a step, or the run as a whole. */
export interface Stuck {
  readonly run: Pick<RunRow, 'code' | 'agency' | 'procedure'>;
  /** The step; null when the run as a whole is stuck. */
  readonly step: Pick<StepRow, 'act' | 'dossier' | 'agency'> | null;
}

/** Opens an incident about a step or a run; the step's agency owns it, else the run's. */
export async function openIncident(engine: Engine, rows: Rows, { run, step, ...rest }: Stuck & Pick<IncidentMatter, 'system' | 'cause' | 'detail'>): Promise<void> {
  await incidents.openIncident(engine, rows, { ...matterOf({ run, step }), ...rest });
}

/** Closes the step's, or the run's, open incidents of the causes that time has healed. */
export async function closeIncidents(engine: Engine, rows: Rows, { causes, ...stuck }: Stuck & { readonly causes: readonly IncidentCause[] }): Promise<void> {
  await incidents.closeIncidents(engine, rows, matterOf(stuck), causes);
}

function matterOf({ run, step }: Stuck) {
  return { run: run.code, act: step?.act ?? null, dossier: step?.dossier ?? null, procedure: run.procedure, ownerAgency: step?.agency ?? run.agency };
}
