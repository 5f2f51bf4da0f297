import type { Store } from '../kit/store.ts';
import type { ListPlace } from './find.ts';
import { dossierTable, type DossierRow } from './table.ts';

/** By which column dossiers belong to somebody: the person who applied, or the enterprise in whose name. */
export type Belonging = 'applicantId' | 'enterprise';

const columns = { applicantId: 'applicant_id', enterprise: 'enterprise' } satisfies Record<Belonging, string>;

/**
 * The dossiers of several owners in one statement: of each at most `limit` after the place, by due date, those without one
 * last. The answers stand in the order of the owners.
 */
export async function findDossiersOf(store: Store, by: Belonging, owners: readonly string[], after: ListPlace | undefined, limit: number): Promise<DossierRow[][]> {
  const owner = `one.${columns[by]}`;
  const query = store.read().createQueryBuilder(dossierTable, 'dossier');
  const ranked = query.subQuery().select('one.code', 'code').addSelect(`ROW_NUMBER() OVER (PARTITION BY ${owner} ORDER BY one.due_order, one.code)`, 'place').from(dossierTable, 'one').where(`${owner} IN (:...owners)`);
  if (after) ranked.andWhere('(one.due_order > :due OR (one.due_order = :due AND one.code > :code))');
  const places = query.subQuery().select('ranked.code').from(`(${ranked.getQuery()})`, 'ranked').where('ranked.place <= :limit');
  const found = await query
    .where(`dossier.code IN ${places.getQuery()}`)
    .setParameters({ owners: [...owners], limit, ...(after && { due: after.dueOrder, code: after.code }) })
    .orderBy('dossier.due_order', 'ASC')
    .addOrderBy('dossier.code', 'ASC')
    .getMany();
  return owners.map((one) => found.filter((dossier) => dossier[by] === one));
}
