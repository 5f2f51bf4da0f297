import type { Readable } from 'node:stream';
import { part } from '../kit/part.ts';
import type { LinkedKind } from './link.ts';

/** Something about to be handed out. */
export interface Delivery {
  /** The file's name as a person reads it, diacritics and all; without a path. */
  readonly fileName: string;
  /** The media type, recognised by content and never as somebody said it. */
  readonly mediaType: string;
  /** Length in bytes. */
  readonly length: number;
  /** Personal ids of the persons whom it is about; the audit line keeps keyed fingerprints only. */
  readonly about: readonly string[];
  /** What it is, for the audit line: a kind or type code, never a payload. */
  readonly fields: readonly string[];
  /** Opens the bytes; asked for only when they will be sent. */
  open(): Promise<Readable>;
}

/** Finds the thing with that id, or nothing where there is none (any more). */
export type Deliver = (id: string) => Promise<Delivery | undefined>;

/** Who delivers each kind of thing. */
export type Deliveries = Readonly<Record<LinkedKind, Deliver>>;

/** The deliveries as the server fetches them; the composition gathers them from the rooms that keep the bytes. */
export const deliveriesPart = part<Partial<Deliveries>>('deliveries');
