import type { ScoredAct } from './bundle.ts';
import { definitionOf, type Engine } from './engine.ts';
import type { RunRow, StepRow } from './table.ts';

/** What an act is given: composed from the form as it stands and the results of the acts before it. */
export function givenTo(engine: Engine, run: RunRow, steps: readonly StepRow[], { given }: ScoredAct): unknown {
  const results = Object.fromEntries(steps.filter((one) => one.result !== null).map((one) => [one.act, JSON.parse(one.result ?? 'null') as unknown]));
  return given({ ...results, form: definitionOf(engine, run).form.parse(JSON.parse(run.form)), run: { receivedAt: run.receivedAt } });
}
