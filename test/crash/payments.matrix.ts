import { afterAll, beforeAll, expect, vi } from 'vitest';
import { demandedFor } from '../support/demanded.ts';
import { testDealt } from '../support/matrices.ts';
import { cancelChain, paymentChain, reconciliationChain } from './chains.ts';
import type { Process } from './process.ts';
import { insist, survive } from './survive.ts';
import { familyOf, openTown, type Town } from './town.ts';

type Loose = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests look into answers by path

vi.setConfig({ testTimeout: 150_000, hookTimeout: 120_000 }); // every process here costs a second of a free core, and cores are not always free

let town: Town;
let ministries: Process;
let hub: Process;
let nextFamily = 0;
beforeAll(async () => {
  town = await openTown({ DEDUPLICATE: 'no', RECONCILE_EVERY_MS: '500' });
  ministries = await town.start('ministries');
  hub = await town.start('hub');
});
afterAll(() => town.close());

const PROCEDURE = '1.004222'; // permanent residence, filed online: 10,000 đồng
const STANDING = 'query ($code: String!) { dossier(code: $code) { status fee { paid outstanding } payments { transactionId status payUrl paidAmount } history { to } } }';
const INCIDENTS = '{ incidents(first: 50, filter: { open: true }) { edges { node { cause dossierCode } } } }';

/** What is told of a mutation's result beside its failure. */
const RESULTS: Readonly<Record<string, string>> = { submitDossier: '... on DossierAccepted { dossier { code } }', requestPayment: '... on PaymentRequested { dossier { status } }' };

/** Does something at the desk: asks until the hub answers, under one key. */
async function act(mutation: string, key: string, input: Loose): Promise<Loose> {
  const query = `mutation ($input: ${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input!) { ${mutation}(input: $input) { __typename ${RESULTS[mutation] ?? '... on DossierChanged { dossiers { status } }'} ... on Failure { code message(lang: EN) } } }`;
  const result = await insist(async () => {
    const { data, errors } = await town.ask(query, { input: { idempotencyKey: key, ...input } });
    if (!data) throw new Error(JSON.stringify(errors));
    return data[mutation] as Loose;
  });
  expect(result['message']).toBeUndefined();
  return result;
}

/** A dossier in process, filed for the next family. */
async function inProcess(): Promise<string> {
  const { number, mother, commune } = familyOf((nextFamily += 1));
  const applicant = { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate };
  const filed = await act('submitDossier', `file-${number}`, { procedure: PROCEDURE, communeCode: commune, channel: 'ONLINE', applicant, papers: demandedFor(PROCEDURE) });
  const code = filed['dossier'].code as string;
  await act('acceptDossier', `accept-${code}`, { code });
  await act('assignDossier', `assign-${code}`, { code, assignee: `CA-${commune}-02` });
  return code;
}

/** Waits until the dossier stands so. */
async function until(code: string, isSo: (standing: Loose) => boolean): Promise<Loose> {
  return insist(async () => {
    const { data } = await town.ask(STANDING, { code });
    return data?.['dossier'] as Loose;
  }, isSo);
}

/** Asks for the fee, and waits for the page on which to pay. */
async function payUrlOf(code: string): Promise<string> {
  await act('requestPayment', `request-${code}`, { code });
  const { payments } = await until(code, (standing) => typeof standing['payments'][0]?.payUrl === 'string');
  return payments[0].payUrl as string;
}

const click = (payUrl: string) => insist(() => fetch(payUrl, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' }));
const effects = async (code: string) => (await town.ledger('paygov')).filter(({ subject }) => subject === code).map(({ act: what, received }) => `${what} ${received}`);

async function openIncidents(code: string): Promise<readonly string[]> {
  const { data } = await town.ask(INCIDENTS);
  return (data?.['incidents'].edges as { node: { cause: string; dossierCode: string | null } }[]).filter(({ node }) => node.dossierCode === code).map(({ node }) => node.cause);
}

testDealt(1)(`a fee whose hub is killed at every boundary, ${paymentChain.title}: asked for once, paid once, paid back once`, async () => {
  const code = await inProcess();
  await hub.kill();
  hub = await survive(town, paymentChain, async () => {
    await click(await payUrlOf(code));
    await until(code, ({ status }) => status === 'IN_PROCESS');
    await act('refuseDossier', `refuse-${code}`, { code, reason: 'Không đủ điều kiện' });
    await until(code, ({ payments }) => (payments as Loose[]).every(({ status }) => status === 'REFUNDED'));
  });
  expect(await effects(code)).toEqual(['pay 1', 'refund 1']);
  expect(await openIncidents(code)).toEqual([]);
  const { history, status } = await until(code, () => true);
  expect([status, (history as { to: string }[]).map(({ to }) => to)]).toEqual(['STOPPED', ['REGISTERED', 'ACCEPTED', 'IN_PROCESS', 'PAYMENT_REQUESTED', 'IN_PROCESS', 'STOPPED']]);
});

testDealt(0)(`a fee whose hub is killed while it is ${cancelChain.title} is paid by nobody`, async () => {
  const code = await inProcess();
  const payUrl = await payUrlOf(code);
  await hub.kill();
  hub = await survive(town, cancelChain, async () => {
    await act('cancelPayment', `cancel-${code}`, { code, reason: 'Công dân đã nộp tiền mặt' });
    await until(code, ({ payments }) => payments[0].status === 'CANCELLED');
  });
  expect(await (await fetch(payUrl)).text()).toContain('Đã hủy');
  expect(await effects(code)).toEqual([]);
});

testDealt(0)(`a hub killed while a fee, ${reconciliationChain.title}, is compared: what the file tells is written down once, and the second payment goes back once`, async () => {
  const code = await inProcess();
  await town.tell('paygov', '/__outcomes', [{ contains: code, outcome: 'paidTwice' }]);
  await click(await payUrlOf(code));
  await until(code, ({ status }) => status === 'IN_PROCESS');
  await hub.kill();
  town.nextDay();
  await ministries.kill();
  ministries = await town.start('ministries');
  hub = await survive(town, reconciliationChain, async () => {
    await until(code, ({ payments }) => (payments as Loose[]).length === 2 && (payments as Loose[]).some(({ status }) => status === 'REFUNDED'));
  });
  expect(await effects(code)).toEqual(['pay 1', 'pay 1', 'refund 1']);
  expect((await until(code, () => true))['fee']).toMatchObject({ paid: 10_000, outstanding: 0 });
  expect(await openIncidents(code)).toEqual([]);
});
