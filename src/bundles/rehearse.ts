import type { Viewer } from '../access/viewer.ts';
import { isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import type { Agency } from '../catalogue/agencies.ts';
import { findDue, type KeptDue } from '../dossiers/term.ts';
import { checkApplication, type BundleForm } from './application.ts';
import type { Engine } from './engine.ts';
import type { AnyAct } from './bundle.ts';

/** What would happen if the application were filed now: nothing is stored, no ministry is asked. */
export interface Rehearsal {
  readonly is: 'rehearsal';
  readonly bundle: string;
  readonly procedure: string;
  readonly due: KeptDue | null;
  readonly steps: readonly RehearsedStep[];
}

/** One act of a rehearsal. */
export interface RehearsedStep {
  readonly act: string;
  readonly does: AnyAct;
  readonly after: readonly string[];
  readonly agency: Agency | null;
  /** Counted as if every act before it ended on its own due date. */
  readonly due: KeptDue | null;
}

/** Rehearses an application: the checks that need no ministry, who would do what, and by when at the latest. */
export async function rehearse(engine: Engine, viewer: Viewer, form: BundleForm): Promise<Rehearsal | Failure> {
  const application = await checkApplication(engine, viewer, form);
  if (isFailure(application)) return application;
  const { definition } = application;
  const catalogue = engine.catalogue();
  const now = engine.clock.now();
  const today = civilDateOf(now);
  const procedure = catalogue.findProcedure(definition.procedure, today);
  const ends = new Map<string, Instant>();
  const steps = definition.acts.map(({ name, act, after }): RehearsedStep => {
    const part = procedure?.parts.find((one) => one.act === name);
    const begins = after.flatMap((earlier) => ends.get(earlier) ?? []).sort().at(-1) ?? now;
    const due = part ? (findDue(catalogue, part.term, begins) ?? null) : null;
    if (due) ends.set(name, due.dueAt);
    return { act: name, does: act, after, agency: (part && catalogue.findDesk(part.desk, definition.commune(application.form), today)) ?? null, due };
  });
  return { is: 'rehearsal', bundle: definition.name, procedure: definition.procedure, due: (procedure && findDue(catalogue, procedure.term, now)) ?? null, steps };
}
