import { expect, test } from 'vitest';
import { transactionIdOf } from '../../src/systems/paygov/client.ts';
import { demandedFor } from '../support/demanded.ts';
import { familyOf } from '../support/hub.ts';
import { statementsDuring } from '../support/statements.ts';
import type { Tree } from './counter.ts';
import { counter, hub } from './house.ts';

/** Files permanent residence online and brings it into process. */
async function fileResidence(index: number): Promise<{ code: string; cursor: string }> {
  const { mother, commune } = familyOf(index);
  const applicant = { personalId: mother.personalId, fullName: mother.fullName, birthDate: mother.birthDate };
  const filed = (await counter.ask('mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { ... on DossierAccepted { cursor dossier { code } } } }', { input: { idempotencyKey: `paid-${index}`, procedure: '1.004222', communeCode: commune, channel: 'ONLINE', applicant, papers: demandedFor('1.004222') } }))['submitDossier'];
  const { code } = filed.dossier;
  await counter.act('acceptDossier', { code });
  await counter.act('assignDossier', { code, assignee: `CA-${commune}-02` });
  return { code, cursor: filed.cursor };
}

test('permanent residence filed online is paid end to end by a click on the real page: 10,000 đồng, 4 → 6 → 4, and every follower hears of it', async () => {
  const { code, cursor } = await fileResidence(0);
  const asked = await counter.request(code, { amount: 10_000 });
  expect(asked).toMatchObject({ __typename: 'PaymentRequested', dossier: { status: 'PAYMENT_REQUESTED' }, payment: { amount: 10_000, paidAmount: null, status: 'PENDING', source: 'PAYGOV' } });
  const { payUrl, expiresAt, requestedAt, transactionId } = asked['payment'];
  expect(Date.parse(expiresAt) - Date.parse(requestedAt)).toBeGreaterThan(19 * 60_000);
  expect(transactionId).toMatch(/^[A-Z2-7]{20}$/);
  expect([0, 1, 2].map((generation) => transactionIdOf(code, generation))).not.toContain(transactionId); // nobody makes it out of the dossier's code
  expect(await (await fetch(payUrl)).text()).toContain(familyOf(0).mother.fullName);
  expect(await counter.click(payUrl)).toBe(`${hub.hub.url}/?transaction_id=${transactionId}&status=0`);
  const paid = await counter.until(code, { status: 'IN_PROCESS' });
  expect(paid['fee']).toEqual({ amount: 10_000, paid: 10_000, outstanding: 0, source: 'TT 75/2022/TT-BTC' });
  expect(paid['payments']).toMatchObject([{ status: 'PAID', paidAmount: 10_000, payUrl: null, reason: null }]);
  expect(paid['history'].slice(-2)).toMatchObject([{ from: 'IN_PROCESS', to: 'PAYMENT_REQUESTED', actor: 'developer' }, { from: 'PAYMENT_REQUESTED', to: 'IN_PROCESS', actor: 'cashier', note: '10000 đồng were paid.' }]);
  expect(counter.effects(code)).toEqual(['pay 1']);
  const client = hub.socket();
  const kinds: string[] = [];
  for await (const { data } of client.iterate<{ dossier: { event: { kind: string } } }>({ query: 'subscription ($code: String!, $after: String) { dossier(code: $code, after: $after) { event { kind } dossier { payments { status } } } }', variables: { code, after: cursor } })) {
    kinds.push(data?.dossier.event.kind ?? '');
    if (kinds.filter((kind) => kind === 'DOSSIER_IN_PROCESS').length === 2) break;
  }
  await client.dispose();
  expect(kinds.slice(3)).toEqual(['DOSSIER_PAYMENT_REQUESTED', 'PAYMENT_REQUESTED', 'PAYMENT_PAID', 'DOSSIER_IN_PROCESS']);
  expect((await counter.act('finishDossier', { code, note: 'Đã đăng ký' }))['dossiers']).toEqual([{ status: 'FINISHED' }]);
});

