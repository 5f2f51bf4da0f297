import { expect, test } from 'vitest';
import { addDays } from '../../src/kit/instant.ts';
import type { DossierRow } from '../../src/dossiers/table.ts';
import { familyOf, type Answer, type TestHub } from '../support/hub.ts';
import { statementsDuring } from '../support/statements.ts';
import { openHouse, spoilRows, storedDossier, storeDossiers } from './house.ts';

const CODES = 'query ($first: Int, $after: String, $filter: DossierFilter) { dossiers(first: $first, after: $after, filter: $filter) { edges { cursor node { code dueAt status overdue } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
const EVENTS = 'query ($first: Int, $after: String) { events(first: $first, after: $after) { edges { cursor node { cursor kind } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }';
const INCIDENTS = 'query ($first: Int, $after: String, $filter: IncidentFilter) { incidents(first: $first, after: $after, filter: $filter) { edges { cursor node { id cause openedAt resolvedAt } } pageInfo { hasNextPage hasPreviousPage endCursor } } }';

const dueOn = (date: string) => ({ dueAt: `${date}T10:00:00.000Z` });
const code = (number: number) => storedDossier(number).code;

async function codesOf(house: TestHub, filter: object): Promise<string[]> {
  const { data, errors } = await house.ask(CODES, { first: 100, filter });
  expect(errors).toBeUndefined();
  return data?.['dossiers'].edges.map((edge: { node: { code: string } }) => edge.node.code);
}

test('dossiers come by due date, those of one instant by code, those without one last', async () => {
  const house = await openHouse();
  await storeDossiers(house, [storedDossier(1), storedDossier(2, dueOn('2025-03-10')), storedDossier(3, dueOn('2025-03-05')), storedDossier(5, dueOn('2025-03-07')), storedDossier(4, dueOn('2025-03-07'))]);
  expect(await codesOf(house, {})).toEqual([3, 4, 5, 2, 1].map(code));
});

test('paging through 250 dossiers visits each once in due order, whatever the page', async () => {
  const house = await openHouse();
  const dossiers = Array.from({ length: 250 }, (_, index) => storedDossier(index + 1, index % 10 === 9 ? {} : dueOn(addDays('2025-03-01', (index * 37) % 83))));
  await storeDossiers(house, dossiers);
  const inOrder = [...dossiers].sort((a, b) => (a.dueOrder + a.code < b.dueOrder + b.code ? -1 : 1)).map((dossier) => dossier.code);
  for (const first of [7, 100]) {
    const visited: string[] = [];
    let after: string | null = null;
    let pages = 0;
    do {
      const { data, errors } = await house.ask(CODES, { first, after });
      expect(errors).toBeUndefined();
      const { edges, pageInfo } = data?.['dossiers'] ?? { edges: [], pageInfo: {} };
      expect(pageInfo).toMatchObject({ hasPreviousPage: pages > 0, startCursor: edges[0].cursor, endCursor: edges.at(-1).cursor });
      visited.push(...edges.map((edge: { node: { code: string } }) => edge.node.code));
      pages += 1;
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null;
    } while (after !== null);
    expect(pages).toBe(Math.ceil(250 / first));
    expect(visited).toEqual(inOrder);
  }
});

test('the due dates of a list are explained when they are asked for, and by one statement for all', async () => {
  const house = await openHouse();
  const explained = (number: number) => ({ due: JSON.stringify({ dueAt: `2025-03-0${number}T10:00:00.000Z`, date: `2025-03-0${number}`, explanation: { vi: `hạn ${number}`, en: `due ${number}` } }) });
  await storeDossiers(house, [1, 2, 3, 4].map((number) => storedDossier(number, { ...dueOn(`2025-03-0${number}`), ...(number === 2 ? {} : explained(number)) })));
  let answer: Answer = {};
  const statements = await statementsDuring(async () => void (answer = await house.ask('{ dossiers { edges { node { code due { explanation(lang: EN) } } } } }')));
  const asked = statements.filter((sql) => /FROM "dossier"/.test(sql));
  const { data, errors } = answer;
  expect(errors).toBeUndefined();
  expect(data?.['dossiers'].edges.map((edge: { node: unknown }) => edge.node)).toEqual([1, 2, 3, 4].map((number) => ({ code: code(number), due: number === 2 ? null : { explanation: `due ${number}` } })));
  expect(asked.length).toBe(2);
  expect(asked[0]).not.toMatch(/"due"/);
});

test('a dossier whose due date moves behind the reader is neither lost nor met twice by the others', async () => {
  const house = await openHouse();
  await storeDossiers(house, [1, 2, 3, 4].map((number) => storedDossier(number, dueOn(`2025-03-0${number + 3}`))));
  const { data: begin } = await house.ask(CODES, { first: 2 });
  spoilRows(house, 'DELETE FROM dossier WHERE code = ?', code(2));
  const { data: rest } = await house.ask(CODES, { first: 2, after: begin?.['dossiers'].pageInfo.endCursor });
  expect(rest?.['dossiers'].edges.map((edge: { node: { code: string } }) => edge.node.code)).toEqual([code(3), code(4)]);
});

