import { expect, test } from 'vitest';
import { findDossiers, type DossierFilter, type ListPlace } from '../../src/dossiers/find.ts';
import type { Rows, Store } from '../../src/kit/store.ts';
import { onPostgres } from '../support/database.ts';
import { openStore } from './opened.ts';

const NOW = '2025-03-03T01:00:00.000Z';
const FILTERS = { agency: '000.23.17.H01', status: 'IN_PROCESS', procedure: '1.004222', assignee: 'CB-30280-01', dueBefore: '2025-02-01T00:00:00.000Z' } as const;
const PLACE: ListPlace = { dueOrder: '2025-01-01T10:00:00.000Z', code: '000.23.17.H01-241230-0001' };

/** Every way to put filters together: any of them, late or not or either, from the beginning or after a place. */
function* everyList(): Generator<readonly [DossierFilter, ListPlace | undefined]> {
  const names = Object.keys(FILTERS) as (keyof typeof FILTERS)[];
  for (let chosen = 0; chosen < 2 ** names.length; chosen += 1) {
    const filter = Object.fromEntries(names.filter((_, bit) => chosen & (2 ** bit)).map((name) => [name, FILTERS[name]]));
    for (const overdue of [undefined, true, false]) for (const after of [undefined, PLACE]) yield [{ ...filter, overdue }, after];
  }
}

/** How the database would read what a question reads. */
async function plansOf(store: Store, ask: (watched: Store) => Promise<unknown>): Promise<string[]> {
  const plans: string[] = [];
  const rows = store.read();
  const explain = async (sql: string, values: unknown[]) => {
    if (onPostgres) return explainOnPostgres(store, sql, values, plans);
    const steps = await rows.query<{ detail: string }[]>(`EXPLAIN QUERY PLAN ${sql}`, values);
    plans.push(...steps.map(({ detail }) => detail));
    return [];
  };
  await ask({ ...store, read: () => ({ dataSource: rows.dataSource, query: explain }) as unknown as Rows });
  return plans;
}

/** How PostgreSQL would read it if there were so many rows that it had to take an index where there is one. */
async function explainOnPostgres(store: Store, sql: string, values: unknown[], plans: string[]): Promise<[]> {
  const steps = await store.transact(async (rows) => {
    for (const way of ['seqscan', 'bitmapscan', 'sort']) await rows.query(`SET LOCAL enable_${way} = off`);
    return rows.query<Record<'QUERY PLAN', string>[]>(`EXPLAIN (COSTS OFF) ${sql}`, values);
  });
  plans.push(steps.map((step) => step['QUERY PLAN'].trim()).join('; '));
  return [];
}

test('no list of dossiers is sorted, and none is looked through from its first row, whatever is asked for', async () => {
  const { store } = await openStore();
  for (const [filter, after] of everyList()) {
    const plans = await plansOf(store, (watched) => findDossiers(watched, filter, after, 51, NOW));
    const isWhole = !filter.agency && !filter.status && !filter.procedure && !filter.assignee && !filter.dueBefore && !filter.overdue && !after;
    expect(plans.length, JSON.stringify({ filter, after })).toBe(filter.overdue && !filter.status ? 3 : 1);
    if (onPostgres) {
      for (const plan of plans) expect(plan, JSON.stringify({ filter, after })).toMatch(/^Limit; -> +Index (Only )?Scan using dossier_\w*due_order_code on dossier/);
      continue;
    }
    for (const plan of plans) expect(plan, JSON.stringify({ filter, after })).toMatch(isWhole ? /^SCAN dossier USING INDEX dossier_due_order_code$/ : /^SEARCH dossier USING INDEX dossier_\w*due_order_code \(/);
    const equal = [filter.agency, filter.procedure, filter.status ?? filter.overdue].filter(Boolean).length;
    if (equal > 0 && !filter.assignee) for (const plan of plans) expect((plan.match(/\w+=\?/g) ?? []).length, `${plan} for ${JSON.stringify(filter)}`).toBe(Math.min(equal, 2)); // as many as an index may begin with
  }
});
