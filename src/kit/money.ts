import type { EntitySchemaColumnOptions } from 'typeorm';

/** Whole đồng as PostgreSQL's driver gives a bigint, a text, or SQLite's, a number. */
function read(stored: string | number | null): number | null {
  return stored === null ? null : Number(stored);
}

/** A column of an amount of money: whole đồng up to 2^53 − 1. */
export const dongColumn = { type: 'bigint', transformer: { to: (amount: unknown) => amount, from: read } } as const satisfies EntitySchemaColumnOptions;

/** What a database's SUM of amounts comes to: nothing summed up is 0 đồng. */
export function sumOf(stored: string | number | null | undefined): number {
  return Number(stored ?? 0);
}
