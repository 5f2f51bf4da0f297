import { randomUUID } from 'node:crypto';
import { epochMs, type Instant } from './instant.ts';

/**
 * An id for an outside call: a UUID of version 7 (RFC 9562), whose first 48 bits are the time. Ids that are given one after
 * the other stand beside each other in the audit's index, which so grows at its end; a random one would touch a page of its
 * own for every line.
 */
export function requestIdAt(now: Instant): string {
  const time = epochMs(now).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`; // after the version digit the random one is kept
}
