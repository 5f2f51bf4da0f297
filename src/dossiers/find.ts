import { In } from 'typeorm';
import type { Instant } from '../kit/instant.ts';
import { readRows } from '../kit/rows.ts';
import type { Store } from '../kit/store.ts';
import { states, type DossierStatus } from './states.ts';
import { dossierTable, type DossierRow, type ListedDossier } from './table.ts';

/** Which dossiers are wanted; all given must fit. */
export interface DossierFilter {
  readonly agency?: string | undefined;
  readonly status?: DossierStatus | undefined;
  readonly procedure?: string | undefined;
  /** Opaque staff id of the officer in charge. */
  readonly assignee?: string | undefined;
  readonly dueBefore?: Instant | undefined;
  /** True: past their due date and still open; false: all others. */
  readonly overdue?: boolean | undefined;
}

/** A place in the list sorted by due date. */
export interface ListPlace {
  readonly dueOrder: string;
  readonly code: string;
}

/** Statuses in which the agency's clock runs. */
export const RUNNING = ['REGISTERED', 'ACCEPTED', 'IN_PROCESS'] as const satisfies readonly DossierStatus[];

/** The dossier with that code, or nothing. */
export async function findDossier(store: Store, code: string): Promise<DossierRow | null> {
  return store.read().findOneBy(dossierTable, { code });
}

/**
 * Dossiers by due date, those without one last; at most `limit` after the place. Each list is read off one index in its
 * order; what is late is several lists, one for each status in which the clock runs, put together: late and open are few
 * among all that were ever due, and to look through those would take longer every year.
 */
export async function findDossiers(store: Store, filter: DossierFilter, after: ListPlace | undefined, limit: number, now: Instant): Promise<ListedDossier[]> {
  const { status, overdue, dueBefore } = filter;
  if (overdue !== true) return readList(store, filter, { status, after, limit, before: dueBefore, now });
  const before = dueBefore === undefined || dueBefore > now ? now : dueBefore;
  const lists = await Promise.all(RUNNING.filter((running) => status === undefined || running === status).map((running) => readList(store, filter, { status: running, after, limit, before, now })));
  return lists.length === 1 ? (lists[0] ?? []) : lists.flat().sort(inOrder).slice(0, limit);
}

/** One list that stands in an index in its order. */
interface List {
  readonly status: DossierStatus | undefined;
  readonly after: ListPlace | undefined;
  readonly limit: number;
  /** Due before that. */
  readonly before: Instant | undefined;
  readonly now: Instant;
}

function readList(store: Store, { agency, procedure, assignee, overdue }: DossierFilter, { status, after, limit, before, now }: List): Promise<ListedDossier[]> {
  const clause = (value: (given: unknown) => string) => {
    const conditions = [
      ...(agency === undefined ? [] : [`agency = ${value(agency)}`]),
      ...(procedure === undefined ? [] : [`procedure = ${value(procedure)}`]),
      ...(assignee === undefined ? [] : [`assignee = ${value(assignee)}`]),
      ...(status === undefined ? [] : [`status_code = ${value(states[status].code)}`]),
      ...(overdue === false ? [`(due_order >= ${value(now)} OR status_code NOT IN (${RUNNING.map((running) => states[running].code).join(', ')}))`] : []),
      ...(before === undefined ? [] : [`due_order < ${value(before)}`]),
      ...(after ? [`(due_order, code) > (${value(after.dueOrder)}, ${value(after.code)})`] : []),
    ];
    return `${conditions.length > 0 ? `WHERE ${conditions.join(' AND ')} ` : ''}ORDER BY due_order, code LIMIT ${limit}`;
  };
  return readRows(store.read(), dossierTable, clause, 'due');
}

function inOrder(one: ListedDossier, other: ListedDossier): number {
  const [a, b] = one.dueOrder === other.dueOrder ? [one.code, other.code] : [one.dueOrder, other.dueOrder];
  return a < b ? -1 : 1;
}

/** The counted due dates of dossiers as they are stored, in the order of the codes. */
export async function findDueDates(store: Store, codes: readonly string[]): Promise<(string | null)[]> {
  const found = await store.read().find(dossierTable, { where: { code: In([...codes]) }, select: { code: true, due: true } });
  const dues = new Map(found.map(({ code, due }) => [code, due]));
  return codes.map((code) => dues.get(code) ?? null);
}

/** Whether the agency is late: past the due date with its clock running. */
export function isOverdue(dossier: Pick<DossierRow, 'dueAt' | 'statusCode'>, now: Instant): boolean {
  return dossier.dueAt !== null && dossier.dueAt < now && RUNNING.some((running) => states[running].code === dossier.statusCode);
}
