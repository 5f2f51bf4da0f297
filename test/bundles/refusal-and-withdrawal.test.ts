import { expect, test } from 'vitest';
import { RUN, familyOf, type TestHub } from '../support/hub.ts';
import { startFreshHub, stepReached, withdraw } from './fresh-hub.ts';
import { WHOLE_BIRTH, countRows, effectNames } from './records.ts';

const DAY_MS = 86_400_000;

/** Withdrawn steps by act. */
async function stepsOf(hub: TestHub, code: string): Promise<Record<string, string>> {
  const { data } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { steps { act state } } }', { code });
  return Object.fromEntries(data?.['bundleRun'].steps.map(({ act, state }: { act: string; state: string }) => [act, state]));
}

test('when the birth is refused the others never begin, and the application ends with the reason', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Phạm Bị Từ Chối', outcome: 'refuse', reason: 'Giấy chứng sinh không hợp lệ' }]);
  const { code } = await hub.file(familyOf(20), { childName: 'Phạm Bị Từ Chối' });
  const run = await hub.ended(code);

  expect(run).toMatchObject({
    state: 'REFUSED',
    incidents: [], // nothing stands that somebody would have to finish
    steps: [{ act: 'birth', state: 'REFUSED' }, { act: 'residence', state: 'SKIPPED' }, { act: 'healthCard', state: 'SKIPPED' }],
    dossiers: [{ act: 'birth', status: 'STOPPED', statusCode: 8 }, { act: 'residence', status: 'NOT_ACCEPTED', statusCode: 3 }, { act: 'healthCard', status: 'NOT_ACCEPTED', statusCode: 3 }],
    results: { birth: null, residence: null, healthCard: null },
    child: null,
  });
  expect(run['dossiers'][0].reason).toContain('Giấy chứng sinh không hợp lệ');
  expect(run['dossiers'].every(({ finishedAt, reason }: { finishedAt: string | null; reason: string | null }) => finishedAt && reason)).toBe(true);
  expect(effectNames(hub, code)).toEqual([]);
  expect(hub.ministries.byName.residence.calls).toEqual([]);
  expect(hub.ministries.byName['social-insurance'].calls).toEqual([]);
});

test('after a refused birth a new application for the same child is taken, under a code of its own', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Phạm Làm Lại', outcome: 'refuse' }]);
  const first = await hub.file(familyOf(21), { childName: 'Phạm Làm Lại' });
  await hub.ended(first['code']);
  hub.ministries.byName['civil-status'].decide([]);
  const second = await hub.file(familyOf(21), { childName: 'Phạm Làm Lại', key: 'second' });
  expect(second).toMatchObject({ __typename: 'BundleAccepted' });
  expect(second['code']).not.toBe(first['code']);
  expect(await hub.ended(second['code'])).toMatchObject({ state: 'FINISHED' });
  expect(effectNames(hub, second['code'])).toEqual(WHOLE_BIRTH);
});

test('when the head of the household does not consent the birth stands, the card is issued, and an officer sees to the rest', async () => {
  const hub = await startFreshHub();
  const { code } = await hub.file(familyOf(22), {
    change(form) {
      form.residence.headConsents = false;
      return form;
    },
  });
  const run = await hub.ended(code);
  expect(run).toMatchObject({
    state: 'PARTLY_FINISHED',
    dossiers: [{ act: 'birth', status: 'FINISHED' }, { act: 'residence', status: 'STOPPED' }, { act: 'healthCard', status: 'FINISHED' }],
    results: { residence: null, birth: { source: 'CIVIL_STATUS' }, healthCard: { source: 'SOCIAL_INSURANCE' } },
  });
  expect(run['dossiers'][1].reason).toContain('Chủ hộ không đồng ý');
  expect(run['incidents']).toHaveLength(1);
  expect(run['incidents'][0]).toMatchObject({ cause: 'MINISTRY_REFUSED', act: 'residence', system: 'RESIDENCE', ownerRole: 'CASE_OFFICER', resolvedAt: null, ownerAgency: run['dossiers'][1].code.split('-')[0] });
  expect(run['incidents'][0].detail).toContain('Chủ hộ không đồng ý');
  expect(run['child'].healthCard.number).toBe(run['results'].healthCard.number);
  expect(effectNames(hub, code)).toEqual(['civil-status registerBirth', 'population registerNewborn', 'social-insurance issueHealthCard']);
});

