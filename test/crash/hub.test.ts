import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { boundaries } from '../../src/kit/boundary.ts';
import { expectWhole } from './facts.ts';
import type { Process } from './process.ts';
import { familyOf, openTown, type Town } from './town.ts';

let town: Town;
let hub: Process;
let nextFamily = 0;

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 }); // two minutes: every process here costs a second of a free core, and cores are not always free

beforeAll(async () => {
  town = await openTown();
  await town.start('ministries');
  hub = await town.start('hub');
});
afterAll(() => town.close());

/** The boundaries that a birth application passes; those of payments have a test of their own. */
const ofBirth = boundaries.filter((boundary) => !/^(payment|reconciliation|confirmation)\.|^step.lookedUp$/.test(boundary));

/** Each at its first passing, and two at later ones: after the birth, and in the midst of events. */
const places = [...ofBirth.map((boundary) => [boundary, 1] as const), ['step.answered', 3] as const, ['event.published', 12] as const];

test.each(places)('a hub killed at %s (passing %i) goes on after its restart: the run ends, one effect each, no event lost or told twice', async (boundary, passing) => {
  const family = familyOf((nextFamily += 1));
  await hub.stopAt({ boundary, passing });
  const filing = town.file(family).catch(() => undefined); // a hub that stands at a boundary may owe the answer
  const following = filing.then((receipt) => (receipt ? town.follow(receipt['code'], receipt['cursor']) : []));
  await hub.stands(boundary);
  await hub.kill();
  const before = await following;
  hub = await town.start('hub');
  const { __typename, code, cursor } = await town.file(family); // a caller who got no answer asks again under the same key
  expect(__typename).toBe('BundleAccepted');
  const receipt = await filing;
  if (receipt) expect(receipt).toMatchObject({ code, cursor });
  const after = await town.follow(code, before.at(-1)?.cursor ?? cursor);
  const log = await expectWhole(town, code);
  const [first] = [...before, ...after];
  expect([...before, ...after]).toEqual(log.slice(log.findIndex((one) => one.cursor === first?.cursor)));
  expect(log.findIndex((one) => one.cursor === first?.cursor)).toBe(1 + log.findIndex((one) => one.cursor === cursor));
});
