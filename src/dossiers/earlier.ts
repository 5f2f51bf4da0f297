import type { Store } from '../kit/store.ts';
import { sameName } from '../kit/person-name.ts';
import type { PersonKey } from '../kit/personal-id.ts';
import { dossierTable, type DossierRow } from './table.ts';

/** How far back an applicant's dossiers are looked through: what somebody stated twenty dossiers ago no longer helps. */
const MOST_EARLIER = 20;

/** An earlier dossier, or the linked application that it is part of. */
export type EarlierDossier = Pick<DossierRow, 'code' | 'run' | 'registeredAt' | 'applicantName' | 'applicantBirth'>;

/**
 * The latest dossiers of a person, the newest first; only those filed under the same three facts, so that a number alone
 * opens nothing.
 */
export async function findEarlier(store: Store, { personalId, fullName, birthDate }: PersonKey): Promise<EarlierDossier[]> {
  const found = await store.read().find(dossierTable, {
    where: { applicantId: personalId },
    order: { registeredAt: 'DESC', code: 'DESC' },
    take: MOST_EARLIER,
    select: { code: true, run: true, registeredAt: true, applicantName: true, applicantBirth: true },
  });
  return found.filter((one) => one.applicantBirth === birthDate && sameName(one.applicantName, fullName));
}
