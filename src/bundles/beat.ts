import { In, IsNull } from 'typeorm';
import { supplementUntil } from '../dossiers/term.ts';
import { incidentTable, noAnswer, type IncidentCause, type IncidentRow } from '../dossiers/incident.ts';
import { MOST, SOON_MS, type Beat, type Finding, type Judgement } from '../dossiers/watchman.ts';
import { later } from '../kit/instant.ts';
import { ask } from '../kit/rows.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { actOf, definitionOf, type Engine } from './engine.ts';
import { isSettled } from './decide.ts';
import { runTable, stepTable } from './table.ts';

/** A step, or with `act` null a run, that a question of the watchman's brought up. */
interface Place {
  readonly run: string;
  readonly act: string | null;
  readonly dossier: string | null;
  readonly agency: string;
  readonly procedure: string;
}

type Value = (given: unknown) => string;

const STEP = 'SELECT s.run AS run, s.act AS act, s.dossier AS dossier, s.agency AS agency, r.procedure AS procedure FROM bundle_step s JOIN bundle_run r ON r.code = s.run';
const RUN = 'SELECT r.code AS run, NULL AS act, NULL AS dossier, r.agency AS agency, r.procedure AS procedure FROM bundle_run r';
const TRIED = "s.state IN ('ORDERING', 'WAITING', 'WITHDRAWN')";
const UNSETTLED = "('PLANNED', 'ORDERING', 'WAITING', 'SUPPLEMENT')";
const FAILING: readonly IncidentCause[] = ['MINISTRY_UNREACHABLE', 'MINISTRY_BAD_ANSWER'];

const unowned = (of: 'step' | 'run', causes: readonly IncidentCause[]) =>
  `NOT EXISTS (SELECT 1 FROM incident i WHERE i.run = ${of === 'step' ? 's.run AND i.act = s.act' : 'r.code AND i.act IS NULL'} AND i.resolved_at IS NULL AND i.cause IN (${causes.map((cause) => `'${cause}'`).join(', ')}))`;

/** The watchman's questions about runs and steps, each with what is right for what it brings up. */
function questions({ patience }: Pick<Engine, 'patience'>, { now, late }: Judgement): readonly Question[] {
  const [forgotten, waitsTooLong, notBegun, notEnded] = [
    words('Hệ thống không còn lịch xử lý bước này; đã cho xử lý lại.', 'The hub had no next look at it; it was set going again.'),
    words('Đến giờ mà hệ thống chưa xử lý; đã cho xử lý lại.', 'Its time came and the hub did not look at it; it was set going again.'),
    words('Đã đến lượt mà chưa bắt đầu; đã cho xử lý lại.', 'Its turn came and it was not begun; it was set going again.'),
    words('Mọi bước đã xong mà hồ sơ liên thông chưa kết thúc; đã cho xử lý lại.', 'All its parts are settled and it was not ended; it was set going again.'),
  ];
  return [
    { cause: 'STALLED', detail: forgotten, wakes: true, ask: () => `${STEP} WHERE r.state = 'RUNNING' AND s.state IN ('ORDERING', 'WAITING') AND s.next_at IS NULL` },
    { cause: 'STALLED', detail: forgotten, wakes: true, ask: () => `${STEP} WHERE r.state = 'RUNNING' AND s.state = 'SUPPLEMENT' AND s.supplement_until IS NULL` },
    { cause: 'STALLED', detail: waitsTooLong, wakes: true, ask: (value) => `${STEP} WHERE ${TRIED} AND s.next_at < ${value(late)}` },
    { cause: 'STALLED', detail: waitsTooLong, wakes: true, ask: (value) => `${STEP} WHERE r.state = 'RUNNING' AND s.state = 'SUPPLEMENT' AND s.supplement_until < ${value(late)}` },
    { cause: 'MINISTRY_UNREACHABLE', wakes: false, ask: (value) => `${STEP} WHERE ${TRIED} AND s.next_at IS NOT NULL AND s.tries >= ${value(patience.triesToIncident)} AND ${unowned('step', FAILING)}` },
    { cause: 'OVERDUE', detail: words('Đã quá hạn giải quyết mà chưa có kết quả.', 'The due date has passed without a result.'), wakes: false, ask: (value) => `${STEP} WHERE r.state = 'RUNNING' AND s.state IN ('PLANNED', 'ORDERING', 'WAITING') AND s.due_at < ${value(late)} AND ${unowned('step', ['OVERDUE'])}` },
    { cause: 'STALLED', detail: forgotten, wakes: true, ask: () => `${RUN} WHERE r.state = 'RUNNING' AND COALESCE(r.wake_at, '') = ''` }, // not by the index of looks, in which all that have ended stand as null
    { cause: 'STALLED', detail: waitsTooLong, wakes: true, ask: (value) => `${RUN} WHERE r.state = 'RUNNING' AND (r.wake_at < ${value(late)} OR (r.confirmed = 0 AND r.next_at < ${value(late)}))` },
    { cause: 'STALLED', detail: notEnded, wakes: true, ask: (value) => `${RUN} WHERE r.state = 'RUNNING' AND r.wake_at > ${value(later(now, SOON_MS))} AND NOT EXISTS (SELECT 1 FROM bundle_step s WHERE s.run = r.code AND s.state IN ${UNSETTLED})` },
    { cause: 'MINISTRY_UNREACHABLE', wakes: false, ask: (value) => `${RUN} WHERE r.state = 'RUNNING' AND r.confirmed = 0 AND r.tries >= ${value(patience.triesToIncident)} AND ${unowned('run', FAILING)}` },
    { cause: 'STALLED', detail: notBegun, wakes: true, ask: 'turns' },
  ];
}

