import type { Viewer } from '../access/viewer.ts';
import { underKey } from '../dossiers/office.ts';
import { dossierTable, historyTable } from '../dossiers/table.ts';
import { failure, isFailure, type Failure } from '../kit/failure.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import type { Engine } from './engine.ts';
import { isConfirming, isTried, tryAt } from './remedy.ts';
import { runTable, stepTable, type RunRow, type StepRow } from './table.ts';

/** One more try that an officer asks for. */
export interface StepRetry {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  /** Opaque id of the officer. */
  readonly officer: string;
  readonly bundleCode: string;
  /** Name of the act; absent = the confirmation of the persons. */
  readonly act?: string | null | undefined;
}

/**
 * Tries a step now, or the confirmation of the persons, that waits between two tries: the same order under the same key. A
 * step that does not wait is named with what is allowed instead. Gives the run.
 */
export function retryStep(engine: Engine, { viewer, idempotencyKey: key, officer, bundleCode, act }: StepRetry): Promise<RunRow | Failure> {
  const again = (rows: Rows, code: string) => rows.findOneByOrFail(runTable, { code });
  return underKey(engine, { viewer, key, mutation: 'retryStep', body: { bundleCode, act } }, again, async (rows) => {
    const run = await rows.findOneBy(runTable, { code: bundleCode });
    if (!run) return failure('StepNotFound', words('Không tìm thấy hồ sơ liên thông.', 'There is no such linked application.'));
    const step = typeof act === 'string' ? await findStep(rows, run, act) : null;
    if (isFailure(step)) return step;
    if (step ? !isTried(step) : !isConfirming(run)) return step ? notRetried(run, step) : alreadyConfirmed(run);
    if ((step ?? run).owner === null) await tryAt(engine, rows, { run, step }, engine.clock.now()); // else it is being tried in this moment
    if (step) await noteRetry(engine, rows, step, officer);
    return { answer: run.code, result: await again(rows, run.code) };
  });
}

async function findStep(rows: Rows, { code }: RunRow, act: string): Promise<StepRow | Failure> {
  const steps = await rows.find(stepTable, { where: { run: code }, order: { position: 'ASC' } });
  const acts = steps.map((step) => step.act).join(', ');
  return steps.find((step) => step.act === act) ?? failure('StepNotFound', words(`Hồ sơ liên thông không có bước này; các bước: ${acts}.`, `The application has no such act; it has ${acts}.`));
}

/** The dossier's history keeps who asked for the try. */
async function noteRetry({ clock }: Engine, rows: Rows, { dossier }: StepRow, officer: string): Promise<void> {
  const { statusCode } = await rows.findOneByOrFail(dossierTable, { code: dossier });
  const note = words('Cán bộ yêu cầu thử lại ngay.', 'The officer asked for another try at once.');
  await rows.insert(historyTable, { dossier, fromCode: statusCode, toCode: statusCode, action: 'retryStep', at: clock.now(), actor: officer, note: JSON.stringify(note) });
}

function notRetried(run: RunRow, { state }: StepRow): Failure {
  if (state === 'SUPPLEMENT') return refusal(state, ['supplementDossier', 'withdrawDossier'], words('Bước đang chờ công dân bổ sung.', 'The step waits for the citizen.'));
  if (state === 'PLANNED' && run.confirmed === 0) return refusal(state, ['retryStep', 'withdrawDossier'], words('Bước chờ xác thực dân cư; có thể thử lại việc xác thực (không nêu bước).', 'The step waits until the persons are confirmed; that can be tried again, without an act.'));
  if (state === 'PLANNED') return refusal(state, ['withdrawDossier'], words('Bước chưa đến lượt: còn chờ bước trước.', 'It is not the turn of this step: it waits for the acts before it.'));
  return refusal(state, [], words('Bước đã kết thúc.', 'The step has ended.'));
}

function alreadyConfirmed({ state, confirmed }: RunRow): Failure {
  const why = confirmed === 1 ? words('Các công dân đã được xác thực; hãy nêu bước cần thử lại.', 'The persons are confirmed; name the act that is to be tried again.') : words('Hồ sơ liên thông đã kết thúc.', 'The application has ended.');
  return refusal(state, state === 'RUNNING' ? ['retryStep'] : [], why);
}

function refusal(state: string, allowed: readonly string[], why: { readonly vi: string; readonly en: string }): Failure {
  const list = allowed.join(', ') || '–';
  return failure('RetryNotAllowed', words(`${why.vi} Được phép: ${list}.`, `${why.en} Allowed now: ${list}.`), { facts: { state, allowed } });
}
