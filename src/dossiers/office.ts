import type { Catalogue } from '../catalogue/catalogue.ts';
import { failure, isFailure, type Failure } from '../kit/failure.ts';
import type { Log } from '../kit/log.ts';
import { part } from '../kit/part.ts';
import type { Rows, Store } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { findFirstAnswer, keepAnswer, type KeyUse } from './idempotency.ts';
import { dossierTable, type DossierRow } from './table.ts';
import { dossierNotFound, type Registry } from './transition.ts';

/** What work on dossiers is done with. */
export interface Office extends Registry {
  readonly store: Store;
  readonly log: Log;
  /** The law as it stands now. */
  catalogue(): Catalogue;
}

/** The office as resolvers fetch it. */
export const officePart = part<Office>('office');

/** One change of a dossier that somebody asks for under an idempotency key. */
export interface Task extends KeyUse {
  readonly code: string;
}

/**
 * Carries out a change of one dossier in one unit of work: the same key gives the first answer, a dossier that is part of
 * a linked application is left to the engine unless `linkedToo`.
 */
export async function changeDossier(office: Office, task: Task, change: (rows: Rows, dossier: DossierRow) => Promise<DossierRow | Failure>, options: { readonly linkedToo?: boolean } = {}): Promise<DossierRow | Failure> {
  return office.store.transact(async (rows) => {
    const first = await findFirstAnswer(rows, task);
    if (first) return isFailure(first) ? first : rows.findOneByOrFail(dossierTable, { code: first.answer });
    const dossier = await rows.findOneBy(dossierTable, { code: task.code });
    if (!dossier) return dossierNotFound();
    if (dossier.run !== null && !options.linkedToo) return linked(dossier.run);
    const changed = await change(rows, dossier);
    if (!isFailure(changed)) await keepAnswer(rows, task, task.code, office.clock.now());
    return changed;
  });
}

function linked(bundle: string): Failure {
  return failure('LinkedDossier', words(`Hồ sơ thuộc hồ sơ liên thông ${bundle}; các bước do hệ thống tự thực hiện.`, `This dossier is part of the linked application ${bundle}, whose acts the engine plays.`), { facts: { bundle } });
}
