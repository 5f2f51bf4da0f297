import type { Act } from '../../kit/act.ts';

/** The enterprise register is only read; it is ordered to do nothing. */
export const acts: readonly Act<never, never, never>[] = [];
