import { expect, onTestFinished } from 'vitest';
import { startHub, type Setting, type TestHub } from '../support/hub.ts';
import { breachesOf } from './records.ts';

/** Starts a hub that closes with the test that runs now, and demands that no simulated ministry left its contract meanwhile. */
export async function startFreshHub(setting: Setting = {}): Promise<TestHub> {
  const hub = await startHub(setting);
  onTestFinished(async () => {
    const breaches = breachesOf(hub);
    await hub.close();
    expect(breaches).toEqual([]);
  });
  return hub;
}

/** Waits until the step of an application stands in the state: there is no news of it, so it is asked for again and again. */
export async function stepReached(hub: TestHub, code: string, act: string, state: string): Promise<void> {
  const QUERY = 'query ($code: String!) { bundleRun(code: $code) { steps { act state } } }';
  await expect
    .poll(async () => (await hub.ask(QUERY, { code })).data?.['bundleRun'].steps.find((step: { act: string }) => step.act === act)?.state, { interval: 5, timeout: 25_000 }) // milliseconds
    .toBe(state);
}

/** Supplements a dossier; gives the whole result. */
export async function supplement(hub: TestHub, code: string, corrections: unknown = null, key = `supplement-${code}`): Promise<Record<string, any>> { // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path
  const answer = await hub.ask(SUPPLEMENT, { input: { idempotencyKey: key, code, note: 'Đã bổ sung bản rõ nét', corrections } });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data['supplementDossier'];
}

/** Withdraws a dossier or a whole application; gives the whole result. */
export async function withdraw(hub: TestHub, code: string, key = `withdraw-${code}`): Promise<Record<string, any>> { // eslint-disable-line @typescript-eslint/no-explicit-any -- as above
  const answer = await hub.ask(WITHDRAW, { input: { idempotencyKey: key, code, reason: 'Gia đình chuyển nơi ở' } });
  if (!answer.data) throw new Error(JSON.stringify(answer.errors));
  return answer.data['withdrawDossier'];
}

const CHANGED = `__typename
  ... on DossierChanged { dossiers { code act status statusCode dueAt } }
  ... on Failure { code vi: message en: message(lang: EN) issues { path code vi: message en: message(lang: EN) expected(lang: EN) } }
  ... on TransitionNotAllowed { status allowed }`;

const SUPPLEMENT = `mutation ($input: SupplementDossierInput!) { supplementDossier(input: $input) { ${CHANGED} } }`;
const WITHDRAW = `mutation ($input: WithdrawDossierInput!) { withdrawDossier(input: $input) { ${CHANGED} } }`;
