import { expect } from 'vitest';
import type { Told, Town } from './town.ts';

const PART = ['DOSSIER_REGISTERED', 'DOSSIER_ACCEPTED', 'DOSSIER_IN_PROCESS', 'DOSSIER_FINISHED'];

/** Every fact of a birth application that goes well, in the order of its parts. */
const FACTS = { whole: ['BUNDLE_RECEIVED', 'BUNDLE_FINISHED'], birth: PART, residence: PART, healthCard: PART };

/** Everything that the ministries are to have done for one application: each act once, and ordered once. */
const ONE_OF_EACH = ['registerBirth 1', 'registerNewborn 1', 'setResidence 1', 'registerResidence 1', 'issueHealthCard 1'];

/** Waits for the end of a run and checks that nothing was lost and nothing done or told twice; gives the log of its events. */
export async function expectWhole(town: Town, code: string): Promise<readonly Told[]> {
  const run = await town.ended(code);
  expect(run).toMatchObject({ state: 'FINISHED', incidents: [] });
  expect([...(await town.effects(code))].sort()).toEqual([...ONE_OF_EACH].sort());
  const log = await town.log(code);
  const parts = Object.keys(FACTS).map((part) => [part, log.filter(({ act }) => (act ?? 'whole') === part).map(({ kind }) => kind)]);
  expect(Object.fromEntries(parts)).toEqual(FACTS);
  return log;
}
