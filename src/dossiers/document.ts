import { EntitySchema } from 'typeorm';
import { slipKinds } from '../catalogue/slip-forms.ts';
import type { Instant } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';

/** What a dossier brings forth on paper: the three slips of the desk, and its result. */
export const documentKinds = [...slipKinds, 'RESULT'] as const;

/** One of the kinds of document. */
export type DocumentKind = (typeof documentKinds)[number];

/** What stood in the dossier when the document was issued: a due date recounted later does not change a slip already handed out. */
export interface DocumentFacts {
  readonly title: Words;
  /** The form of a slip; a result has none. */
  readonly form?: { readonly number: string; readonly regulation: string };
  readonly agency: string;
  readonly procedure: { readonly code: string; readonly name: string };
  /** Who applied, by name only: a slip that is lost tells nobody's number. */
  readonly applicant: string;
  /** Code of the enterprise in whose name the person applied. */
  readonly enterprise?: string;
  /** The bundle's own code, where the dossier is part of one. */
  readonly linked?: string;
  readonly says: Received | Asked | Refused | Resulted;
}

/** What a reception slip says besides. */
export interface Received {
  readonly is: 'received';
  readonly channel: string;
  /** Whether it was received again, after a supplement. */
  readonly again: boolean;
  readonly receivedAt: Instant;
  /** What is part of the dossier, by the names of the types. */
  readonly papers: readonly string[];
  readonly due: { readonly dueAt: Instant; readonly explanation: string } | null;
  /** Whole đồng; null where the catalogue names none for this way of filing. */
  readonly fee: number | null;
}

/** What a supplement slip says besides. */
export interface Asked {
  readonly is: 'asked';
  readonly what: string;
  readonly until: Instant | null;
}

/** What a refusal says besides. */
export interface Refused {
  readonly is: 'refused';
  readonly reason: string;
}

/** What a result says besides: its number, and its facts as they are printed. */
export interface Resulted {
  readonly is: 'resulted';
  readonly number: string;
  readonly lines: readonly { readonly label: string; readonly value: string }[];
}

/** A slip or result as stored ("phiếu", "kết quả"). Written once, in the unit of work that changed the dossier, never altered. */
export interface DocumentRow {
  /** 144 random bits: nobody guesses the next one. */
  readonly id: string;
  readonly dossier: string;
  readonly kind: DocumentKind;
  /** Number of the form for slips; result type code such as KQ.G15.000031 for results, where one is known. */
  readonly typeCode: string | null;
  readonly issuedAt: Instant;
  /** `DocumentFacts` as JSON. */
  readonly facts: string;
  /** The file that a ministry sent, base64; null for what the hub prints itself. Read only when it is handed out. */
  readonly pdf?: string | null;
}

/** Slips and results of every dossier. */
export const documentTable = new EntitySchema<DocumentRow>({
  name: 'document',
  columns: {
    id: { type: 'varchar', primary: true },
    dossier: { type: 'varchar' },
    kind: { type: 'varchar' },
    typeCode: { type: 'varchar', name: 'type_code', nullable: true },
    issuedAt: { type: 'varchar', name: 'issued_at' },
    facts: { type: 'text' },
    pdf: { type: 'text', nullable: true, select: false },
  },
});

/** Reads the stored facts. */
export function factsOf({ facts }: Pick<DocumentRow, 'facts'>): DocumentFacts {
  return JSON.parse(facts) as DocumentFacts;
}
