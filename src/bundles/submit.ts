import { randomBytes } from 'node:crypto';
import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import { pass } from '../kit/boundary.ts';
import { failure, fieldIssue, invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { agencyInCodes, nextCode } from '../dossiers/code.ts';
import { keepOrigins } from '../dossiers/form-fields.ts';
import { newDossier } from '../dossiers/table.ts';
import { findDue } from '../dossiers/term.ts';
import { register } from '../dossiers/transition.ts';
import { attachPapers } from '../dossiers/attach-papers.ts';
import { originsOf, readVoucher, type Vouched } from '../dossiers/voucher.ts';
import { below, checkApplication, paperApplicant, type BundleForm, type CheckedApplication } from './application.ts';
import { birthFields } from './birth-fields.ts';
import type { BirthForm } from './birth-form.ts';
import type { Bundle } from './bundle.ts';
import type { Engine } from './engine.ts';
import { findFormPapers } from './form-papers.ts';
import { findFirstAnswer, keepAnswer, type KeyUse } from '../dossiers/idempotency.ts';
import { checkPeople } from './people.ts';
import { runTable, stepTable, subjectTable, type RunRow, type StepRow } from './table.ts';
import { orUnavailable } from '../dossiers/unavailable.ts';

/** Who files, what for, and what. */
export interface Submission {
  readonly viewer: Viewer;
  readonly purpose: Purpose;
  readonly idempotencyKey: string;
  readonly form: BundleForm;
  /** Token of Query.prefill. Not part of what is applied for: a retry may carry a newer one. */
  readonly prefill?: string | null | undefined;
}

/** Takes an application: everything is checked first, then run, steps, dossiers and events are stored together or not at all. */
export async function submit(engine: Engine, submission: Submission): Promise<RunRow | Failure> {
  const use: KeyUse = { viewer: submission.viewer, key: submission.idempotencyKey, mutation: 'submitBundle', body: submission.form };
  return orUnavailable(engine, async () => {
    const first = await findFirstAnswer(engine.store.read(), use);
    if (first) return isFailure(first) ? first : engine.store.read().findOneByOrFail(runTable, { code: first.answer });
    const application = await checkApplication(engine, submission.viewer, submission.form);
    if (isFailure(application)) return application;
    const vouched = readVoucher(engine.seal, submission.prefill, { client: submission.viewer.client, form: application.definition.name, applicant: application.form.requester.personalId }, engine.clock.now());
    if ('path' in vouched) return invalidInput([vouched]);
    const confirmed = await confirmPeople(engine, submission, application);
    if (isFailure(confirmed)) return confirmed;
    const run = await engine.store.transact((rows) => storeApplication(engine, rows, use, { ...application, fields: birthFields(submission.form.birth), vouched, confirmed: confirmed === 'confirmed' }), 'rows'); // keys and matters are rows of their own
    pass('submission.committed');
    return run;
  });
}

async function confirmPeople(engine: Engine, { viewer, purpose }: Submission, { definition, form, path }: CheckedApplication): Promise<'confirmed' | 'later' | Failure> {
  const check = await checkPeople(engine, viewer, purpose, definition.people(form));
  if (check.is !== 'checked') return 'later'; // a dark register loses no application; the engine confirms before it orders
  return check.issues.length > 0 ? invalidInput(check.issues.map((issue) => below(path, issue))) : 'confirmed';
}

/** An application that is to be stored. */
interface Application extends CheckedApplication {
  /** Its fields as they came in, by path. */
  readonly fields: ReadonlyMap<string, string>;
  readonly vouched: Vouched;
  readonly confirmed: boolean;
}

async function storeApplication(engine: Engine, rows: Rows, use: KeyUse, { definition, form, path, fields, vouched, confirmed }: Application): Promise<RunRow | Failure> {
  const first = await findFirstAnswer(rows, use); // the same key may have been answered while the register was asked
  if (first) return isFailure(first) ? first : rows.findOneByOrFail(runTable, { code: first.answer });
  const fingerprints = definition.subjects(form).map((subject) => engine.seal.fingerprint(subject));
  for (const fingerprint of fingerprints) {
    const standing = await rows.findOneBy(subjectTable, { fingerprint });
    if (standing) return duplicate(standing.run);
  }
  const papers = await findFormPapers(rows, definition, { viewer: use.viewer, applicant: paperApplicant(definition, form), catalogue: engine.catalogue(), now: engine.clock.now() }, form); // again: somebody may have attached one meanwhile
  if (papers.issues.length > 0) return invalidInput(papers.issues.map((issue) => below(path, issue)));
  const run = await newRun(engine, rows, use.viewer, definition, form, confirmed);
  await rows.insert(runTable, run);
  await keepOrigins(rows, run.code, originsOf(engine.seal, fields, vouched, run.receivedAt));
  await rows.insert(subjectTable, fingerprints.map((fingerprint) => ({ fingerprint, run: run.code })));
  await engine.feed.append(rows, { kind: 'bundle.received', dossier: null, run: run.code, agency: run.agency, procedure: run.procedure, statusCode: null });
  for (const [position, { name }] of definition.acts.entries()) {
    const dossier = await openStep(engine, rows, { run, definition, form, act: name, position });
    await attachPapers(rows, { dossier, stage: 'SUBMISSION', now: run.receivedAt }, papers.found.filter(({ act }) => act === name).map(({ paper }) => paper));
  }
  await keepAnswer(rows, use, run.code, run.receivedAt);
  await engine.wakeUps.wake(rows, run.code, run.receivedAt);
  return run;
}

async function newRun(engine: Engine, rows: Rows, viewer: Viewer, definition: Bundle<BirthForm>, form: BirthForm, confirmed: boolean): Promise<RunRow> {
  const catalogue = engine.catalogue();
  const receivedAt = engine.clock.now();
  const today = civilDateOf(receivedAt);
  const desk = catalogue.findDesk('LINKED_PROCEDURES', definition.commune(form), today);
  const term = catalogue.findProcedure(definition.procedure, today)?.term;
  if (!desk || !term) throw new Error(`The catalogue names no desk or term for the bundle ${definition.name} on ${today}.`);
  const agency = agencyInCodes(catalogue, desk, today);
  const due = findDue(catalogue, term, receivedAt);
  return {
    code: await nextCode(rows, catalogue, agency, today),
    bundle: definition.name,
    definitionFrom: definition.from,
    procedure: definition.procedure,
    agency,
    state: 'RUNNING',
    filedBy: viewer.id,
    form: JSON.stringify(form),
    confirmed: confirmed ? 1 : 0,
    tries: 0,
    nextAt: null,
    receivedAt,
    dueAt: due?.dueAt ?? null,
    due: due ? JSON.stringify(due) : null,
    finishedAt: null,
    wakeAt: receivedAt,
    owner: null,
    version: 1,
  };
}

async function openStep(engine: Engine, rows: Rows, { run, definition, form, act, position }: { run: RunRow; definition: Bundle<BirthForm>; form: BirthForm; act: string; position: number }): Promise<string> {
  const catalogue = engine.catalogue();
  const today = civilDateOf(run.receivedAt);
  const part = catalogue.findProcedure(run.procedure, today)?.parts.find((one) => one.act === act);
  const desk = part && catalogue.findDesk(part.desk, definition.commune(form), today);
  if (!part || !desk) throw new Error(`The catalogue names no desk for the act ${act} of ${definition.name} on ${today}.`);
  const agency = agencyInCodes(catalogue, desk, today);
  const dossier = await nextCode(rows, catalogue, agency, today);
  const filed = { code: dossier, procedure: part.procedure ?? run.procedure, agency, run: run.code, act, channel: 2, registeredAt: run.receivedAt }; // channel 2: online
  await register(engine, rows, newDossier(filed, definition.applicant(form)), run.filedBy);
  const step: StepRow = {
    run: run.code,
    act,
    position,
    state: 'PLANNED',
    dossier,
    agency,
    orderKey: `${run.code}.${act}`,
    ticket: randomBytes(18).toString('base64url'), // 144 bits: not to be guessed
    generation: 0,
    tries: 0,
    ordered: 0,
    nextAt: null,
    dueAt: null,
    result: null,
    resultAsOf: null,
    reason: null,
    supplementUntil: null,
    owner: null,
    version: 1,
  };
  await rows.insert(stepTable, step);
  return dossier;
}

function duplicate(existing: string): Failure {
  return failure('DuplicateApplication', words(`Đã có hồ sơ ${existing} cho cùng trẻ này.`, `There is an application for the same child already: ${existing}.`), {
    issues: [fieldIssue('form.birth.child', 'CONTRADICTION', words('Trẻ này đã có hồ sơ.', 'This child has an application already.'), words(`theo dõi hồ sơ ${existing}`, `follow the application ${existing}`))],
    facts: { existing },
  });
}
