import type { Instant } from './instant.ts';
import type { OrderOutcome } from './outcome.ts';
import type { Reached, Settings, SystemHandle, Verbs } from './system.ts';
import type { Words } from './words.ts';

/** Which desk answers for an act; the catalogue knows the agency behind it, by commune and date. */
export type Desk = 'COMMUNE' | 'COMMUNE_POLICE' | 'SOCIAL_INSURANCE' | 'LINKED_PROCEDURES';

/** A paper that goes along with an order ("tệp đính kèm"). */
export interface HandedPaper {
  /** Code of its type ("mã thành phần hồ sơ"). */
  readonly typeCode: string;
  /** What it is, in Vietnamese. */
  readonly title: string;
  /** What its uploader called the file. */
  readonly name: string;
  readonly mediaType: string;
  /** The bytes, base64. */
  readonly content: string;
}

/** One order to a ministry, as the engine hands it to an act. */
export interface Order<Input> {
  readonly input: Input;
  /** Derived from the run and the act, stored before the call: the same key is the same order for ever. */
  readonly key: string;
  /** The child dossier's own code ("mã hồ sơ một cửa"). */
  readonly dossier: string;
  /** The bundle's code ("mã hồ sơ liên thông"). */
  readonly linked: string;
  /** The agency that answers for the act, as dossier codes name it. */
  readonly agency: string;
  /** Where the ministry may send its answer; good for this order only. */
  readonly callbackUrl: string;
  /** The papers of the child dossier that have a file; read only by an act whose wire takes papers. */
  papers(): Promise<readonly HandedPaper[]>;
}

/** What names an order already given. */
export type OrderName = Pick<Order<unknown>, 'key' | 'dossier' | 'linked'>;

/** A message that came to a callback address, untouched. */
export interface IncomingMessage {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What an act makes of a callback. */
export type Heard<Result> =
  | { readonly is: 'heard'; readonly key: string; readonly outcome: OrderOutcome<Result> }
  | { readonly is: 'forged' }
  | { readonly is: 'malformed'; readonly problem: string };

/** A fact of a result as it is printed: text, or a code whose name the catalogue knows. */
export type ResultValue = string | { readonly commune: string } | { readonly facility: string };

/** How what an act brought reads as a document that is handed to the citizen ("kết quả giải quyết"). */
export interface ResultDocument {
  /** Result type code such as KQ.G15.000031; null where none is known. */
  readonly typeCode: string | null;
  readonly title: Words;
  /** Number under which the ministry keeps it. */
  readonly number: string;
  /** What stands in it, in Vietnamese, in the order of the form. */
  readonly lines: readonly { readonly label: string; readonly value: ResultValue }[];
  /** The file that the ministry made itself, PDF in base64; without one the hub prints the lines. */
  readonly pdf?: string;
}

/** Something a ministry may be ordered to do, in the order of its life: order, ask again, hear, and (rarely) take back. */
export interface Act<V extends Verbs, Input, Result> {
  readonly name: string;
  readonly title: Words;
  readonly system: SystemHandle<V>;
  /** The desk at which this act opens its child dossier. */
  readonly desk: Desk;
  /** Gives the order. The same key given twice must have one effect. */
  order(verbs: Reached<V>, order: Order<Input>): Promise<OrderOutcome<Result>>;
  /** Asks what became of orders, at most `atOnce` of them; the answers by key. An order the ministry does not know is left out. */
  inquire(verbs: Reached<V>, orders: readonly OrderName[]): Promise<ReadonlyMap<string, OrderOutcome<Result>>>;
  /** How many orders one inquiry may name. */
  readonly atOnce: number;
  /** How its result, for the order that was given, reads as a document; absent where nothing is handed out. */
  document?(result: Result, input: Input): ResultDocument;
  /** What of the result is kept beside the order, where that is not all of it: a file is kept once, with its document. */
  kept?(result: Result): Result;
  /** How the answer comes: fetched, or sent to the callback address (and fetched when that stays silent). */
  readonly answers: 'polled' | 'called back';
  /** Checks and reads a callback; only where answers are called back. */
  hear?(message: IncomingMessage, settings: Settings, now: Instant): Heard<Result>;
  /**
   * Takes the order back, or what came of it, and tells how it then stands. Undone twice is undone once; `NOT_FOUND` when
   * the ministry never heard of it. Absent, as nearly everywhere, because a lawful act stands: only what is no act of law
   * in itself, such as a request for payment, can be taken back.
   */
  undo?(verbs: Reached<V>, order: OrderName, reason: Words): Promise<OrderOutcome<Result>>;
}

/** Writes down an act; only here so that the types of its order and result are kept. */
export function defineAct<V extends Verbs, Input, Result>(act: Act<V, Input, Result>): Act<V, Input, Result> {
  return act;
}

/**
 * What becomes of a callback: taken (also when it is late, doubled or early), or turned away and why; `used` when its ticket
 * has brought another answer already.
 */
export type Hearing = { readonly is: 'taken' } | { readonly is: 'unknown' } | { readonly is: 'used' } | { readonly is: 'forged' } | { readonly is: 'malformed'; readonly problem: string };

/** Whoever hears one ministry's callbacks. The ticket is the secret end of the address; a ticket of nobody's is `unknown`. */
export type Hearer = (ticket: string, message: IncomingMessage) => Promise<Hearing>;
