import { realMs, realPause } from '../../src/kit/clock.ts';
import type { Chain, Place } from './chains.ts';
import type { Process } from './process.ts';
import type { Told, Town } from './town.ts';

/** Between two tries of a client whom nobody answers, milliseconds. */
const AGAIN_MS = 50;

/** A client that is answered by nobody for so long gives up, milliseconds. */
const PATIENCE_MS = 90_000;

/** Asks again and again until somebody answers, as a caller does who got none; under the same key it is the same request. */
export async function insist<T>(ask: () => Promise<T>, suffices: (answer: T) => boolean = () => true): Promise<T> {
  for (const begun = realMs(); ; ) {
    try {
      const answer = await ask();
      if (suffices(answer)) return answer;
    } catch (error) {
      if (realMs() - begun > PATIENCE_MS) throw error;
    }
    if (realMs() - begun > PATIENCE_MS) throw new Error('What was waited for did not come.');
    await realPause(AGAIN_MS);
  }
}

/**
 * Kills the hub at each place of a chain, one after the other, while the client goes on insisting; starts it anew after each.
 * Gives the hub that runs then, when the client has had its way.
 */
export async function survive(town: Town, { places }: Chain, client: () => Promise<void>): Promise<Process> {
  const [first, ...rest] = places;
  if (!first) throw new Error('A chain has at least one place.');
  let hub = await town.start('hub', first);
  const done = client();
  done.catch(() => undefined); // told below
  try {
    for (const [index, place] of [first, ...rest].entries()) {
      await Promise.race([hub.stands(place.boundary), failed(done, place)]);
      await hub.kill();
      hub = await town.start('hub', places[index + 1]);
    }
    await done;
    return hub;
  } catch (error) {
    await hub.kill(); // it would stand in the next one's way
    throw error;
  }
}

/** Rejects when the client is through although the hub never came to the place. */
async function failed(done: Promise<void>, { boundary, of }: Place): Promise<void> {
  await done;
  await realPause(PATIENCE_MS / 3); // what follows after the client's last word has its time too
  throw new Error(`The hub never came to ${boundary} of ${of ?? 'anything'}.`);
}

/** Follows an application through the lives of its hubs: every time from the last cursor on. */
export async function followThrough(town: Town, code: string, from: string): Promise<readonly Told[]> {
  const told: Told[] = [];
  const isOver = () => told.some(({ kind }) => kind.startsWith('BUNDLE_') && kind !== 'BUNDLE_RECEIVED');
  await insist(async () => void told.push(...(await town.follow(code, told.at(-1)?.cursor ?? from))), isOver);
  return told;
}
