import DataLoader from 'dataloader';
import { IsNull } from 'typeorm';
import { pass } from '../kit/boundary.ts';
import type { OrderName } from '../kit/act.ts';
import { later } from '../kit/instant.ts';
import { badAnswer, type OrderOutcome } from '../kit/outcome.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { handPapers } from '../dossiers/hand-papers.ts';
import { startClock } from '../dossiers/term.ts';
import { transition } from '../dossiers/transition.ts';
import { statusOf } from '../dossiers/states.ts';
import { dossierTable } from '../dossiers/table.ts';
import type { ScoredAct } from './bundle.ts';
import { confirm } from './confirm.ts';
import { decide, type Move } from './decide.ts';
import { actOf, definitionOf, partOf, purposeOfStep, verbsOf, type Engine } from './engine.ts';
import { givenTo } from './given.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { must, settle, write } from './settle.ts';
import { incidentTable } from '../dossiers/incident.ts';
import { runTable, stepTable, subjectTable, type RunRow, type StepRow } from './table.ts';

/** Plays runs: looks when woken, decides, and carries out what was decided. */
export interface Runner {
  start(): Promise<void>;
  /** Ends after the calls now under way. */
  stop(): Promise<void>;
}

/** Inquiries of different runs gather this long, milliseconds, so that one call can carry as many as the ministry takes. */
const GATHER_MS = 5;

/** Opens the runner. */
export function openRunner(engine: Engine): Runner {
  const calls = new Set<string>(); // those whose answer is not there yet
  const running = new Set<Promise<void>>();
  const inquiries = new Map<string, DataLoader<Inquiry, OrderOutcome<unknown> | undefined, string>>();

  /**
   * Starts an outside call; the look at the run does not wait for it. One that is still under way here is not lost and is not made
   * twice. As soon as its answer is there the next may begin: the look that finds the step due again may share a commit with the answer.
   */
  function launch(move: Outside, run: string, call: () => Promise<Write>): void {
    const name = move.do === 'confirm' ? run : `${run} ${move.step.act} ${move.step.generation}`;
    if (calls.has(name)) return;
    calls.add(name);
    const promise = call()
      .catch((error: unknown): Write => {
        engine.log.error({ err: error, run, call: move.do }, 'an outside call failed inside the hub; it counts as a failed try');
        if (move.do === 'confirm') return () => Promise.resolve(); // taken up again when it counts as lost
        return () => settle(engine, { run, act: move.step.act, generation: move.step.generation, via: 'inquiry', outcome: badAnswer('the hub itself failed') });
      })
      .then((write) => {
        calls.delete(name);
        return write();
      })
      .catch((error: unknown) => engine.log.error({ err: error, run }, 'an answer could not be written down; it is asked for again when its call counts as lost'))
      .finally(() => running.delete(promise));
    running.add(promise);
  }

  async function look(code: string): Promise<void> {
    const outside = await engine.store.transact((rows) => moveOn(engine, rows, code), 'rows'); // it changes the run's row, as everything does that concerns the run
    for (const move of outside) {
      if (move.do === 'confirm') launch(move, code, () => confirm(engine, code));
      else if (move.do === 'order') launch(move, code, () => order(move.run, move.step, move.looksFirst));
      else launch(move, code, () => inquire(move.run, move.step));
    }
  }

  /** Gives an order; where an earlier one may have arrived, it looks for that instead. */
  async function order(run: RunRow, step: StepRow, looksFirst: boolean): Promise<Write> {
    const scored = actOf(definitionOf(engine, run), step);
    const { act, generation } = step;
    pass('step.beforeOrder', act);
    if (looksFirst) {
      const known = await ask(run, step, scored);
      pass('step.lookedUp', act);
      const hasAmendment = known?.is !== 'supplement' || generation === 0; // who still asks for the supplement has not got it
      return () => settle(engine, { run: run.code, act, generation, via: 'inquiry', outcome: known && hasAmendment ? known : { is: 'absent' } });
    }
    const steps = await engine.store.read().findBy(stepTable, { run: run.code });
    const outcome = await scored.act.order(verbsOf(engine, purposeOfStep(engine, run, step), scored), {
      input: givenTo(engine, run, steps, scored),
      key: step.orderKey,
      dossier: step.dossier,
      linked: run.code,
      agency: step.agency,
      callbackUrl: `${engine.publicUrl}/callbacks/${scored.act.system.name}/${step.ticket}`,
      papers: () => handPapers(engine, step.dossier),
    });
    pass('step.answered', act);
    return () => settle(engine, { run: run.code, act, generation, via: 'order', outcome });
  }

  async function inquire(run: RunRow, step: StepRow): Promise<Write> {
    const { act, generation } = step;
    const outcome = await ask(run, step, actOf(definitionOf(engine, run), step));
    pass('poll.answered', act);
    return () => settle(engine, { run: run.code, act, generation, via: 'inquiry', outcome: outcome ?? { is: 'absent' } });
  }

  /** Asks what became of an order, together with other runs that ask the same system in the same moment. */
  function ask(run: RunRow, step: StepRow, scored: ScoredAct): Promise<OrderOutcome<unknown> | undefined> {
    let loader = inquiries.get(scored.act.name);
    if (!loader) {
      loader = new DataLoader((batch) => askMany(scored, batch), {
        cache: false,
        maxBatchSize: scored.act.atOnce,
        batchScheduleFn: (dispatch) => void engine.clock.sleepUntil(later(engine.clock.now(), GATHER_MS)).then(dispatch),
      });
      inquiries.set(scored.act.name, loader);
    }
    return loader.load({ run, step, order: { key: step.orderKey, dossier: step.dossier, linked: run.code } });
  }

  async function askMany(scored: ScoredAct, batch: readonly Inquiry[]): Promise<(OrderOutcome<unknown> | undefined)[]> {
    const [first] = batch;
    if (!first) return [];
    const purpose = purposeOfStep(engine, first.run, first.step);
    const shared = batch.length === 1 ? purpose : { procedure: purpose.procedure, ...(purpose.officer ? { officer: purpose.officer } : {}) }; // several dossiers: the purpose names none
    const answers = await scored.act.inquire(verbsOf(engine, shared, scored), batch.map((one) => one.order));
    return batch.map((one) => answers.get(one.order.key));
  }

  return {
    async start() {
      const alone = (await engine.store.peers.alive()).length === 1;
      if (alone) await engine.store.transact(async (rows) => {
        const now = engine.clock.now();
        // Nobody was there: callbacks may have been missed, so everything is looked at at once. Fences and keys make a second time harmless.
        await rows.createQueryBuilder().update(stepTable).set({ nextAt: now }).where('state IN (:...states) AND next_at IS NOT NULL', { states: ['ORDERING', 'WAITING', 'WITHDRAWN'] }).execute();
        await rows.update(runTable, { state: 'RUNNING' }, { wakeAt: now });
      });
      engine.wakeUps.start(look);
    },
    async stop() {
      await engine.wakeUps.stop();
      await Promise.allSettled(running);
    },
  };
}

