import type { AnswerOf, Operation, RequestOf } from './contract.ts';
import type { Instant } from './instant.ts';
import type { BadAnswer, Outcome, Unreachable } from './outcome.ts';
import type { Words } from './words.ts';

/** The national systems the hub speaks to, by the names used in folders, callbacks and configuration. */
export const systemNames = ['ndxp', 'population', 'residence', 'civil-status', 'business', 'paygov', 'social-insurance'] as const;

/** The name of a national system. */
export type SystemName = (typeof systemNames)[number];

/** What a ministry demands to be told with every question: who asks, for which public service. */
export interface Ask {
  /** Unique per outside call; also in the audit line. */
  readonly requestId: string;
  /** Procedure code: the purpose of the question. */
  readonly procedure: string;
  readonly dossier?: string;
  /** The officer's id as ministries know it. */
  readonly officer: string;
  readonly unit?: string;
}

/** About whom and about which facts a call is, for the audit line. */
export interface Trace {
  /** Personal ids, or codes of enterprises, the call is about; the audit keeps keyed fingerprints only. */
  readonly about: readonly string[];
  /** Names of the fields asked for, or of the effect ordered. */
  readonly fields: readonly string[];
}

/** What is needed for one exchange besides the operation itself. */
export interface Message<Op extends Operation> {
  /** Builds the body; told the facts about the asker that the ministry demands. */
  readonly body?: (ask: Ask) => RequestOf<Op>;
  /** Values of the `{name}` parts of path and query. */
  readonly path?: Readonly<Record<string, string>>;
  readonly trace: Trace;
}

/** A ministry's wire as a client sees it: deadline, breaker, budget, authentication, contract check and audit are inside. */
export interface Wire {
  /** The present instant of the house's clock. */
  now(): Instant;
  /** The system's own settings (accounts, keys, codes), by name. */
  readonly settings: Settings;
  /** Sends one exchange of the contract and compares both bodies with it. */
  exchange<Op extends Operation>(op: Op, message: Message<Op>): Promise<AnswerOf<Op> | Unreachable | BadAnswer>;
}

/** A system's settings by name, all text. */
export type Settings = Readonly<Record<string, string>>;

/** One setting of a system: its environment variable is `MINISTRY_<SYSTEM>_<NAME>`. */
export interface Setting {
  /** What it is, for `.env.example`. */
  readonly describe: string;
  /** The value the simulated ministry accepts; outside the sandbox the variable must be given. */
  readonly sandbox: string;
}

/** How patiently and how fast a ministry is called. */
export interface Limits {
  /** How long one call may take, milliseconds of real time. */
  readonly deadlineMs: number;
  /**
   * How long whoever asks waits for this ministry altogether, its turn on the line included, milliseconds of real time; not
   * less than the deadline. What is left beside the deadline is how long a call may wait for its turn.
   */
  readonly budgetMs: number;
  /** How many calls may be under way at once. */
  readonly parallel: number;
  /** How many calls may begin in one second. */
  readonly perSecond: number;
  /** How many failures in a row open the breaker. */
  readonly failuresToOpen: number;
  /** How long the open breaker waits before it lets one call try, milliseconds of real time. */
  readonly openMs: number;
}

/** A request on its way out, before authentication. */
export interface Outgoing {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** What a system's authentication may use. */
export interface Credentials {
  readonly settings: Settings;
  now(): Instant;
  /** The gateway's token for systems behind one. */
  bearer(): Promise<string>;
}

/** One thing that can be asked of a system. */
export type Verb<Input, Result> = (wire: Wire, input: Input) => Promise<Result>;

/** A system's verbs by name. */
export type Verbs = Readonly<Record<string, Verb<never, unknown>>>;

/** A typed handle on a national system: whoever holds it and may `reach` gets the client's verbs with their types. */
export interface SystemHandle<V extends Verbs = Verbs> {
  readonly name: SystemName;
  readonly title: Words;
  /** The gateway that issues this system's tokens and carries its calls. */
  readonly behind?: SystemName;
  /** The system's path below its gateway; empty for systems with an address of their own. */
  readonly gatewayPath?: string;
  readonly limits: Limits;
  readonly settings: Readonly<Record<string, Setting>>;
  /** Adds the proof of who calls to a request. */
  authenticate(request: Outgoing, credentials: Credentials): Promise<Readonly<Record<string, string>>>;
  readonly verbs: V;
}

/** A system's verbs as the caller sees them, bound to viewer and purpose. */
export type Reached<V extends Verbs> = {
  readonly [Name in keyof V]: V[Name] extends (wire: Wire, input: infer Input) => infer Result
    ? (...input: undefined extends Input ? [] : [input: Input]) => Result
    : never;
};

/** A gateway's answer to "give me a token". */
export type TokenAnswer = Outcome<{ readonly token: string; readonly expiresAt: Instant }>;

/** The handle of a gateway: it can issue tokens for the systems behind it. */
export type GatewayHandle = SystemHandle<{ readonly token: Verb<undefined, TokenAnswer> }>;

/** Writes down a system; only here so that the types of its verbs are kept. */
export function defineSystem<V extends Verbs>(system: SystemHandle<V>): SystemHandle<V> {
  return system;
}
