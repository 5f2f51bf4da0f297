import { In, IsNull, LessThan } from 'typeorm';
import type { Clock } from '../kit/clock.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import type { Rows, Store } from '../kit/store.ts';
import type { Vault } from '../kit/vault.ts';
import { leavingTable, paperTable } from './paper-table.ts';

/** What papers are swept with. */
export interface PaperBroom {
  readonly store: Store;
  readonly vault: Pick<Vault, 'forget'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * A paper that nobody attached is kept this long, milliseconds: thirty days. A citizen has seven working days to supplement
 * (domain notes §2.3), which over Tết are more than three weeks; what was uploaded on the first day is good on the last.
 */
const UNUSED_MS = 30 * 86_400_000;

/** How often is swept, milliseconds: once a day. A paper more or less kept for a day harms nobody. */
const EVERY_MS = 86_400_000;

/** After a round that failed, milliseconds: an hour. */
const AGAIN_MS = 3_600_000;

/** Papers of one unit of work: a few milliseconds for whoever else wants to write. */
const AT_ONCE = 200;

/** A content that has been leaving for so long, milliseconds, was left by a process that died: letting go takes seconds. */
const LEFT_BEHIND_MS = 5 * 60_000;

/**
 * Sweeps papers that nobody attached in time; gives how many. Rows go first, in one unit of work with the note that their
 * contents are leaving; only then, outside, the contents go, and the notes last. Whoever attaches a paper finds its row or
 * does not, and whoever uploads the same content again meets the note and comes back: nobody ever refers to a content that
 * is going. A note is carried out by whoever wrote it; what a killed process left is claimed by a later round.
 */
export async function sweepPapers(broom: PaperBroom): Promise<number> {
  for (const sha256 of await claimLeftBehind(broom)) await letGo(broom, sha256);
  for (let swept = 0; ; ) {
    const { gone, leaving } = await broom.store.transact((rows) => sweepSome(rows, broom.clock.now()));
    for (const sha256 of leaving) await letGo(broom, sha256);
    swept += gone;
    if (gone === 0) return swept;
  }
}

async function sweepSome(rows: Rows, now: Instant): Promise<{ readonly gone: number; readonly leaving: readonly string[] }> {
  const unused = await rows.find(paperTable, { where: { attachedAt: IsNull(), keptAt: LessThan(later(now, -UNUSED_MS)) }, order: { keptAt: 'ASC' }, take: AT_ONCE });
  if (unused.length === 0) return { gone: 0, leaving: [] };
  await rows.delete(paperTable, { id: In(unused.map(({ id }) => id)) });
  const contents = [...new Set(unused.map(({ sha256 }) => sha256))];
  const wanted = new Set((await rows.findBy(paperTable, { sha256: In(contents) })).map(({ sha256 }) => sha256)); // another paper is the same
  const leaving = contents.filter((sha256) => !wanted.has(sha256));
  if (leaving.length > 0) await rows.insert(leavingTable, leaving.map((sha256) => ({ sha256, since: now })));
  return { gone: unused.length, leaving };
}

async function claimLeftBehind({ store, clock }: PaperBroom): Promise<string[]> {
  return store.transact(async (rows) => {
    const left = { since: LessThan(later(clock.now(), -LEFT_BEHIND_MS)) };
    const contents = (await rows.findBy(leavingTable, left)).map(({ sha256 }) => sha256);
    await rows.update(leavingTable, left, { since: clock.now() });
    return contents;
  });
}

async function letGo({ store, vault }: PaperBroom, sha256: string): Promise<void> {
  await vault.forget(sha256);
  await store.transact((rows) => rows.delete(leavingTable, { sha256 }));
}

/** Sweeps now and once a day by the clock, until it is stopped. */
export function openSweeping(broom: PaperBroom): { start(): void; stop(): Promise<void> } {
  const ended = new AbortController();
  let rounds = Promise.resolve();
  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      const pause = await sweep(broom);
      await broom.clock.sleepUntil(later(broom.clock.now(), pause), ended.signal);
    }
  }
  return {
    start() {
      rounds = run();
    },
    async stop() {
      ended.abort();
      await rounds;
    },
  };
}

/** One round; gives how long to wait for the next, milliseconds. */
async function sweep(broom: PaperBroom): Promise<number> {
  try {
    await sweepPapers(broom);
    return (await broom.store.read().existsBy(leavingTable, {})) ? LEFT_BEHIND_MS : EVERY_MS; // another process is at it, or died at it
  } catch (error) {
    broom.log.error({ err: error }, 'papers that nobody attached could not be swept; trying again');
    return AGAIN_MS;
  }
}
