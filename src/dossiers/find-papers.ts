import { In } from 'typeorm';
import type { Viewer } from '../access/viewer.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { fieldIssue, type FieldIssue } from '../kit/failure.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import { tidy } from '../kit/person-name.ts';
import type { Rows } from '../kit/store.ts';
import type { SystemName } from '../kit/system.ts';
import { words } from '../kit/words.ts';
import { documentTable, factsOf as factsOfDocument, type DocumentRow } from './document.ts';
import { dossierPaperTable, paperTable, type DossierPaperRow, type PaperRow } from './paper-table.ts';
import type { PlacedPaper, StatedFacts } from './stated-paper.ts';
import { dossierTable, type DossierRow } from './table.ts';

/** A stated paper that was found: everything of its line but the dossier that it will belong to. */
export type FoundPaper = Omit<DossierPaperRow, 'id' | 'dossier' | 'addedAt' | 'stage'>;

/** In whose name papers are handed in: a person, or an enterprise by a person. */
export interface PaperApplicant {
  readonly applicantId: string;
  readonly enterprise: string | null;
}

/** Who hands papers in, in whose name and when. */
export interface PaperMatter {
  readonly viewer: Viewer;
  readonly applicant: PaperApplicant;
  readonly catalogue: Catalogue;
  readonly now: Instant;
}

/** The national system behind the agency in a result's code (domain notes §1.2, §1.3: G15 = Bộ Tư pháp [checked]). */
const REGISTERS: Readonly<Record<string, SystemName>> = { G15: 'civil-status' };

/**
 * The stated papers that were found, in order, or what is wrong. Reads only; whoever attaches them looks again in the unit
 * of work. `before` are papers found for the same input, whose uploads are spent.
 */
export async function findPapers(rows: Rows, matter: PaperMatter, papers: readonly PlacedPaper[], before: readonly FoundPaper[] = []): Promise<{ readonly found: readonly FoundPaper[]; readonly issues: readonly FieldIssue[] }> {
  const uploads = await findUploads(rows, papers);
  const used = new Set(before.flatMap(({ paper }) => paper ?? []));
  const found: FoundPaper[] = [];
  const issues: FieldIssue[] = [];
  for (const placed of papers) {
    const result = await findOne(rows, matter, placed, uploads, used);
    if ('code' in result) issues.push(result);
    else found.push(result);
  }
  return { found, issues };
}

async function findUploads(rows: Rows, papers: readonly PlacedPaper[]): Promise<ReadonlyMap<string, PaperRow>> {
  const ids = papers.flatMap(({ paper }) => paper.source.upload?.id ?? []);
  return new Map(ids.length === 0 ? [] : (await rows.findBy(paperTable, { id: In(ids) })).map((row) => [row.id, row]));
}

async function findOne(rows: Rows, { viewer, applicant, catalogue, now }: PaperMatter, { path, paper, place }: PlacedPaper, uploads: ReadonlyMap<string, PaperRow>, used: Set<string>): Promise<FoundPaper | FieldIssue> {
  const { typeCode, source } = paper;
  const line = { typeCode, place, paper: null, document: null, fromDossier: null, system: registerOf(typeCode) };
  if (source.upload) {
    const upload = uploads.get(source.upload.id);
    const at = `${path}.source.upload.id`;
    if (!upload || upload.owner !== viewer.id) return noUpload(at); // absent and somebody else's answer alike
    if (upload.attachedAt !== null) return usedUpload(at, await rows.findOneBy(dossierPaperTable, { paper: upload.id }), typeCode);
    if (used.has(upload.id)) return usedUpload(at, null, typeCode);
    used.add(upload.id);
    return { ...line, ...factsOf(source.upload), origin: 'UPLOAD', paper: upload.id, system: null, asOf: upload.keptAt };
  }
  if (source.stored) return findStored(rows, catalogue, applicant, { path, paper, place });
  return { ...line, ...factsOf(source.register ?? {}), origin: 'REGISTER', asOf: now };
}

/**
 * The latest paper of the type that the same applicant handed in with the named dossier, or with a part of the named linked
 * application; or else the result of that type that it brought forth.
 */
