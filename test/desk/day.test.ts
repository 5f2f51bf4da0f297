import { afterAll, beforeAll, expect, test } from 'vitest';
import { effectsOfAll } from './effects.ts';
import { openCounter, type Counter, type Tree } from '../payments/counter.ts';
import { demandedFor } from '../support/demanded.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';

// One day at the desk: fifty applications of ten procedures, three supplements, two refusals, twenty payments, one callback
// that never comes. In the evening store, event log, PayGov's file and the ministries' ledgers must say the same.

/** Five applications of each; those with a fee have their first four paid online. */
const procedures = [
  { procedure: '1.001193', fee: 0 },
  { procedure: '1.000656', fee: 0 },
  { procedure: '2.000635', fee: 0 }, // its fee is paid at the counter today
  { procedure: '1.000894', fee: 0 },
  { procedure: '2.000815', fee: 0 }, // likewise
  { procedure: '1.004873', fee: 15_000 },
  { procedure: '1.004222', fee: 10_000 },
  { procedure: '1.004194', fee: 7_000 },
  { procedure: '1.001612', fee: 100_000 },
  { procedure: '3.000333', fee: 200_000 },
] as const;
const EACH = 5;
const PAID_EACH = 4;

/** What becomes of an application that does not simply end with its result in the citizen's hand, by its number on the list. */
const fates: Readonly<Record<number, 'refused at reception' | 'supplemented' | 'never supplemented' | 'refused after paying' | 'paid untold'>> = {
  0: 'refused at reception',
  5: 'supplemented',
  6: 'supplemented',
  10: 'never supplemented',
  30: 'paid untold',
  45: 'refused after paying',
};

interface Case {
  readonly number: number;
  readonly procedure: string;
  readonly code: string;
  /** What is paid online, whole đồng; 0 = nothing. */
  readonly fee: number;
  readonly fate: (typeof fates)[number] | undefined;
}

const TODAY = '2025-03-03';
const TOMORROW = '2025-03-04';
/** The hub asks PayGov by itself after two minutes; one more than that. */
const LOOK_MS = 180_000;

let hub: TestHub;
let counter: Counter;
beforeAll(async () => {
  hub = await startHub();
  counter = openCounter(hub);
});
afterAll(() => hub.close());

const FILE = `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on DossierAccepted { dossier { code status } } ... on Failure { message(lang: EN) issues { path expected(lang: EN) } } } }`;

async function file(number: number): Promise<Case> {
  const { mother, commune } = familyOf(200 + number);
  const { procedure, fee } = procedures[Math.floor(number / EACH)] ?? procedures[0];
  const applicant = { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate };
  const { submitDossier: result } = await counter.ask(FILE, { input: { idempotencyKey: `day-${number}`, procedure, communeCode: commune, applicant, papers: demandedFor(procedure) } });
  expect(result).toMatchObject({ __typename: 'DossierAccepted', dossier: { status: 'REGISTERED' } });
  return { number, procedure, code: result.dossier.code, fee: number % EACH < PAID_EACH ? fee : 0, fate: fates[number] };
}

/** An act at the desk that must succeed. */
async function must(mutation: string, input: Tree): Promise<void> {
  expect(await counter.act(mutation, input), `${mutation} ${JSON.stringify(input)}`).toMatchObject({ __typename: 'DossierChanged' });
}

async function pay({ code, fee }: Case): Promise<void> {
  const result = await counter.request(code, { amount: fee });
  expect(result).toMatchObject({ __typename: 'PaymentRequested', payment: { amount: fee }, dossier: { status: 'PAYMENT_REQUESTED' } });
  await counter.click(result['payment'].payUrl as string);
}

const STANDING = 'query ($after: String) { dossiers(first: 100, after: $after) { edges { node { code status history { to } payments { status amount paidAmount } } } pageInfo { hasNextPage } } }';
const EVENTS = 'query ($after: String) { events(first: 100, after: $after) { edges { node { kind dossierCode statusCode } } pageInfo { hasNextPage endCursor } } }';

async function allEvents(): Promise<Tree[]> {
  const all: Tree[] = [];
  for (let after = '0'; ; ) {
    const { events } = await counter.ask(EVENTS, { after });
    all.push(...events.edges.map((edge: Tree) => edge['node'] as Tree));
    if (!events.pageInfo.hasNextPage) return all;
    after = events.pageInfo.endCursor as string;
  }
}

const count = <T>(all: readonly T[], nameOf: (one: T) => string): Record<string, number> => {
  const counted: Record<string, number> = {};
  for (const one of all) counted[nameOf(one)] = (counted[nameOf(one)] ?? 0) + 1;
  return counted;
};

