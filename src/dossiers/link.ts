import type { Purpose } from '../access/purpose.ts';
import { purposeOf, type HubContext } from '../graph/context.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Seal } from '../kit/seal.ts';

/** What a link can open: a paper of an application ("giấy tờ"), or a slip or result that was issued ("văn bản"). */
export type LinkedKind = 'paper' | 'document';

/** One thing in our own store that has an address. */
export interface Linked {
  readonly kind: LinkedKind;
  /** The thing's own opaque id. */
  readonly id: string;
}

/** A short-lived address. */
export interface Link {
  /**
   * `/papers/<word>`, to be resolved against the address at which the graph was asked (RFC 3986). Relative on purpose: the
   * hub's configured address is the one ministries call back, which a browser behind a proxy need not reach.
   */
  readonly url: string;
  readonly expiresAt: Instant;
}

/** What a link carries, and only the hub can read. */
export interface Sealed extends Linked {
  /** Opaque id of the viewer for whom it was made. */
  readonly viewer: string;
  readonly purpose: Purpose;
  readonly expiresAt: Instant;
}

/** The path below which links open. */
export const LINKS_PATH = '/papers/';

/** A link opens this long, milliseconds: five minutes are enough to click and to begin on a slow line, and too short for an address found later in a history or a proxy's log. */
export const LINK_LIFE_MS = 5 * 60_000;

const KIND = 'link';

/**
 * Makes the address of a paper or document for whoever asks now. Demands a stated purpose (PURPOSE_REQUIRED otherwise), and
 * the look is recorded under it. Whoever holds the address may look until it expires; nothing can be read out of it or guessed.
 */
export function linkOf(context: Pick<HubContext, 'seal' | 'clock' | 'viewer' | 'purpose'>, { kind, id }: Linked): Link {
  const sealed: Sealed = { kind, id, viewer: context.viewer.id, purpose: purposeOf(context), expiresAt: later(context.clock.now(), LINK_LIFE_MS) };
  return { url: `${LINKS_PATH}${context.seal.close(KIND, JSON.stringify(sealed))}`, expiresAt: sealed.expiresAt };
}

/** What a link's word carries, expired or not; nothing when the word is malformed, forged or of another hub. */
export function openLink(seal: Seal, word: string): Sealed | undefined {
  const sealed = seal.open(KIND, word);
  return sealed === undefined ? undefined : (JSON.parse(sealed) as Sealed);
}
