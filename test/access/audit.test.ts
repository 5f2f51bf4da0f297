import { expect, test } from 'vitest';
import { auditTable, openAudit, type AuditedCall } from '../../src/access/audit.ts';
import { engine } from '../../src/access/viewer.ts';
import { movableClock, realTurn } from '../../src/kit/clock.ts';
import { createSeal } from '../../src/kit/seal.ts';
import type { Store } from '../../src/kit/store.ts';
import { openStore } from '../store/opened.ts';

const seal = createSeal(Buffer.alloc(32, 3));
const callOf = (requestId: string): AuditedCall => ({ requestId, system: 'population', operation: 'population.find', viewer: engine, purpose: { procedure: '2.002621' }, trace: { about: [], fields: [] } });

const endless = () => new Promise<void>(() => undefined);

async function openAuditOn(prepare: (store: Store) => Store = (store) => store, pause?: () => Promise<void>) {
  const { store } = await openStore();
  const audit = openAudit(prepare(store), movableClock('2025-03-03T01:00:00.000Z'), seal, pause);
  return { audit, written: async () => (await store.read().find(auditTable, { order: { id: 'ASC' } })).map(({ requestId }) => requestId) };
}

test('a line that was said to be written is there', async () => {
  const { audit, written } = await openAuditOn();
  await audit.write(callOf('a'), 'asked', '');
  expect(await written()).toEqual(['a']);
});

test('lines of one moment share a commit and keep their order', async () => {
  let commits = 0;
  const { audit, written } = await openAuditOn((store) => ({ ...store, transact: (work) => ((commits += 1), store.transact(work)) }));
  const names = Array.from({ length: 100 }, (_, number) => `call ${number}`);
  await Promise.all(names.map((name) => audit.write(callOf(name), 'asked', '')));
  expect(await written()).toEqual(names);
  expect(commits).toBe(1);
});

test('answers wait for one another while other calls are out, and not for the last; in the file stand all of them before anybody is told', async () => {
  let commits = 0;
  const { audit, written } = await openAuditOn((store) => ({ ...store, transact: (work) => ((commits += 1), store.transact(work)) }), endless);
  const calls = ['a', 'b', 'c', 'd'].map(callOf);
  await Promise.all(calls.map((call) => audit.write(call, 'asked', '')));
  expect(commits).toBe(1);
  const [first, ...rest] = calls.map((call) => async () => {
    await audit.write(call, 'answered', '200');
    return (await written()).length;
  });
  const early = [first, ...rest.slice(0, 2)].flatMap((write) => (write ? [write()] : []));
  await realTurn();
  expect([commits, (await written()).length]).toEqual([1, 4]); // they gather
  expect(await rest[2]?.()).toBe(8); // the last one out takes everybody along
  expect(await Promise.all(early)).toEqual([8, 8, 8]);
  expect(commits).toBe(2);
});

test('an answer waits no longer than the pause', async () => {
  const { audit, written } = await openAuditOn((store) => store, () => realTurn());
  const [a, b] = ['a', 'b'].map(callOf) as [AuditedCall, AuditedCall];
  await Promise.all([audit.write(a, 'asked', ''), audit.write(b, 'asked', '')]);
  await audit.write(a, 'answered', '200');
  expect(await written()).toEqual(['a', 'b', 'a']);
});

test('closing commits what gathers, and nothing gathers any more', async () => {
  const { audit, written } = await openAuditOn((store) => store, endless);
  const calls = ['a', 'b', 'c'].map(callOf);
  await Promise.all(calls.map((call) => audit.write(call, 'asked', '')));
  const [a, b] = calls;
  const gathering = a && audit.write(a, 'answered', '200');
  await audit.close();
  expect((await written()).length).toBe(4);
  await gathering;
  await (b && audit.write(b, 'answered', '200'));
  expect((await written()).length).toBe(5);
});

test('lines that come while others are being written are written next, none is lost', async () => {
  const { audit, written } = await openAuditOn();
  const writing: Promise<void>[] = [];
  for (let number = 0; number < 50; number += 1) {
    writing.push(audit.write(callOf(`call ${number}`), 'asked', ''));
    if (number % 7 === 0) await Promise.resolve();
  }
  await Promise.all(writing);
  expect((await written()).length).toBe(50);
});

test('where the store cannot write, everybody whose line it was is told, and the next line is tried anew', async () => {
  let dark = true;
  const { audit, written } = await openAuditOn((store) => ({ ...store, transact: (work) => (dark ? Promise.reject(new Error('the store cannot write')) : store.transact(work)) }));
  const told = await Promise.allSettled(['a', 'b'].map((name) => audit.write(callOf(name), 'asked', '')));
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  dark = false;
  await audit.write(callOf('c'), 'asked', '');
  expect(await written()).toEqual(['c']);
});
