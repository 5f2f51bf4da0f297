/** Unicode NFC with single spaces and no control characters (XML cannot carry them): the form in which every text of a person enters the house. */
export function tidy(text: string): string {
  return text.normalize('NFC').replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** A person's name: something with letters, and nothing of a markup or a program in it. */
export const PERSON_NAME = /^(?=.*\p{L})[^<>{}[\]\\|`"=;]*$/u;

/** A person's name may have this many characters: more than any on record. */
export const LONGEST_NAME = 120;

/** The population register's form of a name: tidy and in upper case. */
export function upperName(name: string): string {
  return tidy(name).toLocaleUpperCase('vi');
}

/**
 * Whether two spellings name the same person: upper case, single spaces, and the old and the new place of the tone
 * mark (hoà / hòa, thuỷ / thủy) count as the same.
 */
export function sameName(one: string, other: string): boolean {
  return toneBlind(one) === toneBlind(other);
}

/** Combining marks of the five written tones: grave, acute, tilde, hook above, dot below. */
export const TONES = /[\u0300\u0301\u0303\u0309\u0323]/gu;

/** One form for all spellings that name the same person: each syllable's tone is written after it, so that its place no longer matters. */
export function toneBlind(name: string): string {
  return upperName(name)
    .split(' ')
    .map((syllable) => {
      const parts = syllable.normalize('NFD');
      const tone = parts.match(TONES)?.join('') ?? '';
      return parts.replace(TONES, '').normalize('NFC') + tone;
    })
    .join(' ');
}
