import type { Reach } from '../access/reach.ts';
import { engine as engineViewer } from '../access/viewer.ts';
import type { Purpose } from '../access/purpose.ts';
import type { ProcedurePart } from '../catalogue/procedures.ts';
import type { Office } from '../dossiers/office.ts';
import type { Deliveries } from '../dossiers/delivery.ts';
import { civilDateOf } from '../kit/instant.ts';
import { part } from '../kit/part.ts';
import type { Reached, Settings, SystemName, Verbs } from '../kit/system.ts';
import type { Seal } from '../kit/seal.ts';
import type { Bundle, ScoredAct } from './bundle.ts';
import type { Patience } from './patience.ts';
import type { RunRow, StepRow } from './table.ts';
import type { WakeUps } from './wake-ups.ts';

/** Everything the engine plays with ("bộ máy liên thông"). */
export interface Engine extends Office {
  readonly seal: Seal;
  readonly reach: Reach;
  readonly wakeUps: WakeUps;
  readonly patience: Patience;
  /** Opens the files that go along with an order. */
  readonly deliveries: Deliveries;
  readonly definitions: readonly Bundle[];
  /** Address under which ministries reach the hub, without a slash at the end. */
  readonly publicUrl: string;
  /** A system's settings, for checking its callbacks. */
  settingsOf(system: SystemName): Settings;
}

/** The engine as resolvers fetch it. */
export const enginePart = part<Engine>('engine');

/** The definition that a run was received under. */
export function definitionOf(engine: Engine, run: Pick<RunRow, 'bundle' | 'definitionFrom'>): Bundle {
  const found = engine.definitions.find((bundle) => bundle.name === run.bundle && bundle.from === run.definitionFrom);
  if (!found) throw new Error(`The definition of ${run.bundle} from ${run.definitionFrom} is gone; runs keep the definition they were received under.`);
  return found;
}

/** The act of a step in the definition of its run. */
export function actOf(definition: Bundle, step: Pick<StepRow, 'act'>): ScoredAct {
  const found = definition.acts.find((scored) => scored.name === step.act);
  if (!found) throw new Error(`The bundle ${definition.name} has no act ${step.act}.`);
  return found;
}

/** Desk, term and procedure of an act, as the law stood when the run was received. */
export function partOf(engine: Engine, run: Pick<RunRow, 'procedure' | 'receivedAt'>, act: string): ProcedurePart {
  const found = engine.catalogue().findProcedure(run.procedure, civilDateOf(run.receivedAt))?.parts.find((one) => one.act === act);
  if (!found) throw new Error(`The catalogue lists no part ${act} of the procedure ${run.procedure}.`);
  return found;
}

/** The engine's purpose when it asks or orders on behalf of a step: the run's procedure, the step's dossier, the duty officer of its agency. */
export function purposeOfStep(engine: Engine, run: Pick<RunRow, 'procedure'>, { dossier, agency }: Pick<StepRow, 'dossier' | 'agency'>): Purpose {
  const officer = engine.catalogue().findAgency(agency)?.dutyOfficer;
  return { procedure: run.procedure, dossier, unit: agency, ...(officer ? { officer } : {}) };
}

/** The verbs of an act's system, bound to the engine and a purpose. */
export function verbsOf(engine: Engine, purpose: Purpose, { act }: ScoredAct): Reached<Verbs> {
  return engine.reach(engineViewer, purpose, act.system);
}
