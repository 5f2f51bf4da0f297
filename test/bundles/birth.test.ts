import { Writable } from 'node:stream';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { YoungFamily } from '../../mocks/people.ts';
import { families, familyOf } from '../support/hub.ts';
import { startFreshHub, stepReached } from './fresh-hub.ts';
import { WHOLE_BIRTH, effectNames, effectsOf, readCalls, readRows } from './records.ts';

test('one application brings birth, residence and card, each carried out once', async () => {
  const hub = await startFreshHub();
  const family = familyOf(0);
  const filed = await hub.file(family, { childName: 'Nguyễn An Bình' });
  expect(filed).toMatchObject({ __typename: 'BundleAccepted', bundleRun: { state: 'RUNNING' } });
  const run = await hub.ended(filed['code']);

  expect(run).toMatchObject({ state: 'FINISHED', peopleConfirmed: true, incidents: [] });
  const { birth, residence, healthCard } = run['results'];
  expect(birth).toMatchObject({ registeredOn: '2025-03-03', source: 'CIVIL_STATUS' });
  expect(birth.personalId).toMatch(/^089325\d{6}$/); // a girl, born in 2025, in province 089
  expect(birth.number).toMatch(/^\d+\/2025$/);
  expect(residence).toMatchObject({ communeCode: family.commune, source: 'RESIDENCE' });
  expect(healthCard).toMatchObject({ validFrom: '2025-02-26', validTo: '2031-09-30', source: 'SOCIAL_INSURANCE' }); // 72 months end in February: the card runs to 30 September
  expect(healthCard.number).toMatch(/^TE189\d{10}$/);
  expect(run['child']).toMatchObject({
    personalId: birth.personalId,
    fullName: 'NGUYỄN AN BÌNH',
    permanentResidence: { communeCode: family.commune },
    civilRecords: [{ kind: 'BIRTH', number: birth.number }],
    healthCard: { number: healthCard.number },
  });
  expect(effectNames(hub, filed['code'])).toEqual(WHOLE_BIRTH);
  expect(effectsOf(hub, filed['code']).map(({ subject, received }) => [subject, received])).toEqual(WHOLE_BIRTH.map(() => [birth.personalId, 1]));
});

test('each part is a dossier of its own, at the agency that answers, with its whole history', async () => {
  const hub = await startFreshHub();
  const filed = await hub.file(familyOf(1));
  const { dossiers, steps } = await hub.ended(filed['code']) as { dossiers: { code: string; act: string }[]; steps: { act: string; dossierCode: string }[] };

  expect(filed['code']).toMatch(/^000\.00\.00\.H01-250303-\d{4}$/);
  expect(dossiers.map(({ act }) => act)).toEqual(['birth', 'residence', 'healthCard']);
  expect(steps.map(({ dossierCode }) => dossierCode)).toEqual(dossiers.map(({ code }) => code));
  expect(new Set([filed['code'], ...dossiers.map(({ code }) => code)]).size).toBe(4);
  for (const dossier of dossiers) {
    expect(dossier).toMatchObject({
      status: 'FINISHED',
      statusCode: 9,
      history: [
        { from: null, to: 'REGISTERED', action: 'register', actor: 'developer' },
        { from: 'REGISTERED', to: 'ACCEPTED', action: 'accept', actor: 'engine' },
        { from: 'ACCEPTED', to: 'IN_PROCESS', action: 'process', actor: 'engine' },
        { from: 'IN_PROCESS', to: 'FINISHED', action: 'finish', actor: 'engine' },
      ],
    });
  }
});

