import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addDays } from '../../src/kit/instant.ts';
import { readRows } from '../bundles/records.ts';
import type { Tree } from './counter.ts';
import { counter, hub, nextMorning, paygov, today } from './house.ts';

/** How PayGov behaves about a dossier. */
const outcomes = [null, 'refuse', 'paidUntold', 'callbackForged', 'callbackDoubled', 'callbackFirst', 'amountDiffers', 'paidTwice'] as const;

/** What somebody does: officer, payer, time, or an operator who starts the hub anew. */
const acts = ['request', 'request', 'pay', 'pay', 'pay', 'cancel', 'takeBack', 'refuse', 'withdraw', 'expire', 'restart'] as const;

const script = fc.record({
  dossiers: fc.array(fc.constantFrom(...outcomes), { minLength: 1, maxLength: 3 }),
  steps: fc.array(fc.record({ of: fc.nat({ max: 2 }), act: fc.constantFrom(...acts) }), { minLength: 3, maxLength: 12 }),
});

/** Carries a step out as far as it is possible; what is not allowed changes nothing, and that is somebody else's test. */
async function carryOut(code: string, act: (typeof acts)[number]): Promise<void> {
  if (act === 'request') return void (await counter.request(code));
  if (act === 'takeBack') return void (await counter.act('cancelPayment', { code, reason: 'Nộp tiền mặt' }));
  if (act === 'refuse') return void (await counter.act('refuseDossier', { code, reason: 'Không đủ điều kiện' }));
  if (act === 'withdraw') return void (await counter.act('withdrawDossier', { code, reason: 'Chuyển nơi ở' }));
  if (act === 'restart') return hub.restart();
  if (act === 'expire') return hub.clock.moveTo(new Date(Date.parse(hub.clock.now()) + 21 * 60_000).toISOString()); // a minute more than PayGov waits
  const { payments } = await counter.standing(code);
  for (const { payUrl } of payments) if (payUrl) await fetch(payUrl, { method: 'POST', body: new URLSearchParams({ action: act }), redirect: 'manual' });
}

/** Waits until the hub has nothing more to do at PayGov. */
async function quiet(): Promise<void> {
  const tasks = () => readRows<{ count: number }>(hub, "SELECT count(*) AS count FROM payment WHERE task IN ('ORDER', 'CANCEL', 'REFUND') OR next_at <= ? OR owner IS NOT NULL", hub.clock.now())[0]?.count;
  await expect.poll(tasks, { interval: 10, timeout: 20_000 }).toBe(0); // milliseconds
}

test('whatever is asked, paid, cancelled, refunded, lost or run out: after reconciliation hub, PayGov’s file and PayGov’s ledger agree to the đồng', async () => {
  await counter.request((await counter.inProcess([999]))[0] ?? ''); // from the first payment on every day is compared, also those without any
  let number = 1_000;
  await fc.assert(
    fc.asyncProperty(script, async ({ dossiers, steps }) => {
      const codes = await counter.inProcess(dossiers.map(() => (number += 1)));
      paygov().decide(dossiers.flatMap((outcome, index) => (outcome ? [{ contains: codes[index] ?? '', outcome }] : [])));
      for (const { of, act } of steps) await carryOut(codes[of % codes.length] ?? '', act);
      const [first, second] = [today, addDays(today, 1)];
      await nextMorning(); // what the file of the first day tells may go back on the second
      await quiet();
      await nextMorning();
      await quiet();

      const lines = [...(await counter.file(first)), ...(await counter.file(second))];
      const sum = (status: string, of: readonly { status: string; amount: number }[] = lines) => of.filter((line) => line.status === status).reduce((total, { amount }) => total + amount, 0);
      const { total, days, procedures } = await counter.statistics(first, second);
      expect([total.paid.amount, total.refunded.amount, total.outstanding.count]).toEqual([sum('PAID'), sum('REFUNDED'), 0]);
      expect(days.every((day: Tree) => day['reconciliation'].agrees && day['reconciliation'].missingAtGateway === 0)).toBe(true);
      expect(procedures.reduce((all: number, { sums }: Tree) => all + sums.paid.amount - sums.refunded.amount, 0)).toBe(sum('PAID') - sum('REFUNDED'));

      const ledger = paygov().ledger().filter(({ subject }) => codes.includes(subject));
      expect(ledger.map(({ act, idempotencyKey }) => `${act} ${idempotencyKey}`).sort()).toEqual(lines.filter(({ dossier }) => codes.includes(dossier)).map(({ status, id }) => `${status === 'PAID' ? 'pay' : 'refund'} ${id}`).sort());
      expect(ledger.filter(({ act }) => act === 'refund').every(({ received }) => received === 1)).toBe(true);

      for (const [index, code] of codes.entries()) {
        const { status, fee, payments } = await counter.standing(code);
        const mine = lines.filter(({ dossier }) => dossier === code);
        expect(fee.paid).toBe(sum('PAID', mine) - sum('REFUNDED', mine));
        if (dossiers[index] !== 'amountDiffers') expect([0, 10_000]).toContain(fee.paid); // never twice, never a part
        if (status === 'STOPPED' || status === 'WITHDRAWN') expect(fee.paid).toBe(0);
        if (fee.paid === 10_000) expect(status).toBe('IN_PROCESS');
        expect(payments.filter((payment: Tree) => payment['status'] === 'PENDING')).toEqual([]);
      }
    }),
    { numRuns: 6, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false }, // 15 seconds: on a busy machine fewer scripts, never a red test
  );
});
