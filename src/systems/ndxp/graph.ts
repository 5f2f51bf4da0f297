import { ndxp } from './client.ts';

/** The platform itself shows nothing of its own in the graph; `Query.systems` tells how it stands. */
export const shown = { system: ndxp.name, fields: [] } as const;
