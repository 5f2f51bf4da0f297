import { In } from 'typeorm';
import { builder, langArg, said } from '../graph/builder.ts';
import type { HubContext } from '../graph/context.ts';
import { loadOwn } from '../graph/lookup.ts';
import { documentTable, factsOf, type DocumentKind, type DocumentRow } from './document.ts';
import { DossierType } from './graph.ts';
import { linkOf, type Link } from './link.ts';
import type { ListedDossier } from './table.ts';

const DocumentKindEnum = builder.enumType('DocumentKind', {
  description: 'What a dossier brings forth on paper ("loại văn bản").',
  values: {
    RECEPTION_SLIP: { description: 'Form 01: received, result promised for a day ("giấy tiếp nhận hồ sơ và hẹn trả kết quả").' },
    SUPPLEMENT_SLIP: { description: 'Form 02: more is needed, and until when ("phiếu yêu cầu bổ sung, hoàn thiện hồ sơ").' },
    REFUSAL_SLIP: { description: 'Form 03: refused, and why ("phiếu từ chối giải quyết hồ sơ").' },
    RESULT: { description: 'The result ("kết quả giải quyết").' },
  } satisfies Record<DocumentKind, unknown>,
});

/** A document with its address, which is made when one of the two fields that tell it is asked for. */
interface Shown {
  readonly row: DocumentRow;
  readonly link: () => Link;
}

/** A slip or result. */
export const DocumentType = builder.objectRef<Shown>('Document').implement({
  description: 'A slip or result that was issued, as PDF ("phiếu, kết quả").',
  fields: (t) => ({
    kind: t.field({ type: DocumentKindEnum, description: 'What it is ("loại").', resolve: ({ row }) => row.kind }),
    typeCode: t.string({ nullable: true, description: 'Number of the form (01, 02, 03), or the result type code such as KQ.G15.000031; null where none is known ("mã loại").', resolve: ({ row }) => row.typeCode }),
    title: t.string({ args: langArg, description: 'Its title ("tên văn bản").', resolve: ({ row }, args) => said(factsOf(row).title, args) }),
    issuedAt: t.field({ type: 'DateTime', description: 'When it was issued ("thời điểm lập").', resolve: ({ row }) => row.issuedAt }),
    url: t.string({
      nullable: true, // so that a request without a purpose loses the address only
      description: 'Where the PDF is for the next five minutes: a path at the hub, to be resolved against its address. Asks for a purpose, under which every look is recorded ("đường dẫn tải về").',
      resolve: ({ link }) => link().url,
    }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, description: 'Until when that address opens ("thời điểm hết hạn").', resolve: ({ link }) => link().expiresAt }),
  }),
});

builder.objectFields(DossierType, (t) => ({
  documents: t.field({
    type: [DocumentType],
    description: 'Slips and results that it brought forth, oldest first ("phiếu và kết quả").',
    args: { kind: t.arg({ type: DocumentKindEnum, required: false, description: 'Only of this kind ("loại").' }) },
    resolve: (dossier, { kind }, context) => documentsOf(context, dossier, kind),
  }),
  results: t.field({ type: [DocumentType], description: 'Its results, oldest first; more than one only where law brings more than one ("kết quả giải quyết").', resolve: (dossier, _, context) => documentsOf(context, dossier, 'RESULT') }),
}));

async function documentsOf(context: HubContext, { code }: ListedDossier, kind: DocumentKind | null | undefined): Promise<Shown[]> {
  const rows = await loadOwn(context, 'documents', code, async (codes) => {
    const found = await context.store.read().find(documentTable, { where: { dossier: In([...codes]) }, order: { issuedAt: 'ASC', kind: 'ASC', id: 'ASC' } });
    return codes.map((one) => found.filter(({ dossier }) => dossier === one)); // a page is a hundred dossiers at most
  });
  return rows.filter((row) => !kind || row.kind === kind).map((row) => ({ row, link: once(() => linkOf(context, { kind: 'document', id: row.id })) }));
}

/** Makes a thing when it is first wanted, and the same one after. */
function once<T extends object>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}
