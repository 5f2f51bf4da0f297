import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { realMs } from '../../src/kit/clock.ts';
import { expectWhole } from './facts.ts';
import type { Process } from './process.ts';
import { familyOf, openTown, type Town } from './town.ts';

let town: Town;
let ministries: Process;
let hub: Process;
let nextFamily = 0;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // two minutes: every process here costs a second of a free core, and cores are not always free

beforeAll(async () => {
  town = await openTown();
  ministries = await town.start('ministries');
  hub = await town.start('hub');
});
afterAll(() => town.close());

/** Files an application and waits until so many of its dossiers are in process. */
async function file(inProcess: number): Promise<string> {
  const { code, cursor } = await town.file(familyOf((nextFamily += 1)));
  await town.followUntil(code, cursor, (told) => told.filter(({ kind }) => kind === 'DOSSIER_IN_PROCESS').length === inProcess);
  return code;
}

test.each([
  ['the birth', 1],
  ['residence and card', 3],
])('ministries killed while they work on %s, and started again on their ports, finish: one effect each', async (_, inProcess) => {
  const code = await file(inProcess);
  await ministries.kill();
  ministries = await town.start('ministries');
  await expectWhole(town, code);
});

test('ministries that are killed before any order reaches them get it when they are back', async () => {
  await hub.stopAt({ boundary: 'step.beforeOrder', passing: 1 });
  const filing = town.file(familyOf((nextFamily += 1)));
  await hub.stands('step.beforeOrder');
  await Promise.all([ministries.kill(), hub.kill()]);
  await filing.catch(() => undefined);
  hub = await town.start('hub'); // alone: it asks at closed doors
  const { code } = await town.file(familyOf(nextFamily));
  ministries = await town.start('ministries');
  await expectWhole(town, code);
});

test('hub and ministries killed in the same moment, and started again in the other order, finish: one effect each', async () => {
  const code = await file(3);
  await Promise.all([ministries.kill(), hub.kill()]);
  ministries = await town.start('ministries');
  hub = await town.start('hub');
  await expectWhole(town, code);
});

test('a hub told to end does so in order within ten seconds, with a run under way and a subscriber at its door, and its successor finishes', async () => {
  await hub.kill();
  hub = await town.start('main');
  const { code, cursor } = await town.file(familyOf((nextFamily += 1)));
  const following = town.follow(code, cursor);
  await town.followUntil(code, cursor, (told) => told.some(({ kind }) => kind === 'DOSSIER_IN_PROCESS'));
  await expectToEnd();
  expect((await following).length).toBeGreaterThan(0);
  hub = await town.start('main');
  await expectWhole(town, code);
});

test('a hub told to end while a ministry keeps it waiting does so within ten seconds all the same', async () => {
  await town.tell('residence', '/__script', [{ match: {}, do: 'silent' }]);
  const code = await file(3);
  await expectToEnd();
  await town.tell('residence', '/__script', []);
  hub = await town.start('main');
  await expectWhole(town, code);
});

async function expectToEnd(): Promise<void> {
  const begun = realMs();
  expect(await hub.end()).toEqual([0, null]);
  expect(realMs() - begun).toBeLessThan(10_000);
}