test.each([
  { filed: 'on Monday morning', now: '2025-03-03T01:00:00.000Z', birth: '2025-03-03', parts: '2025-03-05', whole: '2025-03-06' },
  { filed: 'on Monday at half past three', now: '2025-03-03T08:30:00.000Z', birth: '2025-03-04', parts: '2025-03-05', whole: '2025-03-06' },
  { filed: 'on Friday at half past three', now: '2025-03-07T08:30:00.000Z', birth: '2025-03-10', parts: '2025-03-11', whole: '2025-03-12' },
  { filed: 'on Saturday', now: '2025-03-08T03:00:00.000Z', birth: '2025-03-10', parts: '2025-03-12', whole: '2025-03-13' },
  { filed: 'on the afternoon before five days off', now: '2025-04-29T08:30:00.000Z', birth: '2025-05-05', parts: '2025-05-06', whole: '2025-05-07' },
])('what is filed $filed is due by the working-day calendar, part by part and as a whole', async ({ now, birth, parts, whole }) => {
  const hub = await startFreshHub({ now });
  const filed = await hub.file(familyOf(2));
  const run = await hub.ended(filed['code']);

  const dueOf = (list: { act: string; dueAt: string }[]) => Object.fromEntries(list.map(({ act, dueAt }) => [act, dueAt]));
  const due = { birth: `${birth}T10:00:00.000Z`, residence: `${parts}T10:00:00.000Z`, healthCard: `${parts}T10:00:00.000Z` }; // 17:00 in Việt Nam
  expect(dueOf(run['dossiers'])).toEqual(due);
  expect(dueOf(run['steps'])).toEqual(due);
  expect(run['dueAt']).toBe(`${whole}T10:00:00.000Z`);
  expect(filed['bundleRun'].dueAt).toBe(run['dueAt']);
});

test('residence and card are both begun when the birth is done, and neither before', async () => {
  const hub = await startFreshHub();
  const filed = await hub.file(familyOf(3));
  await hub.ended(filed['code']);
  const answer = await hub.ask('query { events(after: "0", first: 100) { edges { node { kind dossier { act } } } } }');
  const events = answer.data?.['events'].edges.map(({ node }: { node: { kind: string; dossier: { act: string } | null } }) => `${node.dossier?.act ?? ''} ${node.kind}`.trim()) as string[];

  const place = (event: string) => {
    expect(events).toContain(event);
    return events.indexOf(event);
  };
  const begun = ['residence', 'healthCard'].flatMap((act) => [place(`${act} DOSSIER_ACCEPTED`), place(`${act} DOSSIER_IN_PROCESS`)]);
  expect(Math.min(...begun)).toBeGreaterThan(place('birth DOSSIER_FINISHED'));
  expect(Math.max(...begun)).toBeLessThan(Math.min(place('residence DOSSIER_FINISHED'), place('healthCard DOSSIER_FINISHED')));
  expect(events.at(-1)).toBe('BUNDLE_FINISHED');
});

test.each([
  { slow: 'residence', slowMinistry: 'residence' as const, quick: 'healthCard' },
  { slow: 'healthCard', slowMinistry: 'social-insurance' as const, quick: 'residence' },
])('$quick does not wait for $slow', async ({ slow, slowMinistry, quick }) => {
  const hub = await startFreshHub();
  hub.ministries.byName[slowMinistry].decide([{ contains: 'Trần Thong Thả', outcome: 'silent' }]);
  const filed = await hub.file(familyOf(4), { childName: 'Trần Thong Thả' });
  await hub.reached(filed['code'], quick, 'FINISHED');
  const { data } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { state dossiers { act status } } }', { code: filed['code'] });
  expect(data?.['bundleRun'].state).toBe('RUNNING');
  expect(data?.['bundleRun'].dossiers).toContainEqual({ act: slow, status: 'IN_PROCESS' });
});

