import { expect } from 'vitest';
import type { TestHub } from '../support/hub.ts';

/** What an officer does with incidents; answers are looked into by path. */
export type Tree = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

const FAILURE = '... on Failure { code vi: message en: message(lang: EN) issues { path code } }';
const INCIDENT = 'id cause detail(lang: EN) bundleCode act dossierCode system ownerAgency ownerRole openedAt ageSeconds resolvedAt resolvedBy note';
const LIST = `query ($filter: IncidentFilter) { incidents(first: 100, filter: $filter) { edges { node { ${INCIDENT} } } } }`;
const RETRY = `mutation ($input: RetryStepInput!) { retryStep(input: $input) { __typename ${FAILURE} ... on StepRetried { bundleRun { code state } } ... on RetryNotAllowed { state allowed } } }`;
const RETRY_ALL = `mutation ($input: RetryStepsInput!) { retrySteps(input: $input) { __typename ${FAILURE} ... on StepsRetried { woken until } } }`;
const RETRY_PAYMENT = `mutation ($input: RetryPaymentInput!) { retryPayment(input: $input) { __typename ${FAILURE} ... on DossierChanged { dossiers { status } } ... on RetryNotAllowed { state allowed } } }`;
const RESOLVE = `mutation ($input: ResolveIncidentInput!) { resolveIncident(input: $input) { __typename ${FAILURE} ... on IncidentResolved { incident { ${INCIDENT} } } ... on CauseStands { allowed } ... on IncidentOver { resolvedAt } } }`;

/** A step waits so long, milliseconds, after its third failure: an officer is sooner. */
export const LONG_WAIT_MS = 7_200_000;

/** A desk at one hub. */
export function openDesk(hub: () => TestHub) {
  let keys = 0;
  async function act(name: string, query: string, input: Tree, purpose?: string): Promise<Tree> {
    const { data, errors } = await hub().ask(query, { input: { idempotencyKey: `desk-${(keys += 1)}`, ...input } }, purpose);
    expect(errors).toBeUndefined();
    return data?.[name];
  }
  const desk = {
    retry: (input: Tree, purpose?: string) => act('retryStep', RETRY, input, purpose),
    retryAll: (input: Tree) => act('retrySteps', RETRY_ALL, input),
    retryPayment: (input: Tree) => act('retryPayment', RETRY_PAYMENT, input),
    resolve: (input: Tree, purpose?: string) => act('resolveIncident', RESOLVE, input, purpose),
    /** The incidents that fit, newest first. */
    async incidents(filter: Tree = {}): Promise<Tree[]> {
      const { data, errors } = await hub().ask(LIST, { filter });
      expect(errors).toBeUndefined();
      return data?.['incidents'].edges.map(({ node }: Tree) => node);
    },
    /** Waits until exactly so many incidents of an application are open; gives them. */
    async open(code: string, count = 1): Promise<Tree[]> {
      let found: Tree[] = [];
      await expect.poll(async () => (found = (await desk.incidents({ open: true })).filter((one) => one['bundleCode'] === code)).length, { interval: 10, timeout: 20_000 }).toBe(count); // milliseconds
      return found;
    },
  };
  return desk;
}
