import { In, IsNull, LessThan, Not } from 'typeorm';
import type { Feed } from '../events/feed.ts';
import type { Clock } from '../kit/clock.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { publishedSchedule, retryAt } from '../kit/retry.ts';
import { openRounds, type DueList } from '../kit/rounds.ts';
import { ask } from '../kit/rows.ts';
import type { Rows, Store } from '../kit/store.ts';
import type { Alarm, News } from './alarm.ts';
import type { Channel } from './channel.ts';
import { alarmTable, channels, type AlarmRow, type ChannelName } from './table.ts';

/** Carries alarms out: each by every channel that is configured, again by the published schedule until it has arrived. */
export interface Post {
  /** There may be new alarms. A hint: doubled or late does no harm. */
  nudge(): void;
  start(): Promise<void>;
  /** Ends after the messages now under way; a channel that is closed ends them at once. */
  stop(): Promise<void>;
}

/** What the post office works with. */
export interface PostOffice {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly channels: readonly Channel[];
  /** The log of events: an incident in it means that there is an alarm. */
  readonly feed: Feed;
}

/** A message that has been under way for so long, milliseconds, was lost with its process: four times the longest patience of a channel. */
const LOST_MS = 60_000;

/** Looks at least this often, milliseconds: another process may have written an alarm down and died before it sent it. */
const LOOK_MS = 15_000;

/** An alarm that has left is kept for so long, milliseconds: thirty days, in which somebody may ask whether it did. */
const KEPT_MS = 30 * 86_400_000;

/** Opens the post office. Truth is in the rows; several processes may carry from one store, and the claim of a row says who does. */
export function openPost({ store, clock, log, channels: configured, feed }: PostOffice): Post {
  const byName = new Map(configured.map((channel) => [channel.name as string, channel]));
  let end = () => {};
  const ended = new Promise<void>((resolve) => (end = resolve));
  const rounds = openRounds(dueChannels(store, clock, [...byName.keys()]), { clock, log, name: 'alarms' });

  /** Takes what is due for itself, so that no other process sends it too. */
  async function claim(rows: Rows, { name, atOnce }: Channel): Promise<AlarmRow[]> {
    const now = clock.now();
    const due = await ask<{ id: string }>(rows, (value) => `SELECT id FROM alarm WHERE channel = ${value(name)} AND next_at <= ${value(now)} ORDER BY raised_at, id LIMIT ${atOnce}`);
    if (due.length === 0) return [];
    const ids = In(due.map(({ id }) => id));
    await rows.update(alarmTable, { channel: name, id: ids }, { nextAt: later(now, LOST_MS) });
    const claimed = await rows.findBy(alarmTable, { channel: name, id: ids });
    return claimed.sort((a, b) => (`${a.raisedAt} ${a.id}` < `${b.raisedAt} ${b.id}` ? -1 : 1));
  }

  async function carry(name: string): Promise<void> {
    const channel = byName.get(name);
    if (!channel) return;
    const claimed = await store.transact((rows) => claim(rows, channel));
    if (claimed.length === 0) return;
    const sending = await channel.send(claimed.map(readAlarm));
    const tries = Math.max(...claimed.map((row) => row.tries)) + 1;
    const now = clock.now();
    const nextAt = sending.is === 'sent' ? null : retryAt({ retryMs: publishedSchedule }, now, tries, sending.retryAfterMs);
    if (sending.is === 'failed') log.error({ channel: name, alarms: claimed.length, tries, cause: sending.cause, nextAt }, 'alarms could not be sent; trying again');
    await store.transact(async (rows) => {
      for (const { id, channel: by } of claimed) await rows.update(alarmTable, { id, channel: by }, { tries, nextAt, sentAt: nextAt === null ? now : null });
      if (nextAt !== null && sending.is === 'failed' && sending.isDark) await putOff(rows, channel.name, now, nextAt);
    });
  }

  async function listen(): Promise<void> {
    const incidents = await feed.follow({ kinds: ['incident.opened', 'incident.resolved'] }, null);
    void ended.then(() => incidents.return?.());
    for await (const _ of incidents) rounds.nudge();
  }

  return {
    nudge: () => rounds.nudge(),
    async start() {
      const absent = channels.filter((name) => !byName.has(name));
      await store.transact(async (rows) => {
        if (absent.length > 0) await rows.update(alarmTable, { channel: In(absent), nextAt: Not(IsNull()) }, { nextAt: null }); // what nobody wanted is not sent when somebody wants the next
        await rows.delete(alarmTable, { raisedAt: LessThan(later(clock.now(), -KEPT_MS)), nextAt: IsNull() });
      });
      if (byName.size === 0) return;
      rounds.start(carry);
      void listen().catch((error: unknown) => log.error({ err: error }, 'news of incidents cannot be followed; alarms leave a little later'));
    },
    async stop() {
      end();
      await rounds.stop();
    },
  };
}

function putOff(rows: Rows, channel: ChannelName, now: Instant, until: Instant): Promise<unknown> {
  return rows.createQueryBuilder().update(alarmTable).set({ nextAt: until }).where('channel = :channel AND next_at <= :now', { channel, now }).execute();
}

/** The channels that have something due, and when each has next. */
function dueChannels(store: Store, clock: Clock, names: readonly string[]): DueList {
  const planned = async () => {
    const found = await ask<{ channel: string; at: Instant }>(store.read(), () => 'SELECT channel, MIN(next_at) AS "at" FROM alarm WHERE next_at IS NOT NULL GROUP BY channel ORDER BY 2');
    return found.filter(({ channel }) => names.includes(channel));
  };
  return {
    due: async (now, most) => (await planned()).filter(({ at }) => at <= now).slice(0, most).map(({ channel }) => channel),
    async next(skip) {
      const look = later(clock.now(), LOOK_MS);
      const at = (await planned())[skip]?.at ?? look;
      return at < look ? at : look;
    },
  };
}

function readAlarm({ id, raisedAt, news }: AlarmRow): Alarm {
  return { id, at: raisedAt, ...(JSON.parse(news) as News) };
}