async function findStored(rows: Rows, catalogue: Catalogue, applicant: PaperApplicant, { path, paper: { typeCode, source }, place }: PlacedPaper): Promise<FoundPaper | FieldIssue> {
  const at = `${path}.source.stored.dossier`;
  const code = source.stored?.dossier ?? '';
  const dossiers = (await rows.find(dossierTable, { where: [{ code }, { run: code }] })).filter((dossier) => isOf(dossier, applicant));
  if (dossiers.length === 0) return noDossier(at); // absent and somebody else's answer alike
  const codes = In(dossiers.map((dossier) => dossier.code));
  const kept = (await rows.find(dossierPaperTable, { where: { dossier: codes }, order: { id: 'DESC' } })).filter((one) => one.paper !== null || one.document !== null);
  const earlier = kept.find((one) => one.typeCode === typeCode);
  if (earlier) {
    const { id: _, dossier, addedAt: __, stage: ___, ...line } = earlier;
    return { ...line, place, origin: 'STORED', fromDossier: line.fromDossier ?? dossier };
  }
  const results = (await rows.find(documentTable, { where: { dossier: codes, kind: 'RESULT' }, order: { issuedAt: 'DESC', id: 'ASC' } })).map((row) => ({ row, typeCode: row.typeCode ?? usualResult(catalogue, dossiers, row.dossier) }));
  const result = results.find((one) => one.typeCode === typeCode);
  return result ? resultLine(result.row, typeCode, place) : noSuchPaper(at, typeCode, [...kept, ...results].flatMap((one) => one.typeCode ?? []));
}

/** The type of a result that officers wrote themselves: what the procedure ends in. */
function usualResult(catalogue: Catalogue, dossiers: readonly DossierRow[], code: string): string | undefined {
  const dossier = dossiers.find((one) => one.code === code);
  return dossier && catalogue.findProcedure(dossier.procedure, civilDateOf(dossier.registeredAt))?.result?.typeCode;
}

function resultLine(row: DocumentRow, typeCode: string, place: string | null): FoundPaper {
  const { says, agency } = factsOfDocument(row);
  const number = says.is === 'resulted' ? says.number : null;
  return { typeCode, place, origin: 'STORED', paper: null, document: row.id, number, issuedOn: civilDateOf(row.issuedAt), issuer: agency, fromDossier: row.dossier, system: registerOf(typeCode), asOf: row.issuedAt };
}

/** A person's papers are the person's, an enterprise's are the enterprise's, whoever filed for it. */
function isOf(dossier: DossierRow, { applicantId, enterprise }: PaperApplicant): boolean {
  return enterprise === null ? dossier.enterprise === null && dossier.applicantId === applicantId : dossier.enterprise === enterprise;
}

function factsOf({ number, issuedOn, issuer }: StatedFacts) {
  return { number: number == null ? null : tidy(number), issuedOn: issuedOn ?? null, issuer: issuer == null ? null : tidy(issuer) };
}

function registerOf(typeCode: string): SystemName | null {
  return REGISTERS[/^KQ\.(\w+)\./.exec(typeCode)?.[1] ?? ''] ?? null;
}

function noUpload(path: string): FieldIssue {
  return fieldIssue(path, 'UNKNOWN_CODE', words('Không có tệp nào của quý vị với mã này.', 'You have uploaded nothing with this id.'), words('mã do POST /papers trả về', 'an id that POST /papers answered'));
}

function usedUpload(path: string, use: DossierPaperRow | null, typeCode: string): FieldIssue {
  const other = use && use.typeCode !== typeCode;
  return fieldIssue(
    path,
    'CONTRADICTION',
    other ? words(`Tệp này đã dùng cho loại giấy tờ khác (${use.typeCode}).`, `This file was used for another type of paper (${use.typeCode}).`) : words('Tệp này đã thuộc một hồ sơ.', 'This file is part of a dossier already.'),
    words('tải tệp lên lần nữa, hoặc source.stored với mã hồ sơ trước', 'upload it again, or source.stored with the earlier dossier'),
  );
}

function noDossier(path: string): FieldIssue {
  return fieldIssue(path, 'UNKNOWN_CODE', words('Người nộp không có hồ sơ nào với mã này.', 'The applicant has no dossier with this code.'), words('mã hồ sơ trước của chính người nộp', 'the code of an earlier dossier of the same applicant'));
}

function noSuchPaper(path: string, typeCode: string, kept: readonly string[]): FieldIssue {
  const types = [...new Set(kept)].join(', ');
  return fieldIssue(
    path,
    'UNKNOWN_CODE',
    words(`Hồ sơ này không có tệp loại ${typeCode}.`, `That dossier has no file of the type ${typeCode}.`),
    types ? words(`hồ sơ đó có: ${types}`, `what it has: ${types}`) : words('một hồ sơ có tệp loại này', 'a dossier that has one'),
  );
}