test('when the card is refused birth and residence stand, with an incident that names cause and owner', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Phạm Không Thẻ', outcome: 'refuse', reason: 'Trẻ đã có thẻ ở tỉnh khác' }]);
  const { code } = await hub.file(familyOf(23), { childName: 'Phạm Không Thẻ' });
  const run = await hub.ended(code);
  expect(run).toMatchObject({
    state: 'PARTLY_FINISHED',
    dossiers: [{ act: 'birth', status: 'FINISHED' }, { act: 'residence', status: 'FINISHED' }, { act: 'healthCard', status: 'STOPPED' }],
    results: { healthCard: null },
  });
  expect(run['incidents']).toMatchObject([{ cause: 'MINISTRY_REFUSED', act: 'healthCard', system: 'SOCIAL_INSURANCE', ownerRole: 'CASE_OFFICER', ownerAgency: run['dossiers'][2].code.split('-')[0] }]);
  expect(run['incidents'][0].detail).toContain('Trẻ đã có thẻ ở tỉnh khác');
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH.filter((effect) => !effect.startsWith('social-insurance')));
});

test('an application that brought the birth stays the one for that child, whatever became of the rest', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Phạm Một Lần', outcome: 'refuse' }]);
  const { code } = await hub.file(familyOf(24), { childName: 'Phạm Một Lần' });
  await hub.ended(code);
  expect(await hub.file(familyOf(24), { childName: 'Phạm Một Lần', key: 'again' })).toMatchObject({ __typename: 'DuplicateApplication', existing: code });
});

test.each([
  { end: 'done', outcome: 'done' as const, status: 'FINISHED' },
  { end: 'refused', outcome: 'refuse' as const, status: 'STOPPED' },
])('an overdue part raises an incident at its due date, and the incident is over when the part is $end', async ({ outcome, status }) => {
  const hub = await startFreshHub({ paceMs: 3 * DAY_MS }); // every ministry works three days on an order
  hub.ministries.byName['civil-status'].decide([{ contains: 'Phạm Quá Hạn', outcome }]);
  const { code } = await hub.file(familyOf(25), { childName: 'Phạm Quá Hạn' });
  await stepReached(hub, code, 'birth', 'WAITING'); // the three days begin when the order has arrived
  hub.clock.moveTo('2025-03-03T10:00:00.000Z');
  await hub.happened(code, 'INCIDENT_OPENED');
  const STANDING = 'query ($code: String!) { bundleRun(code: $code) { dossiers { act status overdue } incidents { cause act ownerRole resolvedAt } } }';
  const late = (await hub.ask(STANDING, { code })).data?.['bundleRun'];
  expect(late.dossiers[0]).toEqual({ act: 'birth', status: 'IN_PROCESS', overdue: true });
  expect(late.incidents).toEqual([{ cause: 'OVERDUE', act: 'birth', ownerRole: 'CASE_OFFICER', resolvedAt: null }]);

  hub.clock.moveTo('2025-03-06T01:01:00.000Z');
  await hub.happened(code, 'INCIDENT_RESOLVED');
  const after = (await hub.ask(STANDING, { code })).data?.['bundleRun'];
  expect(after.dossiers[0]).toEqual({ act: 'birth', status, overdue: false });
  expect(after.incidents).toEqual([{ cause: 'OVERDUE', act: 'birth', ownerRole: 'CASE_OFFICER', resolvedAt: expect.any(String) as string }]);
});

test('an application withdrawn before anything was ordered ends at once, even while the population register is dark', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  const { code } = await hub.file(familyOf(30));
  const result = await withdraw(hub, code);
  expect(result).toMatchObject({ __typename: 'DossierChanged', dossiers: [{ statusCode: 7 }, { statusCode: 7 }, { statusCode: 7 }] });
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'WITHDRAWN', dossiers: [{ status: 'WITHDRAWN', reason: expect.stringContaining('Gia đình chuyển nơi ở') as string }, { status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }] });
  expect(effectNames(hub, code)).toEqual([]);
});

