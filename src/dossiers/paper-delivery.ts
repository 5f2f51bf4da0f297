import type { Store } from '../kit/store.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import type { Vault } from '../kit/vault.ts';
import type { Deliver } from './delivery.ts';
import { readPaperLines } from './paper-lines.ts';
import { dossierTable } from './table.ts';

/** Delivers the files behind papers of dossiers; the id is that of the paper's line, so that a look is always about one dossier. */
export function deliverPapers(store: Pick<Store, 'read'>, vault: Pick<Vault, 'fetch'>): Deliver {
  return async (id) => {
    const [line] = await readPaperLines(store.read(), { id: Number(id) });
    if (!line?.file) return undefined;
    const { name, media, size, sha256 } = line.file;
    const { applicantId } = await store.read().findOneByOrFail(dossierTable, { code: line.dossier });
    return {
      fileName: name,
      mediaType: media,
      length: size,
      about: [applicantId],
      fields: [line.typeCode],
      async open() {
        const content = await vault.fetch(sha256);
        if (!content) throw new StoreUnavailableError('a kept paper is not where it was put');
        return content;
      },
    };
  };
}
