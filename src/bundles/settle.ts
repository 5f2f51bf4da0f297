import { pass } from '../kit/boundary.ts';
import type { ResultDocument } from '../kit/act.ts';
import type { Failure } from '../kit/failure.ts';
import { isFailure } from '../kit/failure.ts';
import { later, type Instant } from '../kit/instant.ts';
import { badAnswer, neverLeft, type OrderOutcome } from '../kit/outcome.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { issueResult } from '../dossiers/issue.ts';
import { dossierTable } from '../dossiers/table.ts';
import { supplementUntil } from '../dossiers/term.ts';
import { transition, type Change } from '../dossiers/transition.ts';
import type { AnyAct } from './bundle.ts';
import { isSettled } from './decide.ts';
import { actOf, definitionOf, type Engine } from './engine.ts';
import { givenTo } from './given.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { retryAt, secondLookAt, turnAt } from '../kit/retry.ts';
import { noAnswer, type IncidentCause } from '../dossiers/incident.ts';
import { runTable, stepTable, type RunRow, type StepRow } from './table.ts';

/** The ministry says that it knows of no such order. */
export interface Absent {
  readonly is: 'absent';
}

/** What a ministry said of a step's order, however it was heard. */
export type StepOutcome = OrderOutcome<unknown> | Absent;

/** An answer on its way to a step. */
export interface Answer {
  readonly run: string;
  readonly act: string;
  /** The form that the answer is about: an answer to a form that was supplemented since is ignored. */
  readonly generation: number;
  /** Whether it answers the order itself, an inquiry, or comes from the ministry by itself. */
  readonly via: 'order' | 'inquiry' | 'callback';
  readonly outcome: StepOutcome;
}

/** What an answer changes: columns of the step, and a change of its dossier. */
interface Effect {
  readonly set: Partial<StepRow>;
  readonly change?: Omit<Change, 'code' | 'actor'>;
}

/**
 * Writes down what a ministry answered, whichever way it came. State, dossier, history and event in one transaction; an
 * answer to something settled, or to an earlier form, changes nothing. The engine looks at the run right after.
 */
export async function settle(engine: Engine, answer: Answer): Promise<void> {
  await engine.store.transact(async (rows) => {
    const run = await rows.findOneByOrFail(runTable, { code: answer.run });
    const step = await rows.findOneByOrFail(stepTable, { run: answer.run, act: answer.act });
    if (step.generation !== answer.generation) return;
    if (step.state === 'WITHDRAWN') return settleWithdrawn(engine, rows, { run, step }, answer);
    if (isSettled(step) || step.state === 'SUPPLEMENT') return;
    const effect = await effectOf(engine, rows, { run, step }, answer);
    await write(rows, step, effect.set);
    if (effect.change) must(await transition(engine, rows, { ...effect.change, code: step.dossier, actor: 'engine' }));
    await engine.wakeUps.wake(rows, run.code, engine.clock.now());
  }, 'rows');
  pass('step.settled', answer.act);
}

/** Writes a step from the version that was read: a concurrent change wins and this one is not made. No call is under way any more, unless one is written. */
export async function write(rows: Rows, step: StepRow, set: Partial<StepRow>): Promise<void> {
  const { affected } = await rows.update(stepTable, { run: step.run, act: step.act, version: step.version }, { owner: null, ...set, version: step.version + 1 });
  if (affected !== 1) throw new Error(`The step ${step.act} of ${step.run} changed under the transaction.`);
}

/** Unwraps a transition that the engine's own rules make lawful. */
export function must<T>(result: T | Failure): T {
  if (isFailure(result)) throw new Error(`The engine asked for an unlawful transition: ${result.message.en}`);
  return result;
}

interface Place {
  readonly run: RunRow;
  readonly step: StepRow;
}

