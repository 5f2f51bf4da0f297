import { expect, test } from 'vitest';
import { inventFamilies, type InventedPerson } from '../../mocks/people.ts';
import { familyOf, RUN, type TestHub } from '../support/hub.ts';
import { openHouse, storedDossier, storeDossiers } from './house.ts';

/** Children with an entry in the birth books and a card, as a list of dossiers may name them. */
const registered: readonly InventedPerson[] = inventFamilies().people.filter((person) => person.birthRegistration !== undefined && person.deceased === undefined);

const LISTED = 'query ($first: Int) { dossiers(first: $first) { edges { node { code applicant { personalId civilRecords { number source asOf } healthCard { number source asOf } source asOf } } } } }';

const PERSON = 'query ($personalId: String!, $fullName: String!, $birthDate: String!) { person(personalId: $personalId, fullName: $fullName, birthDate: $birthDate) { personalId fullName deceased source asOf } }';

const keyOf = ({ personalId, fullName, birthDate }: InventedPerson) => ({ personalId, fullName, birthDate });

/** How often each exchange has reached its ministry so far. */
function countCalls({ ministries }: TestHub): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { calls } of Object.values(ministries.byName)) for (const { operation } of calls) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

/** What reached the ministries while something was done. */
async function callsDuring(house: TestHub, work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = countCalls(house);
  await work();
  return Object.fromEntries(Object.entries(countCalls(house)).flatMap(([operation, count]) => (count === before[operation] ? [] : [[operation, count - (before[operation] ?? 0)]])));
}

async function storeApplicants(house: TestHub, applicants: readonly InventedPerson[]): Promise<void> {
  await storeDossiers(house, applicants.map(({ personalId, fullName, birthDate }, index) => storedDossier(index + 1, { applicantId: personalId, applicantName: fullName, applicantBirth: birthDate })));
}

test('one query joins a finished birth with every ministry that had a part in it', async () => {
  const house = await openHouse();
  const family = familyOf(1);
  const { code } = await house.file(family);
  await house.ended(code);
  const { data, errors } = await house.ask(
    `query ($code: String!) { bundleRun(code: $code) {
      dossiers { code act bundleRun { code dossiers { act } } applicant { personalId fullName source asOf } }
      child { fullName source asOf civilRecords { kind source asOf } healthCard { number source asOf } }
      results { ... on BirthBundleResults { birth { source asOf } residence { source asOf } healthCard { number source asOf } } }
    } }`,
    { code },
  );
  expect(errors).toBeUndefined();
  const run = data?.['bundleRun'];
  const asOf = expect.stringMatching(/^2025-03-03T01:00:\d\d\.\d{3}Z$/);
  expect(run.dossiers.map((dossier: { act: string }) => dossier.act)).toEqual(['birth', 'residence', 'healthCard']);
  for (const dossier of run.dossiers) {
    expect(dossier.bundleRun).toEqual({ code, dossiers: [{ act: 'birth' }, { act: 'residence' }, { act: 'healthCard' }] });
    expect(dossier.applicant).toEqual({ personalId: family.mother.personalId, fullName: family.mother.fullName.toLocaleUpperCase('vi'), source: 'POPULATION', asOf });
  }
  expect(run.child).toEqual({
    fullName: expect.stringMatching(/ AN BÌNH$/),
    source: 'POPULATION',
    asOf,
    civilRecords: [{ kind: 'BIRTH', source: 'CIVIL_STATUS', asOf }],
    healthCard: { number: run.results.healthCard.number, source: 'SOCIAL_INSURANCE', asOf },
  });
  expect(run.results).toEqual({ birth: { source: 'CIVIL_STATUS', asOf }, residence: { source: 'RESIDENCE', asOf }, healthCard: { number: expect.stringMatching(/^TE189\d{10}$/), source: 'SOCIAL_INSURANCE', asOf } });
});

