import type { Clock } from '../../src/kit/clock.ts';
import type { Operation } from '../../src/kit/contract.ts';
import type { Instant } from '../../src/kit/instant.ts';
import type { Log } from '../../src/kit/log.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { openLedger, type Ledger } from './ledger.ts';
import { openMode, type Mode, type ModeSwitch } from './mode.ts';
import { openOutcomes, type Outcomes, type OutcomeWord } from './outcomes.ts';
import { openRecords, type Records } from './records.ts';
import { openScript, type Script } from './trouble.ts';

/** The world in which the ministries stand. */
export interface World {
  /** The only time they know. */
  readonly clock: Clock;
  readonly log: Log;
  /** Folder of their records; absent = memory, gone with the process. */
  readonly dataDir?: string;
  /** How long on the clock a ministry works on an order, milliseconds. */
  readonly paceMs: number;
  /** How they treat what they have seen before; absent = as their documents promise. */
  readonly mode?: Partial<Mode>;
}

/** One exchange as the ministry saw it. */
export interface Call {
  readonly operation: string;
  readonly at: Instant;
}

/** What every ministry has at hand, whatever its business. */
export interface Office extends Omit<World, 'mode'> {
  readonly name: SystemName;
  readonly records: Records;
  readonly ledger: Ledger;
  readonly script: Script;
  readonly outcomes: Outcomes;
  readonly mode: ModeSwitch;
  /** The latest exchanges, oldest first; carried calls of the gateway too. */
  readonly calls: Call[];
  /** Answers of its own that left the contract: faults of the simulation, which tests assert to be none. */
  readonly breaches: string[];
  /** Closes it: whoever is kept waiting is let go. */
  readonly closing: AbortController;
}

/** Names of exchanges and outcomes by which a ministry can be scripted. */
interface Scriptable {
  readonly operations: readonly (Operation | string)[];
  readonly outcomes: readonly OutcomeWord[];
}

/** Furnishes the office of one ministry. */
export function openOffice(name: SystemName, world: World, { operations, outcomes }: Scriptable): Office {
  const records = openRecords(name, world.dataDir);
  return {
    ...world,
    name,
    records,
    ledger: openLedger(records),
    script: openScript(operations.map((one) => (typeof one === 'string' ? one : one.id))),
    outcomes: openOutcomes(outcomes),
    mode: openMode(world.mode),
    calls: [],
    breaches: [],
    closing: new AbortController(),
  };
}
