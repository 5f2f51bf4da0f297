import { expect, test } from 'vitest';
import { birthBundle } from '../../src/bundles/birth.ts';
import { birthForm } from '../../src/bundles/birth-form.ts';
import { bundle } from '../../src/bundles/bundle.ts';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import { definitions } from '../../src/bundles/list.ts';
import { registerBirth } from '../../src/systems/civil-status/acts.ts';
import { registerResidence } from '../../src/systems/residence/acts.ts';

const header = { procedure: '2.002621', from: '2024-07-01', form: birthForm, people: () => [], papers: () => [], applicant: birthBundle.applicant as never, commune: () => '30280', subjects: () => [] };
const given = birthBundle.acts[0]?.given as never;

test('an act that uses the result of an act it does not name in `after` does not compile', () => {
  const draft = bundle('probe', header).act('birth', registerBirth, { given });
  const score = draft.act('residence', registerResidence, {
    // @ts-expect-error birth is not named in `after`, so its result is not there
    given: ({ birth }) => ({ person: { ...birth, fullName: '', birthDate: '' }, head: { personalId: '', consents: true }, address: { communeCode: '', detail: '' } }),
  });
  expect(score.gives(() => null).acts.map((act) => act.name)).toEqual(['birth', 'residence']);
});

test('an act that comes after one that is not written yet is refused, by the compiler and at start', () => {
  expect(() =>
    bundle('probe', header).act('birth', registerBirth, {
      // @ts-expect-error there is no act residence yet
      after: ['residence'],
      given,
    }),
  ).toThrow(/acts are written in the order/);
});

test.each(definitions.map((definition) => [definition.name, definition] as const))('the catalogue knows desk and term of every act of %s on its first day', (_, definition) => {
  const procedure = loadCatalogue().findProcedure(definition.procedure, definition.from);
  expect(definition.acts.map((act) => act.name).filter((name) => !procedure?.parts.some((part) => part.act === name))).toEqual([]);
});