test('an amount that is not the fee of the law is refused with the right one, and nothing is asked for', async () => {
  const [code = ''] = await counter.inProcess([2]);
  expect(await counter.request(code, { amount: 20_000 })).toMatchObject({ __typename: 'FeeChanged', code: 'FEE_CHANGED', amount: 10_000, told: 20_000, feeSource: 'TT 75/2022/TT-BTC', issues: [{ path: 'amount', expected: '10000' }] });
  expect(await counter.standing(code)).toMatchObject({ status: 'IN_PROCESS', payments: [] });
});

test('the fee is that of the way of filing and of the day on which it was filed', async () => {
  const [counterCode = ''] = await counter.inProcess([3], { channel: 1 });
  expect((await counter.standing(counterCode))['fee']).toMatchObject({ amount: 20_000, outstanding: 20_000 });
  const [before = ''] = await counter.inProcess([4], { registeredAt: '2023-02-04T01:00:00.000Z' }); // the day before the fee was laid down
  expect(await counter.request(before)).toMatchObject({ __typename: 'NothingToPay', fee: 0 });
});

test('where the procedure is free, or all is paid, nothing is asked for', async () => {
  const [free = '', paid = ''] = [...(await counter.inProcess([5], { procedure: '1.001193' })), ...(await counter.inProcess([6]))];
  expect(await counter.request(free)).toMatchObject({ __typename: 'NothingToPay', fee: 0, paid: 0 });
  await counter.click((await counter.request(paid))['payment'].payUrl);
  await counter.until(paid, { status: 'IN_PROCESS' });
  expect(await counter.request(paid)).toMatchObject({ __typename: 'NothingToPay', code: 'NOTHING_TO_PAY', fee: 10_000, paid: 10_000 });
});

test.each([
  ['registered', 1, ['accept', 'refuse', 'withdraw']],
  ['not accepted', 3, []],
  ['withdrawn', 7, []],
  ['finished', 9, ['returnResult']],
  ['returned', 10, []],
])('a dossier that is %s takes no request for payment, and the answer says what is allowed', async (_, statusCode, allowed) => {
  const [code = ''] = await counter.inProcess([10 + statusCode], { statusCode });
  expect(await counter.request(code)).toMatchObject({ __typename: 'TransitionNotAllowed', allowed });
  expect((await counter.standing(code))['payments']).toEqual([]);
});

test('an unknown dossier is not found; one of a linked application is left to the engine', async () => {
  const [linked = ''] = await counter.inProcess([30], { run: '000.00.00.H01-250301-0001', act: 'residence' });
  expect(await counter.request('000.17.23.H01-250301-9999')).toMatchObject({ __typename: 'DossierNotFound' });
  expect(await counter.request(linked)).toMatchObject({ __typename: 'LinkedDossier', bundleCode: '000.00.00.H01-250301-0001' });
  expect((await counter.standing(linked))['fee']).toBeNull();
});

test('two officers who ask at once get the same payment, and PayGov is asked once', async () => {
  const [code = ''] = await counter.inProcess([31]);
  const asked = await Promise.all([counter.request(code), counter.request(code), counter.request(code)]);
  const ids = asked.map((one: Tree) => one['payment'].transactionId);
  expect(new Set(ids).size).toBe(1);
  expect(asked.every((one: Tree) => one['payment'].payUrl.endsWith(ids[0]))).toBe(true);
  expect((await counter.standing(code))['history'].filter((change: Tree) => change['action'] === 'requestPayment')).toHaveLength(1);
});

test('the same key gives the first answer, also after that request ran out; another amount under it is refused', async () => {
  const [code = ''] = await counter.inProcess([32]);
  const idempotencyKey = 'the-same';
  const first = await counter.request(code, { idempotencyKey });
  await counter.click(first['payment'].payUrl, 'cancel');
  await counter.until(code, { payments: [{ status: 'CANCELLED' }] });
  expect(await counter.request(code, { idempotencyKey })).toMatchObject({ payment: { transactionId: first['payment'].transactionId, status: 'CANCELLED' } });
  expect(await counter.request(code, { idempotencyKey, amount: 10_000 })).toMatchObject({ __typename: 'IdempotencyKeyReused' });
});