interface Question {
  readonly cause: IncidentCause;
  /** Absent: the ministry's name is told. */
  readonly detail?: Words;
  readonly wakes: boolean;
  readonly ask: ((value: Value) => string) | 'turns';
}

/** Watches over runs and steps. */
export function openBundleBeat(engine: Engine): Beat {
  return {
    async find(rows, judgement) {
      const findings = new Map<string, Finding>();
      for (const question of questions(engine, judgement)) {
        const places = question.ask === 'turns' ? await missedTurns(engine, rows, judgement) : await placesOf(rows, question.ask);
        for (const place of places) {
          const key = JSON.stringify([place.run, place.act, question.cause]);
          if (!findings.has(key)) findings.set(key, await findingOf(engine, rows, judgement, question, place));
        }
      }
      const overdue = await ask<Place & { readonly due: string }>(rows, (value) => `${RUN.replace(' FROM', ', r.due_at AS due FROM')} WHERE r.state = 'RUNNING' AND r.due_at < ${value(judgement.now)} AND ${unowned('run', ['OVERDUE'])} AND r.code NOT IN (SELECT s.run FROM bundle_step s WHERE s.state = 'SUPPLEMENT') LIMIT ${MOST}`);
      const wholes = overdue.map(({ due, ...place }): Finding => ({ matter: matterOf(place, 'OVERDUE', words('Hồ sơ liên thông đã quá hạn chung mà chưa xong mọi phần.', 'The application as a whole is past its due date, and not every part is settled.')), isFault: due < judgement.late }));
      return [...findings.values(), ...wholes];
    },
    async over(rows, { now }) {
      const open = await rows.find(incidentTable, { where: { cause: In(['STALLED', 'OVERDUE']), resolvedAt: IsNull() }, order: { id: 'ASC' }, take: MOST });
      const over: IncidentRow[] = [];
      for (const incident of open) if (incident.run !== null && (await isOver(rows, incident, now))) over.push(incident);
      return over;
    },
  };
}

