import { In } from 'typeorm';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { civilDateOf } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import type { Words } from '../kit/words.ts';
import type { Linked } from './link.ts';
import type { PaperMedia } from './paper-content.ts';
import { dossierPaperTable, paperTable, type DossierPaperRow } from './paper-table.ts';
import type { DossierRow } from './table.ts';

/** A paper of a dossier together with the file behind it, where there is one. */
export interface PaperLine extends DossierPaperRow {
  readonly id: number;
  readonly file: { readonly name: string; readonly media: PaperMedia; readonly size: number; readonly sha256: string } | null;
}

/** What of our own store stands behind a paper, to be handed out: its file, or the result that it is; nothing for an entry of a register. */
export function linkedTo({ id, paper, document }: Pick<PaperLine, 'id' | 'paper' | 'document'>): Linked | null {
  if (paper !== null) return { kind: 'paper', id: String(id) };
  return document === null ? null : { kind: 'document', id: document };
}

/** The papers of dossiers with their files, in the order in which they were added: one statement, however many dossiers. */
export async function readPaperLines(rows: Rows, where: { readonly dossiers: readonly string[] } | { readonly id: number }): Promise<PaperLine[]> {
  const { entities, raw } = await rows
    .createQueryBuilder(dossierPaperTable, 'line')
    .leftJoin(paperTable.options.name, 'file', 'file.id = line.paper')
    .addSelect(['file.name', 'file.media', 'file.size', 'file.sha256'])
    .where('dossiers' in where ? { dossier: In([...where.dossiers]) } : { id: where.id })
    .orderBy('line.id', 'ASC')
    .getRawAndEntities<{ file_name: string | null; file_media: PaperMedia; file_size: number; file_sha256: string }>();
  return entities.map((line, index) => {
    const { file_name: name = null, file_media: media, file_size: size, file_sha256: sha256 } = raw[index] ?? ({} as Partial<(typeof raw)[number]>);
    return { ...line, id: line.id ?? 0, file: name === null || media === undefined || size === undefined || sha256 === undefined ? null : { name, media, size, sha256 } };
  });
}

/** What a type of paper is called, where the dossier's procedure lists it. */
export function findPaperTitle(catalogue: Catalogue, { procedure, registeredAt }: Pick<DossierRow, 'procedure' | 'registeredAt'>, typeCode: string): Words | undefined {
  return catalogue.findProcedure(procedure, civilDateOf(registeredAt))?.papers.find((paper) => paper.typeCode === typeCode)?.name;
}

/** The lines that hold now: of those in one field of a form only the latest, and all that stand beside. */
export function standing<Line extends Pick<DossierPaperRow, 'place'>>(lines: readonly Line[]): Line[] {
  return lines.filter((line, index) => line.place === null || !lines.slice(index + 1).some((later) => later.place === line.place));
}