async function effectOf(engine: Engine, rows: Rows, place: Place, { outcome, via }: Answer): Promise<Effect> {
  const { run, step } = place;
  const now = engine.clock.now();
  const { act } = actOf(definitionOf(engine, run), step);
  if (outcome.is === 'unreachable' || outcome.is === 'badAnswer') return failing(engine, rows, place, { outcome, via });
  if (outcome.is === 'absent') return absence(engine, rows, place);
  await closeIncidents(engine, rows, { run, step, causes: ANSWERED });
  if (outcome.is === 'done' || outcome.is === 'refused') await closeIncidents(engine, rows, { run, step, causes: ['OVERDUE', 'SECOND_SUPPLEMENT', 'STALLED'] });
  switch (outcome.is) {
    case 'pending':
      return { set: { state: 'WAITING', ordered: 1, tries: 0, nextAt: later(now, act.answers === 'polled' ? engine.patience.pollMs : engine.patience.callbackMs) } };
    case 'done':
      return {
        set: { state: 'DONE', tries: 0, nextAt: null, result: keptOf(act, outcome.value), resultAsOf: outcome.asOf },
        change: { action: 'finish', set: { finishedAt: now }, result: await documentOf(engine, rows, place, outcome.value) },
      };
    case 'refused':
      return refusal(engine, rows, place, { reason: outcome.reason, system: act.system.name });
    case 'supplement':
      return supplement(engine, rows, place, { what: outcome.what, until: outcome.until, system: act.system.name });
  }
}

/** How the result reads as a document, where the act hands one out. */
async function documentOf(engine: Engine, rows: Rows, { run, step }: Place, value: unknown): Promise<ResultDocument | undefined> {
  const scored = actOf(definitionOf(engine, run), step);
  return scored.act.document?.(value, givenTo(engine, run, await rows.findBy(stepTable, { run: run.code }), scored));
}

/** What is kept of a result, as it is stored. */
export function keptOf({ kept }: AnyAct, value: unknown): string {
  return JSON.stringify(kept ? kept(value) : value);
}

/** The causes of incidents that end when the ministry gives a usable answer. */
const ANSWERED: readonly IncidentCause[] = ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'];

type Failing = Extract<OrderOutcome<unknown>, { is: 'unreachable' | 'badAnswer' }>;

async function failing(engine: Engine, rows: Rows, place: Place, { outcome, via }: { readonly outcome: Failing; readonly via: Answer['via'] }): Promise<Effect> {
  const now = engine.clock.now();
  const unsent = via === 'order' && neverLeft(outcome) ? { ordered: 0 } : {}; // nothing to ask about
  const turn = turnAt(now, outcome);
  if (turn) return { set: { nextAt: turn, ...unsent } };
  const tries = place.step.tries + 1;
  await toldOfFailure(engine, rows, place, { outcome, tries });
  const asked = outcome.is === 'unreachable' ? outcome.retryAfterMs : undefined;
  return { set: { tries, nextAt: retryAt(engine.patience, now, tries, asked), ...unsent } };
}

/** After so many failures in a row somebody has to know. */
async function toldOfFailure(engine: Engine, rows: Rows, { run, step }: Place, { outcome, tries }: { readonly outcome: Failing; readonly tries: number }): Promise<void> {
  if (tries < engine.patience.triesToIncident) return;
  const { system } = actOf(definitionOf(engine, run), step).act;
  const [cause, detail]: [IncidentCause, string] = outcome.is === 'unreachable' ? ['MINISTRY_UNREACHABLE', outcome.cause] : ['MINISTRY_BAD_ANSWER', outcome.problem];
  await openIncident(engine, rows, { run, step, system: system.name, cause, detail: noAnswer(system.name, detail) });
}

/**
 * The ministry knows of no such order. One such word may be stale, so it is asked again after a pause. Said twice of an order
 * whose answer was lost, the order is given again under the same key. Said twice of an order that the ministry had taken, an
 * owner must decide: nobody knows whether who forgets what it took would do it a second time.
 */
async function absence(engine: Engine, rows: Rows, place: Place): Promise<Effect> {
  const { run, step } = place;
  const now = engine.clock.now();
  const wasTaken = step.state === 'WAITING';
  if (step.ordered < DENIED) return { set: { ordered: DENIED, nextAt: secondLookAt(engine.patience, now) } };
  if (!wasTaken) {
    await closeIncidents(engine, rows, { run, step, causes: ANSWERED });
    return { set: { state: 'ORDERING', ordered: 0, nextAt: now } };
  }
  const tries = Math.max(step.tries + 1, engine.patience.triesToIncident); // asking on without haste
  await toldOfFailure(engine, rows, place, { outcome: badAnswer('it took the order and now knows of none'), tries });
  return { set: { tries, nextAt: retryAt(engine.patience, now, tries) } };
}