test('after a withdrawal a new application for the same child is taken', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName.population.script([{ match: {}, do: 'html' }]);
  const first = await hub.file(familyOf(31));
  await withdraw(hub, first['code']);
  await hub.ended(first['code']);
  hub.ministries.byName.population.script([]);
  const second = await hub.file(familyOf(31), { key: 'second' });
  expect(second).toMatchObject({ __typename: 'BundleAccepted' });
  expect(await hub.ended(second['code'])).toMatchObject({ state: 'FINISHED' });
});

test('withdrawn in the middle, what is done stays done and the open parts end', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName.residence.decide([{ contains: 'Võ Giữa Chừng', outcome: 'silent' }]);
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Võ Giữa Chừng', outcome: 'silent' }]);
  const { code } = await hub.file(familyOf(32), { childName: 'Võ Giữa Chừng' });
  await stepReached(hub, code, 'residence', 'WAITING');
  await stepReached(hub, code, 'healthCard', 'WAITING');
  const { dossiers } = await withdraw(hub, code) as { dossiers: { act: string; statusCode: number }[] };
  expect(dossiers.map(({ act, statusCode }) => `${act} ${statusCode}`).sort()).toEqual(['healthCard 7', 'residence 7']);
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'PARTLY_FINISHED', dossiers: [{ act: 'birth', status: 'FINISHED' }, { act: 'residence', status: 'WITHDRAWN' }, { act: 'healthCard', status: 'WITHDRAWN' }], incidents: [] });
  expect(run['results'].birth.personalId).toMatch(/^\d{12}$/);
});

test('what a ministry finishes after the withdrawal is heard of and raises an incident, because it stands', async () => {
  const hub = await startFreshHub({ paceMs: DAY_MS }); // every ministry works a day on an order
  const { code } = await hub.file(familyOf(33));
  await stepReached(hub, code, 'birth', 'WAITING');
  hub.clock.moveTo('2025-03-04T01:00:10.000Z');
  await stepReached(hub, code, 'residence', 'WAITING');
  await stepReached(hub, code, 'healthCard', 'WAITING');
  await withdraw(hub, code);
  expect(await hub.ended(code)).toMatchObject({ state: 'PARTLY_FINISHED' });
  expect(await stepsOf(hub, code)).toEqual({ birth: 'DONE', residence: 'WITHDRAWN', healthCard: 'WITHDRAWN' });

  hub.clock.moveTo('2025-03-05T01:01:00.000Z');
  await expect.poll(async () => (await hub.ask(RUN, { code })).data?.['bundleRun'].incidents.filter(({ cause }: { cause: string }) => cause === 'DONE_AFTER_WITHDRAWAL').length, { interval: 10, timeout: 25_000 }).toBe(2); // milliseconds
  const { data } = await hub.ask(RUN, { code });
  const run = data?.['bundleRun'];
  for (const act of ['residence', 'healthCard']) {
    const dossier = run.dossiers.find((one: { act: string }) => one.act === act);
    expect(dossier.status).toBe('WITHDRAWN');
    expect(run.incidents).toContainEqual(expect.objectContaining({ cause: 'DONE_AFTER_WITHDRAWAL', act, ownerRole: 'CASE_OFFICER', ownerAgency: dossier.code.split('-')[0], resolvedAt: null }));
  }
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  const { data: handedOut } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { act results { title(lang: EN) } } } }', { code });
  expect(handedOut?.['bundleRun'].dossiers).toContainEqual({ act: 'healthCard', results: [{ title: 'Health-insurance card' }] });
});

