import type { DataSource } from 'typeorm';

/**
 * What SQLite is to believe of the lists' indices when it plans: rows in all, then rows that share the first column, the
 * first two, and so on, as in a province's store of 1.2 million dossiers (counted in the one that `npm run bench` makes).
 * Without this it takes every index for equally good as soon as a list has two ends, and reads the wrong one; with figures
 * of its own it would plan otherwise on a new store than on a grown one. An operator's ANALYZE takes their place until the
 * next start. (https://sqlite.org/lang_analyze.html, "stable query plans")
 */
const TYPICAL: Readonly<Record<string, string>> = {
  due_order_code: '1200000 1500 1',
  agency_due_order_code: '1200000 12000 15 1',
  status_code_due_order_code: '1200000 120000 300 1',
  procedure_due_order_code: '1200000 80000 100 1',
  assignee_due_order_code: '1200000 10000 15 1',
  agency_status_code_due_order_code: '1200000 12000 1200 3 1',
  agency_procedure_due_order_code: '1200000 12000 2000 3 1',
  procedure_status_code_due_order_code: '1200000 80000 8000 20 1',
  assignee_status_code_due_order_code: '1200000 10000 1000 3 1',
  applicant_id_due_order_code: '1200000 4 2 1',
  enterprise_due_order_code: '1200000 20 2 1',
};

/** Tells SQLite so; connections that are opened afterwards plan by it. */
export async function planByTypicalStore(source: DataSource): Promise<void> {
  await source.query('ANALYZE sqlite_schema'); // makes the table of figures, and counts nothing
  await source.query("DELETE FROM sqlite_stat1 WHERE tbl = 'dossier'");
  for (const [index, figures] of Object.entries(TYPICAL)) await source.query("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('dossier', ?, ?)", [`dossier_${index}`, figures]);
}
