import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';
import type { FinishedCall } from '../access/reach.ts';
import type { Watchman } from '../dossiers/watchman.ts';
import type { Feed } from '../events/feed.ts';
import type { EventKind, LoggedEvent } from '../events/log.ts';
import type { SystemStanding } from '../graph/system.ts';
import type { Clock } from '../kit/clock.ts';
import { epochMs } from '../kit/instant.ts';
import { part } from '../kit/part.ts';
import { ask } from '../kit/rows.ts';
import type { Store } from '../kit/store.ts';

/** What the hub counts as it happens ("số đo"). Labels are codes of its own, never anything of a person. */
export interface Tally {
  called(call: FinishedCall): void;
  appended(kind: EventKind): void;
  /** A reader began to follow the log, or ended. */
  followed(by: 1 | -1): void;
  /** A mutation was answered: `done`, the name of its failure, or `error`. */
  mutated(mutation: string, result: string): void;
}

/** The tally as resolvers reach it. */
export const tallyPart = part<Tally>('tally');

/** From where the rest is read when somebody looks. */
export interface MetricSources {
  readonly store: Store;
  readonly clock: Clock;
  readonly watchman: Watchman;
  standings(): readonly SystemStanding[];
}

/** The numbers of one hub. */
export interface Metrics extends Tally {
  /** The page that Prometheus reads, and its media type. */
  page(sources: MetricSources): Promise<{ readonly type: string; readonly text: string }>;
}

/** Where calls are told apart by how long they took, seconds: a good answer, a slow one, and the deadlines of lines. */
const CALL_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15];

const LINE_STATES = ['CLOSED', 'HALF_OPEN', 'OPEN'] as const;

/** Of the process, not of a hub: a test may have several in one. */
let ofProcess: Registry | undefined;

function processRegistry(): Registry {
  if (!ofProcess) collectDefaultMetrics({ register: (ofProcess = new Registry()) });
  return ofProcess;
}

