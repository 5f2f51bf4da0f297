import { EventEmitter } from 'node:events';
import { createClient as createEventStreamClient } from 'graphql-sse';
import { onTestFinished, vi, type MockInstance } from 'vitest';
import type { Answer, TestHub } from '../support/hub.ts';

/** What is subscribed to. */
export interface Wish {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
}

/** A subscription held by a reference client, read payload by payload. */
export interface Listener {
  /** The next payload; fails when there is none any more. */
  next(): Promise<Answer>;
  /** The next payloads, so many. */
  take(count: number): Promise<Answer[]>;
  /** Payloads until one fits, that one included. */
  until(fits: (data: NonNullable<Answer['data']>) => boolean): Promise<Answer[]>;
  /** Ends the subscription in order. */
  leave(): Promise<void>;
}

/** How a client reaches the hub. */
export type Transport = 'graphql-ws' | 'graphql-sse';

/** Both transports, for tests that hold over each. */
export const transports: readonly Transport[] = ['graphql-ws', 'graphql-sse'];

/** Subscribes with the reference client of a transport. */
export function listen(house: TestHub, transport: Transport, wish: Wish): Listener {
  if (transport === 'graphql-ws') {
    const client = house.socket();
    return read(client.iterate(wish) as AsyncIterableIterator<Answer>, () => client.dispose());
  }
  const client = createEventStreamClient({ url: `${house.hub.url}/graphql`, retryAttempts: 0 });
  return read(client.iterate(wish) as AsyncIterableIterator<Answer>, () => client.dispose());
}

function read(payloads: AsyncIterableIterator<Answer>, dispose: () => unknown): Listener {
  let left: Promise<void> | undefined;
  const leave = () =>
    (left ??= (async () => {
      await payloads.return?.();
      await dispose();
    })());
  onTestFinished(leave);
  const listener: Listener = {
    async next() {
      const { value, done } = await payloads.next();
      if (done) throw new Error('The subscription has ended.');
      return value;
    },
    async take(count) {
      const taken: Answer[] = [];
      while (taken.length < count) taken.push(await listener.next());
      return taken;
    },
    async until(fits) {
      for (const taken: Answer[] = []; ; ) {
        const payload = await listener.next();
        taken.push(payload);
        if (payload.data && fits(payload.data)) return taken;
      }
    },
    leave,
  };
  return listener;
}

/** Looks at the feed's emitter, which is the hub's own secret: who followed any topic once gives it away. */
export interface FollowerWatch {
  /** How many follow the topic now. */
  count(topic: string): number;
  /** Resolves when so many follow the topic. */
  reached(topic: string, count: number): Promise<void>;
}

/** Begins to watch; call it before the hub is opened. */
export function watchFollowers(): FollowerWatch {
  const on = vi.spyOn(EventEmitter.prototype, 'on') as MockInstance<EventEmitter['on']>;
  onTestFinished(() => on.mockRestore());
  const emitterOf = (topic: string) => on.mock.contexts[on.mock.calls.findLastIndex(([name]) => name === topic)] as EventEmitter | undefined;
  const count = (topic: string) => emitterOf(topic)?.listenerCount(topic) ?? 0;
  return {
    count,
    async reached(topic, wanted) {
      const emitter = emitterOf(topic);
      if (!emitter) throw new Error(`Nobody has followed "${topic}" yet.`);
      while (count(topic) !== wanted) await changeOf(emitter, topic);
    },
  };
}

/** Resolves when a listener of the topic has come or gone. */
function changeOf(emitter: EventEmitter, topic: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (name: string) => {
      if (name !== topic) return;
      emitter.off('newListener', look).off('removeListener', look);
      resolve(); // whoever waits goes on after the change: newListener is told just before it
    };
    emitter.on('newListener', look).on('removeListener', look);
  });
}
