import type { Child } from './child.ts';

/** What the generator sends. */
export interface Load {
  readonly url: string;
  /** Further servers of the same kind: connections are dealt out to all of them in turn. */
  readonly others?: readonly string[];
  /** Sent in turn, each connection its own share of them; as many as `amount` where each must be sent once. */
  readonly bodies: readonly string[];
  /** Requests under way at once, each on a connection that is kept. */
  readonly connections: number;
  /** How many in all; at least `connections`. */
  readonly amount: number;
  /** Stands in every right answer. */
  readonly expect: string;
}

/** What the generator saw. Times in milliseconds, from sending to the last byte. */
export interface Measured {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** One measurement: rate, times in milliseconds, and processor time per request of the server and of the ministries behind it. */
export interface Sample {
  readonly perSecond: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly cpuMs: number;
  readonly ministriesMs: number;
}

/** A server under measurement. */
export interface Target {
  readonly name: string;
  readonly child: Child;
  readonly load: Omit<Load, 'connections' | 'amount' | 'bodies'> & {
    /** Bodies that may be sent again and again, or the maker of so many that were never sent. */
    readonly bodies: readonly string[] | ((amount: number) => readonly string[]);
  };
}

/** Who measures. */
export interface Bench {
  readonly generator: Child;
  readonly ministries: Child;
  /** How long one measurement is to take, seconds. */
  readonly seconds: number;
  readonly rounds: number;
  /** Connections at which everything is measured. */
  readonly connections: readonly number[];
}

/** Sends so many requests and measures both sides. */
export async function measure({ generator, ministries }: Bench, { child, load }: Target, connections: number, amount: number): Promise<Sample> {
  const bodies = typeof load.bodies === 'function' ? load.bodies(amount) : load.bodies;
  const before = [await child.cpuMs(), await ministries.cpuMs()] as const;
  const { requests, seconds, p50, p95, p99 } = await generator.ask<Measured>({ load: { ...load, bodies, connections, amount } });
  const after = [await child.cpuMs(), await ministries.cpuMs()] as const;
  return { perSecond: requests / seconds, p50, p95, p99, cpuMs: (after[0] - before[0]) / requests, ministriesMs: (after[1] - before[1]) / requests };
}

/** Warms a server up until it has been busy for half as long as a measurement takes, and says how many requests make one. */
export async function warmUp(bench: Bench, target: Target, connections: number): Promise<number> {
  let amount = connections;
  for (let busy = 0; ; amount *= 2) {
    const { perSecond } = await measure(bench, target, connections, amount);
    busy += amount / perSecond;
    if (busy >= bench.seconds / 2) return Math.max(1, Math.round((perSecond * bench.seconds) / connections)) * connections;
  }
}

/** Measures servers side by side: round by round in turn, so that what else the machine does meets all of them. */
export async function compare(bench: Bench, targets: readonly Target[], connections: number, say: (text: string) => void): Promise<Sample[]> {
  const amounts: number[] = [];
  for (const target of targets) {
    say(`${connections} connections: warming up ${target.name}`);
    amounts.push(await warmUp(bench, target, connections));
  }
  const rounds = targets.map((): Sample[] => []);
  for (let round = 0; round < bench.rounds; round += 1) {
    for (const index of inTurn(targets.length, round)) {
      const target = targets[index];
      if (!target) continue;
      say(`${connections} connections: round ${round + 1} of ${bench.rounds}, ${target.name}`);
      rounds[index]?.push(await measure(bench, target, connections, amounts[index] ?? connections));
    }
  }
  return rounds.map(medianOf);
}

/** The order in which a round goes: each begins with another one, so that nobody is always the first after a pause. */
function inTurn(length: number, round: number): number[] {
  return Array.from({ length }, (_, index) => (index + round) % length);
}

/** The median of the rounds, figure by figure. */
export function medianOf(rounds: readonly Sample[]): Sample {
  const middle = (name: keyof Sample) => median(rounds.map((round) => round[name]));
  return { perSecond: middle('perSecond'), p50: middle('p50'), p95: middle('p95'), p99: middle('p99'), cpuMs: middle('cpuMs'), ministriesMs: middle('ministriesMs') };
}

/** The middle one; the upper of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