/** Writes down what a call has brought. */
type Write = () => Promise<void>;

interface Inquiry {
  readonly run: RunRow;
  readonly step: StepRow;
  readonly order: OrderName;
}

/** A move that goes outside; the rest was done in the transaction. */
type Outside =
  | { readonly do: 'confirm' }
  | { readonly do: 'order'; readonly run: RunRow; readonly step: StepRow; readonly looksFirst: boolean }
  | { readonly do: 'inquire'; readonly run: RunRow; readonly step: StepRow };

/** Decides, carries out what concerns only our own rows, and marks what goes outside before it goes. */
async function moveOn(engine: Engine, rows: Rows, code: string): Promise<Outside[]> {
  const run = await rows.findOneBy(runTable, { code });
  if (!run) return [];
  const steps = await rows.find(stepTable, { where: { run: code }, order: { position: 'ASC' } });
  const standing = await rows.findBy(incidentTable, { run: code, cause: 'OVERDUE', resolvedAt: IsNull() });
  const alarmed = new Set(standing.flatMap((incident) => incident.act ?? []));
  const now = engine.clock.now();
  const decision = decide({ acts: definitionOf(engine, run).acts, run, steps, alarmed, now });
  const outside: Outside[] = [];
  for (const move of decision.moves) outside.push(...(await carryOut(engine, rows, run, move)));
  const again = decision.moves.some((move) => move.do === 'skip' || move.do === 'expire' || move.do === 'alarm'); // these change what comes next
  const lost = outside.length > 0 ? later(now, engine.patience.lostMs) : null;
  const times = [decision.wakeAt, lost].filter((at) => at !== null);
  await engine.wakeUps.wake(rows, code, again ? now : times.length > 0 ? times.reduce((a, b) => (a < b ? a : b)) : null);
  return outside;
}

