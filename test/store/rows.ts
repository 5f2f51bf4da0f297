import { counterTable } from '../../src/dossiers/table.ts';
import type { Rows } from '../../src/kit/store.ts';

/** Writes one row that can be found again by its name. */
export function writeRow(rows: Rows, name: string): Promise<unknown> {
  return rows.insert(counterTable, { agency: name, day: '2025-03-03', last: 1 });
}

/** The names of the rows that a view shows, sorted. */
export async function namesIn(rows: Rows): Promise<string[]> {
  const found = await rows.find(counterTable, { order: { agency: 'ASC' } });
  return found.map(({ agency }) => agency);
}
