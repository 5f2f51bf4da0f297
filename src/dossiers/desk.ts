import type { Viewer } from '../access/viewer.ts';
import type { ProcedureTerm } from '../catalogue/procedures.ts';
import { failure, fieldIssue, invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import { wordInPerson, type InPersonWord } from './in-person.ts';
import { addPapers } from './attach-papers.ts';
import { changeDossier, type Office } from './office.ts';
import { statusOf, type DossierStatus } from './states.ts';
import { placesOf, type StatedPaper } from './stated-paper.ts';
import { dossierTable, historyTable, type DossierRow } from './table.ts';
import { startClock, supplementUntil } from './term.ts';
import { notAllowed, transition } from './transition.ts';

/** What every act at the desk carries. */
export interface DeskAct {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  readonly code: string;
}

/** An opaque staff id, as the catalogue writes them. */
const STAFF_ID = /^[A-Z]{2}-[A-Z0-9-]+-\d{2}$/;

/** Accepts a registered dossier (1 → 2): the agency's time begins, counted from when it was filed. */
export function acceptDossier(office: Office, act: DeskAct & InPersonWord): Promise<DossierRow | Failure> {
  return changeDossier(office, taskOf(act, 'acceptDossier', { inPersonDone: act.inPersonDone }), async (rows, dossier) => {
    const status = statusOf(dossier.statusCode);
    if (status !== 'REGISTERED') return notAllowed(status, 'accept'); // what comes back from a supplement is accepted by `supplementDossier`
    const note = wordInPerson(office.catalogue(), dossier, 'ACCEPT', act);
    if (isFailure(note)) return note;
    return transition(office, rows, { code: dossier.code, action: 'accept', actor: act.viewer.id, note, set: startClock(office.catalogue(), termOf(office, dossier), dossier.registeredAt) });
  });
}

/** Puts an officer in charge; an accepted dossier goes into process with it (2 → 4). */
export function assignDossier(office: Office, act: DeskAct & { readonly assignee: string }): Promise<DossierRow | Failure> {
  const { assignee } = act;
  if (!STAFF_ID.test(assignee)) {
    return Promise.resolve(invalidInput([fieldIssue('assignee', 'MALFORMED', words('Mã cán bộ không đúng dạng.', 'This is not a staff id.'), words('ví dụ CB-30280-01', 'such as CB-30280-01'))]));
  }
  return changeDossier(
    office,
    taskOf(act, 'assignDossier', { assignee }),
    async (rows, dossier) => {
      const note = words(`Phân công cán bộ ${assignee}`, `In the charge of ${assignee}`);
      if (statusOf(dossier.statusCode) === 'ACCEPTED') return transition(office, rows, { code: dossier.code, action: 'process', actor: act.viewer.id, note, set: { assignee } });
      await rows.update(dossierTable, { code: dossier.code, version: dossier.version }, { assignee, version: dossier.version + 1 });
      await rows.insert(historyTable, { dossier: dossier.code, fromCode: dossier.statusCode, toCode: dossier.statusCode, action: 'assign', at: office.clock.now(), actor: act.viewer.id, note: JSON.stringify(note) });
      return { ...dossier, assignee, version: dossier.version + 1 };
    },
    { linkedToo: true },
  );
}

/** Asks the citizen for more (→ 5), once: the clock stops until it comes. */
export function requestSupplement(office: Office, act: DeskAct & { readonly what: string }): Promise<DossierRow | Failure> {
  return changeDossier(office, taskOf(act, 'requestSupplement', { what: act.what }), async (rows, dossier) => {
    if (dossier.supplements > 0) {
      return failure('SupplementAlreadyRequested', words('Hồ sơ đã được yêu cầu bổ sung một lần; không được yêu cầu lần nữa.', 'A supplement was asked for before; a second request is not allowed.'));
    }
    const reason = words(act.what, act.what);
    const until = supplementUntil(office.catalogue(), office.clock.now());
    return transition(office, rows, { code: dossier.code, action: 'requestSupplement', actor: act.viewer.id, note: reason, set: { supplements: 1, supplementUntil: until, reason: JSON.stringify(reason) } });
  });
}

/** Takes what the citizen adds (5 → 2), papers included: the agency's time counts anew (NĐ 61/2018/NĐ-CP Điều 19.4). */
export function takeSupplement(office: Office, act: DeskAct & { readonly note: string; readonly papers?: readonly StatedPaper[] | null | undefined }): Promise<DossierRow | Failure> {
  return changeDossier(office, taskOf(act, 'supplementDossier', { note: act.note, papers: act.papers }), async (rows, dossier) => {
    const status = statusOf(dossier.statusCode);
    if (status !== 'SUPPLEMENT_REQUESTED') return notAllowed(status, 'supplement');
    const issues = await addPapers(rows, { viewer: act.viewer, applicant: dossier, catalogue: office.catalogue(), now: office.clock.now() }, dossier.code, placesOf(act.papers ?? []));
    if (issues.length > 0) return invalidInput(issues);
    const note = words(`Công dân đã bổ sung: ${act.note}`, `The citizen supplemented: ${act.note}`);
    const set = { ...startClock(office.catalogue(), termOf(office, dossier), office.clock.now()), supplementUntil: null, reason: null };
    return transition(office, rows, { code: dossier.code, action: 'accept', actor: act.viewer.id, note, set });
  });
}

/** Refuses with a reason: at reception (1 → 3), in process (4 → 8), or because what was asked for is not paid (6 → 8). */
export function refuseDossier(office: Office, act: DeskAct & { readonly reason: string }): Promise<DossierRow | Failure> {
  const actionIn = (status: DossierStatus) => (status === 'PAYMENT_REQUESTED' ? 'stop' : 'refuse');
  return ending(office, act, actionIn, 'refuseDossier', { reason: act.reason }, words(act.reason, act.reason));
}

/** Finishes a dossier in process (4 → 9): this time stamp decides whether it was on time. */
export function finishDossier(office: Office, act: DeskAct & InPersonWord & { readonly note: string }): Promise<DossierRow | Failure> {
  const { note, inPersonDone } = act;
  return changeDossier(office, taskOf(act, 'finishDossier', { note, inPersonDone }), async (rows, dossier) => {
    const before = wordInPerson(office.catalogue(), dossier, 'FINISH', act);
    if (isFailure(before)) return before;
    const said = before ? words(`${note}. ${before.vi}`, `${note}. ${before.en}`) : words(note, note);
    return transition(office, rows, { code: dossier.code, action: 'finish', actor: act.viewer.id, note: said, set: { finishedAt: office.clock.now() } });
  });
}

/** Hands the result over (9 → 10). */
export function returnResult(office: Office, act: DeskAct & InPersonWord): Promise<DossierRow | Failure> {
  return changeDossier(
    office,
    taskOf(act, 'returnResult', { inPersonDone: act.inPersonDone }),
    async (rows, dossier) => {
      const note = wordInPerson(office.catalogue(), dossier, 'RETURN', act);
      if (isFailure(note)) return note;
      return transition(office, rows, { code: dossier.code, action: 'returnResult', actor: act.viewer.id, note });
    },
    { linkedToo: true },
  );
}

/** Withdraws an ordinary dossier (→ 7). */
export function withdrawOrdinary(office: Office, act: DeskAct & { readonly reason: string }): Promise<DossierRow | Failure> {
  return ending(office, act, () => 'withdraw', 'withdrawDossier', { reason: act.reason }, words(`Công dân rút hồ sơ: ${act.reason}`, `The citizen withdrew: ${act.reason}`));
}

function ending(office: Office, act: DeskAct, actionIn: (status: DossierStatus) => 'refuse' | 'stop' | 'withdraw', mutation: string, said: object, note: Words): Promise<DossierRow | Failure> {
  return changeDossier(office, taskOf(act, mutation, said), (rows, { code, statusCode }) =>
    transition(office, rows, { code, action: actionIn(statusOf(statusCode)), actor: act.viewer.id, note, set: { finishedAt: office.clock.now(), reason: JSON.stringify(note) } }),
  );
}

/** The procedure's term as the law stood when the dossier was filed. */
function termOf(office: Office, { code, procedure, registeredAt }: DossierRow): ProcedureTerm {
  const found = office.catalogue().findProcedure(procedure, civilDateOf(registeredAt));
  if (!found) throw new Error(`The catalogue lost the procedure ${procedure}, which stood when ${code} was filed.`);
  return found.term;
}

function taskOf({ viewer, idempotencyKey, code }: DeskAct, mutation: string, said: object) {
  return { viewer, key: idempotencyKey, mutation, code, body: { code, ...said } };
}
