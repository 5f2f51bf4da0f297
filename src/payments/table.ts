import { EntitySchema } from 'typeorm';
import type { DossierRow } from '../dossiers/table.ts';
import { civilDateOf, type Instant } from '../kit/instant.ts';
import { dongColumn } from '../kit/money.ts';
import type { PaymentStatus } from '../systems/paygov/client.ts';

/**
 * What the hub has to do about a payment: ask PayGov for it, watch what becomes of it, take it back, or pay it back.
 * Null: nothing any more.
 */
export type PaymentTask = 'ORDER' | 'WATCH' | 'CANCEL' | 'REFUND';

/**
 * What may have reached PayGov: nothing, the request, the order to pay back; or one of the two, and PayGov has said once since
 * that it has not. One such word may be stale; said twice it is believed and the order is given again.
 */
export const arrived = { nothing: 0, request: 1, refund: 2, requestDenied: 3, refundDenied: 4 } as const;

/** One request for payment of a dossier's fee, or money that came past the hub ("yêu cầu thanh toán"). Instants are UTC. */
export interface PaymentRow {
  /** Its id at PayGov, and the ticket of its callback: cannot be guessed, stored before the first call. */
  readonly transactionId: string;
  readonly dossier: string;
  /** The how-manieth of the dossier, from 0. */
  readonly generation: number;
  readonly procedure: string;
  readonly agency: string;
  /** HUB: asked for by the hub. FILE: nobody asked, the daily file told of it, such as money paid at a shop. */
  readonly origin: 'HUB' | 'FILE';
  /** Who asked: an opaque id. */
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** Civil date of `requestedAt`: statistics count by it. */
  readonly day: string;
  /** What was asked for, whole đồng. */
  readonly amount: number;
  readonly status: PaymentStatus;
  readonly task: PaymentTask | null;
  /** When the cashier acts on it next; null = only when something happens. */
  readonly nextAt: string | null;
  /** Failures in a row of the present task. */
  readonly tries: number;
  /** What may have reached PayGov, one of `arrived`: after a lost answer PayGov is asked first. */
  readonly ordered: number;
  /** How many callbacks came: one that comes while PayGov is being asked makes the cashier ask again. */
  readonly told: number;
  /** What is paid for, as it was asked: JSON of `PaymentMatter`, no personal data. Null where nobody asked. */
  readonly matter: string | null;
  readonly payUrl: string | null;
  readonly expiresAt: string | null;
  /** What was really paid, whole đồng. */
  readonly paidAmount: number | null;
  readonly paidAt: string | null;
  readonly refundedAt: string | null;
  /** PayGov's own number of the payment. */
  readonly gatewayCode: string | null;
  /** Why it is taken back or paid back, or why PayGov refused it; JSON in both languages. */
  readonly reason: string | null;
  /** When PayGov last told of it; before that, when it was asked for. */
  readonly asOf: string;
  /** The process that has a call about it under way. */
  readonly owner: string | null;
}

/** The requests for payment. */
export const paymentTable = new EntitySchema<PaymentRow>({
  name: 'payment',
  columns: {
    transactionId: { type: 'varchar', primary: true, name: 'transaction_id' },
    dossier: { type: 'varchar' },
    generation: { type: 'integer' },
    procedure: { type: 'varchar' },
    agency: { type: 'varchar' },
    origin: { type: 'varchar' },
    requestedBy: { type: 'varchar', name: 'requested_by' },
    requestedAt: { type: 'varchar', name: 'requested_at' },
    day: { type: 'varchar' },
    amount: dongColumn,
    status: { type: 'varchar' },
    task: { type: 'varchar', nullable: true },
    nextAt: { type: 'varchar', name: 'next_at', nullable: true },
    tries: { type: 'integer' },
    ordered: { type: 'integer' },
    told: { type: 'integer' },
    matter: { type: 'text', nullable: true },
    payUrl: { type: 'varchar', name: 'pay_url', nullable: true },
    expiresAt: { type: 'varchar', name: 'expires_at', nullable: true },
    paidAmount: { ...dongColumn, name: 'paid_amount', nullable: true },
    paidAt: { type: 'varchar', name: 'paid_at', nullable: true },
    refundedAt: { type: 'varchar', name: 'refunded_at', nullable: true },
    gatewayCode: { type: 'varchar', name: 'gateway_code', nullable: true },
    reason: { type: 'text', nullable: true },
    asOf: { type: 'varchar', name: 'as_of' },
    owner: { type: 'varchar', nullable: true },
  },
});

