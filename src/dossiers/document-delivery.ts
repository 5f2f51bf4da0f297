import { Readable } from 'node:stream';
import type { Store } from '../kit/store.ts';
import type { Deliver } from './delivery.ts';
import { documentTable, factsOf, type DocumentRow } from './document.ts';
import { setSheet } from './set-sheet.ts';
import { sheetOf } from './sheet.ts';
import { dossierTable } from './table.ts';

/** Every PDF begins so (ISO 32000-1 §7.5.2). */
const PDF_SIGN = '%PDF-';

/**
 * Delivers slips and results: what a ministry made as it came, everything else printed from its facts, the same bytes each
 * time. In a sandbox the hub's own pages say that they are invented.
 */
export function deliverDocuments(store: Pick<Store, 'read'>, { sandbox }: { readonly sandbox: boolean }): Deliver {
  return async (id) => {
    const row = await store.read().findOne(documentTable, { where: { id }, select: { id: true, dossier: true, kind: true, typeCode: true, issuedAt: true, facts: true, pdf: true } });
    if (!row) return undefined;
    const dossier = await store.read().findOneByOrFail(dossierTable, { code: row.dossier });
    const bytes = row.pdf ? Buffer.from(row.pdf, 'base64') : await setSheet(sheetOf(row), { sandbox });
    return {
      fileName: `${factsOf(row).title.vi} ${row.dossier}.pdf`,
      mediaType: isPdf(bytes) ? 'application/pdf' : 'application/octet-stream',
      length: bytes.length,
      about: [dossier.applicantId],
      fields: [fieldOf(row)],
      open: () => Promise.resolve(Readable.from([bytes])),
    };
  };
}

function isPdf(bytes: Buffer): boolean {
  return bytes.subarray(0, PDF_SIGN.length).toString('latin1') === PDF_SIGN;
}

function fieldOf({ kind, typeCode }: DocumentRow): string {
  return typeCode === null ? kind : `${kind} ${typeCode}`;
}
