import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createSeal } from '../../src/kit/seal.ts';

const key = Buffer.alloc(32, 1);
const seal = createSeal(key);

test('a word opens to what was closed into it, whatever that was', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (content) => seal.open('id', seal.close('id', content)) === Buffer.from(content).toString()));
});

test('the same content gives the same word, also after a restart', () => {
  expect(createSeal(Buffer.from(key)).close('id', '089195000001')).toBe(seal.close('id', '089195000001'));
});

test('a word can stand in a URL, and its content cannot be read off it', () => {
  const word = seal.close('id', '089195000001');
  expect(word).toMatch(/^[\w-]+$/);
  expect(Buffer.from(word, 'base64url').toString('latin1')).not.toContain('089195');
  expect(word).not.toContain('089195');
});

test('a word of one kind opens as no other', () => {
  const word = seal.close('cursor', '42');
  expect(seal.open('cursor', word)).toBe('42');
  expect(seal.open('id', word)).toBeUndefined();
  expect(seal.open('', word)).toBeUndefined();
});

test('a word in which any character was changed opens as nothing', () => {
  const word = seal.close('cursor', '42');
  for (const [index, character] of [...word].entries()) {
    const changed = word.slice(0, index) + (character === 'A' ? 'B' : 'A') + word.slice(index + 1);
    expect(seal.open('cursor', changed)).toBeUndefined();
  }
});

test('a word that is cut, lengthened, padded or made up opens as nothing', () => {
  const word = seal.close('cursor', '42');
  const made = [word.slice(0, -1), word.slice(1), `${word}A`, `${word}=`, ` ${word}`, `${word}\n`, word.toUpperCase(), '', 'A', '42', 'é', randomBytes(64).toString('base64url')];
  expect(made.map((one) => seal.open('cursor', one))).toEqual(made.map(() => undefined));
});

test('one hub cannot open another’s words', () => {
  const other = createSeal(randomBytes(32));
  expect(other.open('cursor', seal.close('cursor', '42'))).toBeUndefined();
  expect(other.close('cursor', '42')).not.toBe(seal.close('cursor', '42'));
});

test('a fingerprint is the same for the same person, another for every other and in every other hub, and shows nothing', () => {
  const other = createSeal(randomBytes(32));
  expect(seal.fingerprint('089195000001')).toBe(seal.fingerprint('089195000001'));
  expect(seal.fingerprint('089195000001')).not.toBe(seal.fingerprint('089195000002'));
  expect(other.fingerprint('089195000001')).not.toBe(seal.fingerprint('089195000001'));
  expect(seal.fingerprint('089195000001')).not.toContain('089195');
});
