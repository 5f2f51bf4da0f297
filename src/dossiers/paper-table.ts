import { EntitySchema } from 'typeorm';
import type { SystemName } from '../kit/system.ts';
import type { PaperMedia } from './paper-content.ts';

/** A paper that somebody handed in ("giấy tờ đã tải lên"). Never changes but for the day on which it becomes part of a dossier. */
export interface PaperRow {
  /** 144 random bits: not to be guessed. */
  readonly id: string;
  /** Who uploaded it: the viewer's opaque id. Theirs alone until it is attached. */
  readonly owner: string;
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** What the content is, not what anybody says. */
  readonly media: PaperMedia;
  /** What the uploader calls it; never used as a path. */
  readonly name: string;
  readonly keptAt: string;
  /** Since when it is part of a dossier; null: of none, and swept one day. */
  readonly attachedAt: string | null;
}

/** The papers that were handed in. */
export const paperTable = new EntitySchema<PaperRow>({
  name: 'paper',
  columns: {
    id: { type: 'varchar', primary: true },
    owner: { type: 'varchar' },
    sha256: { type: 'varchar' },
    size: { type: 'integer' },
    media: { type: 'varchar' },
    name: { type: 'varchar' },
    keptAt: { type: 'varchar', name: 'kept_at' },
    attachedAt: { type: 'varchar', name: 'attached_at', nullable: true },
  },
});

/** Where a paper of a dossier comes from: handed in now, handed in with an earlier dossier, or named by its entry in a register. */
export const paperOrigins = ['UPLOAD', 'STORED', 'REGISTER'] as const;

/** Where a paper of a dossier comes from. */
export type PaperOrigin = (typeof paperOrigins)[number];

/** With what it came: the application itself, or what was added to it. */
export type PaperStage = 'SUBMISSION' | 'SUPPLEMENT';

/** A paper as part of a dossier ("thành phần hồ sơ"). Append-only: what is corrected is a new line. */
export interface DossierPaperRow {
  readonly id?: number;
  readonly dossier: string;
  /** Code of its type ("mã thành phần hồ sơ"). */
  readonly typeCode: string;
  /** The field of a linked procedure's form in which it stands, such as birthNotice; null beside every field. */
  readonly place: string | null;
  readonly origin: PaperOrigin;
  /** The kept paper; null for one that only stands in a register, or that the province issued itself. */
  readonly paper: string | null;
  /** The result of an earlier dossier that it is. */
  readonly document: string | null;
  /** What the paper says of itself, as far as it was stated: number, day and who issued it. */
  readonly number: string | null;
  readonly issuedOn: string | null;
  readonly issuer: string | null;
  /** The dossier with which it was first handed in, for a stored one. */
  readonly fromDossier: string | null;
  /** The national system whose register it stands in, where its type tells. */
  readonly system: SystemName | null;
  /** The time of which it is true that the province has it: first handed in, or stated. */
  readonly asOf: string;
  readonly addedAt: string;
  readonly stage: PaperStage;
}

/** The papers of every dossier. */
export const dossierPaperTable = new EntitySchema<DossierPaperRow>({
  name: 'dossier_paper',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    dossier: { type: 'varchar' },
    typeCode: { type: 'varchar', name: 'type_code' },
    place: { type: 'varchar', nullable: true },
    origin: { type: 'varchar' },
    paper: { type: 'varchar', nullable: true },
    document: { type: 'varchar', nullable: true },
    number: { type: 'varchar', nullable: true },
    issuedOn: { type: 'varchar', name: 'issued_on', nullable: true },
    issuer: { type: 'varchar', nullable: true },
    fromDossier: { type: 'varchar', name: 'from_dossier', nullable: true },
    system: { type: 'varchar', nullable: true },
    asOf: { type: 'varchar', name: 'as_of' },
    addedAt: { type: 'varchar', name: 'added_at' },
    stage: { type: 'varchar' },
  },
});

/** A content that is being let go of: nobody may begin to refer to it meanwhile. */
export interface LeavingRow {
  readonly sha256: string;
  readonly since: string;
}

/** The contents that are being let go of; empty most of the time. */
export const leavingTable = new EntitySchema<LeavingRow>({
  name: 'paper_leaving',
  columns: { sha256: { type: 'varchar', primary: true }, since: { type: 'varchar' } },
});
