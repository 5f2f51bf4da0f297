import { afterAll, beforeAll, expect, vi } from 'vitest';
import type { Chain } from './chains.ts';
import { expectWhole } from './facts.ts';
import type { Process } from './process.ts';
import { followThrough, insist, survive } from './survive.ts';
import { familyOf, openTown, type Told, type Town } from './town.ts';

/** Births in a town whose hub is killed again and again. */
export interface Births {
  /** The town; it is there when tests begin. */
  readonly town: () => Town;
  /** Ends the hub that runs, and starts one that is killed nowhere. */
  readonly restart: () => Promise<Process>;
  /** Files an application until it is accepted; gives the receipt. */
  readonly file: () => Promise<{ readonly code: string; readonly cursor: string }>;
  /** Has an application survive a chain of kills; gives the receipt and what a follower was told. */
  readonly survive: (chain: Chain, follows?: boolean) => Promise<{ readonly code: string; readonly told: readonly Told[] }>;
}

/** Opens the town for the tests of a file. Its ministries do not deduplicate: that each did everything once is then the hub's own merit. */
export function openBirths(): Births {
  vi.setConfig({ testTimeout: 150_000, hookTimeout: 120_000 }); // every process here costs a second of a free core, and cores are not always free
  let town: Town;
  let hub: Process | undefined;
  let nextFamily = 0;
  beforeAll(async () => {
    town = await openTown({ DEDUPLICATE: 'no' });
    await town.start('ministries');
  });
  afterAll(() => town.close());

  const filed = async (family: ReturnType<typeof familyOf>) => (await insist(() => town.file(family), ({ __typename }) => __typename === 'BundleAccepted')) as { code: string; cursor: string };
  return {
    town: () => town,
    async restart() {
      await hub?.kill();
      return (hub = await town.start('hub'));
    },
    file: () => filed(familyOf((nextFamily += 1))),
    async survive(chain, follows = true) {
      await hub?.kill();
      const family = familyOf((nextFamily += 1));
      let told: readonly Told[] = [];
      let code = '';
      hub = await survive(town, chain, async () => {
        const receipt = await filed(family);
        code = receipt.code;
        if (follows) told = await followThrough(town, code, receipt.cursor);
      });
      return { code, told };
    },
  };
}

/** An application survives a chain of kills: each act done once and ordered once, and its follower heard what the log has. */
export async function expectToSurvive(births: Births, chain: Chain): Promise<void> {
  const { code, told } = await births.survive(chain);
  expect(told).toEqual(await expectWhole(births.town(), code));
}
