import { In, IsNull, Not, type EntitySchema, type FindOptionsWhere } from 'typeorm';
import { realPause, type Clock } from './clock.ts';
import type { Log } from './log.ts';
import type { Rows, Store } from './store.ts';

/** What a row says about a call that is under way for it. */
export interface Owned {
  /** Name of the process that has the call under way; null for none. */
  readonly owner: string | null;
  /** When it is looked at next. */
  readonly nextAt: string | null;
}

/** A table whose rows a process may have a call under way for. */
export interface Claim {
  readonly table: EntitySchema<Owned>;
  /** Wakes whoever looks after the rows, inside the unit of work that took them over. */
  taken(rows: Rows, taken: readonly never[]): Promise<void> | void;
}

/** Names a table and who is woken for rows of it. */
export function claim<Row extends Owned>(table: EntitySchema<Row>, taken: (rows: Rows, taken: readonly Row[]) => Promise<void> | void): Claim {
  return { table: table as unknown as EntitySchema<Owned>, taken: (rows, left) => taken(rows, left as readonly Row[]) };
}

/** Takes over what dead processes left ("tiếp quản việc của tiến trình đã chết"). */
export interface TakeOver {
  /** Takes over what there is; gives how many rows. */
  look(): Promise<number>;
  /** Looks again and again, where other processes share the database. */
  start(): void;
  stop(): Promise<void>;
}

/** Between two looks for dead processes, milliseconds of real time: their steps are taken over within seconds. */
const LOOK_MS = 1_000;

/**
 * Opens the look-out. A row whose owner is dead is due at once: whoever takes it up next asks what became of the call before
 * calling again. `help` is called at each look with the number of processes: what another one is too busy for is then seen by this one.
 */
export function openTakeOver(parts: { readonly store: Store; readonly clock: Clock; readonly log: Log }, claims: readonly Claim[], help: (processes: number) => void): TakeOver {
  const { store, clock, log } = parts;
  const ending = new AbortController();
  let loop: Promise<void> = Promise.resolve();

  async function takeFrom({ table, taken }: Claim, alive: readonly string[]): Promise<number> {
    const left: FindOptionsWhere<Owned> = { owner: Not(In([...alive])), nextAt: Not(IsNull()) };
    if (!(await store.read().existsBy(table, left))) return 0;
    return store.transact(async (rows) => {
      const found = await rows.findBy(table, left);
      await rows.update(table, left, { owner: null, nextAt: clock.now() });
      await taken(rows, found as never[]);
      return found.length;
    });
  }

  async function look(): Promise<number> {
    const alive = await store.peers.alive();
    let count = 0;
    for (const one of claims) count += await takeFrom(one, alive);
    help(alive.length);
    if (count > 0) log.warn({ rows: count }, 'calls that a dead process had under way were taken over');
    return count;
  }

  return {
    look,
    start() {
      if (!store.peers.shared) return;
      loop = (async () => {
        for (;;) {
          await realPause(LOOK_MS, ending.signal);
          if (ending.signal.aborted) return;
          await look().catch((error: unknown) => log.error({ err: error }, 'the processes could not be looked at; trying again'));
        }
      })();
    },
    async stop() {
      ending.abort();
      await loop;
    },
  };
}
