import { In } from 'typeorm';
import type { Purpose } from '../access/purpose.ts';
import type { Viewer } from '../access/viewer.ts';
import { findEarlier } from '../dossiers/earlier.ts';
import { vouched, type Prefill } from '../dossiers/prefill.ts';
import type { KnownField } from '../dossiers/voucher.ts';
import { invalidInput, type Failure, type FieldIssue } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import { NOT_FOUND, type Done, type Outcome } from '../kit/outcome.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import type { SystemName } from '../kit/system.ts';
import { population, type CitizenWithKin } from '../systems/population/client.ts';
import { socialInsurance } from '../systems/social-insurance/client.ts';
import { below, readIssue, withoutNulls } from './application.ts';
import { birthForm, personKey, type BirthForm } from './birth-form.ts';
import { childFields, earlierFields, isParent, missingFields, requesterFields, type BirthFacts, type KnownValue } from './birth-known.ts';
import type { Engine } from './engine.ts';
import { deceased, notInRegister } from './people.ts';
import { runTable } from './table.ts';

type Register = Done<CitizenWithKin> | undefined;

/** What the registers answered, and what the requester stated in an earlier application. */
interface Sources {
  readonly requester: Register;
  readonly otherParent: Register;
  /** Health facility of a parent's card. */
  readonly facility: Done<string> | undefined;
  readonly earlier: { readonly form: BirthForm; readonly dossier: string; readonly asOf: Instant } | undefined;
}

/** What registers and earlier applications know for a birth application. Stores nothing; paths of issues are below `path`. */
export async function prefillBirth(engine: Engine, asker: { readonly viewer: Viewer; readonly purpose: Purpose }, facts: BirthFacts, path: string): Promise<Prefill | Failure> {
  const keys = [['requester', facts.requester], ...(facts.otherParent ? [['otherParent', facts.otherParent] as const] : [])] as const;
  const read = keys.map(([name, key]) => ({ name, parsed: personKey.safeParse(withoutNulls(key)) }));
  const malformed = read.flatMap(({ name, parsed }) => (parsed.success ? [] : parsed.error.issues.map((issue) => readIssue(`${path}.${name}`, issue))));
  const people = read.flatMap(({ parsed }) => (parsed.success ? [parsed.data] : []));
  const [requester, otherParent] = people;
  if (malformed.length > 0 || !requester) return invalidInput(malformed);

  const [answers, cards, earlier] = await Promise.all([
    engine.reach(asker.viewer, asker.purpose, population).kin(people),
    isParent(facts) ? engine.reach(asker.viewer, asker.purpose, socialInsurance).cardsOf([requester]) : [],
    findEarlierBirth(engine, requester),
  ]);
  const issues = answers.flatMap((answer, place) => checkPerson(answer, keys[place]?.[0] ?? 'requester'));
  if (issues.length > 0) return invalidInput(issues.map((issue) => below(path, issue)));
  const silent: SystemName[] = [...(answers.some(isSilent) ? [population.name] : []), ...(cards.some(isSilent) ? [socialInsurance.name] : [])];
  const [card] = cards;
  const sources: Sources = {
    requester: findDone(answers[0]),
    otherParent: findDone(answers[1]),
    facility: card?.is === 'done' && card.value.facilityCode ? { ...card, value: card.value.facilityCode } : undefined,
    earlier,
  };
  const fields = knownFields(engine, { ...facts, requester, otherParent }, sources);
  const missing = missingFields(facts, fields);
  return vouched(engine, { client: asker.viewer.client, form: 'birth', applicant: requester.personalId }, { fields, missing, silent });
}

/** Puts together what is known, for each path from the first source that has it. */
function knownFields(engine: Engine, facts: BirthFacts, { requester, otherParent, facility, earlier }: Sources): KnownField[] {
  const catalogue = engine.catalogue();
  const fromRegister = (system: SystemName, answer: Done<unknown> | undefined, known: readonly KnownValue[]) =>
    known.flatMap(([path, value]): KnownField[] => (answer && value ? [{ path, value, origin: 'REGISTER', system, fromDossier: null, asOf: answer.asOf }] : []));
  const before = earlier ? earlierFields(facts, requester?.value, earlier.form) : [];
  const all = [
    ...fromRegister(population.name, requester, requester ? requesterFields(facts, requester.value) : []),
    ...fromRegister(population.name, otherParent, requester && otherParent ? childFields(facts, requester.value, otherParent.value) : []),
    ...fromRegister(population.name, requester, requester && !otherParent ? childFields(facts, requester.value, undefined) : []),
    ...before.flatMap(([path, value]): KnownField[] => (earlier && value ? [{ path, value, origin: 'EARLIER_DOSSIER', system: null, fromDossier: earlier.dossier, asOf: earlier.asOf }] : [])),
    ...fromRegister(socialInsurance.name, facility, [['healthCare.facilityCode', facility?.value]]),
  ];
  const usable = all.filter(({ path, value }) => {
    if (path.endsWith('communeCode')) return catalogue.findCommune(value, civilDateOf(engine.clock.now())) !== undefined; // another province's desk cannot take the child in
    return path !== 'healthCare.facilityCode' || catalogue.findHealthFacility(value) !== undefined;
  });
  return [...new Map([...usable].reverse().map((field) => [field.path, field])).values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function findEarlierBirth(engine: Engine, requester: PersonKey): Promise<Sources['earlier']> {
  const dossiers = (await findEarlier(engine.store, requester)).filter(({ run }) => run !== null);
  const runs = await engine.store.read().findBy(runTable, { code: In([...new Set(dossiers.map(({ run }) => run))]), bundle: 'birth' });
  const [latest] = runs.sort((a, b) => (a.receivedAt < b.receivedAt ? 1 : -1));
  const form = latest && birthForm.safeParse(JSON.parse(latest.form));
  return form?.success ? { form: form.data, dossier: latest?.code ?? '', asOf: latest?.receivedAt ?? '' } : undefined;
}

function checkPerson(answer: Outcome<CitizenWithKin>, path: string): FieldIssue[] {
  if (answer.is === 'refused' && answer.code === NOT_FOUND) return [notInRegister(path)];
  return answer.is === 'done' && answer.value.deceased ? [deceased(path)] : [];
}

function isSilent(answer: Outcome<unknown>): boolean {
  return answer.is !== 'done' && !(answer.is === 'refused' && answer.code === NOT_FOUND);
}

function findDone<T>(answer: Outcome<T> | undefined): Done<T> | undefined {
  return answer?.is === 'done' ? answer : undefined;
}
