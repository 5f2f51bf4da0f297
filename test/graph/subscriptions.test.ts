import { expect, test } from 'vitest';
import { familyOf, type Answer } from '../support/hub.ts';
import { openHouse } from './house.ts';
import { listen, transports, watchFollowers } from './listeners.ts';

const RUN = `subscription ($code: String!, $after: String) { bundleRun(code: $code, after: $after) { cursor event { cursor kind at statusCode dossierCode bundleCode } bundleRun { code state } } }`;
const DOSSIER = `subscription ($code: String!, $after: String) { dossier(code: $code, after: $after) { cursor event { cursor kind statusCode } dossier { code statusCode history { to } } } }`;
const EVENTS = `subscription ($after: String, $filter: EventFilter) { events(after: $after, filter: $filter) { cursor kind at dossierCode bundleCode agencyCode procedureCode statusCode } }`;
const LOG = `query ($after: String) { events(first: 100, after: $after) { edges { node { cursor kind dossierCode } } } }`;

const over = (data: NonNullable<Answer['data']>) => (data['bundleRun'].event.kind as string).startsWith('BUNDLE_') && data['bundleRun'].event.kind !== 'BUNDLE_RECEIVED'; // the state that comes along is the present one, and may be ahead of the event
const cursorsOf = (answers: readonly Answer[], field: string) => answers.map(({ data }) => data?.[field].cursor as string);

test.each(transports)('over %s every status change of an application is pushed as it happens, each with its cursor', async (transport) => {
  const house = await openHouse();
  const { code, cursor } = await house.file(familyOf(40));
  const heard = await listen(house, transport, { query: RUN, variables: { code, after: cursor } }).until(over);
  for (const { data, errors } of heard) {
    expect(errors).toBeUndefined();
    expect(data?.['bundleRun']).toMatchObject({ cursor: expect.stringMatching(/^[\w-]{20,}$/), event: { cursor: data?.['bundleRun'].cursor, bundleCode: code }, bundleRun: { code } });
  }
  const byDossier = new Map<string, number[]>();
  for (const { data } of heard) if (data?.['bundleRun'].event.dossierCode) byDossier.set(data['bundleRun'].event.dossierCode, [...(byDossier.get(data['bundleRun'].event.dossierCode) ?? []), data['bundleRun'].event.statusCode]);
  expect(heard[0]?.data?.['bundleRun'].event.kind).toBe('BUNDLE_RECEIVED');
  expect([...byDossier.values()]).toEqual([[1, 2, 4, 9], [1, 2, 4, 9], [1, 2, 4, 9]]);
  expect(heard.at(-1)?.data?.['bundleRun']).toMatchObject({ event: { kind: 'BUNDLE_FINISHED' }, bundleRun: { state: 'FINISHED' } });
  expect(new Set(cursorsOf(heard, 'bundleRun')).size).toBe(heard.length);
});

test.each(transports)('over %s the changes of one dossier come in the order of its life, and nothing of its neighbours', async (transport) => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(41));
  const run = await house.ended(code);
  const dossier = run['dossiers'][1].code;
  const heard = await listen(house, transport, { query: DOSSIER, variables: { code: dossier, after: '0' } }).take(4);
  expect(heard.map(({ data }) => data?.['dossier'].event)).toMatchObject([{ kind: 'DOSSIER_REGISTERED', statusCode: 1 }, { kind: 'DOSSIER_ACCEPTED', statusCode: 2 }, { kind: 'DOSSIER_IN_PROCESS', statusCode: 4 }, { kind: 'DOSSIER_FINISHED', statusCode: 9 }]);
  for (const { data } of heard) expect(data?.['dossier'].dossier).toMatchObject({ code: dossier, statusCode: 9 }); // as it stands now, not as it stood
});

test.each(transports)('over %s the firehose tells the same events in the same order as the log', async (transport) => {
  const house = await openHouse();
  const listener = listen(house, transport, { query: EVENTS, variables: { after: '0' } });
  const runs = await Promise.all([42, 43].map((number) => house.file(familyOf(number))));
  await Promise.all(runs.map(({ code }) => house.ended(code)));
  const { data } = await house.ask(LOG, { after: '0' });
  const log = data?.['events'].edges.map((edge: { node: object }) => edge.node);
  const heard = await listener.take(log.length);
  expect(heard.map((payload) => payload.data?.['events'])).toMatchObject(log);
});

