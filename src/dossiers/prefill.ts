import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import type { FormField } from '../catalogue/form.ts';
import { invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import { tidy } from '../kit/person-name.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import type { SystemName } from '../kit/system.ts';
import { findEarlier } from './earlier.ts';
import type { FactRegister, RegisterFact } from './facts.ts';
import { checkForPrefill } from './filing-rules.ts';
import { checkAnswers } from './form-answers.ts';
import { findForms } from './form-fields.ts';
import type { Office } from './office.ts';
import { writeVoucher, type KnownField, type Matter } from './voucher.ts';

/** What is known for an application before anybody types ("dữ liệu điền sẵn"). */
export interface Prefill {
  readonly fields: readonly KnownField[];
  /** Sealed by the hub; vouches for the fields until `until`. */
  readonly token: string;
  readonly until: Instant;
  /** Paths that somebody must still fill in for a complete form. */
  readonly missing: readonly string[];
  /** Registers that did not answer: what they know is left to type. */
  readonly silent: readonly SystemName[];
}

/** For whom and which procedure an ordinary application is to be prefilled. */
export interface Wanted {
  readonly viewer: Viewer;
  readonly purpose: Purpose;
  readonly procedure: string;
  readonly applicant: PersonKey;
  readonly enterprise?: string | null | undefined;
}

/** What registers and the applicant's earlier dossiers know for the electronic form of a procedure. Stores nothing. */
export async function prefillDossier(office: Office, registers: FactRegister, wanted: Wanted): Promise<Prefill | Failure> {
  const applicant: PersonKey = { ...wanted.applicant, fullName: tidy(wanted.applicant.fullName) };
  const enterprise = wanted.enterprise?.trim() || undefined;
  const procedure = checkForPrefill(office, { ...wanted, applicant, enterprise });
  if (isFailure(procedure)) return procedure;
  const { form } = procedure;
  const { facts, issues, silent } = await registers(wanted.viewer, wanted.purpose, { applicant, enterprise }, new Set(form.flatMap(({ from }) => from)));
  if (issues.length > 0) return invalidInput(issues);
  const earlier = form.some(({ from }) => from.includes('earlier')) ? await findEarlierAnswers(office, applicant) : new Map<string, EarlierAnswer>();
  const fields = form.flatMap((field) => knownOf(field, facts, earlier)).filter((field) => fits(office, form, field));
  const known = new Set(fields.map(({ path }) => path));
  const missing = form.filter(({ required, path }) => required && !known.has(path)).map(({ path }) => path);
  return vouched(office, { client: wanted.viewer.client, form: procedure.code, applicant: applicant.personalId }, { fields, missing, silent });
}

/** Adds the token to what is known. */
export function vouched(office: Pick<Office, 'seal' | 'clock'>, matter: Matter, known: Pick<Prefill, 'fields' | 'missing' | 'silent'>): Prefill {
  return { ...known, ...writeVoucher(office.seal, matter, known.fields, office.clock.now()) };
}

interface EarlierAnswer {
  readonly value: string;
  readonly fromDossier: string;
  readonly asOf: Instant;
}

/** The applicant's latest answer for each path, over all earlier forms: a path means the same in every one. */
async function findEarlierAnswers({ store }: Office, applicant: PersonKey): Promise<ReadonlyMap<string, EarlierAnswer>> {
  const dossiers = await findEarlier(store, applicant);
  const forms = await findForms(store, dossiers.map(({ code }) => code));
  const oldestFirst = dossiers.map((dossier, place) => ({ dossier, answers: forms[place] ?? {} })).reverse();
  return new Map(oldestFirst.flatMap(({ dossier, answers }) => Object.entries(answers).map(([path, value]) => [path, { value, fromDossier: dossier.code, asOf: dossier.registeredAt }] as const)));
}

function knownOf({ path, from }: FormField, facts: ReadonlyMap<FormField['from'][number], RegisterFact>, earlier: ReadonlyMap<string, EarlierAnswer>): KnownField[] {
  for (const source of from) {
    const fact = facts.get(source);
    if (fact) return [{ path, value: fact.value, origin: 'REGISTER', system: fact.system, fromDossier: null, asOf: fact.asOf }];
    const answer = source === 'earlier' ? earlier.get(path) : undefined;
    if (answer) return [{ path, value: answer.value, origin: 'EARLIER_DOSSIER', system: null, fromDossier: answer.fromDossier, asOf: answer.asOf }];
  }
  return [];
}

/** Whether the form would take the value: a register may know what today's form refuses, such as a commune that is gone. */
function fits(office: Office, form: readonly FormField[], { path, value }: KnownField): boolean {
  const field = form.filter((one) => one.path === path);
  return checkAnswers(field, [{ path, value }], { catalogue: office.catalogue(), today: civilDateOf(office.clock.now()) }).issues.length === 0;
}