async function carryOut(engine: Engine, rows: Rows, run: RunRow, move: Move): Promise<Outside[]> {
  const now = engine.clock.now();
  const lost = later(now, engine.patience.lostMs);
  const owner = engine.store.peers.self;
  switch (move.do) {
    case 'confirm':
      await rows.update(runTable, { code: run.code }, { nextAt: lost, owner });
      return [move];
    case 'order': {
      const { step } = move;
      const ready = step.state === 'ORDERING' ? { tries: step.tries } : await begin(engine, rows, run, step);
      const looksFirst = step.ordered > 0; // an order may have arrived: whether it did is asked before another goes out
      const set = { state: 'ORDERING', ordered: Math.max(step.ordered, 1), tries: ready.tries, nextAt: lost, owner, ...('dueAt' in ready ? { dueAt: ready.dueAt } : {}) } as const;
      await write(rows, step, set);
      return [{ do: 'order', run, step: { ...step, ...set, version: step.version + 1 }, looksFirst }];
    }
    case 'inquire':
      await write(rows, move.step, { nextAt: lost, owner });
      return [{ do: 'inquire', run, step: { ...move.step, version: move.step.version + 1 } }];
    case 'skip':
      await skip(engine, rows, move);
      return [];
    case 'expire':
      await expire(engine, rows, move.step);
      return [];
    case 'alarm':
      await openIncident(engine, rows, { run, step: move.step, system: null, cause: move.cause, detail: words('Đã quá hạn giải quyết mà chưa có kết quả.', 'The due date has passed without a result.') });
      return [];
    case 'finish':
      await finish(engine, rows, run, move.state);
      return [];
  }
}

/**
 * The first order of a step: its dossier is accepted and goes into process, and the agency's clock starts. A dossier that
 * comes back from a supplement was accepted when it came in, and its time counts from then.
 */
async function begin(engine: Engine, rows: Rows, run: RunRow, step: StepRow): Promise<{ tries: number; dueAt: string | null }> {
  const dossier = await rows.findOneByOrFail(dossierTable, { code: step.dossier });
  let { dueAt } = dossier;
  if (statusOf(dossier.statusCode) === 'REGISTERED') {
    const scored = actOf(definitionOf(engine, run), step);
    const startedAt = scored.after.length === 0 ? run.receivedAt : engine.clock.now();
    const clock = startClock(engine.catalogue(), partOf(engine, run, step.act).term, startedAt);
    must(await transition(engine, rows, { code: step.dossier, action: 'accept', actor: 'engine', set: clock }));
    ({ dueAt } = clock);
  }
  must(await transition(engine, rows, { code: step.dossier, action: 'process', actor: 'engine' }));
  return { tries: 0, dueAt };
}

async function skip(engine: Engine, rows: Rows, { step, because }: Extract<Move, { do: 'skip' }>): Promise<void> {
  const withdrawn = because.state === 'WITHDRAWN';
  const reason = withdrawn
    ? words('Không thực hiện vì công dân đã rút phần hồ sơ trước.', 'Not begun: the citizen withdrew the part before it.')
    : words('Không thực hiện vì phần hồ sơ trước không được giải quyết.', 'Not begun: the part before it was not granted.');
  await write(rows, step, { state: 'SKIPPED', nextAt: null, reason: JSON.stringify(reason) });
  must(await transition(engine, rows, { code: step.dossier, action: withdrawn ? 'withdraw' : 'refuse', actor: 'engine', note: reason, set: { reason: JSON.stringify(reason), finishedAt: engine.clock.now() } }));
}

async function expire(engine: Engine, rows: Rows, step: StepRow): Promise<void> {
  const reason = words('Hết thời hạn bổ sung mà hồ sơ chưa được bổ sung.', 'The time to supplement ended without one.');
  await write(rows, step, { state: 'REFUSED', nextAt: null, reason: JSON.stringify(reason) });
  must(await transition(engine, rows, { code: step.dossier, action: 'stop', actor: 'engine', note: reason, set: { reason: JSON.stringify(reason), finishedAt: engine.clock.now() } }));
}

async function finish(engine: Engine, rows: Rows, run: RunRow, state: RunRow['state']): Promise<void> {
  await rows.update(runTable, { code: run.code }, { state, finishedAt: engine.clock.now(), version: run.version + 1 });
  if (state === 'REFUSED' || state === 'WITHDRAWN') await rows.delete(subjectTable, { run: run.code }); // the matter is open again for a new application
  await closeIncidents(engine, rows, { run, step: null, causes: ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER', 'OVERDUE', 'STALLED'] });
  const kind = ({ FINISHED: 'bundle.finished', PARTLY_FINISHED: 'bundle.partlyFinished', REFUSED: 'bundle.refused', WITHDRAWN: 'bundle.withdrawn' } as const)[state as Exclude<RunRow['state'], 'RUNNING'>];
  await engine.feed.append(rows, { kind, dossier: null, run: run.code, agency: run.agency, procedure: run.procedure, statusCode: null });
}
