/**
 * Every place between two writes at which a process may die. A crash driver listens and kills from outside;
 * in production nobody listens and passing a boundary costs one comparison. At `dossier.changed` a unit of work is still
 * open: the state is written and its event is not.
 */
export const boundaries = [
  'submission.committed',
  'confirmation.answered',
  'confirmation.settled',
  'dossier.changed',
  'step.beforeOrder',
  'step.lookedUp',
  'step.answered',
  'step.settled',
  'poll.answered',
  'callback.received',
  'callback.settled',
  'payment.committed',
  'payment.beforeCall',
  'payment.answered',
  'payment.settled',
  'payment.heard',
  'reconciliation.read',
  'reconciliation.settled',
  'event.published',
] as const;

/** The name of a place at which the hub may die. */
export type Boundary = (typeof boundaries)[number];

/** Hears of a boundary that is passed, and of what: the act, the task or the fact; empty where there is only one. */
export type BoundaryListener = (name: Boundary, of: string) => void;

let listener: BoundaryListener | undefined;

/** Says that the process stands at the boundary; `of` tells passings of different steps apart. */
export function pass(name: Boundary, of = ''): void {
  listener?.(name, of);
}

/** Installs the crash driver's ear. Only a test's own entry file calls it. */
export function listenAtBoundaries(hear: BoundaryListener): void {
  listener = hear;
}
