import type { IncomingMessage } from 'node:http';
import type { AddressList } from '../kit/address-list.ts';
import type { SystemName } from '../kit/system.ts';

/** Which network addresses callbacks may come from. */
export interface Sources {
  /** The addresses of each ministry; one that is not named may call from anywhere, and is known by its signature alone. */
  readonly ministries: Partial<Readonly<Record<SystemName, AddressList>>>;
  /** The hub's own reverse proxies: whoever comes through them is the one whom they name in X-Forwarded-For. */
  readonly proxies: AddressList | undefined;
}

/** Whether a callback of the system may come from where this one comes. */
export function comesFrom({ ministries, proxies }: Sources, system: SystemName, request: IncomingMessage): boolean {
  const allowed = ministries[system];
  return !allowed || allowed.has(callerOf(request, proxies));
}

/** The address of whoever called: the nearest one that is none of our proxies. What stands further left was written by the caller and proves nothing. */
function callerOf({ socket, headers }: IncomingMessage, proxies: AddressList | undefined): string {
  const forwarded = headers['x-forwarded-for'];
  const named = (Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? '')).split(',').map((one) => one.trim()).filter(Boolean);
  let caller = socket.remoteAddress ?? '';
  while (proxies?.has(caller) && named.length > 0) caller = named.pop() ?? '';
  return caller;
}
