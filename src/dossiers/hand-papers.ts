import type { Catalogue } from '../catalogue/catalogue.ts';
import type { HandedPaper } from '../kit/act.ts';
import type { Store } from '../kit/store.ts';
import type { Deliveries } from './delivery.ts';
import { findPaperTitle, linkedTo, readPaperLines, standing } from './paper-lines.ts';
import { dossierTable } from './table.ts';

/** What papers are handed on with. */
export interface PaperDesk {
  readonly store: Pick<Store, 'read'>;
  catalogue(): Catalogue;
  readonly deliveries: Deliveries;
}

/** The papers of a dossier that have a file, for the ministry that decides on it. Ten papers of the longest kind are 130 MB as base64, which nobody hands in; most dossiers have one of some hundred kilobytes. */
export async function handPapers(desk: PaperDesk, code: string): Promise<HandedPaper[]> {
  const rows = desk.store.read();
  const dossier = await rows.findOneByOrFail(dossierTable, { code });
  const handed: HandedPaper[] = [];
  for (const line of standing(await readPaperLines(rows, { dossiers: [code] }))) {
    const { typeCode } = line;
    const behind = linkedTo(line);
    const delivery = behind && (await desk.deliveries[behind.kind](behind.id));
    if (!delivery) continue;
    const bytes = Buffer.concat((await (await delivery.open()).toArray()) as Buffer[]);
    handed.push({ typeCode, title: findPaperTitle(desk.catalogue(), dossier, typeCode)?.vi ?? typeCode, name: delivery.fileName, mediaType: delivery.mediaType, content: bytes.toString('base64') });
  }
  return handed;
}
