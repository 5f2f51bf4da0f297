import type { Retrying } from '../kit/retry.ts';

/** How patiently the engine asks and orders again. */
export interface Patience extends Retrying {
  /** How long after an order a polled ministry is asked first, and between polls, milliseconds. */
  readonly pollMs: number;
  /** How long a ministry that calls back may stay silent before it is asked, milliseconds. */
  readonly callbackMs: number;
}
