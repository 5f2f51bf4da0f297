import { expect, onTestFinished, test } from 'vitest';
import { raiseAlarm, type Alarm, type News } from '../../src/alarms/alarm.ts';
import type { Channel, Sending } from '../../src/alarms/channel.ts';
import { openPost, type Post } from '../../src/alarms/post.ts';
import { alarmTable, type ChannelName } from '../../src/alarms/table.ts';
import { openWatch } from '../../src/alarms/watch.ts';
import { openFeed } from '../../src/events/feed.ts';
import { movableClock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { openLog } from '../../src/kit/log.ts';
import { publishedSchedule } from '../../src/kit/retry.ts';
import { StoreUnavailableError, type Store } from '../../src/kit/store.ts';
import { openStore } from '../store/opened.ts';

const log = openLog('silent');
const OWNER = { agency: 'H01.05', role: 'OPERATOR' };
const news = (number: number): News => ({ kind: 'incident.opened', cause: 'MINISTRY_UNREACHABLE', bundleCode: `run-${number}`, owner: OWNER });

/** A channel that answers as it is told, and remembers what it was given. */
function channelOf(name: ChannelName, answers: (alarms: readonly Alarm[]) => Promise<Sending>, atOnce = 1) {
  const sent: (readonly Alarm[])[] = [];
  const channel: Channel = {
    name,
    atOnce,
    send: (alarms) => (sent.push(alarms), answers(alarms)),
    close: () => Promise.resolve(),
  };
  return { channel, sent, codes: () => sent.map((alarms) => alarms.map(({ bundleCode }) => bundleCode).join()) };
}

const taken = (): Promise<Sending> => Promise.resolve({ is: 'sent' });
const dark = (): Promise<Sending> => Promise.resolve({ is: 'failed', cause: 'connection failed', isDark: true });

async function openOffice(...channels: Channel[]) {
  const { store } = await openStore();
  const clock = movableClock('2025-03-03T01:00:00.000Z');
  const feed = openFeed(store, clock);
  const posts: Post[] = [];
  onTestFinished(() => Promise.all(posts.map((post) => post.stop())).then(() => undefined));
  return {
    store,
    clock,
    raise: (number: number) => store.transact((rows) => raiseAlarm(rows, { clock }, news(number))),
    /** What waits for the webhook, in order. */
    waiting: () => store.read().find(alarmTable, { where: { channel: 'webhook' }, order: { raisedAt: 'ASC' } }),
    async openPost(own = channels) {
      const post = openPost({ store, clock, log, channels: own, feed });
      posts.push(post);
      await post.start();
      return post;
    },
  };
}

test('an alarm is told if and only if the work that raised it is committed', async () => {
  const { channel, codes } = channelOf('webhook', taken);
  const office = await openOffice(channel);
  const post = await office.openPost();
  const { store, clock } = office;
  await expect(store.transact(async (rows) => {
    await raiseAlarm(rows, { clock }, news(1));
    throw new Error('the work fails');
  })).rejects.toThrow('the work fails');
  await office.raise(2);
  post.nudge();
  await expect.poll(codes).toEqual(['run-2']);
});

test('a receiver that is dark is tried again by the published schedule, with the same id, and everything that waited follows in order', async () => {
  let isDark = true;
  const { channel, sent, codes } = channelOf('webhook', () => (isDark ? dark() : taken()));
  const office = await openOffice(channel);
  await office.raise(1);
  office.clock.moveTo(later(office.clock.now(), 1));
  await office.raise(2);
  const post = await office.openPost();
  await expect.poll(() => sent.length).toBe(1); // the second is not even tried: the receiver is dark for it too
  for (const [failures, wait] of publishedSchedule.slice(0, 3).entries()) {
    await expect.poll(async () => (await office.waiting())[0]?.tries).toBe(failures + 1);
    const at = (await office.waiting())[0]?.nextAt ?? '';
    expect(Date.parse(at) - Date.parse(office.clock.now())).toBeLessThanOrEqual(1.2 * wait);
    if (failures === 2) isDark = false;
    office.clock.moveTo(later(office.clock.now(), 1.2 * wait));
    await expect.poll(() => sent.length).toBeGreaterThan(failures + 1);
  }
  post.nudge();
  await expect.poll(codes).toEqual(['run-1', 'run-1', 'run-1', 'run-1', 'run-2']);
  expect(new Set(sent.slice(0, 4).map(([alarm]) => alarm?.id)).size).toBe(1);
});

test('one alarm that the receiver will not have holds up no other', async () => {
  const { channel, codes } = channelOf('webhook', ([alarm]) => (alarm?.bundleCode === 'run-1' ? Promise.resolve({ is: 'failed', cause: 'status 422', isDark: false }) : taken()));
  const office = await openOffice(channel);
  await office.raise(1);
  office.clock.moveTo(later(office.clock.now(), 1));
  await office.raise(2);
  await office.openPost();
  await expect.poll(codes).toEqual(['run-1', 'run-2']);
});

test('what was under way when its process died is sent by another one, once its time is over', async () => {
  const dying = channelOf('webhook', () => new Promise<Sending>(() => undefined)); // never comes back, like a process that is gone
  const living = channelOf('webhook', taken);
  const office = await openOffice();
  await office.raise(1);
  const { store, clock } = office;
  const dead = openPost({ store, clock, log, channels: [dying.channel], feed: openFeed(store, clock) });
  await dead.start();
  await expect.poll(dying.codes).toEqual(['run-1']);
  await office.openPost([living.channel]);
  clock.moveTo(later(clock.now(), 30_000));
  expect(living.codes()).toEqual([]); // it may still be under way
  clock.moveTo(later(clock.now(), 31_000)); // a minute in all
  await expect.poll(living.codes).toEqual(['run-1']);
  expect(living.sent[0]?.[0]?.id).toBe(dying.sent[0]?.[0]?.id);
});

test('two processes on one store send each alarm once', async () => {
  const [one, other] = [channelOf('webhook', taken), channelOf('webhook', taken)];
  const office = await openOffice();
  for (let number = 0; number < 20; number += 1) await office.raise(number);
  await Promise.all([office.openPost([one.channel]), office.openPost([other.channel])]);
  await expect.poll(() => one.sent.length + other.sent.length).toBe(20);
  expect(new Set([...one.codes(), ...other.codes()]).size).toBe(20);
});

test('alarms that wait together go in one mail', async () => {
  const { channel, codes } = channelOf('mail', taken, 50);
  const office = await openOffice(channel);
  for (const number of [1, 2, 3]) {
    await office.raise(number);
    office.clock.moveTo(later(office.clock.now(), 1));
  }
  await office.openPost();
  await expect.poll(codes).toEqual(['run-1,run-2,run-3']);
});

test('what was raised while nobody had configured a channel is not sent when somebody does', async () => {
  const { channel, codes } = channelOf('webhook', taken);
  const office = await openOffice();
  await office.openPost([]);
  await office.raise(1);
  await office.openPost([]); // a start without the channel
  const post = await office.openPost([channel]);
  await office.raise(2);
  post.nudge();
  await expect.poll(codes).toEqual(['run-2']);
});

test('a store that cannot write is told at once by every channel, each until it has heard, and so is its return', async () => {
  const { store } = await openStore();
  const clock = movableClock('2025-03-03T01:00:00.000Z');
  let isBroken = false;
  const shaky: Store = { ...store, transact: (work) => (isBroken ? Promise.reject(new StoreUnavailableError('SQLITE_FULL')) : store.transact(work)) };
  let mailIsDark = true;
  const webhook = channelOf('webhook', taken);
  const mail = channelOf('mail', () => (mailIsDark ? dark() : taken()));
  const watch = openWatch({ store: shaky, clock, log, channels: [webhook.channel, mail.channel], inspections: [], nudge: () => undefined });
  await watch.start();
  onTestFinished(() => watch.stop());
  expect(await store.read().query('SELECT name FROM alarm_mark')).toEqual([{ name: 'watch' }]);
  isBroken = true;
  const pass = async (ms: number) => {
    clock.moveTo(later(clock.now(), ms));
    await new Promise((resolve) => setImmediate(resolve));
  };
  await expect.poll(async () => (await pass(10_000), webhook.sent.length)).toBe(1);
  expect(webhook.sent[0]).toMatchObject([{ kind: 'store.unavailable', owner: { agency: null, role: 'OPERATOR' } }]);
  await expect.poll(async () => (await pass(10_000), mail.sent.length)).toBeGreaterThan(2);
  mailIsDark = false;
  const tries = mail.sent.length;
  await expect.poll(async () => (await pass(60_000), mail.sent.length)).toBe(tries + 1);
  expect(new Set([...webhook.sent, ...mail.sent].map(([alarm]) => alarm?.id)).size).toBe(1);
  isBroken = false;
  await expect.poll(async () => (await pass(10_000), (await store.read().find(alarmTable)).map(({ news: told }) => (JSON.parse(told) as News).kind))).toEqual(['store.available', 'store.available']);
  expect(webhook.sent).toHaveLength(1);
});