test('a part can be withdrawn alone: the others go on', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName.residence.decide([{ contains: 'Võ Một Phần', outcome: 'silent' }]);
  const filed = await hub.file(familyOf(34), { childName: 'Võ Một Phần' });
  const { code } = filed;
  await stepReached(hub, code, 'residence', 'WAITING');
  const residence = filed['bundleRun'].dossiers.find(({ act }: { act: string }) => act === 'residence');
  expect(await withdraw(hub, residence.code)).toMatchObject({ dossiers: [{ code: residence.code, status: 'WITHDRAWN', statusCode: 7 }] });
  expect(await hub.ended(code)).toMatchObject({ state: 'PARTLY_FINISHED', dossiers: [{ status: 'FINISHED' }, { status: 'WITHDRAWN' }, { status: 'FINISHED' }] });
});

test('when the birth is withdrawn the parts that need it end with it', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Võ Rút Khai Sinh', outcome: 'silent' }]);
  const filed = await hub.file(familyOf(35), { childName: 'Võ Rút Khai Sinh' });
  await stepReached(hub, filed['code'], 'birth', 'WAITING');
  await withdraw(hub, filed['bundleRun'].dossiers[0].code);
  expect(await hub.ended(filed['code'])).toMatchObject({ state: 'WITHDRAWN', steps: [{ state: 'WITHDRAWN' }, { state: 'SKIPPED' }, { state: 'SKIPPED' }], dossiers: [{ status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }] });
  expect(effectNames(hub, filed['code'])).toEqual([]);
});

test('an application that waits for a supplement can be withdrawn', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Võ Thôi Bổ Sung', outcome: 'supplement' }]);
  const { code } = await hub.file(familyOf(36), { childName: 'Võ Thôi Bổ Sung' });
  await hub.reached(code, 'birth', 'SUPPLEMENT_REQUESTED');
  await withdraw(hub, code);
  expect(await hub.ended(code)).toMatchObject({ state: 'WITHDRAWN' });
});

test('what is finished cannot be withdrawn, and the refusal names what is allowed', async () => {
  const hub = await startFreshHub();
  const { code } = await hub.file(familyOf(37));
  const run = await hub.ended(code);
  const before = countRows(hub);
  const allowed = { __typename: 'TransitionNotAllowed', code: 'TRANSITION_NOT_ALLOWED', status: 'FINISHED', allowed: ['returnResult'], vi: expect.stringContaining('returnResult') as string, en: expect.stringContaining('returnResult') as string };
  expect(await withdraw(hub, code)).toMatchObject(allowed);
  expect(await withdraw(hub, run['dossiers'][1].code)).toMatchObject(allowed);
  expect(countRows(hub)).toEqual(before);
});

test('nobody knows it: DossierNotFound', async () => {
  const hub = await startFreshHub();
  expect(await withdraw(hub, '000.00.00.H01-250303-9999')).toMatchObject({ __typename: 'DossierNotFound' });
});

test('a withdrawal sent again under its key gives the first answer', async () => {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Võ Hai Lần', outcome: 'silent' }]);
  const { code } = await hub.file(familyOf(38), { childName: 'Võ Hai Lần' });
  const [first, again] = await Promise.all([withdraw(hub, code), withdraw(hub, code)]);
  await hub.ended(code);
  const later = await withdraw(hub, code);
  expect(first).toMatchObject({ __typename: 'DossierChanged', dossiers: [{ status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }, { status: 'WITHDRAWN' }] });
  expect(again).toEqual(first);
  expect(later).toEqual(first);
});

test('an order that was lost and then withdrawn is looked for, and left alone when it never arrived', async () => {
  const hub = await startFreshHub({ patience: { retryMs: [60_000] } }); // a minute between tries: the order is not given again meanwhile
  hub.ministries.byName['civil-status'].script([{ match: { operation: 'civilStatus.receive' }, do: 'html' }]);
  const { code } = await hub.file(familyOf(39));
  await stepReached(hub, code, 'birth', 'ORDERING');
  await withdraw(hub, code);
  expect(await hub.ended(code)).toMatchObject({ state: 'WITHDRAWN', incidents: [] });
  await expect.poll(() => hub.ministries.byName['civil-status'].calls.some(({ operation }) => operation === 'civilStatus.poll'), { interval: 10, timeout: 25_000 }).toBe(true); // milliseconds
  expect(effectNames(hub, code)).toEqual([]);
});
