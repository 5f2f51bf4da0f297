import { builder } from '../graph/builder.ts';
import type { HubContext } from '../graph/context.ts';
import { refuse } from '../graph/errors.ts';
import { badCursor, readFirst } from '../graph/page.ts';
import { civilDateOf, type CivilDate } from '../kit/instant.ts';
import { searchWords } from '../kit/word-search.ts';
import { words } from '../kit/words.ts';

/** A search may have this many characters: room for the longest name of a procedure, and not for a document. */
const LONGEST_SEARCH = 200;

/** The arguments of every list of the catalogue. */
export const listingArgs = builder.args((t) => ({
  on: t.field({ type: 'Date', required: false, description: 'On that day; today unless stated ("ngày").' }),
  search: t.field({ type: 'String', required: false, description: `Words of it in any order, or how they begin, with or without diacritics; at most ${LONGEST_SEARCH} characters. The best come first ("từ khóa").` }),
  first: t.field({ type: 'Int', required: false, description: 'How many, 0 to 100; all unless said ("số dòng").' }),
  after: t.field({ type: 'String', required: false, description: 'The code after which to go on, in the order of the same list ("sau mã").' }),
}));

/** What of a list of the catalogue is wanted. */
export interface Listing {
  readonly search?: string | null | undefined;
  readonly first?: number | null | undefined;
  readonly after?: string | null | undefined;
}

/** Cuts what is wanted out of rows in the order of their codes: searched, ranked, and from the code on. */
export function listed<Row extends { readonly code: string }>(rows: readonly Row[], { search, first, after }: Listing, textsOf: (row: Row) => readonly string[]): Row[] {
  const found = search ? searchWords(rows, checkedSearch(search), textsOf) : [...rows];
  const from = after === null || after === undefined ? 0 : found.findIndex(({ code }) => code === after) + 1;
  if (from === 0 && typeof after === 'string') throw badCursor();
  return first === null || first === undefined ? found.slice(from) : found.slice(from, from + readFirst(first));
}

/** The civil date of a request, in the zone of the law. */
export function today({ clock }: Pick<HubContext, 'clock'>): CivilDate {
  return civilDateOf(clock.now());
}

function checkedSearch(search: string): string {
  if (search.length <= LONGEST_SEARCH) return search;
  throw refuse('BAD_INPUT', words(`Từ khóa dài quá ${LONGEST_SEARCH} ký tự.`, `The search has more than ${LONGEST_SEARCH} characters.`), { field: 'search', expected: `at most ${LONGEST_SEARCH} characters` });
}
