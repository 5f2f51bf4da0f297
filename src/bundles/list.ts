import { birthBundle } from './birth.ts';
import type { Bundle } from './bundle.ts';

/** Every version of every linked procedure; a new one needs its own file and a line here. */
export const definitions = [birthBundle] as unknown as readonly Bundle[];
