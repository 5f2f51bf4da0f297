import type { Clock } from '../kit/clock.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { publishedSchedule, retryAt } from '../kit/retry.ts';
import { StoreUnavailableError, type Rows, type Store } from '../kit/store.ts';
import { raiseAlarm, unstoredAlarm, type Alarm, type News } from './alarm.ts';
import type { Channel } from './channel.ts';
import { markTable } from './table.ts';

/** Looks at everything that happened by the passing of time, after `since` up to `until`, and raises what has to be told. */
export type Inspection = (rows: Rows, since: Instant, until: Instant) => Promise<void>;

/** Looks regularly whether the store can write and what time alone has brought about. */
export interface Watch {
  /** Begins; resolves after the first look. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** What is watched, and by which channels it is told that nothing can be written down. */
export interface Watched {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly channels: readonly Channel[];
  readonly inspections: readonly Inspection[];
  /** Told after a look that there may be new alarms. */
  readonly nudge: () => void;
}

/** How often is looked, milliseconds: half a minute. Every look writes one row, and so proves that the store can. */
const EVERY_MS = 30_000;

/** How soon is looked again while the store cannot write, milliseconds; the second failure in a row is told. */
const AGAIN_MS = 10_000;

const OPERATOR: News['owner'] = { agency: null, role: 'OPERATOR' };

/** A time in which the store could not write. */
interface Outage {
  readonly since: Instant;
  readonly alarm: Alarm;
  looks: number;
  /** Channels that have not taken the alarm yet. */
  readonly untold: Map<Channel, { tries: number; nextAt: Instant }>;
}

/** Opens the watch. */
export function openWatch({ store, clock, log, channels, inspections, nudge }: Watched): Watch {
  const ended = new AbortController();
  let rounds = Promise.resolve();
  let outage: Outage | undefined;

  async function look(rows: Rows): Promise<void> {
    const now = clock.now();
    const mark = await rows.findOneBy(markTable, { name: 'watch' });
    if (!mark) await rows.insert(markTable, { name: 'watch', at: now }); // what passed before anybody watched is history
    else if (mark.at < now) {
      await rows.update(markTable, { name: 'watch' }, { at: now });
      for (const inspect of inspections) await inspect(rows, mark.at, now);
    }
    if (outage && outage.looks > 1) await raiseAlarm(rows, { clock }, { kind: 'store.available', owner: OPERATOR, since: outage.since });
  }

  /** Tells of the outage whom it can; nothing can be written down, so it is remembered here who still has to hear. */
  async function tell({ alarm, untold }: Outage): Promise<void> {
    for (const [channel, wait] of [...untold]) {
      if (wait.nextAt > clock.now()) continue;
      const sending = await channel.send([alarm]);
      if (sending.is === 'sent') untold.delete(channel);
      else {
        wait.tries += 1;
        wait.nextAt = retryAt({ retryMs: publishedSchedule }, clock.now(), wait.tries, sending.retryAfterMs);
      }
    }
  }

  async function round(): Promise<number> {
    try {
      await store.transact(look);
      outage = undefined;
      nudge();
      return EVERY_MS;
    } catch (error) {
      log.error({ err: error }, 'the watch could not look at the store');
      if (!(error instanceof StoreUnavailableError)) return EVERY_MS;
      const now = clock.now();
      outage ??= { since: now, alarm: unstoredAlarm({ clock }, { kind: 'store.unavailable', owner: OPERATOR, since: now }), looks: 0, untold: new Map(channels.map((channel) => [channel, { tries: 0, nextAt: now }])) };
      outage.looks += 1;
      if (outage.looks > 1) await tell(outage);
      return AGAIN_MS;
    }
  }

  async function run(pause: number): Promise<void> {
    await clock.sleepUntil(later(clock.now(), pause), ended.signal);
    while (!ended.signal.aborted) await clock.sleepUntil(later(clock.now(), await round()), ended.signal);
  }

  return {
    async start() {
      const pause = await round();
      rounds = run(pause);
    },
    async stop() {
      ended.abort();
      await rounds;
    },
  };
}
