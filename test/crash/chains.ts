import type { Boundary } from '../../src/kit/boundary.ts';
import { isLong } from '../support/matrices.ts';

/** A place at which the hub is killed: a boundary, and of what it is passed. */
export interface Place {
  readonly boundary: Boundary;
  /** The act, task or fact; absent = whichever comes first. */
  readonly of?: string;
}

/** Kills that one matter survives, in the order in which they happen: after each the hub starts anew, and is killed at the next. */
export interface Chain {
  readonly title: string;
  readonly places: readonly Place[];
}

const at = (boundary: Boundary, ...of: readonly string[]): readonly Place[] => (of.length === 0 ? [{ boundary }] : of.map((one) => ({ boundary, of: one })));

/** Through a step: between a state and its event, before its order, while it asks whether an order arrived, with the answer in hand, and after the commit. */
const through = (act: string): readonly Place[] => [
  ...at('dossier.changed', `${act} ACCEPTED`, `${act} IN_PROCESS`),
  ...at('step.beforeOrder', act),
  ...at('step.lookedUp', act),
  ...at('step.answered', act),
  ...at('dossier.changed', `${act} FINISHED`),
  ...at('step.settled', act),
];

/** A birth application, killed through each of its steps. */
export const stepChains: readonly Chain[] = [
  { title: 'through the birth', places: through('birth') },
  { title: 'through the residence', places: through('residence') },
  { title: 'through the health card', places: through('healthCard') },
];

/** A birth application, killed around its steps. */
export const aroundChains: readonly Chain[] = [
  { title: 'while it is filed', places: [...at('dossier.changed', 'birth REGISTERED', 'residence REGISTERED', 'healthCard REGISTERED'), ...at('submission.committed')] },
  { title: 'while what was ordered is asked for', places: [...at('step.settled', 'birth'), ...at('poll.answered', 'birth'), ...at('step.settled', 'residence'), ...at('poll.answered', 'residence')] },
  { title: 'while it is called back', places: [...at('callback.received', 'healthCard'), ...at('callback.settled', 'healthCard')] },
  { title: 'while its first fact is published', places: at('event.published', 'bundle.received', 'dossier.accepted') }, // facts of one commit are published one after the other: who is killed at the first publishes no other of them
  { title: 'while its further facts are published', places: at('event.published', 'dossier.registered', 'dossier.inProcess', 'dossier.finished', 'bundle.finished') },
];

/** A birth application that is filed while the population register is dark, killed while its persons are confirmed. */
export const confirmationChain: Chain = { title: 'while its persons are confirmed', places: [...at('confirmation.answered'), ...at('confirmation.settled')] };

/** A dossier with a fee that is asked for, paid and, because the dossier is refused, paid back. */
export const paymentChain: Chain = {
  title: 'asked for, paid and paid back',
  places: [
    ...at('dossier.changed', 'dossier PAYMENT_REQUESTED'),
    ...at('payment.committed'),
    ...at('payment.beforeCall', 'ORDER'),
    ...at('payment.answered', 'ORDER'),
    ...at('payment.settled', 'ORDER'),
    ...at('payment.heard'),
    ...at('payment.beforeCall', 'WATCH'),
    ...at('payment.answered', 'WATCH'),
    ...at('dossier.changed', 'dossier IN_PROCESS'),
    ...at('payment.settled', 'WATCH'),
    ...at('dossier.changed', 'dossier STOPPED'),
    ...at('payment.beforeCall', 'REFUND'),
    ...at('payment.answered', 'REFUND'),
    ...at('payment.settled', 'REFUND'),
  ],
};

/** A request that the officer takes back. */
export const cancelChain: Chain = { title: 'asked for and taken back', places: [...at('payment.beforeCall', 'CANCEL'), ...at('payment.answered', 'CANCEL'), ...at('payment.settled', 'CANCEL')] };

/** A fee that is paid twice, of which only PayGov's file of the day tells. */
export const reconciliationChain: Chain = { title: 'paid twice, and told by the file of the day', places: [...at('reconciliation.read'), ...at('reconciliation.settled')] };

/** In the long set every place is a chain of its own too: a hub that dies once only. */
export function withAlone(all: readonly Chain[]): readonly Chain[] {
  return isLong ? [...all, ...all.flatMap(({ title, places }) => places.map((place) => ({ title: `${title}, at ${place.boundary} of ${place.of ?? 'it'} alone`, places: [place] })))] : all;
}

/** Every chain there is. */
export const chains: readonly Chain[] = [...stepChains, ...aroundChains, confirmationChain, paymentChain, cancelChain, reconciliationChain];
