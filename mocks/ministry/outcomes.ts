import { z } from 'zod';
import { findInstant } from '../../src/kit/instant.ts';
import { upperName } from '../../src/kit/person-name.ts';

/** How an order may be made to end; which of them a ministry knows depends on its contract. */
export const outcomeWords = [
  'done',
  'supplement',
  'supplementThenDone',
  'refuse',
  'silent',
  'doneUntold',
  'paidUntold',
  'callbackForged',
  'callbackDoubled',
  'callbackFirst',
  'callbackAstray',
  'amountDiffers',
  'paidTwice',
] as const;

/**
 * `done` as usual; `supplement` asks for papers at every try, `supplementThenDone` once; `refuse` says no; `silent` takes
 * the order and never answers it; `doneUntold` carries it out and sends no callback, so that only an inquiry finds out.
 * Of what is called back, an order as a payment: `callbackForged` each callback with a wrong signature or checksum,
 * `callbackDoubled` two callbacks, `callbackFirst` the callback before the answer to the order, or before the payer is sent
 * back, `callbackAstray` the callback at the address of the order, or payment, that came before.
 * Of a payment `done` means that it is paid without anybody's click, and `refuse` that the bank turns the payer down. The
 * others wait for the click and say what is wrong then: `paidUntold` no callback, `amountDiffers` another amount paid than asked for, `paidTwice` the dossier paid a second time past the hub.
 */
export type OutcomeWord = (typeof outcomeWords)[number];

const orderedOutcome = z.strictObject({
  /** A name, number or code in the body of the order; letter case and the form of Unicode do not count. */
  contains: z.string().min(1),
  outcome: z.enum(outcomeWords),
  /** What the ministry says about it, in Vietnamese. */
  reason: z.string().min(1).optional(),
  /** Until when a supplement may be handed in. */
  until: z.string().refine((text) => findInstant(text) !== undefined).optional(),
});

/** An end that somebody ordered for the orders whose body contains a text. */
export type OrderedOutcome = z.infer<typeof orderedOutcome>;

/** The ends that were ordered at one ministry. */
export interface Outcomes {
  /** Puts a list in the place of the former one. Throws a RangeError that says what is allowed. */
  readonly set: (list: unknown) => void;
  /** The first that fits the body of an order. */
  readonly match: (body: string) => OrderedOutcome | undefined;
}

/** Opens the list for a ministry that knows only some of the words. */
export function openOutcomes(allowed: readonly OutcomeWord[]): Outcomes {
  let ordered: readonly OrderedOutcome[] = [];
  const words = allowed.length > 0 ? `allowed outcomes here: ${allowed.join(', ')}` : 'this ministry takes no orders, so no outcome can be ordered';
  return {
    set(list) {
      const read = z.array(orderedOutcome).safeParse(list);
      if (!read.success) throw new RangeError(`Expected a list of { contains, outcome, reason?, until? }; ${words}. ${z.prettifyError(read.error)}`);
      const foreign = read.data.find((one) => !allowed.includes(one.outcome));
      if (foreign) throw new RangeError(`Unknown outcome "${foreign.outcome}"; ${words}.`);
      ordered = read.data;
    },
    match(body) {
      if (ordered.length === 0) return undefined;
      const text = upperName(body);
      return ordered.find((one) => text.includes(upperName(one.contains)));
    },
  };
}
