import fc from 'fast-check';
import { expect, test } from 'vitest';
import { composePersonalId, findPersonalIdFacts, type PersonalIdFacts } from '../../src/kit/personal-id.ts';

/** The century digit of domain.md §3: "0/1 male/female 1900–1999, 2/3 2000–2099, 4/5 2100s, 6/7, 8/9". */
test.each<[string, PersonalIdFacts]>([
  ['089085000001', { province: '089', sex: 'MALE', birthYear: 1985 }],
  ['089195000001', { province: '089', sex: 'FEMALE', birthYear: 1995 }],
  ['089224000001', { province: '089', sex: 'MALE', birthYear: 2024 }],
  ['091325000001', { province: '091', sex: 'FEMALE', birthYear: 2025 }],
  ['001400000001', { province: '001', sex: 'MALE', birthYear: 2100 }],
  ['001599000001', { province: '001', sex: 'FEMALE', birthYear: 2199 }],
  ['079600000001', { province: '079', sex: 'MALE', birthYear: 2200 }],
  ['079999999999', { province: '079', sex: 'FEMALE', birthYear: 2399 }],
  ['092000000000', { province: '092', sex: 'MALE', birthYear: 1900 }],
])('%s says province, sex and year of birth', (personalId, facts) => {
  expect(findPersonalIdFacts(personalId)).toEqual(facts);
});

test.each(['', '08908500000', '0890850000011', '35123456', '351234567', '08908500000a', ' 089085000001', '089085000001\n', '０８９０８５０００００１', '089-085-000001'])('%j is no personal id', (text) => {
  expect(findPersonalIdFacts(text)).toBeUndefined();
});

test('what is composed says what it was composed of', () => {
  const facts = fc.record({
    province: fc.integer({ min: 1, max: 96 }).map((code) => String(code).padStart(3, '0')),
    sex: fc.constantFrom('MALE' as const, 'FEMALE' as const),
    birthYear: fc.integer({ min: 1900, max: 2399 }),
  });
  fc.assert(
    fc.property(facts, fc.integer({ min: 0, max: 999_999 }), (one, serial) => {
      const personalId = composePersonalId(one, serial);
      expect(personalId).toMatch(/^\d{12}$/);
      expect(personalId.endsWith(String(serial).padStart(6, '0'))).toBe(true);
      expect(findPersonalIdFacts(personalId)).toEqual(one);
    }),
  );
});
