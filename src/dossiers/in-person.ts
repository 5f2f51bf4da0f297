import type { Catalogue } from '../catalogue/catalogue.ts';
import type { InPersonMoment, InPersonStep } from '../catalogue/procedure-papers.ts';
import { channels } from '../catalogue/procedures.ts';
import { fieldIssue, invalidInput, type Failure } from '../kit/failure.ts';
import { civilDateOf } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import { statusOf, type DossierStatus } from './states.ts';
import type { DossierRow } from './table.ts';

/** What an act at the desk that somebody may have to come for carries. */
export interface InPersonWord {
  /** The officer's word that what must be done in person before the act was done. */
  readonly inPersonDone?: boolean | null | undefined;
}

/** The acts at the desk that still lie ahead of a dossier in each status; none once it has ended. */
const AHEAD: Record<DossierStatus, readonly InPersonMoment[]> = {
  REGISTERED: ['ACCEPT', 'FINISH', 'RETURN'],
  ACCEPTED: ['FINISH', 'RETURN'],
  IN_PROCESS: ['FINISH', 'RETURN'],
  SUPPLEMENT_REQUESTED: ['FINISH', 'RETURN'],
  PAYMENT_REQUESTED: ['FINISH', 'RETURN'],
  FINISHED: ['RETURN'],
  NOT_ACCEPTED: [],
  WITHDRAWN: [],
  STOPPED: [],
  RETURNED: [],
};

/**
 * What somebody must still come for: the steps of a partly online procedure ("một phần") that lie ahead of a dossier filed
 * online or by post. Who files at the counter is there already; the parts of a linked application ask nobody to come.
 */
export function leftInPerson(catalogue: Catalogue, dossier: Pick<DossierRow, 'procedure' | 'registeredAt' | 'channel' | 'run' | 'statusCode'>): readonly InPersonStep[] {
  if (dossier.run !== null || channels[dossier.channel - 1] === 'COUNTER') return [];
  const ahead = AHEAD[statusOf(dossier.statusCode)];
  return catalogue.findProcedure(dossier.procedure, civilDateOf(dossier.registeredAt))?.inPerson.filter(({ at }) => ahead.includes(at)) ?? [];
}

/** The status in which each act at the desk is done. */
const DONE_IN: Record<InPersonMoment, DossierStatus> = { ACCEPT: 'REGISTERED', FINISH: 'IN_PROCESS', RETURN: 'FINISHED' };

/**
 * The note that an act leaves of what was done in person before it; the failure that names what is to be done where the
 * officer does not say that it was; nothing where nothing is to be done, or the dossier does not stand where the act is done.
 */
export function wordInPerson(catalogue: Catalogue, dossier: DossierRow, at: InPersonMoment, { inPersonDone }: InPersonWord): Words | Failure | undefined {
  const step = leftInPerson(catalogue, dossier).find((one) => one.at === at);
  if (!step || statusOf(dossier.statusCode) !== DONE_IN[at]) return undefined;
  const { what } = step;
  if (inPersonDone) return words(`Đã thực hiện trực tiếp: ${what.vi}`, `Done in person: ${what.en}`);
  return invalidInput([
    fieldIssue('inPersonDone', 'NOT_ALLOWED_NOW', words(`Thủ tục một phần: còn phải thực hiện trực tiếp: ${what.vi}.`, `A partly online procedure; still to be done in person: ${what.en}.`), words('inPersonDone: true sau khi đã thực hiện', 'inPersonDone: true once it was done')),
  ]);
}
