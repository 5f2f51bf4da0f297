/** A source of chance that gives the same row of numbers for the same seed, on every machine. */
export interface Chance {
  /** A number from 0 up to, but not including, 1. */
  readonly next: () => number;
  /** A whole number from `low` to `high`, both included. */
  readonly between: (low: number, high: number) => number;
  /** True in that share of the calls; `share` runs from 0 to 1. */
  readonly happens: (share: number) => boolean;
  /** One of the list, each as likely as the next. */
  readonly pick: <T>(list: readonly T[]) => T;
}

/** Values with the weight that each one has in a draw. */
export type Weights<T> = readonly (readonly [value: T, weight: number])[];

/** Opens the row of chance that belongs to the seed (mulberry32: 32 bits of state, good enough for invented people). */
export function openChance(seed: number): Chance {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0; // a signed 32-bit number is stored without allocation
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
  return {
    next,
    between: (low, high) => low + Math.floor(next() * (high - low + 1)),
    happens: (share) => next() < share,
    pick: (list) => getAt(list, Math.floor(next() * list.length)),
  };
}

/** Prepares a draw in which a value comes up in proportion to its weight. */
export function weigh<T>(table: Weights<T>): (chance: Chance) => T {
  const values = table.map(([value]) => value);
  let total = 0;
  const bounds = table.map(([, weight]) => (total += weight));
  return (chance) => {
    const point = chance.next() * total;
    return getAt(values, bounds.findIndex((bound) => point < bound));
  };
}

/**
 * Prepares numbers that look drawn and never repeat: the index is multiplied by a number that shares no divisor with
 * the modulus, so the first `modulus` indexes give `modulus` different numbers and no list of used ones is kept.
 */
export function scatter(chance: Chance, modulus: number): (index: number) => number {
  const start = chance.between(0, modulus - 1);
  let step = chance.between(Math.floor(modulus / 3), Math.floor(modulus / 2));
  while (greatestCommonDivisor(step, modulus) !== 1) step += 1;
  return (index) => (start + index * step) % modulus;
}

function greatestCommonDivisor(one: number, other: number): number {
  return other === 0 ? one : greatestCommonDivisor(other, one % other);
}

function getAt<T>(list: readonly T[], index: number): T {
  if (index < 0 || index >= list.length) throw new RangeError(`A draw needs a list with a member ${index}; this one has ${list.length}`);
  return list[index] as T;
}