test.each([
  { change: 'communes are merged and districts end', filed: '2025-06-30T01:00:00.000Z', later: '2025-07-01T01:01:00.000Z', latest: '2025-07-02T01:02:00.000Z' },
  { change: 'the next decree replaces the procedure', filed: '2026-08-31T01:00:00.000Z', later: '2026-09-01T01:01:00.000Z', latest: '2026-09-02T01:02:00.000Z' },
])('an application keeps the law that it was received under when $change in the middle of it', async ({ filed: now, later, latest }) => {
  const hub = await startFreshHub({ now, paceMs: 86_400_000 }); // every ministry works a day on an order
  const filed = await hub.file(families.find(({ commune }) => commune === '30307') as YoungFamily); // Mỹ Hòa keeps its code
  await stepReached(hub, filed['code'], 'birth', 'WAITING');
  hub.clock.moveTo(later);
  await stepReached(hub, filed['code'], 'residence', 'WAITING');
  await stepReached(hub, filed['code'], 'healthCard', 'WAITING');
  hub.clock.moveTo(latest);
  const run = await hub.ended(filed['code']);
  expect(run['state']).toBe('FINISHED');
  expect(run['dossiers'].map(({ code }: { code: string }) => code)).toEqual(filed['bundleRun'].dossiers.map(({ code }: { code: string }) => code));
  expect(run['dueAt']).toBe(filed['bundleRun'].dueAt);
});

test('every call outward was announced before it left and has exactly one end', async () => {
  const hub = await startFreshHub();
  const filed = await hub.file(familyOf(5));
  await hub.ended(filed['code']);

  const calls = readCalls(hub);
  expect(calls.map(({ stages }) => stages)).toEqual(calls.map(() => ['asked', 'answered']));
  const received = Object.values(hub.ministries.byName).flatMap((ministry) => ministry.calls.map(({ operation }) => operation));
  expect(calls.map(({ operation }) => operation).sort()).toEqual(received.filter((operation) => operation !== 'ndxp.carry').sort()); // the gateway sees the calls that it carries once more
  expect(calls.every(({ purpose }) => purpose['procedure'] === '2.002621')).toBe(true);
  const orders = calls.filter(({ operation }) => ['civilStatus.receive', 'residence.register', 'socialInsurance.issueCard'].includes(operation));
  expect(orders.map(({ purpose }) => purpose['dossier'] ?? '').sort()).toEqual((filed['bundleRun'].dossiers as { code: string }[]).map(({ code }) => code).sort()); // each order in the name of its own dossier, agency and officer
  for (const { purpose } of orders) expect(purpose).toMatchObject({ unit: purpose['dossier']?.split('-')[0], officer: expect.stringMatching(/^(CB|CA|BH)-/) as string });
});

test('no number or name of a person stands in audit, events, history, ids, cursors or logs', async () => {
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, new Writable({ write: (chunk: Buffer, _, done) => void (logged.push(chunk.toString('utf8')), done()) }));
  const hub = await startFreshHub({ log });
  hub.ministries.byName.residence.script([{ match: { operation: 'residence.register' }, times: 1, do: 'html' }]);
  hub.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.poll' }, times: 1, do: 'shape' }]);
  const family = familyOf(6);
  const filed = await hub.file(family);
  const run = await hub.ended(filed['code']);

  const { data } = await hub.ask(
    'query ($code: String!) { bundleRun(code: $code) { id dossiers { id code } incidents { id detail } } events(after: "0", first: 100) { edges { cursor node { kind dossierCode bundleCode agencyCode } } pageInfo { endCursor } } dossiers(first: 10) { edges { cursor } } incidents(first: 10) { edges { cursor } } }',
    { code: filed['code'] },
  );
  const words = JSON.stringify(data).match(/[\w-]{16,}/g) ?? [];
  const opened = words.map((word) => Buffer.from(word, 'base64url').toString('utf8'));
  const tables = ['audit', 'event', 'incident', 'idempotency', 'dossier_history', 'dossier_counter', 'bundle_subject'].map((table) => JSON.stringify(readRows(hub, `SELECT * FROM ${table}`)));
  const personal = [family.mother, family.father, family.head].flatMap(({ personalId, fullName }) => [personalId, fullName, fullName.toLocaleUpperCase('vi')]).concat(run['child'].personalId as string, run['child'].fullName as string);
  expect(opened.length).toBeGreaterThan(10);
  expect(logged.length).toBeGreaterThan(0);
  for (const fact of personal) {
    for (const text of [JSON.stringify(data), filed['cursor'], ...opened, ...tables, ...logged]) expect(text).not.toContain(fact);
  }
});
