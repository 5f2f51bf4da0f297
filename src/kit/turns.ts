import { realDeadline } from './clock.ts';

/** For whom a call is made: somebody waits for the answer, or the engine, whose orders wait in the database as well as here. */
export type Waiter = 'person' | 'engine';

/** A turn that was given; whoever has it gives it back. */
export interface Turn {
  end(): void;
}

/** Why no turn came: too many wait or it took too long, the line went dark, or the caller gave up. */
export type NoTurn = 'too busy' | 'dark' | 'given up';

/** The queue before one line: so many calls at once, so many beginnings in a second. */
export interface Turns {
  /** Waits for a turn, at most so many milliseconds. */
  take(waiter: Waiter, mostMs: number, signal?: AbortSignal): Promise<Turn | NoTurn>;
  /** Notes a call that begins without a turn, such as the one that tries whether the line is there again. */
  began(): void;
  /** Sends everybody away who waits. */
  clear(): void;
  /** How many wait. */
  waiting(waiter?: Waiter): number;
}

/** What the turns of a line are governed by; all of it may change from call to call. */
export interface TurnRules {
  /** Calls at once. */
  parallel(): number;
  /** Calls that may begin in one second. */
  perSecond(): number;
  /** More than so many do not wait at once. */
  readonly longestQueue: number;
  /** Told when a call has to wait for the rate. */
  heldBack(): void;
  /** Real milliseconds from some fixed point. */
  now(): number;
}

/** The rate is counted over the last so many milliseconds: a second. */
const WINDOW_MS = 1_000;

/** A line is called once an hour at least, whatever it is governed by: it would never be known to be there again. */
const SLOWEST_PER_SECOND = 1 / 3_600;

/** Persons go first, but while both wait each fourth turn is the engine's, so that a busy day does not stop the orders. */
const PERSONS_IN_A_ROW = 3;

interface Waiting {
  begin(): void;
  leave(why: NoTurn): void;
}

/** Opens the queue. */
export function openTurns(rules: TurnRules): Turns {
  const queues: Record<Waiter, Set<Waiting>> = { person: new Set(), engine: new Set() };
  const beginnings: number[] = []; // of the last window, oldest first
  let underWay = 0;
  let personsInARow = 0;
  let armed: ReturnType<typeof realDeadline> | undefined;

  /** How long until another call may begin, milliseconds; 0 = now. */
  function restMs(): number {
    const now = rules.now();
    const perSecond = Math.max(rules.perSecond(), SLOWEST_PER_SECOND);
    const [most, window] = perSecond >= 1 ? [Math.floor(perSecond), WINDOW_MS] : [1, WINDOW_MS / perSecond]; // a call in four seconds is one call, seldom
    while (beginnings.length > 0 && (beginnings[0] ?? 0) <= now - window) beginnings.shift();
    const eldest = beginnings.at(-most);
    return eldest === undefined ? 0 : Math.max(0, eldest + window - now);
  }

  function next(): Waiting | undefined {
    const [person] = queues.person;
    const [engine] = queues.engine;
    const isEngines = engine !== undefined && (person === undefined || personsInARow >= PERSONS_IN_A_ROW);
    personsInARow = isEngines ? 0 : personsInARow + 1;
    return isEngines ? engine : person;
  }

  /** Lets in as many as may begin now, and comes back when the next may. */
  function letIn(): void {
    while (underWay < Math.max(1, rules.parallel()) && queues.person.size + queues.engine.size > 0) {
      const rest = restMs();
      if (rest > 0) {
        rules.heldBack();
        return wakeIn(rest);
      }
      next()?.begin();
    }
  }

  function wakeIn(ms: number): void {
    if (armed) return;
    armed = realDeadline(Math.ceil(ms));
    armed.signal.addEventListener('abort', () => {
      armed = undefined;
      letIn();
    });
  }

  return {
    take(waiter, mostMs, signal) {
      if (queues.person.size + queues.engine.size >= rules.longestQueue) return Promise.resolve('too busy');
      return new Promise((resolve) => {
        const limit = realDeadline(Math.max(0, mostMs), signal);
        const leave = (why: NoTurn) => {
          queues[waiter].delete(waiting);
          limit.release();
          resolve(why);
        };
        const waiting: Waiting = {
          leave,
          begin() {
            queues[waiter].delete(waiting);
            limit.release();
            underWay += 1;
            beginnings.push(rules.now());
            resolve({
              end() {
                underWay -= 1;
                letIn();
              },
            });
          },
        };
        queues[waiter].add(waiting);
        limit.signal.addEventListener('abort', () => leave(limit.isOver ? 'too busy' : 'given up'));
        if (limit.signal.aborted) leave('given up');
        else letIn();
      });
    },
    began: () => void beginnings.push(rules.now()),
    clear() {
      for (const waiting of [...queues.person, ...queues.engine]) waiting.leave('dark');
    },
    waiting: (waiter) => (waiter ? queues[waiter].size : queues.person.size + queues.engine.size),
  };
}
