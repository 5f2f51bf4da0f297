import { expect, test } from 'vitest';
import { addDays } from '../../src/kit/instant.ts';
import { spoilRows } from '../graph/house.ts';
import { openTill } from '../mocks/payments.ts';
import type { Town } from '../mocks/town.ts';
import type { Tree } from './counter.ts';
import { counter, daysLater, hub, nextMorning, paygov, today } from './house.ts';

/** A dossier that was asked to pay, and paid in the way that was ordered. */
async function paid(number: number, outcome?: 'paidUntold' | 'paidTwice' | 'amountDiffers'): Promise<string> {
  const [code = ''] = await counter.inProcess([number]);
  paygov().decide(outcome ? [{ contains: code, outcome }] : []);
  await counter.click((await counter.request(code))['payment'].payUrl);
  return code;
}

/** Asks for payments past the hub, as another desk of the province with the same account would. */
const beside = () => openTill({ byName: hub.ministries.byName, ask: async (_: string, method: string, path: string, body: unknown) => ({ body: (await (await fetch(`${hub.ministries.urls.paygov}${path}`, { method, body: JSON.stringify(body) })).json()) as Tree }) } as unknown as Town);

test('paid and never told: the file of the day tells, and the dossier goes on without anybody’s doing', async () => {
  const code = await paid(1, 'paidUntold');
  expect(await counter.standing(code)).toMatchObject({ status: 'PAYMENT_REQUESTED', payments: [{ status: 'PENDING' }] });
  expect(await nextMorning()).toMatchObject({ sums: { paid: { count: 1, amount: 10_000 }, outstanding: { count: 0 } }, reconciliation: { agrees: true, matched: 0, missingAtHub: 1, missingAtGateway: 0, amountDiffers: 0, paid: 10_000, refunded: 0 } });
  expect(await counter.standing(code)).toMatchObject({ status: 'IN_PROCESS', payments: [{ status: 'PAID', paidAmount: 10_000 }] });
});

test('a dossier paid twice, once at a shop: an incident with an owner, and the second payment goes back by itself', async () => {
  const code = await paid(2, 'paidTwice');
  await counter.until(code, { status: 'IN_PROCESS', payments: [{ status: 'PAID' }] });
  const day = await nextMorning();
  expect(day['reconciliation']).toMatchObject({ matched: 1, missingAtHub: 1, paid: 20_000, agrees: true });
  const { payments } = await counter.until(code, { status: 'IN_PROCESS', fee: { paid: 10_000, outstanding: 0 }, payments: [{ status: 'PAID' }, { status: 'REFUNDED', paidAmount: 10_000 }] });
  expect(payments[1].transactionId).toMatch(/^SHOP/);
  expect(counter.effects(code)).toEqual(['pay 1', 'pay 1', 'refund 1']);
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'DOUBLE_PAYMENT', ownerAgency: '000.17.23.H01', ownerRole: 'CASE_OFFICER', resolvedAt: expect.any(String) }]);
  expect(await nextMorning()).toMatchObject({ sums: { paid: { amount: 0 }, refunded: { count: 1, amount: 10_000 } }, reconciliation: { agrees: true, matched: 1, refunded: 10_000 } });
});

test('a fee paid at a shop under the dossier’s code counts as paid, and the hub’s own request ends', async () => {
  const [code = ''] = await counter.inProcess([3]);
  await counter.request(code);
  const till = beside();
  await till.create(71, { bill: { MaHoSo: code } });
  await till.click('PAYMENT0000000000071', 'pay');
  await nextMorning();
  await counter.until(code, { status: 'IN_PROCESS', fee: { paid: 10_000 }, payments: [{ status: 'EXPIRED' }, { transactionId: 'PAYMENT0000000000071', status: 'PAID' }] });
  expect(await counter.incidents(code)).toEqual([]);
});

