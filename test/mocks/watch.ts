import { EventEmitter, once } from 'node:events';
import type { MovableClock } from '../../src/kit/clock.ts';

/** Watches until when somebody sleeps on the clock: a pause has begun only when an attempt has been written down. */
export function watch(clock: MovableClock): { readonly clock: MovableClock; readonly sleepsUntil: (at: string) => Promise<void> } {
  const news = new EventEmitter();
  let latest = '';
  const sleepUntil: MovableClock['sleepUntil'] = (at, signal) => {
    latest = at;
    news.emit('sleep');
    return clock.sleepUntil(at, signal);
  };
  return {
    clock: { ...clock, sleepUntil },
    async sleepsUntil(at) {
      while (latest < at) await once(news, 'sleep');
    },
  };
}
