import type { Hearing, IncomingMessage } from '../kit/act.ts';
import { pass } from '../kit/boundary.ts';
import type { SystemName } from '../kit/system.ts';
import { actOf, definitionOf, type Engine } from './engine.ts';
import { settle } from './settle.ts';
import { runTable, stepTable } from './table.ts';

/**
 * Hears a ministry at a callback address. The ticket opens its own step only; the message must be signed by the system
 * that the step belongs to and be about the step's own order.
 */
export async function hear(engine: Engine, system: SystemName, ticket: string, message: IncomingMessage): Promise<Hearing> {
  const step = await engine.store.read().findOneBy(stepTable, { ticket });
  if (!step) return { is: 'unknown' };
  const run = await engine.store.read().findOneByOrFail(runTable, { code: step.run });
  const { act } = actOf(definitionOf(engine, run), step);
  if (act.system.name !== system || !act.hear) return { is: 'unknown' };
  const heard = act.hear(message, engine.settingsOf(system), engine.clock.now());
  if (heard.is !== 'heard') return heard;
  if (heard.key !== step.orderKey) return { is: 'malformed', problem: 'the message is about another order' };
  pass('callback.received');
  await settle(engine, { run: run.code, act: step.act, generation: step.generation, outcome: heard.outcome });
  pass('callback.settled');
  return { is: 'taken' };
}