test.each(transports)('over %s a reader who left goes on from its cursor without a gap and without a double', async (transport) => {
  const house = await openHouse();
  const { code, cursor } = await house.file(familyOf(44));
  const before = await listen(house, transport, { query: RUN, variables: { code, after: cursor } }).take(5);
  await house.ended(code);
  const after = await listen(house, transport, { query: RUN, variables: { code, after: before.at(-1)?.data?.['bundleRun'].cursor } }).until(({ bundleRun }) => bundleRun.event.kind === 'BUNDLE_FINISHED');
  const whole = await listen(house, transport, { query: RUN, variables: { code, after: '0' } }).take(before.length + after.length);
  expect([...cursorsOf(before, 'bundleRun'), ...cursorsOf(after, 'bundleRun')]).toEqual(cursorsOf(whole, 'bundleRun'));
});

test.each(transports)('over %s a reader goes on from its cursor after the hub was restarted in the middle of a bundle', async (transport) => {
  const house = await openHouse({ paceMs: 60_000 });
  const { code, cursor } = await house.file(familyOf(45));
  const before = await listen(house, transport, { query: RUN, variables: { code, after: cursor } }).until(({ bundleRun }) => bundleRun.event.statusCode === 4);
  await house.restart();
  const rest = listen(house, transport, { query: RUN, variables: { code, after: before.at(-1)?.data?.['bundleRun'].cursor } });
  house.clock.moveTo('2025-03-03T01:01:30.000Z'); // the birth is registered, the others are ordered
  const middle = await rest.until(({ bundleRun }) => bundleRun.event.kind === 'DOSSIER_FINISHED');
  await rest.leave();
  await house.restart();
  const last = listen(house, transport, { query: RUN, variables: { code, after: middle.at(-1)?.data?.['bundleRun'].cursor } });
  house.clock.moveTo('2025-03-03T01:10:00.000Z');
  const end = await last.until(over);
  const whole = await house.ask(LOG, { after: '0' });
  expect([...before, ...middle, ...end].map(({ data }) => data?.['bundleRun'].cursor)).toEqual(whole.data?.['events'].edges.map((edge: { node: { cursor: string } }) => edge.node.cursor));
});

test.each(transports)('over %s a reader without a cursor hears only what comes from now', async (transport) => {
  const watch = watchFollowers();
  const house = await openHouse();
  const first = await house.file(familyOf(46));
  await house.ended(first.code);
  await listen(house, transport, { query: EVENTS, variables: { after: '0' } }).next(); // so that the feed has been seen
  const heard = listen(house, transport, { query: EVENTS, variables: { after: null } }).next();
  await watch.reached('all', 2);
  const second = await house.file(familyOf(47));
  expect((await heard).data?.['events']).toMatchObject({ kind: 'BUNDLE_RECEIVED', bundleCode: second.code });
});

test.each(transports)('over %s a cursor that was never given out is BAD_CURSOR', async (transport) => {
  const house = await openHouse();
  for (const after of ['', 'x', '1', '-1', '00', 'AAAA'.repeat(10)]) {
    const { errors } = await listen(house, transport, { query: EVENTS, variables: { after } }).next();
    expect(errors, after).toMatchObject([{ path: ['events'], extensions: { code: 'BAD_CURSOR', vi: expect.any(String), en: expect.any(String) } }]);
  }
});

