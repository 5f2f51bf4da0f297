import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeal } from '../../src/kit/seal.ts';
import { originsOf, readVoucher, writeVoucher, type KnownField, type Vouched } from '../../src/dossiers/voucher.ts';

const seal = createSeal(Buffer.alloc(32, 7));
const NOW = '2025-03-03T01:00:00.000Z';
const matter = { client: 'portal', form: 'birth', applicant: '089190000001' };
const field = fc.record({ path: fc.constantFrom('mother.fullName', 'child.hometown', 'phone', 'residence.detail'), value: fc.string({ minLength: 1, maxLength: 20 }) });
const known = ({ path, value }: { path: string; value: string }): KnownField => ({ path, value, origin: 'REGISTER', system: 'population', fromDossier: null, asOf: '2025-03-02T00:00:00.000Z' });

test('what a token vouches for is known by it, and no other value under any path', () => {
  fc.assert(
    fc.property(fc.uniqueArray(field, { selector: ({ path }) => path }), field, (fields, other) => {
      const { token } = writeVoucher(seal, matter, fields.map(known), NOW);
      const vouched = readVoucher(seal, token, matter, NOW) as Vouched;
      const origins = originsOf(seal, new Map(fields.map(({ path, value }) => [path, value])), vouched, NOW);
      expect(origins.map(({ path, origin, asOf }) => [path, origin, asOf])).toEqual(fields.map(({ path }) => [path, 'REGISTER', '2025-03-02T00:00:00.000Z']));
      const [typed] = originsOf(seal, new Map([[other.path, `${other.value}?`]]), readVoucher(seal, writeVoucher(seal, matter, [known(other)], NOW).token, matter, NOW) as Vouched, NOW);
      expect(typed).toEqual({ path: other.path, origin: 'TYPED', system: null, fromDossier: null, asOf: NOW });
    }),
    { numRuns: 60 },
  );
});

test.each([
  ['another client', { client: 'somebody else' }],
  ['another form', { form: '1.004222' }],
  ['another applicant', { applicant: '089190000002' }],
])('a token is worth nothing to %s', (_, change) => {
  const { token } = writeVoucher(seal, matter, [], NOW);
  expect(readVoucher(seal, token, { ...matter, ...change }, NOW)).toMatchObject({ path: 'prefill', code: 'CONTRADICTION' });
});

test('a token tells nothing to who opens it without the key, and another hub’s is malformed', () => {
  const { token } = writeVoucher(seal, matter, [known({ path: 'mother.fullName', value: 'Nguyễn Thị Không Có' })], NOW);
  expect(readVoucher(createSeal(Buffer.alloc(32, 8)), token, matter, NOW)).toMatchObject({ path: 'prefill', code: 'MALFORMED' });
  expect(seal.open('prefill', token)).not.toMatch(/Không Có|089190000001|mother/);
});
