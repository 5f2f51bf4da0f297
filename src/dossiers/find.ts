import { In, LessThan, type FindOptionsWhere, type ObjectLiteral } from 'typeorm';
import type { Instant } from '../kit/instant.ts';
import type { Store } from '../kit/store.ts';
import { states, type DossierStatus } from './states.ts';
import { dossierTable, type DossierRow } from './table.ts';

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
const RUNNING = [states.REGISTERED.code, states.ACCEPTED.code, states.IN_PROCESS.code];

/** The dossier with that code, or nothing. */
export async function findDossier(store: Store, code: string): Promise<DossierRow | null> {
  return store.read().findOneBy(dossierTable, { code });
}

/** Dossiers by due date, those without one last; at most `limit` after the place. */
export async function findDossiers(store: Store, filter: DossierFilter, after: ListPlace | undefined, limit: number, now: Instant): Promise<DossierRow[]> {
  const { agency, status, procedure, assignee } = filter;
  const where: FindOptionsWhere<DossierRow> = {
    ...(agency === undefined ? {} : { agency }),
    ...(procedure === undefined ? {} : { procedure }),
    ...(assignee === undefined ? {} : { assignee }),
    ...(status ? { statusCode: states[status].code } : {}),
  };
  const query = store.read().createQueryBuilder(dossierTable, 'dossier').where(where);
  const and = (sql: string, values: ObjectLiteral) => query.andWhere(sql, values);
  if (filter.dueBefore) query.andWhere({ dueOrder: LessThan(filter.dueBefore) });
  if (filter.overdue === true) query.andWhere({ dueOrder: LessThan(now), statusCode: In(RUNNING) });
  if (filter.overdue === false) and('(dossier.due_order >= :now OR dossier.status_code NOT IN (:...running))', { now, running: RUNNING });
  if (after) and('(dossier.due_order > :due OR (dossier.due_order = :due AND dossier.code > :code))', { due: after.dueOrder, code: after.code });
  return query.orderBy('dossier.due_order', 'ASC').addOrderBy('dossier.code', 'ASC').limit(limit).getMany();
}

/** Whether the agency is late: past the due date with its clock running. */
export function isOverdue(dossier: DossierRow, now: Instant): boolean {
  return dossier.dueAt !== null && dossier.dueAt < now && RUNNING.some((code) => code === dossier.statusCode);
}
