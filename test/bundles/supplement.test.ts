import { expect, test } from 'vitest';
import { RUN, familyOf, type TestHub } from '../support/hub.ts';
import { startFreshHub, supplement } from './fresh-hub.ts';
import { WHOLE_BIRTH, countRows, effectNames, effectsOf } from './records.ts';

type Dossier = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path

async function dossierOf(hub: TestHub, code: string, act: string): Promise<Dossier> {
  const { data } = await hub.ask('query ($code: String!) { bundleRun(code: $code) { dossiers { code act status statusCode dueAt overdue reason(lang: EN) supplementUntil history { from to action actor note(lang: EN) } } } }', { code });
  return data?.['bundleRun'].dossiers.find((dossier: Dossier) => dossier['act'] === act);
}

/** A hub with an application of which the birth was sent back. */
async function startWithBirthSentBack(outcome: 'supplement' | 'supplementThenDone' = 'supplementThenDone', until?: string): Promise<{ hub: TestHub; code: string; birth: Dossier }> {
  const hub = await startFreshHub();
  hub.ministries.byName['civil-status'].decide([{ contains: 'Lê Thiếu Giấy', outcome, reason: 'Giấy chứng sinh bị mờ', ...(until && { until }) }]);
  const { code } = await hub.file(familyOf(10), { childName: 'Lê Thiếu Giấy' });
  await hub.reached(code, 'birth', 'SUPPLEMENT_REQUESTED');
  return { hub, code, birth: await dossierOf(hub, code, 'birth') };
}

test('a birth that is sent back waits for the citizen: status 5, the reason, seven working days, and nothing else begins', async () => {
  const { hub, code, birth } = await startWithBirthSentBack();
  expect(birth).toMatchObject({ statusCode: 5, reason: expect.stringContaining('Giấy chứng sinh bị mờ') as string, supplementUntil: '2025-03-12T10:00:00.000Z' });
  const { data } = await hub.ask(RUN, { code });
  expect(data?.['bundleRun']).toMatchObject({ state: 'RUNNING', steps: [{ act: 'birth', state: 'SUPPLEMENT' }, { act: 'residence', state: 'PLANNED' }, { act: 'healthCard', state: 'PLANNED' }] });
  expect(effectNames(hub, code)).toEqual([]);
});

test('while the citizen is waited for the clock stands: the agency is not late, however long it takes', async () => {
  const { hub, code, birth } = await startWithBirthSentBack();
  hub.clock.moveTo('2025-03-11T03:00:00.000Z');
  expect(birth['dueAt']).toBe('2025-03-03T10:00:00.000Z');
  expect(await dossierOf(hub, code, 'birth')).toMatchObject({ overdue: false, status: 'SUPPLEMENT_REQUESTED' });
  await supplement(hub, birth['code']);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
});

test('after the supplement the dossier goes 5, 2, 4, its due date is counted anew, and everything is done once', async () => {
  const { hub, code, birth } = await startWithBirthSentBack();
  hub.clock.moveTo('2025-03-05T03:00:00.000Z'); // two days later, Wednesday at ten
  const result = await supplement(hub, birth['code']);
  expect(result).toMatchObject({ __typename: 'DossierChanged', dossiers: [{ code: birth['code'], statusCode: 2, dueAt: '2025-03-05T10:00:00.000Z' }] });

  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', incidents: [] });
  const { history, dueAt, reason, supplementUntil } = await dossierOf(hub, code, 'birth');
  expect(history.map(({ to }: { to: string }) => to)).toEqual(['REGISTERED', 'ACCEPTED', 'IN_PROCESS', 'SUPPLEMENT_REQUESTED', 'ACCEPTED', 'IN_PROCESS', 'FINISHED']);
  expect(history[4]).toMatchObject({ actor: 'developer', note: expect.stringContaining('Đã bổ sung bản rõ nét') as string });
  expect({ dueAt, reason, supplementUntil }).toEqual({ dueAt: '2025-03-05T10:00:00.000Z', reason: null, supplementUntil: null });
  expect(run['steps'][0]).toMatchObject({ act: 'birth', dueAt: '2025-03-05T10:00:00.000Z' }); // what the engine warns by is the date that the citizen was told
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  expect(effectsOf(hub, code).find(({ act }) => act === 'registerBirth')?.received).toBe(2); // the same order twice, the effect once
});