test('a page of none invents no cursor and still tells whether there is more', async () => {
  const house = await openHouse();
  const none = { edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null } };
  expect((await house.ask(CODES, { first: 0 })).data?.['dossiers']).toEqual(none);
  await storeDossiers(house, [storedDossier(1)]);
  expect((await house.ask(CODES, { first: 0 })).data?.['dossiers']).toEqual({ ...none, pageInfo: { ...none.pageInfo, hasNextPage: true } });
});

test('a page holds twenty unless asked otherwise, one or a hundred when asked', async () => {
  const house = await openHouse();
  await storeDossiers(house, Array.from({ length: 101 }, (_, index) => storedDossier(index + 1)));
  const sizes = await Promise.all([undefined, 1, 100].map(async (first) => (await house.ask(CODES, { first })).data?.['dossiers'].edges.length));
  expect(sizes).toEqual([20, 1, 100]);
});

test.each(['dossiers', 'events', 'incidents'])('a page of %s below none or above a hundred is BAD_INPUT with what would be right', async (list) => {
  const house = await openHouse();
  for (const first of [101, -1, 2_147_483_647, -2_147_483_648]) {
    const { data, errors } = await house.ask(`query ($first: Int!) { ${list}(first: $first) { edges { cursor } } }`, { first });
    expect(data ?? null).toBeNull();
    expect(errors, String(first)).toMatchObject([{ path: [list], extensions: { code: 'BAD_INPUT', field: 'first', expected: '0..100', vi: expect.stringContaining('0 đến 100'), en: expect.stringContaining('0 and 100') } }]);
  }
});

test.each([
  ['dossiers', CODES, ['x', '', '0', '12', 'MDAwMQ', 'AAAA'.repeat(12)]],
  ['incidents', INCIDENTS, ['x', '', '0', '1', 'AAAA'.repeat(12)]],
  ['events', EVENTS, ['x', '', '00', '-1', '1', 'AAAA'.repeat(12)]],
])('a cursor of %s that was never given out is BAD_CURSOR', async (list, query, cursors) => {
  const house = await openHouse();
  for (const after of cursors) expect((await house.ask(query, { after })).errors, after).toMatchObject([{ path: [list], extensions: { code: 'BAD_CURSOR', vi: expect.any(String), en: expect.any(String) } }]);
});

test('a cursor of one list is BAD_CURSOR in every other, and so is a node id', async () => {
  const house = await openHouse();
  house.ministries.byName['social-insurance'].decide([{ contains: 'CHỦ ĐỀ SỰ CỐ', outcome: 'refuse' }]);
  const { code: run } = await house.file(familyOf(30), { childName: 'Chủ Đề Sự Cố' });
  await house.ended(run);
  const { data } = await house.ask('{ dossiers { edges { cursor node { id } } } events(after: "0") { edges { cursor } } incidents { edges { cursor } } }');
  const given = { dossiers: data?.['dossiers'].edges[0].cursor, events: data?.['events'].edges[0].cursor, incidents: data?.['incidents'].edges[0].cursor, node: data?.['dossiers'].edges[0].node.id };
  for (const list of ['dossiers', 'events', 'incidents']) {
    for (const [of, after] of Object.entries(given)) {
      const { errors } = await house.ask(`query ($after: String!) { ${list}(after: $after) { edges { cursor } } }`, { after });
      if (of === list) expect(errors).toBeUndefined();
      else expect(errors, `${of} in ${list}`).toMatchObject([{ extensions: { code: 'BAD_CURSOR' } }]);
    }
  }
});

