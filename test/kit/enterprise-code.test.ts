import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BRANCH_CODE, findCheckDigit, findEnterpriseCodeIssue, findParentCode } from '../../src/kit/enterprise-code.ts';

const codeOf = (code: string) => findEnterpriseCodeIssue('registrationNumber', code)?.code;

/** Nine digits that begin a code, with the tenth. */
const codes = fc
  .array(fc.integer({ min: 0, max: 9 }), { minLength: 9, maxLength: 9 })
  .map((digits) => digits.join(''))
  .filter((nine) => findCheckDigit(nine) !== undefined)
  .map((nine) => `${nine}${findCheckDigit(nine)}`);

const put = (code: string, place: number, digit: string) => code.slice(0, place) + digit + code.slice(place + 1);

test.each(['0100109106', '0101243150', '0300588569', '0100686209'])('%s, an example of the domain notes, passes', (code) => {
  expect(codeOf(code)).toBeUndefined();
  expect(codeOf(`${code}-001`)).toBeUndefined();
});

test('one changed digit is always noticed, in the code of an enterprise as in that of a branch', () => {
  fc.assert(
    fc.property(codes, fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 }), (code, place, by) => {
      const changed = put(code, place, String((Number(code[place]) + by) % 10));
      expect(codeOf(code)).toBeUndefined();
      expect(codeOf(changed)).toBe('CONTRADICTION');
      expect(codeOf(`${changed}-001`)).toBe('CONTRADICTION');
    }),
  );
});

test('two neighbours that changed places are always noticed', () => {
  fc.assert(
    fc.property(codes, fc.integer({ min: 0, max: 8 }), (code, place) => {
      const [one = '', other = ''] = [code[place], code[place + 1]];
      expect(codeOf(put(put(code, place, other), place + 1, one))).toBe(one === other ? undefined : 'CONTRADICTION');
    }),
  );
});

test('what the formula cannot notice: the second and the seventh digit weigh alike in the remainder by eleven', () => {
  expect(codeOf('1699900018')).toBeUndefined();
  expect(codeOf('1099906018')).toBeUndefined();
});

test('nine digits whose check digit would be ten begin no code', () => {
  expect(findCheckDigit('169990004')).toBeUndefined();
  for (const tenth of '0123456789') expect(codeOf(`169990004${tenth}`)).toBe('CONTRADICTION');
});

test('the issue of a wrong check digit says which digit would be right, in both languages', () => {
  expect(findEnterpriseCodeIssue('form.applicant.code', '0100109107')).toMatchObject({ path: 'form.applicant.code', expected: { vi: expect.stringContaining('là 6'), en: expect.stringMatching(/^6 /) } });
  expect(findEnterpriseCodeIssue('code', '1699900040')?.expected.en).toContain('other first nine');
});

test.each([
  ['', 'form of an enterprise code'],
  ['010010910', 'form of an enterprise code'],
  ['01001091O6', 'form of an enterprise code'],
  ['０１００１０９１０６', 'form of an enterprise code'],
  ['0100109106-1', 'form of an enterprise code'],
  ['0100109106-000', 'form of an enterprise code'],
  ['0100109106-001-001', 'form of an enterprise code'],
  ['0100109106\n', 'form of an enterprise code'],
  ['0100109106001', 'hyphen'],
  ['00001', 'business location'],
  ['089195990001', 'personal id'],
])('%j is malformed, and the message tells what it looks like', (code, wording) => {
  const issue = findEnterpriseCodeIssue('registrationNumber', code);
  expect(issue).toMatchObject({ code: 'MALFORMED', message: { vi: expect.any(String), en: expect.stringContaining(wording) }, expected: { en: expect.stringContaining('10 digits') } });
  if (code.length > 5) expect(JSON.stringify(issue)).not.toContain(code);
});

test('a branch names its enterprise, an enterprise none', () => {
  expect(findParentCode('0100109106-001')).toBe('0100109106');
  expect(findParentCode('0100109106')).toBeUndefined();
  expect(BRANCH_CODE.test('0100109106-999')).toBe(true);
});
