import type { Rows } from './store.ts';

/** A hint that something is due ("gợi ý đến hạn"). */
export interface Hint {
  readonly id: string;
  /** What is due. */
  readonly key: string;
}

/**
 * Hints kept in the database, each given to one of the processes that share it. A hint may come doubled, late, or not at
 * all where a process died with it in hand: truth about what is due is in the rows.
 */
export interface Hints {
  /** Puts one in, inside the unit of work now open; given out after so many milliseconds. */
  put(rows: Rows, key: string, inMs: number): Promise<void>;
  /** Takes what is due, at most so many; nobody else gets them. */
  take(most: number): Promise<readonly Hint[]>;
  /** They were seen to. */
  done(hints: readonly Hint[]): Promise<void>;
  close(): Promise<void>;
}
