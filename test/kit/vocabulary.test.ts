import fc from 'fast-check';
import { expect, test } from 'vitest';
import { failure, failureNames, fieldIssue, invalidInput, isFailure } from '../../src/kit/failure.ts';
import { inGroups } from '../../src/kit/in-groups.ts';
import { badAnswer, done, mapDone, refused } from '../../src/kit/outcome.ts';
import { gather, part, supply } from '../../src/kit/part.ts';
import { words } from '../../src/kit/words.ts';

test('the stable code of a failure is its name in capitals', () => {
  const codes = failureNames.map((name) => failure(name, words('', '')).code);
  expect(codes).toEqual(failureNames.map((name) => name.replace(/(.)([A-Z])/g, '$1_$2').toUpperCase()));
  expect(codes).toContain('STORE_UNAVAILABLE');
  expect(new Set(codes).size).toBe(codes.length);
});

test('a failure is told from every other result', () => {
  expect(isFailure(failure('DossierNotFound', words('', '')))).toBe(true);
  for (const other of [undefined, null, 'failure', {}, { is: 'done' }, []]) expect(isFailure(other)).toBe(false);
});

test('issues of fields make one failure that carries them', () => {
  const issue = fieldIssue('form.child.birthDate', 'IN_FUTURE', words('vi', 'en'), words('vi', 'en'));
  expect(invalidInput([issue])).toMatchObject({ name: 'InvalidInput', code: 'INVALID_INPUT', issues: [issue] });
});

test('only a finished answer is mapped', () => {
  const asOf = '2025-03-03T01:00:00.000Z';
  const double = (value: number) => value * 2;
  expect(mapDone(done(21, asOf), double)).toEqual(done(42, asOf));
  for (const other of [refused('X', words('', '')), badAnswer('x'), { is: 'pending' as const }]) expect(mapDone(other, double)).toBe(other);
});

test('a list is cut into groups in order, none longer than wanted and none empty', () => {
  fc.assert(
    fc.property(fc.array(fc.integer()), fc.integer({ min: 1, max: 9 }), (list, size) => {
      const groups = inGroups(list, size);
      expect(groups.flat()).toEqual(list);
      expect(groups.slice(0, -1).every((group) => group.length === size)).toBe(true);
      expect(groups.every((group) => group.length > 0)).toBe(true);
    }),
  );
});

test('a part is asked for anew each time, and one that nobody supplied is a mistake that is named', () => {
  const [law, nothing] = [part<string>('law'), part<string>('nothing')];
  let edition = 1;
  const parts = gather([supply(law, () => `edition ${edition}`)]);
  expect(parts.get(law)).toBe('edition 1');
  edition = 2;
  expect(parts.get(law)).toBe('edition 2');
  expect(() => parts.get(nothing)).toThrow('Nobody supplied the part nothing.');
});
