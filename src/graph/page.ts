import { words } from '../kit/words.ts';
import { builder } from './builder.ts';
import { refuse } from './errors.ts';

/** Rows on a page unless asked otherwise. */
export const USUAL_ROWS = 20;

/** The most rows a page may have: bounds what one query can cost. */
export const MOST_ROWS = 100;

/** The arguments of a list that goes forward. */
export const pageArgs = builder.args((t) => ({
  first: t.field({ type: 'Int', required: false, description: `How many, 0 to ${MOST_ROWS}; ${USUAL_ROWS} unless said ("số dòng").` }),
  after: t.field({ type: 'String', required: false, description: 'The cursor after which to go on ("sau vị trí").' }),
}));

/** A page of a list, as the connection types want it. */
export interface Page<T> {
  readonly edges: { readonly cursor: string; readonly node: T }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly hasPreviousPage: boolean; readonly startCursor: string | null; readonly endCursor: string | null };
}

/** Reads `first`; BAD_INPUT when it is out of bounds. */
export function readFirst(first: number | null | undefined): number {
  const rows = first ?? USUAL_ROWS;
  if (rows < 0 || rows > MOST_ROWS) {
    throw refuse('BAD_INPUT', words(`first phải từ 0 đến ${MOST_ROWS}.`, `first must be between 0 and ${MOST_ROWS}.`), { field: 'first', expected: `0..${MOST_ROWS}` });
  }
  return rows;
}

/** The error of a cursor that this hub, or this list, never gave out. */
export function badCursor() {
  return refuse('BAD_CURSOR', words('Con trỏ không hợp lệ hoặc thuộc danh sách khác; dùng con trỏ do chính danh sách này cấp, hoặc bỏ trống để đọc từ đầu danh sách (với sự kiện: "0").', 'This cursor is malformed or was given out for something else; use one of this list, or none for its beginning (for events: "0").'));
}

/**
 * Makes a page out of `first + 1` fetched rows: the one more only tells whether there is a next page. Cursors are sealed
 * when they are asked for, which most queries do for the last row alone.
 */
export function pageOf<T>(fetched: readonly T[], first: number, after: string | null | undefined, cursorOf: (node: T) => string): Page<T> {
  const edges = fetched.slice(0, first).map((node) => new Edge(node, cursorOf));
  return {
    edges,
    pageInfo: {
      hasNextPage: fetched.length > first,
      hasPreviousPage: Boolean(after),
      get startCursor() {
        return edges[0]?.cursor ?? null;
      },
      get endCursor() {
        return edges.at(-1)?.cursor ?? null;
      },
    },
  };
}

class Edge<T> {
  readonly node: T;
  readonly #cursorOf: (node: T) => string;

  constructor(node: T, cursorOf: (node: T) => string) {
    this.node = node;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.node);
  }
}