/** A payment of a dossier of which nothing is known but that it is wanted. */
export function newPayment({ code, procedure, agency }: Pick<DossierRow, 'code' | 'procedure' | 'agency'>, now: Instant): Omit<PaymentRow, 'transactionId' | 'generation' | 'origin' | 'requestedBy' | 'amount'> {
  return {
    dossier: code,
    procedure,
    agency,
    requestedAt: now,
    day: civilDateOf(now),
    status: 'PENDING',
    task: null,
    nextAt: null,
    tries: 0,
    ordered: 0,
    told: 0,
    matter: null,
    payUrl: null,
    expiresAt: null,
    paidAmount: null,
    paidAt: null,
    refundedAt: null,
    gatewayCode: null,
    reason: null,
    asOf: now,
    owner: null,
  };
}

/** Money that moved, once for each payment and direction ("biến động tiền"): what statistics are summed over. */
export interface MovementRow {
  readonly transactionId: string;
  readonly kind: 'PAID' | 'REFUNDED';
  /** Its code as PayGov has it. */
  readonly dossier: string;
  /** Null for money of a dossier that the hub does not know. */
  readonly procedure: string | null;
  /** Whole đồng. */
  readonly amount: number;
  /** When it moved, by PayGov's word. */
  readonly at: string;
  /** Civil date of `at`: the daily file in which it stands. */
  readonly day: string;
  /** Which of the two speeds found it. */
  readonly learnt: 'QUERY' | 'FILE';
  readonly learntAt: string;
}

/** The movements of money. */
export const movementTable = new EntitySchema<MovementRow>({
  name: 'payment_movement',
  columns: {
    transactionId: { type: 'varchar', primary: true, name: 'transaction_id' },
    kind: { type: 'varchar', primary: true },
    dossier: { type: 'varchar' },
    procedure: { type: 'varchar', nullable: true },
    amount: dongColumn,
    at: { type: 'varchar' },
    day: { type: 'varchar' },
    learnt: { type: 'varchar' },
    learntAt: { type: 'varchar', name: 'learnt_at' },
  },
});

/** One day's comparison with PayGov's file ("đối soát ngày"). The numbers are null until it was made. */
export interface DayRow {
  /** Civil date. */
  readonly day: string;
  /** When its file is fetched next; null = it was compared. */
  readonly nextAt: string | null;
  readonly tries: number;
  readonly reconciledAt: string | null;
  /** Lines that the hub had, with the same amount. */
  readonly matched: number | null;
  /** Lines that the hub did not have, and has now. */
  readonly missingAtHub: number | null;
  /** Movements of the hub that have no line. */
  readonly missingAtGateway: number | null;
  /** Lines with another amount than the hub had; it has PayGov's now. */
  readonly amountDiffers: number | null;
  /** What the file comes to, whole đồng. */
  readonly paid: number | null;
  readonly refunded: number | null;
  /** The process that is fetching its file. */
  readonly owner: string | null;
}

/** The days of reconciliation. */
export const dayTable = new EntitySchema<DayRow>({
  name: 'reconciliation_day',
  columns: {
    day: { type: 'varchar', primary: true },
    nextAt: { type: 'varchar', name: 'next_at', nullable: true },
    tries: { type: 'integer' },
    reconciledAt: { type: 'varchar', name: 'reconciled_at', nullable: true },
    matched: { type: 'integer', nullable: true },
    missingAtHub: { type: 'integer', name: 'missing_at_hub', nullable: true },
    missingAtGateway: { type: 'integer', name: 'missing_at_gateway', nullable: true },
    amountDiffers: { type: 'integer', name: 'amount_differs', nullable: true },
    paid: { ...dongColumn, nullable: true },
    refunded: { ...dongColumn, nullable: true },
    owner: { type: 'varchar', nullable: true },
  },
});
