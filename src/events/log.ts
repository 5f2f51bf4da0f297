import { EntitySchema } from 'typeorm';

/** The facts that the event log records; the names are stable. */
export const eventKinds = [
  'bundle.received',
  'bundle.finished',
  'bundle.partlyFinished',
  'bundle.refused',
  'bundle.withdrawn',
  'dossier.registered',
  'dossier.accepted',
  'dossier.notAccepted',
  'dossier.inProcess',
  'dossier.supplementRequested',
  'dossier.paymentRequested',
  'dossier.withdrawn',
  'dossier.stopped',
  'dossier.finished',
  'dossier.returned',
  'dossier.dueDateChanged',
  'payment.requested',
  'payment.paid',
  'payment.expired',
  'payment.cancelled',
  'payment.failed',
  'payment.refunded',
  'incident.opened',
  'incident.resolved',
] as const;

/** The name of a fact. */
export type EventKind = (typeof eventKinds)[number];

/** One fact in the append-only log ("sự kiện"). Holds codes only: whoever hears of it loads the rest as the viewer they are. */
export interface LoggedEvent {
  /** Grows with every event. */
  readonly id: number;
  /** The transaction that wrote it, 0 on SQLite; with the number it makes the order and the cursor. */
  readonly tx: number;
  readonly kind: EventKind;
  /** UTC. */
  readonly at: string;
  readonly dossier: string | null;
  readonly run: string | null;
  readonly agency: string | null;
  readonly procedure: string | null;
  /** The dossier's status after the fact, 1–10, where there is a dossier. */
  readonly statusCode: number | null;
}

/** A fact about to be logged. */
export type NewEvent = Omit<LoggedEvent, 'id' | 'tx' | 'at'>;

/** The event log: append-only, the only source of news. */
export const eventTable = new EntitySchema<LoggedEvent>({
  name: 'event',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    tx: { type: 'integer', insert: false }, // the database writes it
    kind: { type: 'varchar' },
    at: { type: 'varchar' },
    dossier: { type: 'varchar', nullable: true },
    run: { type: 'varchar', nullable: true },
    agency: { type: 'varchar', nullable: true },
    procedure: { type: 'varchar', nullable: true },
    statusCode: { type: 'integer', name: 'status_code', nullable: true },
  },
});
