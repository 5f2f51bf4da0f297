import { expect, test } from 'vitest';
import { boundaries } from '../../src/kit/boundary.ts';
import { expectToSurvive, openBirths } from './births.ts';
import { chains, stepChains, withAlone } from './chains.ts';

const births = openBirths();

test.each(withAlone(stepChains))('a birth application whose hub is killed $title ends well: each act once and ordered once, no event lost or told twice', (chain) => expectToSurvive(births, chain));

test('the chains pass every boundary that the code has, and the steps’ at every step', () => {
  const killed = new Set(chains.flatMap(({ places }) => places.map(({ boundary }) => boundary)));
  expect([...killed].sort()).toEqual([...boundaries].sort());
  const acts = ['birth', 'residence', 'healthCard'];
  for (const boundary of ['step.beforeOrder', 'step.lookedUp', 'step.answered', 'step.settled'] as const) {
    expect(new Set(stepChains.flatMap(({ places }) => places.flatMap((place) => (place.boundary === boundary ? place.of : [])))), boundary).toEqual(new Set(acts));
  }
});
