import { raiseAlarm } from '../alarms/alarm.ts';
import { realMs, type Clock } from '../kit/clock.ts';
import { later, type Instant } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { part } from '../kit/part.ts';
import type { Rows, Store } from '../kit/store.ts';
import { closeIncident, openIncident, type IncidentMatter, type IncidentRow } from './incident.ts';
import type { Registry } from './transition.ts';

/** By what the watchman judges. */
export interface Judgement {
  readonly now: Instant;
  /** Whatever had to be looked at before this instant has waited for longer than anybody's patience. */
  readonly late: Instant;
}

/** Something that nobody sees to. */
export interface Finding {
  readonly matter: IncidentMatter;
  /** Whether somebody else should have seen to it: that is the number that must be zero. False for what is the watchman's own duty to tell. */
  readonly isFault: boolean;
  /** Sets it going again, inside the unit of work now open. */
  heal?(rows: Rows): Promise<void>;
}

/** One room's part of the watchman's round. */
export interface Beat {
  /** Everything that is not final and that nobody sees to; at most `MOST` of each kind. */
  find(rows: Rows, judgement: Judgement): Promise<readonly Finding[]>;
  /** The open incidents of the watchman's of which the cause is gone. */
  over(rows: Rows, judgement: Judgement): Promise<readonly IncidentRow[]>;
}

/**
 * A look that is planned for later than this, milliseconds from now, is no look at what is due now. What was done while the
 * watchman went round is looked at by the engine a moment after his own "now".
 */
export const SOON_MS = 10_000;

/** Findings of one kind in one round: more come with the next. A unit of work of that many is some hundred milliseconds. */
export const MOST = 500;

/** What the last round came to. */
export interface Round {
  readonly at: Instant;
  /** How much was past its limit without anybody who owns it, before it was given an owner. Must be 0. */
  readonly unowned: number;
}

/** Goes the rounds: proves every minute that nothing that is not final waits past its limit unseen ("người gác"). */
export interface Watchman {
  start(): void;
  stop(): Promise<void>;
  /** What the last round came to; nothing before the first. */
  last(): Round | undefined;
  /** What all rounds of this process found, by cause. */
  found(): ReadonlyMap<string, number>;
}

/** The watchman as metrics and health fetch him. */
export const watchmanPart = part<Watchman>('watchman');

/** How often he goes round, milliseconds on the clock: a minute, as the hub promises. */
const EVERY_MS = 60_000;

/**
 * So long what is due may wait for the engine, milliseconds of the machine's own time: five minutes. The engine comes
 * within seconds, after an outage with thousands of looks due within minutes. Counted in the machine's time, because a
 * clock that was moved, or a process that slept, is nobody's fault.
 */
const LATE_MS = 300_000;

/** Before anything: nothing is late yet. */
const NEVER: Instant = '0000-01-01T00:00:00.000Z';

/** Opens the watchman. */
export function openWatchman({ store, clock, log, feed }: Pick<Registry, 'feed'> & { readonly store: Store; readonly clock: Clock; readonly log: Log }, beats: readonly Beat[]): Watchman {
  const ended = new AbortController();
  const found = new Map<string, number>();
  const past: { readonly at: Instant; readonly ms: number }[] = []; // when rounds were, by both clocks
  let last: Round | undefined;
  let rounds = Promise.resolve();

  /** The clock's instant of five minutes of the machine's time ago. */
  function lateBefore(now: Instant): Instant {
    const ms = realMs();
    if (ms - (past.at(-1)?.ms ?? Number.NEGATIVE_INFINITY) >= EVERY_MS / 2) past.push({ at: now, ms });
    const old = past.filter((one) => ms - one.ms >= LATE_MS);
    past.splice(0, Math.max(0, old.length - 1));
    return old.at(-1)?.at ?? NEVER;
  }

  async function round(): Promise<Round> {
    const now = clock.now();
    const judgement = { now, late: lateBefore(now) };
    const { findings, over } = await look(store.read(), beats, judgement);
    if (findings.length + over.length === 0) return { at: now, unowned: 0 };
    const faults = await store.transact((rows) => seeTo({ clock, feed }, rows, beats, { ...judgement, now: clock.now() }));
    for (const { cause } of faults) found.set(cause, (found.get(cause) ?? 0) + 1);
    if (faults.length > 0) log.error({ unowned: faults.length, among: faults.slice(0, 10).map(({ run, act, dossier, cause }) => ({ run, act, dossier, cause })) }, 'the watchman found what nobody saw to; it has an incident now'); // ten are enough to know where to look
    return { at: now, unowned: faults.length };
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      await round().then(
        (one) => (last = one),
        (error: unknown) => log.error({ err: error }, 'the watchman could not go his round; trying again in a minute'),
      );
      await clock.sleepUntil(later(clock.now(), EVERY_MS), ended.signal);
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
    last: () => last,
    found: () => found,
  };
}

interface Seen {
  readonly findings: readonly Finding[];
  readonly over: readonly IncidentRow[];
}

async function look(rows: Rows, beats: readonly Beat[], judgement: Judgement): Promise<Seen> {
  const findings: Finding[] = [];
  const over: IncidentRow[] = [];
  for (const beat of beats) {
    findings.push(...(await beat.find(rows, judgement)));
    over.push(...(await beat.over(rows, judgement)));
  }
  return { findings, over };
}

/** Looks again where it can write, gives every finding an incident and sets it going, and closes what is over. Gives what somebody else should have seen to. */
async function seeTo(registry: Pick<Registry, 'clock' | 'feed'>, rows: Rows, beats: readonly Beat[], judgement: Judgement): Promise<readonly IncidentMatter[]> {
  const { findings, over } = await look(rows, beats, judgement);
  for (const incident of over) await closeIncident(registry, rows, incident);
  for (const { matter, heal } of findings) {
    await openIncident(registry, rows, matter);
    await heal?.(rows);
  }
  const faults = findings.filter(({ isFault }) => isFault).map(({ matter }) => matter);
  if (faults.length > 0) await raiseAlarm(rows, registry, { kind: 'overdue.unowned', owner: { agency: null, role: 'OPERATOR' }, count: faults.length });
  return faults;
}