test('the ministry’s own deadline for the supplement counts where it names one', async () => {
  const { birth } = await startWithBirthSentBack('supplementThenDone', '2025-03-06T10:00:00.000Z');
  expect(birth['supplementUntil']).toBe('2025-03-06T10:00:00.000Z');
});

test('a birth that is not supplemented in time is stopped, the others are refused, and the application ends', async () => {
  const { hub, code } = await startWithBirthSentBack();
  hub.clock.moveTo('2025-03-12T10:00:01.000Z');
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'REFUSED', dossiers: [{ act: 'birth', status: 'STOPPED' }, { act: 'residence', status: 'NOT_ACCEPTED' }, { act: 'healthCard', status: 'NOT_ACCEPTED' }] });
  expect(run['dossiers'][0].reason).toContain('time to supplement');
  expect(effectNames(hub, code)).toEqual([]);
  const late = await supplement(hub, run['dossiers'][0].code);
  expect(late).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'STOPPED', allowed: [] });
});

test('a second request for a supplement is a fault of the agency: an incident with an owner, and the citizen is not asked', async () => {
  const { hub, code, birth } = await startWithBirthSentBack('supplement');
  await supplement(hub, birth['code']);
  await hub.happened(code, 'INCIDENT_OPENED');
  const run: Dossier = (await hub.ask(RUN, { code })).data?.['bundleRun'];
  expect(run['incidents']).toHaveLength(1);
  expect(run['incidents'][0]).toMatchObject({ cause: 'SECOND_SUPPLEMENT', act: 'birth', system: 'CIVIL_STATUS', ownerRole: 'CASE_OFFICER', resolvedAt: null });
  expect(run['incidents'][0].ownerAgency).toBe(birth['code'].split('-')[0]);
  expect(await dossierOf(hub, code, 'birth')).toMatchObject({ status: 'IN_PROCESS' });
  expect(await supplement(hub, birth['code'], null, 'again')).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'IN_PROCESS', allowed: expect.arrayContaining(['withdraw']) as string[] });
});

/** A hub with an application of which the residence was sent back, because the head of the household had not consented. */
async function startWithResidenceSentBack(): Promise<{ hub: TestHub; code: string; residence: Dossier; form: any }> { // eslint-disable-line @typescript-eslint/no-explicit-any -- a form by path
  const hub = await startFreshHub();
  hub.ministries.byName.residence.decide([{ contains: 'Lê Chờ Chủ Hộ', outcome: 'supplementThenDone', reason: 'Chưa có ý kiến của chủ hộ' }]);
  let form: any; // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const { code } = await hub.file(familyOf(11), {
    childName: 'Lê Chờ Chủ Hộ',
    change(asked) {
      asked.residence.headConsents = false;
      return (form = asked);
    },
  });
  await hub.reached(code, 'residence', 'SUPPLEMENT_REQUESTED');
  return { hub, code, residence: await dossierOf(hub, code, 'residence'), form };
}

test('a residence that is sent back holds up neither birth nor card, and is done with the corrected consent', async () => {
  const { hub, code, residence, form } = await startWithResidenceSentBack();
  await hub.reached(code, 'healthCard', 'FINISHED');
  expect(await dossierOf(hub, code, 'birth')).toMatchObject({ status: 'FINISHED' });
  expect(residence['supplementUntil']).toBe('2025-03-12T10:00:00.000Z'); // the police name no deadline: seven working days

  hub.clock.moveTo('2025-03-06T03:00:00.000Z');
  expect(await supplement(hub, residence['code'], { residence: { ...form.residence, headConsents: true } })).toMatchObject({ __typename: 'DossierChanged' });
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', results: { residence: { communeCode: form.residence.address.communeCode } } });
  expect(run['steps'][1]).toMatchObject({ act: 'residence', dueAt: '2025-03-10T10:00:00.000Z' }); // two working days from Thursday
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
});

test('a supplement that does not mend it is refused by the ministry, and the birth stands', async () => {
  const { hub, code, residence } = await startWithResidenceSentBack();
  await supplement(hub, residence['code']); // nothing corrected: the head still does not consent
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'PARTLY_FINISHED', steps: [{ state: 'DONE' }, { state: 'REFUSED' }, { state: 'DONE' }] });
  expect(run['incidents']).toMatchObject([{ cause: 'MINISTRY_REFUSED', act: 'residence', ownerRole: 'CASE_OFFICER' }]);
});

