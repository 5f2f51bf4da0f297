import { test } from 'vitest';
import { expectToSurvive, openBirths } from './births.ts';
import { aroundChains, confirmationChain, withAlone } from './chains.ts';
import { expectWhole } from './facts.ts';
import { insist } from './survive.ts';

const births = openBirths();

test.each(withAlone(aroundChains))('a birth application whose hub is killed $title ends well: each act once and ordered once, no event lost or told twice', (chain) => expectToSurvive(births, chain));

test(`a birth application whose hub is killed ${confirmationChain.title} is not lost either`, async () => {
  await births.town().tell('population', '/__script', [{ match: {}, do: 'reset' }]);
  const { code } = await births.survive(confirmationChain, false);
  await births.town().tell('population', '/__script', []);
  await expectWhole(births.town(), code);
});

test.each([
  ['residence', 'registerResidence'],
  ['civil-status', 'registerBirth'],
  ['social-insurance', 'issueHealthCard'],
] as const)('a hub killed after %s acted and before its answer arrived asks what became of the order, and gives it no second time', async (ministry, act) => {
  await births.restart();
  await births.town().tell(ministry, '/__script', [{ match: {}, times: 1, do: 'silent', after: true }]); // its first exchange is the order
  const { code } = await births.file();
  await insist(() => births.town().effects(code), (effects) => effects.includes(`${act} 1`));
  await births.restart();
  await expectWhole(births.town(), code);
});