test('each status change that a bundle made can be read back through the dossier and through the run', async () => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(2));
  const run = await house.ended(code);
  const { data } = await house.ask('query ($code: String!) { dossier(code: $code) { linkedCode bundleRun { code state } history { from to } } }', { code: run['dossiers'][0].code });
  expect(data?.['dossier']).toEqual({
    linkedCode: code,
    bundleRun: { code, state: 'FINISHED' },
    history: [{ from: null, to: 'REGISTERED' }, { from: 'REGISTERED', to: 'ACCEPTED' }, { from: 'ACCEPTED', to: 'IN_PROCESS' }, { from: 'IN_PROCESS', to: 'FINISHED' }],
  });
});

test('a dossier filed alone belongs to no linked application', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1)]);
  const { data, errors } = await house.ask('{ dossiers { edges { node { linkedCode bundleRun { code } } } } }');
  expect(errors).toBeUndefined();
  expect(data?.['dossiers'].edges).toEqual([{ node: { linkedCode: null, bundleRun: null } }]);
});

test('until the birth is registered there is no child, and nobody is asked about one', async () => {
  const house = await openHouse();
  house.ministries.byName['civil-status'].decide([{ contains: familyOf(3).mother.personalId, outcome: 'silent' }]);
  const { code } = await house.file(familyOf(3));
  const calls = await callsDuring(house, async () => {
    const { data, errors } = await house.ask('query ($code: String!) { bundleRun(code: $code) { child { fullName } } }', { code });
    expect(errors).toBeUndefined();
    expect(data).toEqual({ bundleRun: { child: null } });
  });
  expect(calls).not.toHaveProperty('population.findCitizen');
});

test('a person named under two aliases, in a nested list and in another spelling is asked for once', async () => {
  const house = await openHouse();
  const { mother } = familyOf(4);
  const { code } = await house.file(familyOf(4));
  const run = await house.ended(code);
  const one = keyOf(mother);
  const shouted = { ...one, fullName: ` ${mother.fullName.toLocaleUpperCase('vi').normalize('NFD')}  ` };
  const calls = await callsDuring(house, async () => {
    const { data, errors } = await house.ask(
      `query ($code: String!, $dossier: String!, $id: String!, $name: String!, $shouted: String!, $born: String!) {
        one: person(personalId: $id, fullName: $name, birthDate: $born) { personalId healthCard { number } }
        two: person(personalId: $id, fullName: $shouted, birthDate: $born) { personalId healthCard { number } }
        dossier(code: $dossier) { applicant { personalId healthCard { number } } bundleRun { dossiers { applicant { personalId } } } }
        bundleRun(code: $code) { dossiers { applicant { personalId healthCard { number } } bundleRun { dossiers { applicant { personalId } } } } }
      }`,
      { code, dossier: run['dossiers'][1].code, id: one.personalId, name: one.fullName, shouted: shouted.fullName, born: one.birthDate },
    );
    expect(errors).toBeUndefined();
    expect(new Set(JSON.stringify(data).match(/"personalId":"\d{12}"/g))).toEqual(new Set([`"personalId":"${mother.personalId}"`]));
  });
  expect(calls).toEqual({ 'population.findCitizen': 1, 'socialInsurance.lookUpCards': 1, 'ndxp.carry': 1 });
});

test('a list of fifty dossiers with applicants and their records asks the fewest calls that the contracts allow', async () => {
  const house = await openHouse();
  const applicants = registered.slice(0, 50);
  await storeApplicants(house, applicants);
  const calls = await callsDuring(house, async () => {
    const { data, errors } = await house.ask(LISTED, { first: 50 });
    expect(errors).toBeUndefined();
    const nodes = data?.['dossiers'].edges.map((edge: { node: unknown }) => edge.node);
    expect(nodes.map((node: { applicant: { personalId: string } }) => node.applicant.personalId)).toEqual(applicants.map(({ personalId }) => personalId));
    const asOf = expect.stringMatching(/Z$/);
    for (const [index, { applicant }] of nodes.entries()) {
      expect(applicant).toMatchObject({ source: 'POPULATION', asOf, civilRecords: [{ number: applicants[index]?.birthRegistration?.number, source: 'CIVIL_STATUS', asOf }], healthCard: { number: expect.any(String), source: 'SOCIAL_INSURANCE', asOf } });
    }
  });
  const [civil, cards] = [Math.ceil(50 / 3), Math.ceil(50 / 50)];
  expect(calls).toEqual({ 'population.findCitizen': 50, 'civilStatus.lookUp': civil, 'socialInsurance.lookUpCards': cards, 'ndxp.carry': civil + cards, 'ndxp.token': 1 });
});