/** `ordered` of a step about whose order the ministry has said that it knows of none. */
export const DENIED = 2;

async function refusal(engine: Engine, rows: Rows, { run, step }: Place, { reason, system }: { reason: Words; system: string }): Promise<Effect> {
  const others = await rows.findBy(stepTable, { run: run.code });
  if (others.some((other) => other.state === 'DONE')) {
    await openIncident(engine, rows, { run, step, system, cause: 'MINISTRY_REFUSED', detail: reason }); // what was done stands; somebody must see to the rest
  }
  return {
    set: { state: 'REFUSED', tries: 0, nextAt: null, reason: JSON.stringify(reason) },
    change: { action: 'refuse', note: reason, set: { reason: JSON.stringify(reason), finishedAt: engine.clock.now() } },
  };
}

async function supplement(engine: Engine, rows: Rows, { run, step }: Place, asked: { what: string; until: Instant | undefined; system: string }): Promise<Effect> {
  const now = engine.clock.now();
  const what = words(asked.what || 'Đề nghị bổ sung hồ sơ.', `The ministry asks for a supplement: ${asked.what || 'no details given'}`);
  if (step.generation > 0) {
    await openIncident(engine, rows, { run, step, system: asked.system, cause: 'SECOND_SUPPLEMENT', detail: words(`Cơ quan yêu cầu bổ sung lần thứ hai, trái quy định chỉ một lần: ${asked.what}`, `A second supplement was asked for, which the rule of one forbids: ${asked.what}`) });
    return { set: { state: 'WAITING', tries: 0, nextAt: later(now, engine.patience.callbackMs) } };
  }
  const until = asked.until ?? supplementUntil(engine.catalogue(), now);
  return {
    set: { state: 'SUPPLEMENT', tries: 0, nextAt: null, supplementUntil: until, reason: JSON.stringify(what) },
    change: { action: 'requestSupplement', note: what, set: { reason: JSON.stringify(what), supplements: 1, supplementUntil: until } },
  };
}

/** The citizen withdrew while the ministry was at work: what it did all the same stands, and somebody must know. */
async function settleWithdrawn(engine: Engine, rows: Rows, place: Place, { outcome, via }: Answer): Promise<void> {
  const { run, step } = place;
  const now = engine.clock.now();
  const { act } = actOf(definitionOf(engine, run), step);
  if (outcome.is === 'done' ? step.result !== null : step.nextAt === null) return; // told twice, polled and called back: noted the first time
  if (outcome.is !== 'unreachable' && outcome.is !== 'badAnswer') await closeIncidents(engine, rows, { run, step, causes: ANSWERED });
  if (outcome.is === 'done') {
    await write(rows, step, { nextAt: null, result: keptOf(act, outcome.value), resultAsOf: outcome.asOf });
    const document = await documentOf(engine, rows, { run, step }, outcome.value);
    if (document) await issueResult(engine.catalogue(), rows, now, await rows.findOneByOrFail(dossierTable, { code: step.dossier }), document);
    await openIncident(engine, rows, { run, step, system: act.system.name, cause: 'DONE_AFTER_WITHDRAWAL', detail: words('Cơ quan đã giải quyết xong sau khi công dân rút hồ sơ; kết quả vẫn có hiệu lực.', 'The ministry finished after the citizen withdrew; what it did stands.') });
  } else if (outcome.is === 'unreachable' || outcome.is === 'badAnswer') {
    const { set } = await failing(engine, rows, { run, step }, { outcome, via }); // nobody may forget to ask what became of it
    await write(rows, step, via === 'order' ? { ...set, nextAt: now } : set); // under way when the citizen withdrew: asked for right after
  } else if (outcome.is === 'absent' && step.ordered < DENIED) {
    await write(rows, step, { ordered: DENIED, nextAt: secondLookAt(engine.patience, now) });
  } else {
    await write(rows, step, outcome.is === 'pending' ? { tries: 0, nextAt: later(now, engine.patience.callbackMs) } : { nextAt: null });
  }
  await engine.wakeUps.wake(rows, run.code, now);
}