test('a cursor of another hub, or of a list, is BAD_CURSOR in every subscription', async () => {
  const [house, other] = [await openHouse(), await openHouse()];
  const { code } = await house.file(familyOf(48));
  const foreign = (await other.ask('{ events { pageInfo { endCursor } } }')).data?.['events'].pageInfo.endCursor as string;
  const listed = await house.ask('{ dossiers(first: 1) { edges { cursor node { code } } } }');
  const [{ cursor, node }] = listed.data?.['dossiers'].edges ?? [];
  for (const after of [foreign, cursor]) {
    expect((await listen(house, 'graphql-ws', { query: EVENTS, variables: { after } }).next()).errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
    expect((await listen(house, 'graphql-ws', { query: RUN, variables: { code, after } }).next()).errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
    expect((await listen(house, 'graphql-sse', { query: DOSSIER, variables: { code: node.code, after } }).next()).errors?.[0]?.extensions['code']).toBe('BAD_CURSOR');
  }
});

test.each(transports)('over %s a code that is malformed or of nothing is BAD_INPUT', async (transport) => {
  const house = await openHouse();
  for (const query of [RUN, DOSSIER]) {
    for (const code of ['12', '000.17.23.H01-250303-9999']) {
      const { errors } = await listen(house, transport, { query, variables: { code, after: null } }).next();
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', field: 'code', vi: expect.any(String), en: expect.any(String) } }]);
    }
  }
});

test.each(transports)('over %s a filter lets through what fits all of it', async (transport) => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(49));
  const run = await house.ended(code);
  const police = run['dossiers'].find((dossier: { act: string }) => dossier.act === 'residence').code as string;
  const agency = police.slice(0, police.indexOf('-'));
  const log = (await house.ask(`{ events(after: "0", first: 100) { edges { node { kind agencyCode procedureCode dossierCode } } } }`)).data?.['events'].edges.map((edge: { node: object }) => edge.node) as { kind: string; agencyCode: string; procedureCode: string }[];
  const wishes: readonly [Record<string, unknown>, (event: (typeof log)[number]) => boolean][] = [
    [{ agency }, (event) => event.agencyCode === agency],
    [{ procedure: '1.001193' }, (event) => event.procedureCode === '1.001193'],
    [{ kinds: ['DOSSIER_FINISHED', 'BUNDLE_FINISHED'] }, (event) => ['DOSSIER_FINISHED', 'BUNDLE_FINISHED'].includes(event.kind)],
    [{ agency, kinds: ['DOSSIER_FINISHED'] }, (event) => event.agencyCode === agency && event.kind === 'DOSSIER_FINISHED'],
    [{ agency: null, procedure: null, kinds: null }, () => true],
  ];
  for (const [filter, fits] of wishes) {
    const expected = log.filter(fits);
    expect(expected.length).toBeGreaterThan(0);
    const heard = await listen(house, transport, { query: EVENTS, variables: { after: '0', filter } }).take(expected.length);
    expect(heard.map(({ data }) => data?.['events'])).toMatchObject(expected.map(({ kind, agencyCode, procedureCode }) => ({ kind, agencyCode, procedureCode })));
  }
});

test.each(transports)('over %s an empty list of kinds is no filter that lets everything through', async (transport) => {
  const house = await openHouse();
  const none = listen(house, transport, { query: EVENTS, variables: { after: '0', filter: { kinds: [] } } });
  const every = listen(house, transport, { query: EVENTS, variables: { after: '0' } });
  const { code } = await house.file(familyOf(50));
  await house.ended(code);
  await every.take(5);
  const heard = await Promise.race([none.next().catch(() => undefined), none.leave()]);
  expect(heard).toBeUndefined();
});

test.each(transports)('over %s each event is told with its people and records loaded afresh', async (transport) => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(51));
  await house.ended(code);
  const before = house.ministries.population.calls.length;
  const query = 'subscription ($code: String!) { bundleRun(code: $code, after: "0") { bundleRun { dossiers { applicant { personalId asOf } } } } }';
  const heard = await listen(house, transport, { query, variables: { code } }).take(3);
  const moments = heard.map(({ data }) => new Set(data?.['bundleRun'].bundleRun.dossiers.map((dossier: { applicant: { asOf: string } }) => dossier.applicant.asOf)));
  for (const one of moments) expect(one.size).toBe(1); // three dossiers of one applicant: one question
  expect(new Set(moments.flatMap((one) => [...one])).size).toBe(3); // three events: three questions
  expect(house.ministries.population.calls.length - before).toBeGreaterThanOrEqual(3);
});

test.each(transports)('over %s a dark ministry nulls its field of an event, and the next event is told all the same', async (transport) => {
  const house = await openHouse();
  const { code } = await house.file(familyOf(52));
  await house.ended(code);
  house.ministries.byName.population.script([{ match: {}, do: 'reset', times: 1 }]);
  const query = 'subscription ($code: String!) { dossier(code: $code, after: "0") { cursor dossier { status applicant { personalId } } } }';
  const dossier = (await house.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { code } } }', { code })).data?.['bundleRun'].dossiers[0].code;
  const [dark, light] = await listen(house, transport, { query, variables: { code: dossier } }).take(2);
  expect(dark).toMatchObject({ data: { dossier: { cursor: expect.any(String), dossier: { status: 'FINISHED', applicant: null } } }, errors: [{ path: ['dossier', 'dossier', 'applicant'], extensions: { code: 'MINISTRY_UNREACHABLE' } }] });
  expect(light).toMatchObject({ data: { dossier: { dossier: { applicant: { personalId: familyOf(52).mother.personalId } } } } });
  expect(light?.errors).toBeUndefined();
});

test('queries and mutations go over the socket like over HTTP', async () => {
  const house = await openHouse();
  const query = '{ now systems { name } }';
  const socket = await listen(house, 'graphql-ws', { query }).next();
  const http = await house.ask(query);
  expect(socket.data?.['systems']).toEqual(http.data?.['systems']);
});
