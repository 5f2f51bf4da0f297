import type { Seal } from '../kit/seal.ts';

/** Where a reader of the log stands: after the event of this transaction and number. */
export interface Position {
  readonly tx: number;
  readonly id: number;
}

/** Before every event. */
export const BEGINNING: Position = { tx: 0, id: 0 };

/** What a cursor argument means: a place, "from now" (null), or a word the hub never gave out. */
export type CursorReading = { readonly is: 'position'; readonly position: Position | null } | { readonly is: 'bad' };

/** Writes the opaque cursor of an event. */
export function writeCursor(seal: Seal, { tx, id }: Position): string {
  return seal.close('cursor', tx === 0 ? String(id) : `${tx}.${id}`);
}

/** The place right before an event, or the beginning where there is none. */
export function placeBefore(event: Position | undefined): Position {
  return event ? { tx: event.tx, id: event.id - 1 } : BEGINNING;
}

/** Reads a cursor argument: null = only what comes from now, "0" = from the beginning. */
export function readCursor(seal: Seal, cursor: string | null | undefined): CursorReading {
  if (cursor === null || cursor === undefined) return { is: 'position', position: null };
  if (cursor === '0') return { is: 'position', position: BEGINNING };
  const content = seal.open('cursor', cursor);
  const { tx = '0', id } = /^(?:(?<tx>\d+)\.)?(?<id>\d+)$/.exec(content ?? '')?.groups ?? {};
  return id === undefined ? { is: 'bad' } : { is: 'position', position: { tx: Number(tx), id: Number(id) } };
}
