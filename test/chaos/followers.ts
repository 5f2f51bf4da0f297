import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Chance } from '../../mocks/people/chance.ts';
import { realPause } from '../../src/kit/clock.ts';
import type { Heard } from './check.ts';

/** Subscribers who lose their sockets and come back with their last cursor. */
export interface Followers {
  readonly size: number;
  /** So many more follow an application from its beginning. */
  follow(run: string, count: number): void;
  /** Cuts the sockets of so many of them. */
  cut(count: number): void;
  /** How many have heard the end of their application. */
  ended(): number;
  /** What each of them has heard. */
  heard(): readonly Heard[];
  close(): Promise<void>;
}

/** A socket that may be cut at any moment, also before it stands. */
class Line extends WebSocket {
  constructor(address: string | URL, protocols?: string | string[]) {
    super(address, protocols);
    this.on('error', () => undefined);
  }
}

/** Before a subscriber comes back, milliseconds. */
const AWAY_MS = 150;

const FOLLOW = 'subscription ($code: String!, $after: String) { bundleRun(code: $code, after: $after) { cursor event { kind } } }';

/** Opens nobody yet; each subscriber has a socket of its own at any of the hubs. */
export function openFollowers(hubs: readonly string[], chance: Chance): Followers {
  const all: { readonly run: string; readonly cursors: string[]; client: Client | undefined; isOver: boolean }[] = [];
  let closed = false;

  async function listen(one: (typeof all)[number]): Promise<void> {
    while (!closed && !one.isOver) {
      const client = createClient({ url: chance.pick(hubs).replace('http', 'ws'), webSocketImpl: Line, retryAttempts: 0, lazyCloseTimeout: 0 });
      one.client = client;
      try {
        for await (const { data } of client.iterate<{ bundleRun: { cursor: string; event: { kind: string } } }>({ query: FOLLOW, variables: { code: one.run, after: one.cursors.at(-1) ?? '0' } })) {
          if (!data) break;
          one.cursors.push(data.bundleRun.cursor);
          one.isOver = /^BUNDLE_(FINISHED|PARTLY_FINISHED|REFUSED|WITHDRAWN)$/.test(data.bundleRun.event.kind);
          if (one.isOver) break;
        }
      } catch {
        // the hub was killed, or somebody cut the line
      }
      await client.dispose();
      if (!one.isOver) await realPause(AWAY_MS);
    }
  }

  const listening: Promise<void>[] = [];
  return {
    get size() {
      return all.length;
    },
    follow(run, count) {
      for (let number = 0; number < count; number += 1) {
        const one = { run, cursors: [], client: undefined, isOver: false };
        all.push(one);
        listening.push(listen(one));
      }
    },
    cut(count) {
      for (let number = 0; number < count && all.length > 0; number += 1) chance.pick(all).client?.terminate();
    },
    ended: () => all.filter(({ isOver }) => isOver).length,
    heard: () => all.map(({ run, cursors }) => ({ run, cursors })),
    async close() {
      closed = true;
      for (const { client } of all) client?.terminate();
      await Promise.allSettled(listening);
    },
  };
}
