/** How long a simulated ministry works on an order, milliseconds on the clock: long enough to see it wait, short enough for a demonstration. */
export const PACE_MS = 2_000;
