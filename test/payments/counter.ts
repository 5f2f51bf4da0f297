import { expect } from 'vitest';
import { checkSumOf } from '../../src/systems/paygov/client.ts';
import { RECONCILE, proofHeaders, settings, signedFields } from '../../src/systems/paygov/contract.ts';
import { readRows } from '../bundles/records.ts';
import { storedDossier, storeDossiers } from '../graph/house.ts';
import type { TestHub } from '../support/hub.ts';

/** What a test does at the desk where fees are paid; answers are looked into by path. */
export type Tree = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any

const FAILURE = '... on Failure { code message(lang: EN) issues { path code expected(lang: EN) } } ... on TransitionNotAllowed { status allowed }';
const PAYMENT = 'transactionId amount paidAmount status payUrl requestedAt expiresAt paidAt refundedAt reason(lang: EN) source asOf';
const REQUEST = `mutation ($input: RequestPaymentInput!) { requestPayment(input: $input) { __typename ${FAILURE}
  ... on PaymentRequested { payment { ${PAYMENT} } dossier { status } } ... on LinkedDossier { bundleCode } ... on FeeChanged { amount told feeSource } ... on NothingToPay { fee paid } } }`;
const STANDING = `query ($code: String!) { dossier(code: $code) { status reason fee { amount paid outstanding source } payments { ${PAYMENT} } history { from to action actor note(lang: EN) } } }`;
const INCIDENTS = 'query { incidents(first: 100) { edges { node { cause dossierCode ownerAgency ownerRole system detail(lang: EN) resolvedAt } } } }';
const SUMS = 'asked { count amount } paid { count amount } refunded { count amount } outstanding { count amount }';
const STATISTICS = `query ($from: Date!, $to: Date!) { paymentStatistics(from: $from, to: $to) { total { ${SUMS} } days { day sums { ${SUMS} } reconciliation { agrees matched missingAtHub missingAtGateway amountDiffers paid refunded } } procedures { procedureCode procedure { name(lang: EN) } sums { ${SUMS} } } } }`;

/** A counter on one hub. */
export function openCounter(hub: TestHub) {
  let keys = 0;
  const nextKey = () => `counter-${(keys += 1)}`;
  const { paygov } = hub.ministries.byName;

  async function ask(query: string, variables?: Record<string, unknown>): Promise<Tree> {
    const { data, errors } = await hub.ask(query, variables);
    expect(errors).toBeUndefined();
    return data ?? {};
  }

  const counter = {
    ask,
    /** Puts dossiers of a procedure in process into the store; gives their codes. */
    async inProcess(numbers: readonly number[], facts: Parameters<typeof storedDossier>[1] = {}): Promise<string[]> {
      const dossiers = numbers.map((number) => storedDossier(number, { procedure: '1.004222', ...facts }));
      await storeDossiers(hub, dossiers);
      return dossiers.map(({ code }) => code);
    },
    async request(code: string, rest: Tree = {}): Promise<Tree> {
      return (await ask(REQUEST, { input: { idempotencyKey: nextKey(), code, ...rest } }))['requestPayment'];
    },
    /** Any other act at the desk, such as refuseDossier; gives its result. */
    async act(mutation: string, input: Tree): Promise<Tree> {
      const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
      return (await ask(`mutation ($input: ${type}!) { ${mutation}(input: $input) { __typename ${FAILURE} ... on DossierChanged { dossiers { status } } } }`, { input: { idempotencyKey: nextKey(), ...input } }))[mutation];
    },
    standing: async (code: string): Promise<Tree> => (await ask(STANDING, { code }))['dossier'],
    /** The payments of a dossier, by their status. */
    statuses: async (code: string): Promise<string[]> => (await counter.standing(code))['payments'].map((payment: Tree) => payment['status']),
    /** Waits until the dossier, or its payments, fit. */
    async until(code: string, wanted: Tree): Promise<Tree> {
      let standing: Tree = {};
      await expect.poll(async () => (standing = await counter.standing(code)), { interval: 5, timeout: 20_000 }).toMatchObject(wanted); // milliseconds
      return standing;
    },
    /** Presses a button of PayGov's page, as the payer's browser does; gives where it is sent. */
    async click(payUrl: string, action: 'pay' | 'cancel' = 'pay'): Promise<string> {
      const page = await fetch(payUrl);
      expect([page.status, (await page.text()).includes(`value="${action}"`)]).toEqual([200, true]);
      const sent = await fetch(payUrl, { method: 'POST', body: new URLSearchParams({ action }), redirect: 'manual' });
      expect(sent.status).toBe(303);
      return sent.headers.get('location') ?? '';
    },
    /** Everything PayGov did for a dossier: act, and how often it was ordered. */
    effects: (code: string): string[] => paygov.ledger().filter(({ subject }) => subject === code).map(({ act, received }) => `${act} ${received}`),
    /** Every fact that the log has of a dossier, in order. */
    news: (code: string): string[] => readRows<{ kind: string }>(hub, "SELECT kind FROM event WHERE dossier = ? AND kind NOT LIKE 'incident.%' ORDER BY id", code).map(({ kind }) => kind),
    /** The incidents of a dossier; of none, of the files. */
    async incidents(code: string | null): Promise<Tree[]> {
      const nodes: Tree[] = (await ask(INCIDENTS))['incidents'].edges.map((edge: Tree) => edge['node']);
      return nodes.filter((node) => node['dossierCode'] === code);
    },
    statistics: async (from: string, to = from): Promise<Tree> => (await ask(STATISTICS, { from, to }))['paymentStatistics'],
    /** Moves the clock to the morning of a day and waits until the file of the day before was compared. */
    async morningOf(day: string, compared: string): Promise<Tree> {
      const morning = `${day}T01:00:00.000Z`; // 08:00 in the zone of the law
      if (hub.clock.now() < morning) hub.clock.moveTo(morning);
      let sums: Tree = {};
      await expect.poll(async () => (sums = (await counter.statistics(compared))['days'][0] ?? {})['reconciliation'] ?? null, { interval: 10, timeout: 20_000 }).not.toBeNull(); // milliseconds
      return sums;
    },
    /** What PayGov's own file of a day says: lines of id, dossier, amount, status. */
    async file(day: string): Promise<{ id: string; dossier: string; amount: number; status: 'PAID' | 'REFUNDED' }[]> {
      const client_id = settings.CLIENT_ID.sandbox;
      const proof = checkSumOf(settings.KEY.sandbox, signedFields.reconciliation, { client_id, command: RECONCILE, date: day });
      const answer = await fetch(`${hub.ministries.urls.paygov}/reconciliation/${day}`, { headers: { [proofHeaders.clientId]: client_id, [proofHeaders.checkSum]: proof } });
      const lines = (await answer.text()).trimEnd().split('\n').slice(1, -1);
      return lines.map((line) => line.split(',')).map(([id = '', dossier = '', amount = '', status = '']) => ({ id, dossier, amount: Number(amount), status: status === '0' ? 'PAID' : 'REFUNDED' }));
    },
  };
  return counter;
}

/** What can be done at the counter. */
export type Counter = ReturnType<typeof openCounter>;