test('a hundred dossiers of seven applicants ask for seven', async () => {
  const house = await openHouse();
  await storeApplicants(house, Array.from({ length: 100 }, (_, index) => registered[index % 7] as InventedPerson));
  const calls = await callsDuring(house, async () => {
    const { data, errors } = await house.ask(LISTED, { first: 100 });
    expect(errors).toBeUndefined();
    expect(data?.['dossiers'].edges).toHaveLength(100);
  });
  expect(calls).toEqual({ 'population.findCitizen': 7, 'civilStatus.lookUp': 3, 'socialInsurance.lookUpCards': 1, 'ndxp.carry': 4, 'ndxp.token': 1 });
});

test('a list that asks for no person asks no ministry', async () => {
  const house = await openHouse();
  await storeApplicants(house, registered.slice(0, 50));
  expect(await callsDuring(house, () => house.ask('{ dossiers(first: 50) { edges { node { code status procedure { name } agency { name } } } } }'))).toEqual({});
});

test('a person found by year of birth alone has records and a card like anybody', async () => {
  const house = await openHouse();
  const person = inventFamilies().people.find(({ birthDate, deceased }) => birthDate.length === 4 && deceased === undefined) as InventedPerson;
  const { data, errors } = await house.ask(PERSON.replace('source asOf', 'birthDate civilRecords { number } healthCard { number }'), keyOf(person));
  expect(errors).toBeUndefined();
  expect(data?.['person']).toMatchObject({ personalId: person.personalId, birthDate: person.birthDate, civilRecords: [], healthCard: { number: expect.any(String) } });
});

test('a person of whom one fact is wrong is null, and nothing of the person is told', async () => {
  const house = await openHouse();
  const { mother } = familyOf(5);
  const wrongs = [{ fullName: 'Nguyễn Văn Khác' }, { birthDate: '1999-09-09' }, { birthDate: mother.birthDate.slice(0, 4) }, { personalId: '089099999999' }];
  for (const wrong of wrongs) expect(await house.ask(PERSON, { ...keyOf(mother), ...wrong }), JSON.stringify(wrong)).toEqual({ data: { person: null } });
});

test('a fact that cannot be one of a person is BAD_INPUT with the field and what would be right, and no ministry is asked', async () => {
  const house = await openHouse();
  const said = { vi: expect.any(String), en: expect.any(String) };
  const wrongs: readonly [object, string, string][] = [
    [{ personalId: '12345' }, 'personalId', 'MALFORMED'],
    [{ fullName: '  ' }, 'fullName', 'REQUIRED'],
    [{ birthDate: '1990-02-30' }, 'birthDate', 'IMPOSSIBLE_DATE'],
    [{ birthDate: '30/01/1990' }, 'birthDate', 'IMPOSSIBLE_DATE'],
  ];
  const calls = await callsDuring(house, async () => {
    for (const [wrong, path, code] of wrongs) {
      const { data, errors } = await house.ask(PERSON, { ...keyOf(familyOf(6).mother), ...wrong });
      expect(data).toEqual({ person: null });
      expect(errors, path).toMatchObject([{ path: ['person'], extensions: { code: 'BAD_INPUT', ...said, issues: [{ path, code, message: said, expected: said }] } }]);
    }
  });
  expect(calls).toEqual({});
});

test('a dossier whose applicant the register no longer knows is shown without the applicant', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1)]);
  expect(await house.ask('{ dossiers { edges { node { code applicant { fullName } } } } }')).toEqual({ data: { dossiers: { edges: [{ node: { code: '000.17.23.H01-250301-0001', applicant: null } }] } } });
});

test('the query of the demo is answered without an error', async () => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(7));
  await house.ended(code);
  const { errors, data } = await house.ask(RUN, { code });
  expect(errors).toBeUndefined();
  expect(data?.['bundleRun']).toMatchObject({ state: 'FINISHED', child: { healthCard: { number: data?.['bundleRun'].results.healthCard.number } }, incidents: [] });
});