test('a payer who cancels leaves the dossier where it is, and the next request can be paid', async () => {
  const [code = ''] = await counter.inProcess([33]);
  await counter.click((await counter.request(code))['payment'].payUrl, 'cancel');
  expect(await counter.until(code, { payments: [{ status: 'CANCELLED' }] })).toMatchObject({ status: 'PAYMENT_REQUESTED', fee: { outstanding: 10_000 } });
  await counter.click((await counter.request(code, { amount: 10_000 }))['payment'].payUrl);
  await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'CANCELLED' }, { status: 'PAID' }] });
});

test('a request runs out after twenty minutes without anybody’s doing; asked for anew it is another payment, and is paid', async () => {
  const [code = ''] = await counter.inProcess([34]);
  const first = (await counter.request(code))['payment'];
  hub.clock.moveTo(new Date(Date.parse(first.expiresAt) + 1_500).toISOString()); // the hub asks a second after it is over
  expect(await counter.until(code, { payments: [{ status: 'EXPIRED', payUrl: null }] })).toMatchObject({ status: 'PAYMENT_REQUESTED' });
  const second = (await counter.request(code))['payment'];
  expect(second).toMatchObject({ status: 'PENDING', amount: 10_000 });
  await counter.click(second.payUrl);
  await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'EXPIRED' }, { status: 'PAID' }] });
  expect(counter.effects(code)).toEqual(['pay 1']);
});

test('an officer who takes the request back lets the dossier go on; the page is dead then, and there is no second way', async () => {
  const [code = ''] = await counter.inProcess([35]);
  const { payUrl } = (await counter.request(code))['payment'];
  expect(await counter.act('cancelPayment', { code, reason: 'Công dân đã nộp tiền mặt' })).toMatchObject({ __typename: 'DossierChanged', dossiers: [{ status: 'IN_PROCESS' }] });
  await counter.until(code, { payments: [{ status: 'CANCELLED', payUrl: null }] });
  expect(await (await fetch(payUrl)).text()).toContain('Đã hủy');
  expect(await counter.act('cancelPayment', { code, reason: 'Lần nữa' })).toMatchObject({ __typename: 'TransitionNotAllowed', status: 'IN_PROCESS' });
});

test('the days on which a dossier waits for its payment do not count: its due date moves, and says so', async () => {
  const { code } = await fileResidence(1);
  const due = async () => (await counter.ask('query ($code: String!) { dossier(code: $code) { dueAt due { explanation(lang: EN) } } }', { code }))['dossier'];
  expect(await due()).toMatchObject({ dueAt: '2025-03-12T10:00:00.000Z' }); // 7 working days after Monday 3 March
  await counter.request(code);
  hub.clock.moveTo('2025-03-05T03:00:00.000Z'); // Wednesday, 10:00 in the zone of the law
  await counter.until(code, { payments: [{ status: 'EXPIRED' }] });
  await counter.click((await counter.request(code))['payment'].payUrl);
  const { history } = await counter.until(code, { status: 'IN_PROCESS' });
  expect(history.at(-1)).toMatchObject({ note: '10000 đồng were paid. Due 14/03/2025 17:00.' });
  expect(await due()).toMatchObject({ dueAt: '2025-03-14T10:00:00.000Z' }); // the same 7 days after Wednesday 5 March
  expect(counter.news(code).slice(-2)).toEqual(['dossier.inProcess', 'dossier.dueDateChanged']);
});

test('a page of fifty dossiers reads all payments and fees in one statement', async () => {
  const codes = await counter.inProcess(Array.from({ length: 50 }, (_, index) => 100 + index), { assignee: 'CA-30280-09' });
  for (const code of codes.slice(0, 2)) await counter.request(code);
  const statements = await statementsDuring(async () => {
    const { dossiers } = await counter.ask('{ dossiers(first: 50, filter: { assignee: "CA-30280-09" }) { edges { node { code fee { outstanding paid } payments { amount status } } } } }');
    expect(dossiers.edges).toHaveLength(50);
    expect(dossiers.edges.filter((edge: Tree) => edge['node'].payments.length === 1)).toHaveLength(2);
  });
  expect(statements.filter((sql) => sql.includes('FROM "payment"') && !sql.includes('EXISTS'))).toHaveLength(1);
});