/** Opens the numbers of one hub. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) => new Gauge({ name: `lienthong_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: readonly string[]) => new Counter({ name: `lienthong_${name}`, help, labelNames, registers });

  const calls = new Histogram({ name: 'lienthong_call_seconds', help: 'Calls to a ministry with the wait for their turn, by outcome: answered, refused, or why it could not be reached', labelNames: ['system', 'operation', 'outcome'], buckets: CALL_BUCKETS, registers });
  const events = counter('events_total', 'Events that this process published, by kind', ['kind']);
  const mutations = counter('mutations_total', 'Mutations that this process answered, by result: done, the name of the failure, or error', ['mutation', 'result']);
  const subscribers = gauge('subscribers', 'Readers who follow the event log at this process');
  const state = gauge('line_state', '1 for the state in which the breaker of a line is', ['system', 'state']);
  const lines = {
    waiting: gauge('line_waiting', 'Calls that wait in this process for their turn', ['system']),
    underWay: gauge('line_under_way', 'Calls of this process that have left and are not answered', ['system']),
    failuresInARow: gauge('line_failures_in_a_row', 'Calls without an answer since the last answer', ['system']),
    usualPerSecond: gauge('line_usual_per_second', 'Calls of this process that usually begin in a second', ['system']),
    allowedPerSecond: gauge('line_allowed_per_second', 'Calls of this process that may begin in a second now', ['system']),
  };
  const runs = gauge('runs', 'Linked applications that are under way');
  const steps = gauge('steps', 'Steps that are not settled, by state; WITHDRAWN: those of which is asked what became of them', ['state']);
  const payments = gauge('payments', 'Payments of which something is to be done, by task', ['task']);
  const incidents = gauge('incidents_open', 'Open incidents, by cause', ['cause']);
  const oldest = gauge('oldest_waiting_seconds', 'Age of the oldest that is not final: linked application (run), payment of which something is to be done (payment), open incident (incident)', ['of']);
  const unowned = gauge('unowned_overdue', 'What the last round of the watchman found past its limit without anybody who owns it, before it was given an owner; must be 0');
  const found = gauge('unowned_overdue_found', 'The same, of all rounds of this process, by cause', ['cause']);
  const rounds = gauge('watchman_round_age_seconds', 'How long ago the watchman ended his last round; -1 before the first');

  /** Writes down anew what is counted by a query: a label that is gone is gone. */
  async function count({ store }: MetricSources, into: Gauge, label: string, statement: string): Promise<void> {
    const rows = await ask<{ readonly of: string; readonly count: number | string }>(store.read(), () => statement);
    into.reset();
    for (const { of, count: number } of rows) into.set({ [label]: of }, Number(number));
  }

  async function age({ store, clock }: MetricSources, of: string, statement: string): Promise<void> {
    const [row] = await ask<{ readonly since: string | null }>(store.read(), () => statement);
    oldest.set({ of }, row?.since ? Math.max(0, epochMs(clock.now()) - epochMs(row.since)) / 1_000 : 0);
  }

  async function read(sources: MetricSources): Promise<void> {
    const { watchman, clock } = sources;
    for (const { name: system, ...standing } of sources.standings()) {
      for (const one of LINE_STATES) state.set({ system, state: one }, standing.state === one ? 1 : 0);
      for (const [name, line] of Object.entries(lines)) line.set({ system }, standing[name as keyof typeof lines]);
    }
    await count(sources, steps, 'state', "SELECT state AS \"of\", COUNT(*) AS \"count\" FROM bundle_step WHERE state IN ('PLANNED', 'ORDERING', 'WAITING', 'SUPPLEMENT', 'WITHDRAWN') AND (state <> 'WITHDRAWN' OR next_at IS NOT NULL) GROUP BY state");
    await count(sources, payments, 'task', 'SELECT task AS "of", COUNT(*) AS "count" FROM payment WHERE task IN (\'ORDER\', \'WATCH\', \'CANCEL\', \'REFUND\') GROUP BY task');
    await count(sources, incidents, 'cause', 'SELECT cause AS "of", COUNT(*) AS "count" FROM incident WHERE resolved_at IS NULL GROUP BY cause');
    const [running] = await ask<{ readonly count: number | string }>(sources.store.read(), () => "SELECT COUNT(*) AS \"count\" FROM bundle_run WHERE state = 'RUNNING'");
    runs.set(Number(running?.count ?? 0));
    await age(sources, 'run', "SELECT MIN(received_at) AS since FROM bundle_run WHERE state = 'RUNNING'");
    await age(sources, 'payment', "SELECT MIN(requested_at) AS since FROM payment WHERE task IN ('ORDER', 'WATCH', 'CANCEL', 'REFUND')");
    await age(sources, 'incident', 'SELECT MIN(opened_at) AS since FROM incident WHERE resolved_at IS NULL');
    const last = watchman.last();
    unowned.set(last?.unowned ?? 0);
    rounds.set(last ? (epochMs(clock.now()) - epochMs(last.at)) / 1_000 : -1);
    for (const [cause, times] of watchman.found()) found.set({ cause }, times);
  }

  return {
    called: ({ system, operation, outcome, tookMs }) => calls.observe({ system, operation, outcome }, tookMs / 1_000),
    appended: (kind) => events.inc({ kind }),
    followed: (by) => subscribers.inc(by),
    mutated: (mutation, result) => mutations.inc({ mutation, result }),
    async page(sources) {
      await read(sources);
      return { type: registry.contentType, text: `${await registry.metrics()}\n${await processRegistry().metrics()}` };
    },
  };
}

/** The feed as it is, with everything counted that goes into it and everybody who follows it. */
export function countFeed(feed: Feed, store: Store, tally: Tally): Feed {
  return {
    ...feed,
    async append(rows, event) {
      await feed.append(rows, event);
      store.afterCommit(() => tally.appended(event.kind));
    },
    async follow(wanted, after) {
      const followed = await feed.follow(wanted, after);
      tally.followed(1);
      let ended = false;
      const end = () => {
        if (!ended) tally.followed(-1);
        ended = true;
      };
      const counted: AsyncIterableIterator<LoggedEvent> = {
        async next() {
          const step = await followed.next();
          if (step.done) end();
          return step;
        },
        async return(value?: unknown) {
          end();
          return (await followed.return?.(value)) ?? { done: true, value };
        },
        async throw(error?: unknown) {
          end();
          if (followed.throw) return followed.throw(error);
          throw error;
        },
        [Symbol.asyncIterator]: () => counted,
      };
      return counted;
    },
  };
}
