import { cataloguePart } from '../catalogue/part.ts';
import { SystemNameEnum, builder, langArg, said } from '../graph/builder.ts';
import { loadOwn } from '../graph/lookup.ts';
import { DossierType } from './graph.ts';
import { linkOf, type Link } from './link.ts';
import { findPaperTitle, linkedTo, readPaperLines, type PaperLine } from './paper-lines.ts';
import type { PaperOrigin, PaperStage } from './paper-table.ts';
import type { ListedDossier } from './table.ts';

const PaperOriginEnum = builder.enumType('PaperOrigin', {
  description: 'Where a paper of a dossier comes from ("nguồn giấy tờ").',
  values: {
    UPLOAD: { description: 'Handed in with this dossier ("tải lên").' },
    STORED: { description: 'Handed in with an earlier dossier, or issued by it: not asked for again ("từ kho").' },
    REGISTER: { description: 'Named by its entry in a register ("từ cơ sở dữ liệu").' },
  } satisfies Record<PaperOrigin, unknown>,
});

const PaperStageEnum = builder.enumType('PaperStage', {
  description: 'With what a paper came ("thời điểm nộp").',
  values: {
    SUBMISSION: { description: 'With the application ("khi nộp").' },
    SUPPLEMENT: { description: 'With what was added after it was sent back ("khi bổ sung").' },
  } satisfies Record<PaperStage, unknown>,
});

/** A paper of a dossier with its address, which is made when one of the two fields that tell it is asked for. */
interface Shown {
  readonly line: PaperLine;
  readonly dossier: ListedDossier;
  readonly link: () => Link | null;
}

const DossierPaperType = builder.objectRef<Shown>('DossierPaper').implement({
  description: 'A paper of a dossier, and where it comes from ("thành phần hồ sơ").',
  fields: (t) => ({
    typeCode: t.string({ description: 'Code of its type ("mã thành phần hồ sơ").', resolve: ({ line }) => line.typeCode }),
    title: t.string({ args: langArg, nullable: true, description: 'What it is; null where the procedure does not list the type ("tên giấy tờ").', resolve: ({ line, dossier }, args, { parts }) => titleOf(findPaperTitle(parts.get(cataloguePart), dossier, line.typeCode), args) }),
    name: t.string({ nullable: true, description: 'What its uploader called the file; null where nobody uploaded one ("tên tệp").', resolve: ({ line }) => line.file?.name ?? null }),
    origin: t.field({ type: PaperOriginEnum, description: 'Where it comes from ("nguồn").', resolve: ({ line }) => line.origin }),
    system: t.field({ type: SystemNameEnum, nullable: true, description: 'The national system whose register it stands in, where its type tells ("hệ thống nguồn").', resolve: ({ line }) => line.system }),
    asOf: t.field({ type: 'DateTime', description: 'Since when the province has it: handed in first, issued, or stated ("có từ").', resolve: ({ line }) => line.asOf }),
    fromDossier: t.string({ nullable: true, description: 'The dossier with which it was handed in first, or that brought it forth; null for a new one ("từ hồ sơ").', resolve: ({ line }) => line.fromDossier }),
    number: t.string({ nullable: true, description: 'The number on it, where stated ("số").', resolve: ({ line }) => line.number }),
    issuedOn: t.field({ type: 'Date', nullable: true, description: 'The day on it, where stated ("ngày cấp").', resolve: ({ line }) => line.issuedOn }),
    issuer: t.string({ nullable: true, description: 'Who issued it, where stated ("nơi cấp").', resolve: ({ line }) => line.issuer }),
    stage: t.field({ type: PaperStageEnum, description: 'With what it came ("thời điểm nộp").', resolve: ({ line }) => line.stage }),
    addedAt: t.field({ type: 'DateTime', description: 'When it became part of this dossier ("thêm vào lúc").', resolve: ({ line }) => line.addedAt }),
    mediaType: t.string({ nullable: true, description: 'What the file is, by its content; null where nobody uploaded one ("loại tệp").', resolve: ({ line }) => line.file?.media ?? null }),
    size: t.int({ nullable: true, description: 'Its length, bytes ("dung lượng").', resolve: ({ line }) => line.file?.size ?? null }),
    sha256: t.string({ nullable: true, description: 'SHA-256 of the file, hexadecimal ("mã băm").', resolve: ({ line }) => line.file?.sha256 ?? null }),
    url: t.string({
      nullable: true, // also so that a request without a purpose loses the address only
      description: 'Where the file is for the next five minutes: a path at the hub, to be resolved against its address. Asks for a purpose, under which every look is recorded; null without a file ("đường dẫn tải về").',
      resolve: ({ link }) => link()?.url ?? null,
    }),
    expiresAt: t.field({ type: 'DateTime', nullable: true, description: 'Until when that address opens ("thời điểm hết hạn").', resolve: ({ link }) => link()?.expiresAt ?? null }),
  }),
});

builder.objectField(DossierType, 'papers', (t) =>
  t.field({
    type: [DossierPaperType],
    description: 'The papers that it was handed in with and that were added, oldest first; of a linked application they stand at the act that uses them ("thành phần hồ sơ").',
    resolve: async (dossier, _, context) => {
      const lines = await loadOwn(context, 'papers', dossier.code, async (dossiers) => {
        const all = await readPaperLines(context.store.read(), { dossiers });
        return dossiers.map((code) => all.filter((line) => line.dossier === code));
      });
      return lines.map((line): Shown => {
        let made: Link | undefined;
        const behind = linkedTo(line);
        return { line, dossier, link: () => (behind ? (made ??= linkOf(context, behind)) : null) };
      });
    },
  }),
);

function titleOf(title: Parameters<typeof said>[0] | undefined, args: Parameters<typeof said>[1]): string | null {
  return title ? said(title, args) : null;
}
