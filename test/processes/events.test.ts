import { expect, onTestFinished } from 'vitest';
import { openPostgresStore } from '../../src/database/postgres-store.ts';
import { BEGINNING } from '../../src/events/cursor.ts';
import { openFeed, type Feed } from '../../src/events/feed.ts';
import type { NewEvent } from '../../src/events/log.ts';
import { movableClock } from '../../src/kit/clock.ts';
import type { Store } from '../../src/kit/store.ts';
import { gate } from '../kit/gate.ts';
import { openStore } from '../store/opened.ts';
import { MONDAY } from '../support/hub.ts';
import { testOnServer } from '../support/database.ts';

const fact = (dossier: string): NewEvent => ({ kind: 'dossier.accepted', dossier, run: null, agency: null, procedure: null, statusCode: 2 });

/** Two processes' stores and feeds on one database, in this process. */
async function openTwo(): Promise<{ here: { store: Store; feed: Feed }; there: { store: Store; feed: Feed } }> {
  const { store, url } = await openStore();
  const { store: other } = await openPostgresStore(url);
  const clock = movableClock(MONDAY);
  const [here, there] = [store, other].map((one) => ({ store: one, feed: openFeed(one, clock) })) as [{ store: Store; feed: Feed }, { store: Store; feed: Feed }];
  onTestFinished(async () => {
    for (const { feed } of [here, there]) feed.close();
    await other.close();
  });
  return { here, there };
}

const write = ({ store, feed }: { store: Store; feed: Feed }, name: string) => store.transact((rows) => feed.append(rows, fact(name)));

testOnServer('an event that is committed late with a smaller number is not skipped by whoever reads on from a cursor', async () => {
  const { here, there } = await openTwo();
  await write(here, 'first');
  await expect.poll(() => there.feed.page({}, BEGINNING, 10)).toHaveLength(1);
  const [hasWritten, mayCommit] = [gate(), gate()];
  const slow = here.store.transact(async (rows) => {
    await here.feed.append(rows, fact('slow'));
    hasWritten.open();
    await mayCommit.opened;
  });
  await hasWritten.opened;
  await write(there, 'quick'); // committed, with a greater number than the slow one
  const held = await there.feed.page({}, BEGINNING, 10);
  expect(held.map(({ dossier }) => dossier)).toEqual(['first']); // the quick one waits for the slow one
  const reader = await there.feed.follow({}, held.at(-1) ?? null);
  mayCommit.open();
  await slow;
  const read = [(await reader.next()).value, (await reader.next()).value];
  await reader.return?.();
  expect(read.map((event) => event?.dossier)).toEqual(['slow', 'quick']);
});

testOnServer('of 300 facts written side by side through two processes every follower at either hears each once, in one order', async () => {
  const { here, there } = await openTwo();
  const hear = async ({ feed }: { feed: Feed }) => {
    const heard: string[] = [];
    for await (const { dossier } of await feed.follow({}, BEGINNING)) if (heard.push(dossier ?? '') === 300) break;
    return heard;
  };
  const followers = [here, there, here, there].map(hear);
  const names = Array.from({ length: 300 }, (_, number) => `dossier ${number}`);
  await Promise.all(names.map((name, number) => write(number % 2 === 0 ? here : there, name)));
  const [first = [], ...others] = await Promise.all(followers);
  expect([...first].sort()).toEqual([...names].sort());
  for (const other of others) expect(other).toEqual(first);
});

testOnServer('who follows one dossier at one process hears what another process writes about it', async () => {
  const { here, there } = await openTwo();
  const reader = await there.feed.follow({ dossier: 'mine' }, BEGINNING);
  const next = reader.next();
  await write(here, 'other');
  await write(here, 'mine');
  expect((await next).value).toMatchObject({ dossier: 'mine' });
  await reader.return?.();
});

testOnServer('numbers of transactions that begin anew, as in a restored cluster, are lifted above those that are stored', async () => {
  const { store, url } = await openStore();
  const clock = movableClock(MONDAY);
  const feed = openFeed(store, clock);
  await write({ store, feed }, 'before');
  await store.transact((rows) => rows.query('UPDATE event SET tx = tx + 1000000000')); // as a dump from a busier cluster would have it
  const { store: restored } = await openPostgresStore(url); // a hub starts on it
  const again = openFeed(restored, clock);
  await write({ store: restored, feed: again }, 'after');
  await expect.poll(async () => (await again.page({}, BEGINNING, 10)).map(({ dossier }) => dossier)).toEqual(['before', 'after']);
  feed.close();
  again.close();
  await restored.close();
});