test('money of a dossier that the hub does not have counts, agrees, and the operator hears of it', async () => {
  const till = beside();
  await till.create(72);
  await till.click('PAYMENT0000000000072', 'pay');
  expect(await nextMorning()).toMatchObject({ sums: { asked: { count: 0 }, paid: { count: 1, amount: 10_000 } }, reconciliation: { agrees: true, missingAtHub: 1 } });
  expect(await counter.incidents('000.00.01.H01-250303-0072')).toMatchObject([{ cause: 'PAYMENT_UNMATCHED', ownerAgency: 'H01', ownerRole: 'OPERATOR' }]);
  expect((await counter.statistics('2025-03-03', today))['procedures']).toMatchObject([{ procedureCode: null, procedure: null, sums: { paid: { count: 1 } } }, { procedureCode: '1.004222', procedure: { name: 'Permanent residence registration' } }]);
});

test('another amount than asked for is told apart, and agrees', async () => {
  const code = await paid(5, 'amountDiffers');
  await counter.until(code, { payments: [{ status: 'PAID' }] });
  expect(await nextMorning()).toMatchObject({ sums: { asked: { amount: 10_000 }, paid: { amount: 9_000 } }, reconciliation: { agrees: true, matched: 0, amountDiffers: 1, paid: 9_000 } });
});

test('a movement of the hub’s that PayGov’s file lacks is told to the operator, and the day does not agree', async () => {
  const code = await paid(6);
  await counter.until(code, { payments: [{ status: 'PAID' }] });
  const [{ transactionId }] = (await counter.standing(code))['payments'];
  spoilRows(hub, "INSERT INTO payment_movement (transaction_id, kind, dossier, procedure, amount, at, day, learnt, learnt_at) VALUES (?, 'REFUNDED', ?, '1.004222', 10000, ?, ?, 'QUERY', ?)", transactionId, code, `${today}T03:00:00.000Z`, today, `${today}T03:00:00.000Z`);
  expect(await nextMorning()).toMatchObject({ reconciliation: { agrees: false, matched: 1, missingAtGateway: 1, paid: 10_000, refunded: 0 } });
  expect(await counter.incidents(code)).toMatchObject([{ cause: 'PAYMENT_UNMATCHED', ownerRole: 'OPERATOR', resolvedAt: null }]);
});

test('a hub that was away for a week compares every day of it, each with its own file; while a file is missing an owner hears of it', async () => {
  const code = await paid(7, 'paidUntold');
  const first = daysLater(7);
  paygov().script([{ match: { operation: 'paygov.reconciliation' }, do: 'status', status: 503 }]);
  hub.clock.moveTo(`${today}T01:00:00.000Z`);
  await expect.poll(() => counter.incidents(null), { interval: 20, timeout: 20_000 }).toContainEqual(expect.objectContaining({ cause: 'MINISTRY_UNREACHABLE', ownerAgency: 'H01', resolvedAt: null, detail: expect.stringContaining('Reconciliation of') as string })); // milliseconds; who asks for the payment itself may have an incident of its own
  paygov().script([]);
  await hub.restart();
  const compared = async () => ((await counter.statistics(first, addDays(today, -1)))['days'] as Tree[]).filter((day) => day['reconciliation'] !== null).map((day) => day['day']);
  await expect.poll(compared, { interval: 20, timeout: 20_000 }).toEqual(Array.from({ length: 7 }, (_, index) => addDays(first, index))); // milliseconds
  expect(await counter.standing(code)).toMatchObject({ status: 'IN_PROCESS', payments: [{ status: 'PAID' }] });
  await expect.poll(async () => (await counter.incidents(null)).filter(({ resolvedAt }) => resolvedAt === null), { interval: 20, timeout: 20_000 }).toEqual([]); // milliseconds
});

test('a period that ends before it begins, or is longer than a year, is BAD_INPUT', async () => {
  for (const [from, to] of [['2025-03-04', '2025-03-03'], ['2024-01-01', '2025-01-01']]) {
    const { errors } = await hub.ask('query ($from: Date!, $to: Date!) { paymentStatistics(from: $from, to: $to) { total { paid { count } } } }', { from, to });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_INPUT', field: 'to' } }]);
  }
});
