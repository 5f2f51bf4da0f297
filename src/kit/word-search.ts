import { TONES, tidy } from './person-name.ts';

/** A word as it is looked for. */
interface Word {
  /** Upper case with hats, horns and đ, without the tone. */
  readonly letters: string;
  /** The tone's combining mark; nothing where the word bears none. Beside the letters, so that its place among them does not matter. */
  readonly tone: string;
  /** Upper case without any mark, đ as d. */
  readonly plain: string;
}

type Way = (sought: Word, word: Word) => boolean;

const asWritten: Way = (sought, word) => word.letters === sought.letters && word.tone === sought.tone;
const begunAsWritten: Way = (sought, word) => word.letters.startsWith(sought.letters) && (sought.tone === '' || word.tone === sought.tone);
const unmarkedWhole: Way = (sought, word) => word.plain === sought.plain;
const unmarkedBegun: Way = (sought, word) => word.plain.startsWith(sought.plain);

/** The ways in which a sought word is met, the best first. Who writes marks means them; who writes none may have left them out. */
function waysOf({ letters, tone, plain }: Word): readonly Way[] {
  const marked = tone !== '' || letters !== plain;
  return marked ? [asWritten, begunAsWritten, unmarkedWhole, unmarkedBegun] : [asWritten, unmarkedWhole, begunAsWritten, unmarkedBegun];
}

/** The words of a text; a dot within a word, as in codes, belongs to it. */
function wordsOf(text: string): Word[] {
  return tidy(text)
    .toLocaleUpperCase('vi')
    .split(/[^\p{L}\p{M}\p{N}.]+/u)
    .map((word) => word.replace(/^\.+|\.+$/g, ''))
    .filter(Boolean)
    .map((word) => {
      const parts = word.normalize('NFD');
      const tone = parts.match(TONES)?.join('') ?? '';
      return { letters: parts.replace(TONES, '').normalize('NFC'), tone, plain: unmarked(word) };
    });
}

/** A text without the marks of Vietnamese: "Đường Cây Me" becomes "Duong Cay Me". */
export function unmarked(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D');
}

/**
 * The rows in whose texts every sought word is met, in whatever order: with or without marks, in any case, the tone in its
 * old or new place, or only begun. Best first: words met as they are written before those met without marks, words of an
 * earlier text before those of a later one, a short text before a long one; rows that are alike in all of this keep
 * their order. A search without a word finds every row.
 */
export function searchWords<Row>(rows: readonly Row[], sought: string, textsOf: (row: Row) => readonly string[]): Row[] {
  const words = wordsOf(sought);
  if (words.length === 0) return [...rows];
  const met = rows.flatMap((row) => {
    const texts = textsOf(row).map(wordsOf);
    const ranks = words.map((word) => rankOf(word, texts));
    const best = texts[Math.floor(Math.min(...ranks) / WAYS)];
    return ranks.every(Number.isFinite) ? [{ row, rank: ranks.reduce((sum, rank) => sum + rank, 0), length: best?.length ?? 0 }] : [];
  });
  return met.sort((a, b) => a.rank - b.rank || a.length - b.length).map(({ row }) => row);
}

/** How many ways there are. */
const WAYS = 4;

/** How well a word is met, 0 the best: every way of an earlier text comes before all of a later one. Infinity where it is not met. */
function rankOf(sought: Word, texts: readonly (readonly Word[])[]): number {
  const ways = waysOf(sought);
  return Math.min(
    ...texts.map((words, place) => {
      const way = ways.findIndex((meets) => words.some((word) => meets(sought, word)));
      return way < 0 ? Infinity : place * WAYS + way;
    }),
  );
}
