import { EntitySchema } from 'typeorm';
import type { PersonKey } from '../kit/personal-id.ts';

/** A dossier as stored ("hồ sơ"). Instants are UTC, dates civil; `version` fences concurrent changes. */
export interface DossierRow {
  /** `<agency>-<date>-<number>`, the one-stop code ("mã số hồ sơ"). */
  readonly code: string;
  /** Procedure code ("mã thủ tục hành chính"). */
  readonly procedure: string;
  /** Code of the agency that answers for it, as dossier codes of its day write it. */
  readonly agency: string;
  /** The bundle's own code, where the dossier is part of one ("mã hồ sơ liên thông"). */
  readonly run: string | null;
  /** The act of the bundle that this dossier carries. */
  readonly act: string | null;
  /** 1–10, see states.ts. */
  readonly statusCode: number;
  /** How it was filed: 1 counter, 2 online, 3 postal ("kênh thực hiện"). */
  readonly channel: number;
  readonly applicantId: string;
  readonly applicantName: string;
  /** "yyyy-mm-dd" or "yyyy". */
  readonly applicantBirth: string;
  /** Code of the enterprise in whose name the person applies, where there is one ("mã số doanh nghiệp"). */
  readonly enterprise: string | null;
  /** Opaque staff id of the officer in charge ("cán bộ thụ lý"). */
  readonly assignee: string | null;
  readonly registeredAt: string;
  /** When the agency's clock began: acceptance, counted by office hours. */
  readonly receivedAt: string | null;
  readonly dueAt: string | null;
  /** The counted due date with its explanation, JSON. */
  readonly due: string | null;
  /** `dueAt`, or the end of time while there is none: what lists are sorted by. */
  readonly dueOrder: string;
  readonly finishedAt: string | null;
  /** Why it was refused, stopped, sent back or withdrawn; JSON in both languages. */
  readonly reason: string | null;
  /** How often a supplement was asked for; the law allows one. */
  readonly supplements: number;
  readonly supplementUntil: string | null;
  readonly version: number;
}

/** A dossier as lists bring it: without the counted due date, which with its explanation is longer than all the rest and seldom asked for there. */
export type ListedDossier = Omit<DossierRow, 'due'> & Partial<Pick<DossierRow, 'due'>>;

/** Sorts behind every real due date. */
export const NO_DUE_DATE = '9999-12-31T00:00:00.000Z';

/** A dossier as it is filed: registered, its time not yet running. */
export function newDossier(filed: Pick<DossierRow, 'code' | 'procedure' | 'agency' | 'run' | 'act' | 'channel' | 'registeredAt'> & { readonly enterprise?: string | undefined }, applicant: PersonKey): DossierRow {
  return {
    ...filed,
    statusCode: 1,
    applicantId: applicant.personalId,
    applicantName: applicant.fullName,
    applicantBirth: applicant.birthDate,
    enterprise: filed.enterprise ?? null,
    assignee: null,
    receivedAt: null,
    dueAt: null,
    due: null,
    dueOrder: NO_DUE_DATE,
    finishedAt: null,
    reason: null,
    supplements: 0,
    supplementUntil: null,
    version: 1,
  };
}

/** The provincial dossier store. */
export const dossierTable = new EntitySchema<DossierRow>({
  name: 'dossier',
  columns: {
    code: { type: 'varchar', primary: true },
    procedure: { type: 'varchar' },
    agency: { type: 'varchar' },
    run: { type: 'varchar', nullable: true },
    act: { type: 'varchar', nullable: true },
    statusCode: { type: 'integer', name: 'status_code' },
    channel: { type: 'integer' },
    applicantId: { type: 'varchar', name: 'applicant_id' },
    applicantName: { type: 'varchar', name: 'applicant_name' },
    applicantBirth: { type: 'varchar', name: 'applicant_birth' },
    enterprise: { type: 'varchar', nullable: true },
    assignee: { type: 'varchar', nullable: true },
    registeredAt: { type: 'varchar', name: 'registered_at' },
    receivedAt: { type: 'varchar', name: 'received_at', nullable: true },
    dueAt: { type: 'varchar', name: 'due_at', nullable: true },
    due: { type: 'text', nullable: true },
    dueOrder: { type: 'varchar', name: 'due_order' },
    finishedAt: { type: 'varchar', name: 'finished_at', nullable: true },
    reason: { type: 'text', nullable: true },
    supplements: { type: 'integer' },
    supplementUntil: { type: 'varchar', name: 'supplement_until', nullable: true },
    version: { type: 'integer' },
  },
});

/** One change of a dossier, kept for ever ("tiến trình xử lý"). */
export interface HistoryRow {
  readonly id?: number;
  readonly dossier: string;
  readonly fromCode: number | null;
  readonly toCode: number;
  readonly action: string;
  readonly at: string;
  /** Who did it: an opaque staff id, a viewer or the hub's engine. */
  readonly actor: string;
  /** What is to be known about it, JSON in both languages. */
  readonly note: string | null;
}

/** The history of every dossier: append-only. */
export const historyTable = new EntitySchema<HistoryRow>({
  name: 'dossier_history',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    dossier: { type: 'varchar' },
    fromCode: { type: 'integer', name: 'from_code', nullable: true },
    toCode: { type: 'integer', name: 'to_code' },
    action: { type: 'varchar' },
    at: { type: 'varchar' },
    actor: { type: 'varchar' },
    note: { type: 'text', nullable: true },
  },
});

/** The last number given at an agency on a day. */
export interface CounterRow {
  readonly agency: string;
  /** Civil date of reception. */
  readonly day: string;
  readonly last: number;
}

/** The counters behind dossier codes. */
export const counterTable = new EntitySchema<CounterRow>({
  name: 'dossier_counter',
  columns: {
    agency: { type: 'varchar', primary: true },
    day: { type: 'varchar', primary: true },
    last: { type: 'integer' },
  },
});

/** The first answer to an idempotency key. */
export interface IdempotencyRow {
  readonly client: string;
  readonly key: string;
  readonly mutation: string;
  readonly bodyHash: string;
  /** Code of what the first answer was about. */
  readonly answer: string;
  readonly at: string;
}

/** The idempotency keys of mutations, unique per client. */
export const idempotencyTable = new EntitySchema<IdempotencyRow>({
  name: 'idempotency',
  columns: {
    client: { type: 'varchar', primary: true },
    key: { type: 'varchar', primary: true },
    mutation: { type: 'varchar' },
    bodyHash: { type: 'varchar', name: 'body_hash' },
    answer: { type: 'varchar' },
    at: { type: 'varchar' },
  },
});