test('a cursor of another hub is BAD_CURSOR', async () => {
  const [house, other] = [await openHouse(), await openHouse()];
  for (const one of [house, other]) await storeDossiers(one, [storedDossier(1)]);
  const foreign = (await other.ask(CODES)).data?.['dossiers'].pageInfo.endCursor;
  expect((await house.ask(CODES, { after: foreign })).errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
  const now = (await other.ask(EVENTS)).data?.['events'].pageInfo.endCursor;
  expect((await house.ask(EVENTS, { after: now })).errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
});

/** One dossier of every kind that a filter tells apart; the clock stands at Monday 3 March 2025, 08:00. */
const mixed: readonly DossierRow[] = [
  storedDossier(1, { ...dueOn('2025-02-28'), statusCode: 4 }), // late
  storedDossier(2, { ...dueOn('2025-02-28'), statusCode: 9, finishedAt: '2025-02-27T01:00:00.000Z' }), // past its date, but finished
  storedDossier(3, { ...dueOn('2025-02-28'), statusCode: 5 }), // past its date, but the citizen's turn
  storedDossier(4, { ...dueOn('2025-03-04'), statusCode: 2 }),
  storedDossier(5, { ...dueOn('2025-03-06'), statusCode: 4, procedure: '1.004222', agency: '001.13.23.H01' }),
  storedDossier(6, { statusCode: 1 }),
];

const filters: readonly [object, readonly number[]][] = [
  [{ status: 'IN_PROCESS' }, [1, 5]],
  [{ status: 'FINISHED' }, [2]],
  [{ status: 'REGISTERED' }, [6]],
  [{ status: 'PAYMENT_REQUESTED' }, []],
  [{ agency: '001.13.23.H01' }, [5]],
  [{ agency: '000.17.23.H01' }, [1, 2, 3, 4, 6]],
  [{ agency: 'H99' }, []],
  [{ procedure: '1.004222' }, [5]],
  [{ dueBefore: '2025-03-04T10:00:00.000Z' }, [1, 2, 3]],
  [{ dueBefore: '2025-03-04T17:00:01+07:00' }, [1, 2, 3, 4]],
  [{ overdue: true }, [1]],
  [{ overdue: false }, [2, 3, 4, 5, 6]],
  [{ overdue: false, dueBefore: '2025-03-05T00:00:00Z' }, [2, 3, 4]],
  [{ overdue: true, dueBefore: '2025-03-05T00:00:00Z' }, [1]],
  [{ overdue: true, dueBefore: '2025-02-01T00:00:00Z' }, []],
  [{ overdue: true, status: 'FINISHED' }, []],
  [{ overdue: true, status: 'IN_PROCESS', agency: '000.17.23.H01', procedure: '1.001193', dueBefore: '2025-03-05T00:00:00Z' }, [1]],
  [{ overdue: false, status: 'SUPPLEMENT_REQUESTED' }, [3]],
  [{ status: null, agency: null, procedure: null, dueBefore: null, overdue: null }, [1, 2, 3, 4, 5, 6]],
];

test('every filter, alone and with others, finds the dossiers that fit all of it', async () => {
  const house = await openHouse();
  await storeDossiers(house, mixed);
  for (const [filter, numbers] of filters) expect(await codesOf(house, filter), JSON.stringify(filter)).toEqual(numbers.map(code));
});

test('paging with a filter keeps to the filter', async () => {
  const house = await openHouse();
  await storeDossiers(house, mixed);
  const filter = { overdue: false };
  const { data: one } = await house.ask(CODES, { first: 2, filter });
  const { data: two } = await house.ask(CODES, { first: 100, filter, after: one?.['dossiers'].pageInfo.endCursor });
  expect([one, two].map((data) => data?.['dossiers'].edges.map((edge: { node: { code: string } }) => edge.node.code))).toEqual([[2, 3].map(code), [4, 5, 6].map(code)]);
});

test('overdue of each dossier agrees with the filter, and moves with the clock', async () => {
  const house = await openHouse();
  await storeDossiers(house, mixed);
  const lateOnes = async () => (await house.ask(CODES)).data?.['dossiers'].edges.filter((edge: { node: { overdue: boolean } }) => edge.node.overdue).map((edge: { node: { code: string } }) => edge.node.code);
  expect(await lateOnes()).toEqual(await codesOf(house, { overdue: true }));
  house.clock.moveTo('2025-03-05T01:00:00.000Z');
  expect(await lateOnes()).toEqual([1, 4].map(code));
  expect(await codesOf(house, { overdue: true })).toEqual([1, 4].map(code));
});

test('a procedure that is not in force is BAD_INPUT in a filter, and an unknown status is refused', async () => {
  const house = await openHouse();
  const { errors } = await house.ask(CODES, { filter: { procedure: '9.999999' } });
  expect(errors).toMatchObject([{ path: ['dossiers'], extensions: { code: 'BAD_INPUT', field: 'filter.procedure', expected: expect.any(String), vi: expect.stringContaining('9.999999'), en: expect.stringContaining('9.999999') } }]);
  expect((await house.ask(CODES, { filter: { status: 'LOST' } })).errors).toMatchObject([{ message: expect.stringContaining('DossierStatus'), extensions: { code: 'BAD_INPUT' } }]);
});

test('the event log pages from the beginning to now and then waits at the cursor of now', async () => {
  const house = await openHouse();
  const { code: run } = await house.file(familyOf(31));
  await house.ended(run);
  const whole = (await house.ask(EVENTS, { first: 100, after: '0' })).data?.['events'];
  expect(whole.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false });
  expect(whole.edges.length).toBeGreaterThan(10);
  for (const edge of whole.edges) expect(edge.cursor).toBe(edge.node.cursor);
  const kinds: string[] = [];
  let after = '0';
  for (let more = true; more; ) {
    const page = (await house.ask(EVENTS, { first: 3, after })).data?.['events'];
    kinds.push(...page.edges.map((edge: { node: { kind: string } }) => edge.node.kind));
    after = page.pageInfo.endCursor;
    more = page.pageInfo.hasNextPage;
  }
  expect(kinds).toEqual(whole.edges.map((edge: { node: { kind: string } }) => edge.node.kind));
  const now = (await house.ask(EVENTS, {})).data?.['events'];
  expect(now).toEqual({ edges: [], pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: after } });
  expect((await house.ask(EVENTS, { after })).data?.['events'].pageInfo).toMatchObject({ hasPreviousPage: true, endCursor: after });
  expect((await house.ask(EVENTS, { first: 0, after: '0' })).data?.['events']).toMatchObject({ edges: [], pageInfo: { hasNextPage: true } });
});
