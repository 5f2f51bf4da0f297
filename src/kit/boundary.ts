/**
 * Every place between two writes at which a process may die. A crash driver listens and kills from outside;
 * in production nobody listens and passing a boundary costs one comparison.
 */
export const boundaries = [
  'submission.committed',
  'step.beforeOrder',
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

let listener: ((name: Boundary) => void) | undefined;

/** Says that the process stands at the boundary. */
export function pass(name: Boundary): void {
  listener?.(name);
}

/** Installs the crash driver's ear. Only a test's own entry file calls it. */
export function listenAtBoundaries(hear: (name: Boundary) => void): void {
  listener = hear;
}
