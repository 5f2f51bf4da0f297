import { copyFileSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { listenAtBoundaries, type Boundary } from '../../src/kit/boundary.ts';
import { counter, daysLater, hub, paygov, today } from './house.ts';

// A hub that is killed leaves its database as it stood at that moment, and nobody carries on. So here: at the boundary the
// database files are copied, whoever stands there or comes to another boundary is thrown out, and the next hub opens on the
// copy.
let number = 500;

const FILES = ['hub.sqlite', 'hub.sqlite-wal'];
const copyOf = (file: string) => join(hub.dataDir, `${file}.copy`);

/** Kills the hub at the passing of a boundary; resolves when it is dead. */
function killAt(boundary: Boundary, passing: number): Promise<void> {
  return new Promise((resolve) => {
    let passed = 0;
    listenAtBoundaries((name) => {
      if (name === boundary) passed += 1;
      if (passed < passing || name === 'event.published') return;
      if (name === boundary && passed === passing) {
        for (const file of FILES) if (existsSync(join(hub.dataDir, file))) copyFileSync(join(hub.dataDir, file), copyOf(file));
        resolve();
      }
      throw new Error('killed');
    });
  });
}

/** Puts the database back to the moment of the kill. */
function bringBack(): void {
  listenAtBoundaries(() => undefined);
  for (const file of [...FILES, 'hub.sqlite-shm']) rmSync(join(hub.dataDir, file), { force: true });
  for (const file of FILES) if (existsSync(copyOf(file))) copyFileSync(copyOf(file), join(hub.dataDir, file));
  for (const file of FILES) rmSync(copyOf(file), { force: true });
}

/** Carries a work out; when the hub is killed in its midst, once more after the restart, as somebody who got no answer does. */
async function survive(killed: Promise<void>, work: () => Promise<void>): Promise<void> {
  const died = killed.then(() => 'died' as const);
  const first = work().then(() => 'done' as const, () => died);
  if ((await Promise.race([first, died])) === 'done') throw new Error('The hub never came to the boundary.');
  await hub.restart(bringBack);
  await work();
}

test.each([
  ['payment.committed', 1],
  ['payment.beforeCall', 1], // the order
  ['payment.answered', 1],
  ['payment.heard', 1],
  ['payment.answered', 2], // the look after the callback
  ['payment.answered', 3], // the refund
  ['payment.settled', 3],
] as const)('a hub killed at %s (passing %i): asked for once, paid once, paid back once', async (boundary, passing) => {
  const [code = ''] = await counter.inProcess([(number += 1)]);
  await survive(killAt(boundary, passing), async () => {
    await counter.request(code, { idempotencyKey: `request ${code}` });
    let payUrl: string | null = null;
    await expect.poll(async () => {
      const { payments } = await counter.standing(code);
      payUrl = payments[0].payUrl as string | null;
      return payments[0].status === 'PENDING' && payUrl === null; // PayGov has not been asked yet, or is asked once more
    }, { interval: 5, timeout: 20_000 }).toBe(false); // milliseconds
    if (payUrl !== null) await fetch(payUrl, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
    await counter.until(code, { payments: [{ paidAmount: 10_000 }] });
    await counter.act('refuseDossier', { idempotencyKey: `refuse ${code}`, code, reason: 'Không đủ điều kiện' });
    await counter.until(code, { status: 'STOPPED', payments: [{ status: 'REFUNDED', paidAmount: 10_000 }] });
  });
  expect(counter.effects(code)).toEqual(['pay 1', 'refund 1']);
  expect((await counter.standing(code))['history'].map((change: { to: string }) => change.to)).toEqual(['PAYMENT_REQUESTED', 'IN_PROCESS', 'STOPPED']);
  expect(await counter.incidents(code)).toEqual([]);
});

test.each(['reconciliation.read', 'reconciliation.settled'] as const)('a hub killed at %s: what the file tells is written down once', async (boundary) => {
  const [code = ''] = await counter.inProcess([(number += 1)]);
  paygov().decide([{ contains: code, outcome: 'paidTwice' }]);
  const over = daysLater(1);
  const { payment } = await counter.request(code);
  await counter.click(payment.payUrl);
  await counter.until(code, { status: 'IN_PROCESS' });
  await survive(killAt(boundary, 1), async () => {
    expect((await counter.morningOf(today, over))['reconciliation']).toMatchObject({ agrees: true, missingAtHub: 1 });
    await counter.until(code, { payments: [{ status: 'PAID' }, { status: 'REFUNDED' }] });
  });
  expect(counter.effects(code)).toEqual(['pay 1', 'pay 1', 'refund 1']);
});
