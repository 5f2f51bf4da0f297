import type { Seal } from '../kit/seal.ts';

/** Where a reader of the log stands: after this event id. */
export type Position = number;

/** What a cursor argument means: a place, "from now" (null), or a word the hub never gave out. */
export type CursorReading = { readonly is: 'position'; readonly position: Position | null } | { readonly is: 'bad' };

/** Writes the opaque cursor of an event. */
export function writeCursor(seal: Seal, id: number): string {
  return seal.close('cursor', String(id));
}

/** Reads a cursor argument: null = only what comes from now, "0" = from the beginning. */
export function readCursor(seal: Seal, cursor: string | null | undefined): CursorReading {
  if (cursor === null || cursor === undefined) return { is: 'position', position: null };
  if (cursor === '0') return { is: 'position', position: 0 };
  const content = seal.open('cursor', cursor);
  return content && /^\d+$/.test(content) ? { is: 'position', position: Number(content) } : { is: 'bad' };
}
