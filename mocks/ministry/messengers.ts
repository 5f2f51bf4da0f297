import { later, type Instant } from '../../src/kit/instant.ts';
import type { Office } from './office.ts';
import { untilAborted } from './waiting.ts';

/** A message that has to reach its receiver. */
interface Message {
  readonly key: string;
  readonly url: string;
  readonly body: string;
  readonly attempts: number;
  readonly nextAt: Instant;
}

/** A ministry's messengers: each message goes out again and again until its receiver has taken it, also after a restart. */
export interface Messengers {
  /** Hands a message over; inside a unit of work it belongs to it. */
  readonly send: (key: string, url: string, body: string) => void;
  /** Looks anew at what is due: call it when something has been handed over, or will fall due sooner than was known. */
  readonly wake: () => void;
  /** Sends a message that is due, and waits until this attempt has ended. */
  readonly rush: (key: string) => Promise<void>;
  /** Lets the messengers go; what has not arrived stays in the records. */
  readonly stop: () => Promise<void>;
}

/** Growing pauses between attempts on the ministry's clock, milliseconds; the last one repeats. */
export const PAUSES_MS: readonly number[] = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000];

/** How long a receiver may take to answer, milliseconds of real time. */
const DEADLINE_MS = 10_000;

/** What makes the messengers of one ministry different from those of another. */
interface Duty {
  /** Finishes orders that are due, so that their messages are there. */
  readonly settle: () => void;
  /** When the next order will be finished. */
  readonly nextReadyAt: () => Instant | undefined;
  readonly pausesMs: readonly number[];
  /** Where messages go that have only a path, asked for at each attempt; nothing while that is not known. */
  readonly baseUrl?: () => string | undefined;
  /** Headers that carry the ministry's signature; absent where the proof is inside the body. */
  readonly sign?: (body: string, key: string) => Readonly<Record<string, string>>;
  /** Whether the answer says that the message was taken; absent = any 2xx does. */
  readonly isTaken?: (response: Response) => Promise<boolean>;
}

/** Opens the messengers' room and sets them to work. */
export function openMessengers({ name, records, clock, log, breaches }: Office, duty: Duty): Messengers {
  const { settle, nextReadyAt, pausesMs } = duty;
  records.layOut(`CREATE TABLE IF NOT EXISTS callbacks (
    key TEXT PRIMARY KEY, url TEXT NOT NULL, body TEXT NOT NULL, attempts INTEGER NOT NULL, nextAt TEXT NOT NULL, arrivedAt TEXT)`);
  const stopping = new AbortController();
  const underWay = new Map<string, Promise<void>>();
  let sleep = new AbortController();

  async function deliver({ key, url, body, attempts }: Message): Promise<void> {
    const arrived = await post(duty, { key, url, body }, stopping.signal);
    if (stopping.signal.aborted) return; // whether it arrived is not known: it goes out again after the restart
    const pause = pausesMs[Math.min(attempts, pausesMs.length - 1)] ?? 0;
    if (arrived) records.write('UPDATE callbacks SET attempts = attempts + 1, arrivedAt = ? WHERE key = ?', clock.now(), key);
    else records.write('UPDATE callbacks SET attempts = attempts + 1, nextAt = ? WHERE key = ?', later(clock.now(), pause), key);
    log.debug({ key, attempts: attempts + 1, arrived }, 'callback');
  }

  /** Sends whatever is due and not on its way yet; gives when there will be something again. */
  function sendDue(): Instant | undefined {
    settle();
    const now = clock.now();
    const waiting = records.list<Message>('SELECT * FROM callbacks WHERE arrivedAt IS NULL ORDER BY nextAt').filter(({ key }) => !underWay.has(key));
    for (const message of waiting.filter(({ nextAt }) => nextAt <= now)) {
      const delivery = deliver(message).finally(() => {
        underWay.delete(message.key);
        sleep.abort();
      });
      underWay.set(message.key, delivery);
    }
    const next = waiting.find(({ nextAt }) => nextAt > now)?.nextAt;
    return [nextReadyAt(), next].filter((at) => at !== undefined).sort()[0];
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      sleep = new AbortController();
      const awoken = AbortSignal.any([sleep.signal, stopping.signal]);
      let at: Instant | undefined;
      try {
        at = sendDue();
      } catch (error) {
        breaches.push(`callbacks: ${String(error)}`);
        log.error({ ministry: name, err: error }, 'A simulated ministry broke down.');
      }
      await (at === undefined ? untilAborted(awoken) : clock.sleepUntil(at, awoken));
    }
    await Promise.all(underWay.values());
  }

  const running = Promise.resolve().then(run); // not before the caller holds the messengers: what is due already needs them
  return {
    send: (key, url, body) => void records.write('INSERT OR IGNORE INTO callbacks (key, url, body, attempts, nextAt) VALUES (?, ?, ?, 0, ?)', key, url, body, clock.now()),
    wake: () => sleep.abort(),
    async rush(key) {
      sendDue();
      await underWay.get(key);
    },
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

/** Signs and posts; gives whether the receiver took it. */
async function post({ baseUrl, sign, isTaken }: Duty, { key, url, body }: Pick<Message, 'key' | 'url' | 'body'>, stopped: AbortSignal): Promise<boolean> {
  const address = baseUrl ? `${baseUrl() ?? ''}${url}` : url;
  try {
    const response = await fetch(address, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...sign?.(body, key), 'x-synthetic-data': 'true' },
      body,
      signal: AbortSignal.any([AbortSignal.timeout(DEADLINE_MS), stopped]),
    });
    if (isTaken) return await isTaken(response);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}
