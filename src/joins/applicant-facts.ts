import type { Reach } from '../access/reach.ts';
import type { FormSource } from '../catalogue/form.ts';
import { notInRegister } from '../bundles/people.ts';
import type { FactRegister, RegisterFact, RegisterFacts } from '../dossiers/facts.ts';
import type { FieldIssue } from '../kit/failure.ts';
import { NOT_FOUND, type Outcome } from '../kit/outcome.ts';
import type { SystemName } from '../kit/system.ts';
import { business, type Business } from '../systems/business/client.ts';
import { enterpriseNotInRegister } from './enterprise-applicant.ts';
import { population, type CitizenWithKin } from '../systems/population/client.ts';

type Reader<Record> = Partial<globalThis.Record<FormSource, (record: Record) => string | undefined>>;

const ofPerson: Reader<CitizenWithKin> = {
  'residence.communeCode': ({ permanentResidence }) => permanentResidence?.communeCode,
  'residence.detail': ({ permanentResidence }) => permanentResidence?.detail,
  hometown: ({ hometown }) => hometown?.detail,
  ethnicity: ({ ethnicity }) => ethnicity,
  nationality: ({ nationality }) => nationality,
  'head.personalId': ({ householdHead }) => householdHead?.personalId,
  'head.fullName': ({ householdHead }) => householdHead?.fullName,
  'head.relation': ({ householdHead }) => householdHead?.relation,
  'father.fullName': ({ father }) => father?.fullName,
  'mother.fullName': ({ mother }) => mother?.fullName,
  'spouse.personalId': ({ spouse }) => spouse?.personalId,
  'spouse.fullName': ({ spouse }) => spouse?.fullName,
};

const ofEnterprise: Reader<Business> = {
  'enterprise.name': ({ name }) => name,
  'enterprise.address': ({ headOffice }) => headOffice?.fullText,
};

/** A form of an ordinary application → what the registers know of its applicant and enterprise. */
export function openFacts(reach: Reach): FactRegister {
  return async (viewer, purpose, { applicant, enterprise }, wanted) => {
    const asks = (reader: Reader<never>) => Object.keys(reader).some((name) => wanted.has(name as FormSource));
    const [people, businesses] = await Promise.all([
      asks(ofPerson) ? reach(viewer, purpose, population).kin([applicant]) : [],
      enterprise !== undefined && asks(ofEnterprise) ? reach(viewer, purpose, business).businesses([enterprise]) : [],
    ]);
    const known = [
      ...people.map((answer) => factsOf(answer, ofPerson, wanted, population.name, () => notInRegister('applicant'))),
      ...businesses.map((answer) => factsOf(answer, ofEnterprise, wanted, business.name, enterpriseNotInRegister)),
    ];
    return { facts: new Map(known.flatMap(({ facts }) => [...facts])), issues: known.flatMap(({ issues }) => issues), silent: known.flatMap(({ silent }) => silent) };
  };
}

function factsOf<Record>(answer: Outcome<Record>, reader: Reader<Record>, wanted: ReadonlySet<FormSource>, system: SystemName, unknown: () => FieldIssue): RegisterFacts {
  if (answer.is === 'refused' && answer.code === NOT_FOUND) return { facts: new Map(), issues: [unknown()], silent: [] };
  if (answer.is !== 'done') return { facts: new Map(), issues: [], silent: [system] };
  const facts = Object.entries(reader).flatMap(([name, read]): [FormSource, RegisterFact][] => {
    const value = wanted.has(name as FormSource) ? read(answer.value) : undefined;
    return value ? [[name as FormSource, { value, system, asOf: answer.asOf }]] : [];
  });
  return { facts: new Map(facts), issues: [], silent: [] };
}