test('a residence that is not supplemented in time is stopped alone: birth and card stand', async () => {
  const { hub, code } = await startWithResidenceSentBack();
  await hub.reached(code, 'healthCard', 'FINISHED');
  hub.clock.moveTo('2025-03-12T10:00:01.000Z');
  const run = await hub.ended(code);
  expect(run).toMatchObject({ state: 'PARTLY_FINISHED', dossiers: [{ status: 'FINISHED' }, { act: 'residence', status: 'STOPPED' }, { status: 'FINISHED' }] });
});

test.each([
  { wrong: 'an unknown facility', corrections: { healthCare: { facilityCode: '89999' } }, path: 'corrections.healthCare.facilityCode', code: 'UNKNOWN_CODE' },
  { wrong: 'a malformed facility', corrections: { healthCare: { facilityCode: 'AG1' } }, path: 'corrections.healthCare.facilityCode', code: 'MALFORMED' },
  {
    wrong: 'an impossible date',
    corrections: { birthNotice: { typeCode: 'GIAY_CHUNG_SINH', source: { register: { number: 'GCS-1', issuedOn: '2025-02-30', issuer: 'Bệnh viện' } } } },
    path: 'corrections.birthNotice.source.register.issuedOn',
    code: 'IMPOSSIBLE_DATE',
  },
])('a supplement with $wrong is turned away and changes nothing', async ({ corrections, path, code: issueCode }) => {
  const { hub, birth } = await startWithBirthSentBack();
  const before = countRows(hub);
  const result = await supplement(hub, birth['code'], corrections);
  expect(result).toMatchObject({ __typename: 'InvalidInput', issues: [{ path, code: issueCode, vi: expect.any(String) as string, en: expect.any(String) as string, expected: expect.stringMatching(/\S/) as string }] });
  expect(countRows(hub)).toEqual(before);
});

test('a supplement is judged by the law of the filing: communes that were merged meanwhile, and a child that has turned six', async () => {
  const hub = await startFreshHub({ now: '2025-06-30T01:00:00.000Z' });
  hub.ministries.byName['civil-status'].decide([{ contains: 'Lê Qua Tháng Bảy', outcome: 'supplementThenDone' }]);
  const { code } = await hub.file(familyOf(12), {
    childName: 'Lê Qua Tháng Bảy',
    change(form) {
      form.child.birthDate = '2019-07-01'; // six years old on the day of the supplement
      form.birthNotice.source.register.issuedOn = '2019-07-01';
      return form;
    },
  });
  await hub.reached(code, 'birth', 'SUPPLEMENT_REQUESTED');
  hub.clock.moveTo('2025-07-01T02:00:00.000Z');
  const { code: dossier } = await dossierOf(hub, code, 'birth');
  const paper = { typeCode: 'GIAY_CHUNG_SINH', source: { register: { number: 'GCS-2', issuedOn: '2025-07-01', issuer: 'Bệnh viện Sản Nhi An Giang (dữ liệu giả lập)' } } }; // issued on the day itself
  expect(await supplement(hub, dossier, { birthNotice: paper })).toMatchObject({ __typename: 'DossierChanged' });
  await hub.reached(code, 'birth', 'FINISHED');
});

test('a supplement for a dossier that nobody knows is DossierNotFound', async () => {
  const hub = await startFreshHub();
  expect(await supplement(hub, '000.00.00.H01-250303-9999')).toMatchObject({ __typename: 'DossierNotFound', code: 'DOSSIER_NOT_FOUND' });
});

test('a supplement sent twice under one key is taken once, and another under that key is refused', async () => {
  const { hub, code, birth } = await startWithBirthSentBack();
  const both = await Promise.all([supplement(hub, birth['code']), supplement(hub, birth['code'])]);
  expect(both.map(({ __typename }) => __typename)).toEqual(['DossierChanged', 'DossierChanged']);
  await hub.ended(code);
  const { history } = await dossierOf(hub, code, 'birth');
  expect(history.filter(({ action }: { action: string }) => action === 'accept')).toHaveLength(2); // at the filing, and once after the supplement
  expect(await supplement(hub, birth['code'], { healthCare: { facilityCode: '89002' } })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
});

test('a supplement that is lost on its way arrives in the end, whatever the ministry says of the first form meanwhile', async () => {
  const { hub, code, birth } = await startWithBirthSentBack();
  hub.ministries.byName.ndxp.script([{ match: { operation: 'ndxp.carry', contains: 'nhanHoSo' }, times: 2, do: 'reset' }]); // until it arrives the ministry still says "supplement"
  await supplement(hub, birth['code']);
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
});