test('a day at the desk: fifty applications, and in the evening everybody has the same numbers', { timeout: 90_000 }, async () => { // milliseconds: some five hundred requests, three times what an idle machine takes
  // Morning: fifty applications come in.
  const cases: Case[] = [];
  for (let from = 0; from < EACH * procedures.length; from += 10) cases.push(...(await Promise.all(Array.from({ length: 10 }, (_, index) => file(from + index)))));
  expect(new Set(cases.map(({ code }) => code)).size).toBe(50);

  // Reception: one is refused, three are sent back for more, of which two come again.
  for (const { code, fate } of cases) {
    if (fate === 'refused at reception') await must('refuseDossier', { code, reason: 'Không thuộc thẩm quyền' });
    else await must('acceptDossier', { code, inPersonDone: true });
    if (fate?.endsWith('supplemented')) await must('requestSupplement', { code, what: 'Bản chụp không đọc được, đề nghị nộp lại' });
    if (fate === 'supplemented') await must('supplementDossier', { code, note: 'Đã nộp bản rõ nét' });
  }
  const going = cases.filter(({ fate }) => fate !== 'refused at reception' && fate !== 'never supplemented');
  for (const { code, number } of going) await must('assignDossier', { code, assignee: `CB-BAN-0${number % 3}` });

  // Noon: twenty fees are paid on PayGov's page; PayGov keeps one of them to itself.
  const paying = cases.filter(({ fee }) => fee > 0);
  expect(paying).toHaveLength(20);
  hub.ministries.byName.paygov.decide(paying.filter(({ fate }) => fate === 'paid untold').map(({ code }) => ({ contains: code, outcome: 'paidUntold' })));
  for (let from = 0; from < paying.length; from += 5) await Promise.all(paying.slice(from, from + 5).map(pay));
  const untold = paying.filter(({ fate }) => fate === 'paid untold');
  for (const { code } of paying.filter((one) => !untold.includes(one))) await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'PAID' }] });
  for (const { code } of untold) expect(await counter.standing(code)).toMatchObject({ status: 'PAYMENT_REQUESTED', payments: [{ status: 'PENDING' }] });
  hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + LOOK_MS).toISOString());
  for (const { code } of untold) await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'PAID' }] }); // nobody did anything

  // Afternoon: one that was paid is refused and gets its money back, the others are finished and handed over.
  for (const { code, fate } of going) {
    if (fate === 'refused after paying') {
      await must('refuseDossier', { code, reason: 'Không đủ điều kiện' });
      await counter.until(code, { status: 'STOPPED', payments: [{ status: 'REFUNDED' }] });
      continue;
    }
    await must('finishDossier', { code, note: 'Đã giải quyết', inPersonDone: true });
    await must('returnResult', { code, inPersonDone: true });
  }

  // Evening: the store, as a partner sees it …
  const { dossiers } = await counter.ask(STANDING);
  const nodes: Tree[] = dossiers.edges.map((edge: Tree) => edge['node'] as Tree);
  expect(dossiers.pageInfo.hasNextPage).toBe(false);
  expect(count(nodes, (node) => node['status'] as string)).toEqual({ RETURNED: 47, NOT_ACCEPTED: 1, STOPPED: 1, SUPPLEMENT_REQUESTED: 1 });

  // … the event log: the last fact of each dossier is where it stands, and no change is missing or told twice …
  const events = await allEvents();
  const told = events.filter(({ kind, dossierCode }) => dossierCode !== null && (kind as string).startsWith('DOSSIER_'));
  const last = new Map(told.map(({ dossierCode, kind }) => [dossierCode as string, (kind as string).replace('DOSSIER_', '')]));
  expect(Object.fromEntries(nodes.map(({ code, status }) => [code as string, status as string]))).toEqual(Object.fromEntries(last));
  expect(told).toHaveLength(nodes.flatMap(({ history }) => (history as Tree[]).filter(({ to }, at, all) => at === 0 || all[at - 1]?.['to'] !== to)).length);
  expect(count(events, ({ kind }) => kind as string)).toMatchObject({
    DOSSIER_REGISTERED: 50,
    DOSSIER_ACCEPTED: 51, // 49 at reception and two that came back
    DOSSIER_SUPPLEMENT_REQUESTED: 3,
    DOSSIER_NOT_ACCEPTED: 1,
    DOSSIER_STOPPED: 1,
    DOSSIER_PAYMENT_REQUESTED: 20,
    DOSSIER_IN_PROCESS: 48 + 20, // assigned, and again when the fee came in
    DOSSIER_FINISHED: 47,
    DOSSIER_RETURNED: 47,
    PAYMENT_REQUESTED: 20,
    PAYMENT_PAID: 20,
    PAYMENT_REFUNDED: 1,
  });

  // … and the next morning PayGov's file: equal to the hub's statistics, to the đồng.
  const expected = { paid: { count: 20, amount: 4 * (15_000 + 10_000 + 7_000 + 100_000 + 200_000) }, refunded: { count: 1, amount: 200_000 }, outstanding: { count: 0, amount: 0 } };
  expect((await counter.statistics(TODAY))['total']).toMatchObject(expected);
  const compared = await counter.morningOf(TOMORROW, TODAY);
  expect(compared).toMatchObject({ day: TODAY, sums: expected, reconciliation: { agrees: true, matched: 21, missingAtHub: 0, missingAtGateway: 0, amountDiffers: 0, paid: expected.paid.amount, refunded: expected.refunded.amount } });
  const lines = await counter.file(TODAY);
  expect(count(lines, ({ dossier, status }) => `${dossier} ${status}`)).toEqual(Object.fromEntries([...paying.map(({ code }) => [`${code} PAID`, 1]), ...cases.filter(({ fate }) => fate === 'refused after paying').map(({ code }) => [`${code} REFUNDED`, 1])]));
  expect(Object.fromEntries((await counter.statistics(TODAY))['procedures'].map(({ procedureCode, sums }: Tree) => [procedureCode as string, sums.paid.amount as number]))).toEqual(
    Object.fromEntries(procedures.filter(({ fee }) => fee > 0).map(({ procedure, fee }) => [procedure, PAID_EACH * fee])),
  );

  // The ledgers: every payment once, one refund, and nothing at any ministry that nobody ordered.
  expect(effectsOfAll(hub)).toEqual({ ...Object.fromEntries(paying.map(({ code }) => [`paygov pay ${code}`, 1])), ...Object.fromEntries(cases.filter(({ fate }) => fate === 'refused after paying').map(({ code }) => [`paygov refund ${code}`, 1])) });
  expect(await counter.ask('{ incidents(first: 10) { edges { node { cause } } } }')).toEqual({ incidents: { edges: [] } });
  for (const ministry of Object.values(hub.ministries.byName)) expect(ministry.contractBreaches).toEqual([]);
});
