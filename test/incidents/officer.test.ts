import { afterAll, beforeAll, expect, test } from 'vitest';
import { stepReached, withdraw } from '../bundles/fresh-hub.ts';
import { breachesOf, effectNames, WHOLE_BIRTH } from '../bundles/records.ts';
import { hasty } from '../bundles/troubles.ts';
import { storedDossier, storeDossiers } from '../graph/house.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';
import { LONG_WAIT_MS, openDesk, type Tree } from './desk.ts';

// One hub for all: whoever failed three times waits two hours, so that only an officer brings it on.
let hub: TestHub;
const desk = openDesk(() => hub);
const retryMs = [5, 5, LONG_WAIT_MS];
beforeAll(async () => {
  hub = await startHub(hasty({ patience: { retryMs, triesToIncident: 3 }, payments: { retryMs, triesToIncident: 3, lookMs: 0 }, limits: { failuresToOpen: 1_000 } }));
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

/** Files an application whose residence is not registered, because the ministry answers with a reset. */
async function fileStuck(family: number): Promise<{ code: string; dossiers: Tree[]; incident: Tree }> {
  hub.ministries.byName.residence.script([{ match: { operation: 'residence.register' }, do: 'reset' }]);
  const { code, bundleRun } = await hub.file(familyOf(family));
  const [incident = {}] = await desk.open(code);
  hub.ministries.byName.residence.script([]);
  return { code, dossiers: bundleRun.dossiers, incident };
}

test('a step that waits between two tries is tried at once when an officer says so, and its incident closes', async () => {
  const { code, dossiers, incident } = await fileStuck(300);
  expect(incident).toMatchObject({ cause: 'MINISTRY_UNREACHABLE', act: 'residence', system: 'RESIDENCE', ownerAgency: dossiers[1]?.['agencyCode'], ownerRole: 'OPERATOR', resolvedAt: null, resolvedBy: null, note: null });
  expect(await desk.retry({ bundleCode: code, act: 'residence' }, 'procedure=2.002621; officer=CB-H01-07')).toMatchObject({ __typename: 'StepRetried', bundleRun: { code, state: 'RUNNING' } });
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', incidents: [{ resolvedAt: expect.any(String) as string }] });
  expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
  const { data } = await hub.ask('query ($code: String!) { dossier(code: $code) { history { action actor note(lang: EN) } } }', { code: dossiers[1]?.['code'] });
  expect(data?.['dossier'].history).toContainEqual({ action: 'retryStep', actor: 'CB-H01-07', note: 'The officer asked for another try at once.' });
});

test('the confirmation of the persons is tried at once too', async () => {
  hub.ministries.byName.population.script([{ match: {}, do: 'reset' }]);
  const { code } = await hub.file(familyOf(301));
  const [incident] = await desk.open(code);
  expect(incident).toMatchObject({ act: null, cause: 'MINISTRY_UNREACHABLE', system: 'POPULATION' });
  expect(await desk.retry({ bundleCode: code, act: 'birth' })).toMatchObject({ __typename: 'RetryNotAllowed', state: 'PLANNED', allowed: ['retryStep', 'withdrawDossier'] });
  hub.ministries.byName.population.script([]);
  expect(await desk.retry({ bundleCode: code })).toMatchObject({ __typename: 'StepRetried' });
  expect(await hub.ended(code)).toMatchObject({ state: 'FINISHED', peopleConfirmed: true, incidents: [{ resolvedAt: expect.any(String) as string }] });
  expect(await desk.retry({ bundleCode: code })).toMatchObject({ __typename: 'RetryNotAllowed', state: 'FINISHED', allowed: [] });
});

test('what cannot be tried again is named with what is allowed instead', async () => {
  const { code } = await fileStuck(302);
  await stepReached(hub, code, 'healthCard', 'DONE');
  expect(await desk.retry({ bundleCode: code, act: 'birth' })).toMatchObject({ __typename: 'RetryNotAllowed', state: 'DONE', allowed: [], en: 'The step has ended. Allowed now: –.' });
  expect(await desk.retry({ bundleCode: code })).toMatchObject({ __typename: 'RetryNotAllowed', state: 'RUNNING', allowed: ['retryStep'] });
  expect(await desk.retry({ bundleCode: code, act: 'marriage' })).toMatchObject({ __typename: 'StepNotFound', en: 'The application has no such act; it has birth, residence, healthCard.' });
  expect(await desk.retry({ bundleCode: '000.00.00.H01-250303-9999', act: 'birth' })).toMatchObject({ __typename: 'StepNotFound' });
  expect(await desk.retry({ bundleCode: code, act: 'residence', idempotencyKey: '' })).toMatchObject({ __typename: 'InvalidInput', issues: [{ path: 'idempotencyKey' }] });
  const once = { bundleCode: code, act: 'residence', idempotencyKey: 'twice' };
  expect(await desk.retry(once)).toMatchObject({ __typename: 'StepRetried' });
  await hub.ended(code);
  expect(await desk.retry(once)).toMatchObject({ __typename: 'StepRetried', bundleRun: { state: 'FINISHED' } });
  expect(await desk.retry({ ...once, act: 'birth' })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
});

test('an incident whose cause stands is not put aside: what helps is named, and with the cause it goes away', async () => {
  const { code, incident } = await fileStuck(303);
  const input = { incidentId: incident['id'], note: 'Đã gọi điện cho cơ quan.' };
  expect(await desk.resolve(input)).toMatchObject({ __typename: 'CauseStands', allowed: ['retryStep', 'retrySteps'], issues: [] });
  expect(await desk.open(code)).toMatchObject([{ id: incident['id'], resolvedAt: null }]);
  await desk.retry({ bundleCode: code, act: 'residence' });
  await hub.ended(code);
  expect(await desk.resolve(input)).toMatchObject({ __typename: 'IncidentOver', resolvedAt: expect.any(String) as string });
});

test('what only a person can say is seen to is resolved by hand, and who, when and why is kept', async () => {
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Ngô Từ Chối', outcome: 'refuse' }]);
  const { code } = await hub.file(familyOf(304), { childName: 'Ngô Từ Chối' });
  expect(await hub.ended(code)).toMatchObject({ state: 'PARTLY_FINISHED' });
  const [incident = {}] = await desk.open(code);
  expect(incident).toMatchObject({ cause: 'MINISTRY_REFUSED', act: 'healthCard', ownerRole: 'CASE_OFFICER' });
  const input = { incidentId: incident['id'], note: '  Gia đình đã nộp lại hồ sơ thẻ tại quầy.  ', idempotencyKey: 'resolved once' };
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 90_000).toISOString());
  const { __typename, incident: resolved } = await desk.resolve(input, 'procedure=2.002621; officer=CB-H01-09');
  expect([__typename, resolved]).toMatchObject(['IncidentResolved', { id: incident['id'], resolvedBy: 'CB-H01-09', note: 'Gia đình đã nộp lại hồ sơ thẻ tại quầy.', resolvedAt: expect.any(String) as string }]);
  expect(resolved.ageSeconds).toBe(Math.floor((Date.parse(resolved.resolvedAt) - Date.parse(resolved.openedAt)) / 1_000));
  expect(resolved.ageSeconds).toBeGreaterThanOrEqual(90);
  await hub.happened(code, 'INCIDENT_RESOLVED');
  expect(await desk.resolve(input)).toMatchObject({ __typename: 'IncidentResolved', incident: { resolvedAt: resolved.resolvedAt } });
  expect(await desk.resolve({ ...input, idempotencyKey: 'resolved twice' })).toMatchObject({ __typename: 'IncidentOver' });
});

test.each([
  { input: { incidentId: '0', note: 'x' }, answer: { __typename: 'IncidentNotFound' } },
  { input: { incidentId: 'abc', note: 'x' }, answer: { __typename: 'IncidentNotFound' } },
  { input: { incidentId: '99999999999999999999', note: 'x' }, answer: { __typename: 'IncidentNotFound' } },
  { input: { incidentId: '1', note: '   ' }, answer: { __typename: 'InvalidInput', issues: [{ path: 'note', code: 'REQUIRED' }] } },
  { input: { incidentId: '1', note: 'x'.repeat(1_001) }, answer: { __typename: 'InvalidInput', issues: [{ path: 'note', code: 'OUT_OF_RANGE' }] } },
])('resolving is refused by name: $answer', async ({ input, answer }) => {
  expect(await desk.resolve(input)).toMatchObject(answer);
});

test('an overdue part cannot be put aside while it is overdue; when it is withdrawn its incidents close with it', async () => {
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Ngô Im Lặng', outcome: 'silent' }]);
  const { code, bundleRun } = await hub.file(familyOf(305), { childName: 'Ngô Im Lặng' });
  await stepReached(hub, code, 'healthCard', 'WAITING');
  await stepReached(hub, code, 'residence', 'DONE');
  hub.clock.moveTo('2025-03-05T10:00:00.000Z');
  const [incident = {}] = await desk.open(code);
  expect(incident).toMatchObject({ cause: 'OVERDUE', act: 'healthCard' });
  expect(await desk.resolve({ incidentId: incident['id'], note: 'Cơ quan hẹn trả sau.' })).toMatchObject({ __typename: 'CauseStands', allowed: ['retryStep', 'withdrawDossier'] });
  await withdraw(hub, bundleRun.dossiers[2].code as string);
  expect(await desk.open(code, 0)).toEqual([]);
});

test('what became of an order after the withdrawal is asked until somebody says, and after failures in a row somebody owns that', async () => {
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Ngô Rút Lại', outcome: 'silent' }]);
  const { code, bundleRun } = await hub.file(familyOf(306), { childName: 'Ngô Rút Lại' });
  await stepReached(hub, code, 'healthCard', 'WAITING');
  await stepReached(hub, code, 'residence', 'DONE');
  hub.ministries.byName['social-insurance'].script([{ match: {}, do: 'html' }]);
  await withdraw(hub, bundleRun.dossiers[2].code as string);
  const [incident = {}] = await desk.open(code);
  expect(incident).toMatchObject({ cause: 'MINISTRY_BAD_ANSWER', act: 'healthCard', system: 'SOCIAL_INSURANCE' });
  expect(await desk.resolve({ incidentId: incident['id'], note: 'x' })).toMatchObject({ __typename: 'CauseStands' });
  hub.ministries.byName['social-insurance'].script([]);
  expect(await desk.retry({ bundleCode: code, act: 'healthCard' })).toMatchObject({ __typename: 'StepRetried' });
  expect(await desk.open(code, 0)).toEqual([]);
});

/** Puts a dossier in process into the store and asks for its fee. */
async function askForFee(number: number): Promise<string> {
  const dossier = storedDossier(number, { procedure: '1.004222' });
  await storeDossiers(hub, [dossier]);
  const { data, errors } = await hub.ask('mutation ($input: RequestPaymentInput!) { requestPayment(input: $input) { __typename } }', { input: { idempotencyKey: `fee-${number}`, code: dossier.code } });
  expect([errors, data?.['requestPayment']]).toEqual([undefined, { __typename: 'PaymentRequested' }]);
  return dossier.code;
}

const incidentsOf = async (code: string, open = true) => (await desk.incidents({ system: 'PAYGOV', open })).filter((one) => one['dossierCode'] === code);
const paymentsOf = async (code: string) => (await hub.ask('query ($code: String!) { dossier(code: $code) { status payments { status payUrl } } }', { code })).data?.['dossier'] as Tree;

test('a payment that PayGov does not answer about is tried at once when an officer says so', async () => {
  hub.ministries.byName.paygov.script([{ match: {}, do: 'reset' }]);
  const code = await askForFee(801);
  await expect.poll(() => incidentsOf(code), { interval: 10, timeout: 20_000 }).toMatchObject([{ cause: 'MINISTRY_UNREACHABLE', act: 'requestPayment', ownerRole: 'OPERATOR' }]); // milliseconds
  const [incident = {}] = await incidentsOf(code);
  expect(await desk.resolve({ incidentId: incident['id'], note: 'x' })).toMatchObject({ __typename: 'CauseStands', allowed: ['retryPayment', 'retrySteps'] });
  hub.ministries.byName.paygov.script([]);
  expect(await desk.retryPayment({ code })).toMatchObject({ __typename: 'DossierChanged', dossiers: [{ status: 'PAYMENT_REQUESTED' }] });
  await expect.poll(() => paymentsOf(code), { interval: 10, timeout: 20_000 }).toMatchObject({ payments: [{ status: 'PENDING', payUrl: expect.any(String) as string }] });
  expect(await incidentsOf(code)).toEqual([]);
  expect(await desk.retryPayment({ code: '000.17.23.H01-250301-9999' })).toMatchObject({ __typename: 'DossierNotFound' });
});

test('another amount than was asked for is the officer’s: not put aside while the dossier waits, over when it goes on', async () => {
  hub.ministries.byName.paygov.decide([{ contains: '0802', outcome: 'amountDiffers' }]);
  const code = await askForFee(802);
  const { payments } = await paymentsOf(code);
  await fetch(payments[0].payUrl as string, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
  await expect.poll(() => incidentsOf(code), { interval: 10, timeout: 20_000 }).toMatchObject([{ cause: 'AMOUNT_MISMATCH' }]); // milliseconds
  const [incident = {}] = await incidentsOf(code);
  expect(await desk.resolve({ incidentId: incident['id'], note: 'x' })).toMatchObject({ __typename: 'CauseStands', allowed: ['requestPayment', 'cancelPayment'] });
  const { data } = await hub.ask('mutation ($input: CancelPaymentInput!) { cancelPayment(input: $input) { __typename } }', { input: { idempotencyKey: 'let it be', code, reason: 'Chấp nhận số tiền đã nộp' } });
  expect(data?.['cancelPayment']).toEqual({ __typename: 'DossierChanged' });
  expect(await incidentsOf(code)).toEqual([]);
  expect(await desk.retryPayment({ code })).toMatchObject({ __typename: 'RetryNotAllowed', state: 'IN_PROCESS', allowed: ['requestPayment'] });
});
