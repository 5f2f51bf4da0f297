import { expect, test } from 'vitest';
import { readPurpose, readPurposeHeader } from '../../src/access/purpose.ts';

const issuesOf = (read: unknown) => (read as { readonly issues?: readonly { readonly path: string }[] } | undefined)?.issues?.map(({ path }) => path);

test.each([
  ['procedure=2.002621', { procedure: '2.002621' }],
  ['procedure=2.002621; dossier=000.17.23.H01-250303-0001; officer=CB-H01-01; unit=000.17.23.H01', { procedure: '2.002621', dossier: '000.17.23.H01-250303-0001', officer: 'CB-H01-01', unit: '000.17.23.H01' }],
  ['procedure=2.002621;officer=CB-1', { procedure: '2.002621', officer: 'CB-1' }],
  ['  officer = CB-1 ;; procedure = 2.002621 ; ', { procedure: '2.002621', officer: 'CB-1' }],
  ['procedure=3.000181.000.00.00.H22', { procedure: '3.000181.000.00.00.H22' }], // a local procedure
  ['procedure=2.002621; dossier=a=b', { procedure: '2.002621', dossier: 'a=b' }],
])('the header "%s" is a purpose', (header, purpose) => {
  expect(readPurposeHeader(header)).toEqual(purpose);
});

test.each([
  ['officer=CB-1', ['purpose.procedure']],
  ['procedure=', ['purpose.procedure']],
  ['procedure=khai sinh', ['purpose.procedure']],
  ['procedure=2.00262', ['purpose.procedure']],
  ['procedure=2.0026210', ['purpose.procedure']],
  ['procedure=2.002621.000.00.00.H2', ['purpose.procedure']],
  ['2.002621', ['purpose.', 'purpose.procedure']],
  ['procedure=2.002621; reason=curiosity', ['purpose.reason']],
  ['Procedure=2.002621', ['purpose.Procedure', 'purpose.procedure']],
  ['procedure=2.002621; __proto__=x', ['purpose.__proto__']],
  [`procedure=2.002621; officer=${'x'.repeat(65)}`, ['purpose.officer']],
])('the header "%s" is none, and it is told which part is wrong', (header, paths) => {
  expect(issuesOf(readPurposeHeader(header))).toEqual(paths);
});

test('a name of any length is told shortened', () => {
  expect(issuesOf(readPurposeHeader(`procedure=2.002621; ${'x'.repeat(5_000)}=1`))?.[0]?.length).toBeLessThan(60);
});

test.each([null, undefined, ''])('where nothing is stated (%j) there is no purpose and nothing wrong', (header) => {
  expect(readPurposeHeader(header)).toBeUndefined();
  expect(readPurpose(header)).toBeUndefined();
});

test('an issue says what would be right, in both languages', () => {
  const read = readPurposeHeader('officer=CB-1');
  expect(read).toMatchObject({ issues: [{ code: 'MALFORMED', expected: { en: 'procedure=2.002621; dossier=<code>; officer=<staff id>; unit=<unit code>' } }] });
});

test('extensions.purpose is an object with the same parts, or a text like the header', () => {
  expect(readPurpose({ procedure: '2.002621', officer: 'CB-1' })).toEqual({ procedure: '2.002621', officer: 'CB-1' });
  expect(readPurpose('procedure=2.002621')).toEqual({ procedure: '2.002621' });
});

test.each([
  [{}, ['purpose.procedure']],
  [{ procedure: 2.002621 }, ['purpose.procedure', 'purpose.procedure']],
  [{ procedure: '2.002621', dossier: null }, ['purpose.dossier']],
  [{ procedure: '2.002621', dossier: ['a'] }, ['purpose.dossier']],
  [['procedure'], ['purpose.0', 'purpose.procedure']],
  [7, ['purpose']],
  [true, ['purpose']],
])('extensions.purpose = %j is none', (stated, paths) => {
  expect(issuesOf(readPurpose(stated))).toEqual(paths);
});

test('what is inherited is not stated', () => {
  expect(issuesOf(readPurpose(Object.create({ procedure: '2.002621' })))).toEqual(['purpose.procedure']);
});
