import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { boundaries } from '../../src/kit/boundary.ts';
import { birthChains, chains, confirmationChain } from './chains.ts';
import { expectWhole } from './facts.ts';
import type { Process } from './process.ts';
import { followThrough, insist, survive } from './survive.ts';
import { familyOf, openTown, type Told, type Town } from './town.ts';

// Ministries that do not deduplicate: that each did everything once is then the hub's own merit.
vi.setConfig({ testTimeout: 150_000, hookTimeout: 120_000 }); // every process here costs a second of a free core, and cores are not always free

const isLong = process.env['MATRICES'] === 'all';

let town: Town;
let hub: Process | undefined;
let nextFamily = 0;
beforeAll(async () => {
  town = await openTown({ DEDUPLICATE: 'no' });
  await town.start('ministries');
});
afterAll(() => town.close());

/** In the long set every place is a chain of its own too: a hub that dies once only. */
const all = isLong ? [...birthChains, ...birthChains.flatMap(({ title, places }) => places.map((place) => ({ title: `${title}, at ${place.boundary} of ${place.of ?? 'it'} alone`, places: [place] })))] : birthChains;

test.each(all)('a birth application whose hub is killed $title ends well: each act once and ordered once, no event lost or told twice', async (chain) => {
  await hub?.kill();
  const family = familyOf((nextFamily += 1));
  let told: readonly Told[] = [];
  let receipt: Record<string, string> = {};
  hub = await survive(town, chain, async () => {
    receipt = (await insist(() => town.file(family), ({ __typename }) => __typename === 'BundleAccepted')) as Record<string, string>;
    told = await followThrough(town, receipt['code'] ?? '', receipt['cursor'] ?? '');
  });
  const log = await expectWhole(town, receipt['code'] ?? '');
  expect(told).toEqual(log);
});

test(`a birth application whose hub is killed ${confirmationChain.title} is not lost either`, async () => {
  await hub?.kill();
  await town.tell('population', '/__script', [{ match: {}, do: 'reset' }]);
  const family = familyOf((nextFamily += 1));
  let code = '';
  hub = await survive(town, confirmationChain, async () => {
    ({ code = '' } = (await insist(() => town.file(family), ({ __typename }) => __typename === 'BundleAccepted')) as Record<string, string>);
  });
  await town.tell('population', '/__script', []);
  await expectWhole(town, code);
});

test.each([
  ['residence', 'registerResidence'],
  ['civil-status', 'registerBirth'],
  ['social-insurance', 'issueHealthCard'],
] as const)('a hub killed after %s acted and before its answer arrived asks what became of the order, and gives it no second time', async (ministry, act) => {
  await hub?.kill();
  hub = await town.start('hub');
  await town.tell(ministry, '/__script', [{ match: {}, times: 1, do: 'silent', after: true }]); // its first exchange is the order
  const { code } = (await insist(() => town.file(familyOf((nextFamily += 1))))) as { code: string };
  await insist(() => town.effects(code), (effects) => effects.includes(`${act} 1`));
  await hub.kill();
  hub = await town.start('hub');
  await expectWhole(town, code);
});

test('the chains pass every boundary that the code has, and the steps’ at every step', () => {
  const killed = new Set(chains.flatMap(({ places }) => places.map(({ boundary }) => boundary)));
  expect([...killed].sort()).toEqual([...boundaries].sort());
  const acts = ['birth', 'residence', 'healthCard'];
  for (const boundary of ['step.beforeOrder', 'step.lookedUp', 'step.answered', 'step.settled'] as const) {
    expect(new Set(birthChains.flatMap(({ places }) => places.flatMap((place) => (place.boundary === boundary ? place.of : [])))), boundary).toEqual(new Set(acts));
  }
});
