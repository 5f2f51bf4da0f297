import { failure, isFailure, type Failure } from '../kit/failure.ts';
import type { Log } from '../kit/log.ts';
import { part } from '../kit/part.ts';
import type { Seal } from '../kit/seal.ts';
import type { Rows, Store } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { findFirstAnswer, keepAnswer, type KeyUse } from './idempotency.ts';
import { dossierTable, type DossierRow } from './table.ts';
import { dossierNotFound, type Registry } from './transition.ts';

/** What work on dossiers is done with. */
export interface Office extends Registry {
  readonly store: Store;
  readonly log: Log;
  readonly seal: Seal;
}

/** The office as resolvers fetch it. */
export const officePart = part<Office>('office');

/** One change of a dossier that somebody asks for under an idempotency key. */
export interface Task extends KeyUse {
  readonly code: string;
}

/** Carries out a task in one unit of work: the same key gives the first answer, found again by `again`. */
export async function underKey<T>(office: Office, use: KeyUse, again: (rows: Rows, answer: string) => Promise<T>, work: (rows: Rows) => Promise<{ readonly answer: string; readonly result: T } | Failure>): Promise<T | Failure> {
  return office.store.transact(async (rows) => {
    const first = await findFirstAnswer(rows, use);
    if (first) return isFailure(first) ? first : again(rows, first.answer);
    const worked = await work(rows);
    if (isFailure(worked)) return worked;
    await keepAnswer(rows, use, worked.answer, office.clock.now());
    return worked.result;
  });
}

/** The dossier of that code as an officer may change it; one that is part of a linked application is left to the engine unless `linkedToo`. */
export async function findForDesk(rows: Rows, code: string, options: { readonly linkedToo?: boolean } = {}): Promise<DossierRow | Failure> {
  const dossier = await rows.findOneBy(dossierTable, { code });
  if (!dossier) return dossierNotFound();
  return dossier.run !== null && !options.linkedToo ? linked(dossier.run) : dossier;
}

/** Carries out a change of one dossier in one unit of work; the same key gives the dossier as it stands now. */
export function changeDossier(office: Office, task: Task, change: (rows: Rows, dossier: DossierRow) => Promise<DossierRow | Failure>, options: { readonly linkedToo?: boolean } = {}): Promise<DossierRow | Failure> {
  const again = (rows: Rows, code: string) => rows.findOneByOrFail(dossierTable, { code });
  return underKey(office, task, again, async (rows) => {
    const dossier = await findForDesk(rows, task.code, options);
    if (isFailure(dossier)) return dossier;
    const result = await change(rows, dossier);
    return isFailure(result) ? result : { answer: task.code, result };
  });
}

function linked(bundle: string): Failure {
  return failure('LinkedDossier', words(`Hồ sơ thuộc hồ sơ liên thông ${bundle}; các bước do hệ thống tự thực hiện.`, `This dossier is part of the linked application ${bundle}, whose acts the engine plays.`), { facts: { bundle } });
}
