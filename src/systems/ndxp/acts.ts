import type { Act } from '../../kit/act.ts';

/** The platform carries orders of other systems; it takes none itself. */
export const acts: readonly Act<never, never, never>[] = [];