function placesOf(rows: Rows, question: (value: Value) => string): Promise<Place[]> {
  return ask<Place>(rows, (value) => `${question(value)} LIMIT ${MOST}`);
}

/** Steps whose turn has come, by the definition of their run, and of which nobody thinks before the run's next look. */
async function missedTurns({ definitions }: Engine, rows: Rows, { now }: Judgement): Promise<Place[]> {
  const missed: Place[] = [];
  for (const { name, from, acts } of definitions) {
    for (const { name: act, after } of acts) {
      missed.push(
        ...(await placesOf(rows, (value) => {
          const turn = `${STEP} WHERE s.state = 'PLANNED' AND s.act = ${value(act)} AND r.bundle = ${value(name)} AND r.definition_from = ${value(from)} AND r.state = 'RUNNING' AND r.confirmed = 1 AND r.wake_at > ${value(later(now, SOON_MS))}`; // values in the order in which they stand
          return after.length === 0 ? turn : `${turn} AND NOT EXISTS (SELECT 1 FROM bundle_step e WHERE e.run = s.run AND e.act IN (${after.map(value).join(', ')}) AND e.state IN ${UNSETTLED})`;
        })),
      );
    }
  }
  return missed;
}

async function findingOf(engine: Engine, rows: Rows, { now }: Judgement, { cause, detail, wakes }: Question, place: Place): Promise<Finding> {
  const system = detail ? null : await systemOf(engine, rows, place);
  return {
    matter: { ...matterOf(place, cause, detail ?? noAnswer(system ?? '', 'asked again and again')), system },
    isFault: true,
    ...(wakes ? { heal: (unit: Rows) => wake(engine, unit, place, now) } : {}),
  };
}

async function systemOf(engine: Engine, rows: Rows, { run: code, act }: Place): Promise<string> {
  if (act === null) return 'population'; // the persons of a run are confirmed there
  const run = await rows.findOneByOrFail(runTable, { code });
  return actOf(definitionOf(engine, run), { act }).act.system.name;
}

function matterOf({ run, act, dossier, agency, procedure }: Place, cause: IncidentCause, detail: Words): Finding['matter'] {
  return { run, act, dossier, procedure, ownerAgency: agency, system: null, cause, detail };
}

/** Has the engine look at it now. */
async function wake({ wakeUps, catalogue }: Engine, rows: Rows, { run, act }: Place, now: string): Promise<void> {
  const step = act === null ? null : await rows.findOneByOrFail(stepTable, { run, act });
  if (step?.state === 'SUPPLEMENT' && step.supplementUntil === null) await rows.update(stepTable, { run, act: step.act }, { supplementUntil: supplementUntil(catalogue(), now), version: step.version + 1 });
  else if (step && step.state !== 'PLANNED' && step.state !== 'SUPPLEMENT') await rows.update(stepTable, { run, act: step.act }, { nextAt: now, version: step.version + 1 });
  await wakeUps.wake(rows, run, now);
}

/** Whether what the watchman told of is seen to: settled, or looked at since. */
async function isOver(rows: Rows, { run: code, act, cause, openedAt }: IncidentRow, now: string): Promise<boolean> {
  const run = await rows.findOneBy(runTable, { code: code ?? '' });
  const step = act === null ? null : await rows.findOneBy(stepTable, { run: code ?? '', act });
  if (!run) return true;
  if (cause === 'OVERDUE') return step === null && (run.state !== 'RUNNING' || (run.dueAt !== null && run.dueAt > now)); // a step's own is closed by its end
  if (!step) return run.state !== 'RUNNING' || (run.wakeAt !== null && run.wakeAt > openedAt);
  if (isSettled(step)) return step.state !== 'WITHDRAWN' || step.nextAt === null || step.nextAt > openedAt;
  return step.state === 'SUPPLEMENT' ? step.supplementUntil !== null && step.supplementUntil > openedAt : step.state !== 'PLANNED' && step.nextAt !== null && step.nextAt > openedAt;
}
