import type { Hearing, IncomingMessage } from '../kit/act.ts';
import { pass } from '../kit/boundary.ts';
import type { OrderOutcome } from '../kit/outcome.ts';
import type { SystemName } from '../kit/system.ts';
import type { AnyAct } from './bundle.ts';
import { actOf, definitionOf, type Engine } from './engine.ts';
import { keptOf, settle } from './settle.ts';
import { runTable, stepTable, type StepRow } from './table.ts';

/**
 * Hears a ministry at a callback address. The ticket opens its own step only; the message must be signed by the system
 * that the step belongs to and be about the step's own order.
 */
export async function hear(engine: Engine, system: SystemName, ticket: string, message: IncomingMessage): Promise<Hearing> {
  const step = await engine.store.read().findOneBy(stepTable, { ticket });
  if (!step || step.state === 'PLANNED') return { is: 'unknown' }; // nobody was given the address of an order that has not gone out
  const run = await engine.store.read().findOneByOrFail(runTable, { code: step.run });
  const { act } = actOf(definitionOf(engine, run), step);
  if (act.system.name !== system || !act.hear) return { is: 'unknown' };
  const heard = act.hear(message, engine.settingsOf(system), engine.clock.now());
  if (heard.is !== 'heard') return heard;
  if (heard.key !== step.orderKey) return { is: 'malformed', problem: 'the message is about another order' };
  if (contradicts(act, step, heard.outcome)) return { is: 'used' };
  pass('callback.received', step.act);
  await settle(engine, { run: run.code, act: step.act, generation: step.generation, via: 'callback', outcome: heard.outcome });
  pass('callback.settled', step.act);
  return { is: 'taken' };
}

/** Whether a ticket that has brought its answer is used for another one. The same answer once more is no harm, and a late word that work goes on is none either. */
function contradicts(act: AnyAct, { state, result }: StepRow, outcome: OrderOutcome<unknown>): boolean {
  if (outcome.is === 'done') return state === 'REFUSED' || (result !== null && result !== keptOf(act, outcome.value));
  return outcome.is === 'refused' && result !== null;
}
