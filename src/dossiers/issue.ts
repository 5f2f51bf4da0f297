import { randomBytes } from 'node:crypto';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { channels } from '../catalogue/procedures.ts';
import type { SlipKind } from '../catalogue/slip-forms.ts';
import type { ResultDocument, ResultValue } from '../kit/act.ts';
import { civilDateOf, type CivilDate, type Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words, type Words } from '../kit/words.ts';
import { documentTable, type DocumentFacts, type DocumentRow, type Received } from './document.ts';
import { dossierPaperTable } from './paper-table.ts';
import type { DossierAction, DossierStatus } from './states.ts';
import type { DossierRow } from './table.ts';
import type { KeptDue } from './term.ts';

/** A dossier that has just entered a status, and how. */
export interface Entry {
  readonly dossier: DossierRow;
  readonly from: DossierStatus | null;
  readonly to: DossierStatus;
  readonly action: DossierAction;
  readonly note: Words | undefined;
  readonly result: ResultDocument | undefined;
}

const CHANNEL_NAMES = { COUNTER: 'Trực tiếp', ONLINE: 'Trực tuyến', POSTAL: 'Bưu chính công ích' } as const;

/**
 * Issues what entering a status hands to the citizen, in the unit of work now open: form 01 on reception (anew after a
 * supplement), 02 when more is asked for, 03 on refusal, the result at the end. Other changes hand out nothing.
 */
export async function issueFor(catalogue: Catalogue, rows: Rows, now: Instant, { dossier, from, to, action, note, result }: Entry): Promise<void> {
  if (to === 'ACCEPTED') await issueSlip(catalogue, rows, now, dossier, 'RECEPTION_SLIP', { ...receivedOf(catalogue, dossier), again: from === 'SUPPLEMENT_REQUESTED', papers: await papersOf(catalogue, rows, dossier) });
  else if (to === 'SUPPLEMENT_REQUESTED') await issueSlip(catalogue, rows, now, dossier, 'SUPPLEMENT_SLIP', { is: 'asked', what: sayingOf(dossier), until: dossier.supplementUntil });
  else if (action === 'refuse') await issueSlip(catalogue, rows, now, dossier, 'REFUSAL_SLIP', { is: 'refused', reason: sayingOf(dossier) });
  else if (to === 'FINISHED') await issueResult(catalogue, rows, now, dossier, result ?? ownResult(catalogue, dossier, note));
}

/** Issues a result; for what a ministry did after the citizen withdrew, without a change of the dossier. */
export async function issueResult(catalogue: Catalogue, rows: Rows, now: Instant, dossier: DossierRow, result: ResultDocument): Promise<void> {
  const { title, number, lines, typeCode, pdf = null } = result;
  const said = lines.map(({ label, value }) => ({ label, value: readValue(catalogue, civilDateOf(now), value) }));
  await write(rows, { dossier: dossier.code, kind: 'RESULT', typeCode, issuedAt: now, pdf }, { ...commonFacts(catalogue, dossier), title, says: { is: 'resulted', number, lines: said } });
}

async function issueSlip(catalogue: Catalogue, rows: Rows, now: Instant, dossier: DossierRow, kind: SlipKind, says: DocumentFacts['says']): Promise<void> {
  const { number, title, regulation } = catalogue.slipForm(kind, civilDateOf(now));
  await write(rows, { dossier: dossier.code, kind, typeCode: number, issuedAt: now, pdf: null }, { ...commonFacts(catalogue, dossier), title, form: { number, regulation }, says });
}

async function write(rows: Rows, row: Omit<DocumentRow, 'id' | 'facts'>, facts: DocumentFacts): Promise<void> {
  await rows.insert(documentTable, { ...row, id: randomBytes(18).toString('base64url'), facts: JSON.stringify(facts) });
}

function commonFacts(catalogue: Catalogue, dossier: DossierRow): Pick<DocumentFacts, 'agency' | 'procedure' | 'applicant' | 'enterprise' | 'linked'> {
  const procedure = catalogue.findProcedure(dossier.procedure, civilDateOf(dossier.registeredAt));
  return {
    agency: catalogue.findAgency(dossier.agency)?.name.vi ?? dossier.agency,
    procedure: { code: dossier.procedure, name: procedure?.name.vi ?? dossier.procedure },
    applicant: dossier.applicantName,
    ...(dossier.enterprise === null ? {} : { enterprise: dossier.enterprise }),
    ...(dossier.run === null ? {} : { linked: dossier.run }),
  };
}

function receivedOf(catalogue: Catalogue, dossier: DossierRow): Omit<Received, 'again' | 'papers'> {
  const due = dossier.due === null ? null : (JSON.parse(dossier.due) as KeptDue);
  const channel = channels[dossier.channel - 1] ?? 'ONLINE';
  return {
    is: 'received',
    channel: CHANNEL_NAMES[channel],
    receivedAt: dossier.receivedAt ?? dossier.registeredAt,
    due: due && { dueAt: due.dueAt, explanation: due.explanation.vi },
    fee: feesOf(catalogue, dossier)?.[channel] ?? null,
  };
}

/** The papers that are part of the dossier by now, by the names of their types, in the order in which they came. */
async function papersOf(catalogue: Catalogue, rows: Rows, { code, registeredAt }: DossierRow): Promise<string[]> {
  const kept = await rows.find(dossierPaperTable, { where: { dossier: code }, order: { id: 'ASC' }, select: { id: true, typeCode: true, number: true } });
  if (kept.length === 0) return [];
  const listed = catalogue.procedures(civilDateOf(registeredAt)).flatMap(({ papers }) => papers);
  return kept.map(({ typeCode, number }) => `${listed.find((paper) => paper.typeCode === typeCode)?.name.vi ?? typeCode}${number === null ? '' : ` số ${number}`}`);
}

/** The fees of the dossier's procedure, or of the act that it carries within a linked one. */
function feesOf(catalogue: Catalogue, { procedure: code, act, run, registeredAt }: DossierRow) {
  const day = civilDateOf(registeredAt);
  if (run === null) return catalogue.findProcedure(code, day)?.fees;
  const parts = catalogue.procedures(day).flatMap((linked) => linked.parts.map((part) => ({ ...part, procedure: part.procedure ?? linked.code })));
  return parts.find((part) => part.act === act && part.procedure === code)?.fees;
}

/** The result of a dossier that officers finished: what they wrote, under a number of the dossier's own. */
function ownResult(catalogue: Catalogue, dossier: DossierRow, note: Words | undefined): ResultDocument {
  const known = catalogue.findProcedure(dossier.procedure, civilDateOf(dossier.registeredAt))?.result;
  return {
    typeCode: known?.typeCode ?? null,
    title: known?.name ?? words('Kết quả giải quyết thủ tục hành chính', 'Result of an administrative procedure'),
    number: `${dossier.code}/KQ`,
    lines: note ? [{ label: 'Nội dung kết quả', value: note.vi }] : [],
  };
}

function readValue(catalogue: Catalogue, day: CivilDate, value: ResultValue): string {
  if (typeof value === 'string') return value;
  if ('commune' in value) return catalogue.findCommune(value.commune, day)?.name.vi ?? value.commune;
  return catalogue.findHealthFacility(value.facility)?.name.vi ?? value.facility;
}

function sayingOf({ reason }: DossierRow): string {
  return reason === null ? '' : (JSON.parse(reason) as Words).vi;
}
