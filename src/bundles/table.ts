import { EntitySchema } from 'typeorm';

/** Where a run stands as a whole ("tình trạng hồ sơ liên thông"). */
export const runStates = ['RUNNING', 'FINISHED', 'PARTLY_FINISHED', 'REFUSED', 'WITHDRAWN'] as const;

/** Where a run stands as a whole. */
export type RunState = (typeof runStates)[number];

/** One application of a linked procedure as stored ("hồ sơ liên thông"). */
export interface RunRow {
  /** The bundle's own code ("mã hồ sơ liên thông"). */
  readonly code: string;
  /** Name of the bundle. */
  readonly bundle: string;
  /** The date from which the definition that this run keeps is in force. */
  readonly definitionFrom: string;
  readonly procedure: string;
  /** Agency that runs the bundle, as dossier codes of its day write it. */
  readonly agency: string;
  readonly state: RunState;
  /** Who filed it: the viewer's opaque id. */
  readonly filedBy: string;
  /** The checked form, JSON. */
  readonly form: string;
  /** Whether the population register has confirmed the persons of the form: 0 or 1. */
  readonly confirmed: number;
  /** How often confirming them failed for want of an answer. */
  readonly tries: number;
  /** When confirming is next due, while it is open. */
  readonly nextAt: string | null;
  readonly receivedAt: string;
  readonly dueAt: string | null;
  /** The counted due date with its explanation, JSON. */
  readonly due: string | null;
  readonly finishedAt: string | null;
  /** When the engine looks at it next; null = never again. */
  readonly wakeAt: string | null;
  /** The process that is confirming its persons. */
  readonly owner: string | null;
  readonly version: number;
}

/** The runs of bundles. */
export const runTable = new EntitySchema<RunRow>({
  name: 'bundle_run',
  columns: {
    code: { type: 'varchar', primary: true },
    bundle: { type: 'varchar' },
    definitionFrom: { type: 'varchar', name: 'definition_from' },
    procedure: { type: 'varchar' },
    agency: { type: 'varchar' },
    state: { type: 'varchar' },
    filedBy: { type: 'varchar', name: 'filed_by' },
    form: { type: 'text' },
    confirmed: { type: 'integer' },
    tries: { type: 'integer' },
    nextAt: { type: 'varchar', name: 'next_at', nullable: true },
    receivedAt: { type: 'varchar', name: 'received_at' },
    dueAt: { type: 'varchar', name: 'due_at', nullable: true },
    due: { type: 'text', nullable: true },
    finishedAt: { type: 'varchar', name: 'finished_at', nullable: true },
    wakeAt: { type: 'varchar', name: 'wake_at', nullable: true },
    owner: { type: 'varchar', nullable: true },
    version: { type: 'integer' },
  },
});

/**
 * Where a step stands: not begun, order being given, taken by the ministry, waiting for the citizen, or settled in one
 * of four ways.
 */
export const stepStates = ['PLANNED', 'ORDERING', 'WAITING', 'SUPPLEMENT', 'DONE', 'REFUSED', 'SKIPPED', 'WITHDRAWN'] as const;

/** Where a step stands. */
export type StepState = (typeof stepStates)[number];

/** One act of a run: one row, changed only from the version that was read. */
export interface StepRow {
  readonly run: string;
  /** The act's name in the bundle. */
  readonly act: string;
  readonly position: number;
  readonly state: StepState;
  /** The child dossier that carries the act. */
  readonly dossier: string;
  readonly agency: string;
  /** Idempotency key, written before the first order. */
  readonly orderKey: string;
  /** Secret word of the callback address; opens this step only. */
  readonly ticket: string;
  /** Grows when the citizen supplements: answers to an earlier form are ignored. */
  readonly generation: number;
  /** Failures in a row of the present order or inquiry. */
  readonly tries: number;
  /** 1 once an order may have reached the ministry; 2 when the ministry has said since that it knows of none; 0 when none can have. */
  readonly ordered: number;
  /** When the engine acts on it next. */
  readonly nextAt: string | null;
  readonly dueAt: string | null;
  /** The result, JSON. */
  readonly result: string | null;
  /** The time of which the result is true, by the ministry's own word. */
  readonly resultAsOf: string | null;
  /** Why it was refused, skipped or sent back; JSON in both languages. */
  readonly reason: string | null;
  readonly supplementUntil: string | null;
  /** The process that has a call about it under way. */
  readonly owner: string | null;
  readonly version: number;
}

/** The steps of runs. */
export const stepTable = new EntitySchema<StepRow>({
  name: 'bundle_step',
  columns: {
    run: { type: 'varchar', primary: true },
    act: { type: 'varchar', primary: true },
    position: { type: 'integer' },
    state: { type: 'varchar' },
    dossier: { type: 'varchar' },
    agency: { type: 'varchar' },
    orderKey: { type: 'varchar', name: 'order_key' },
    ticket: { type: 'varchar' },
    generation: { type: 'integer' },
    tries: { type: 'integer' },
    ordered: { type: 'integer' },
    nextAt: { type: 'varchar', name: 'next_at', nullable: true },
    dueAt: { type: 'varchar', name: 'due_at', nullable: true },
    result: { type: 'text', nullable: true },
    resultAsOf: { type: 'varchar', name: 'result_as_of', nullable: true },
    reason: { type: 'text', nullable: true },
    supplementUntil: { type: 'varchar', name: 'supplement_until', nullable: true },
    owner: { type: 'varchar', nullable: true },
    version: { type: 'integer' },
  },
});

/** A matter for which an application is open or has succeeded: no second one may be opened. */
export interface SubjectRow {
  /** Keyed fingerprint of the matter, such as parent, child's name and date of birth. */
  readonly fingerprint: string;
  readonly run: string;
}

/** The matters under way. */
export const subjectTable = new EntitySchema<SubjectRow>({
  name: 'bundle_subject',
  columns: { fingerprint: { type: 'varchar', primary: true }, run: { type: 'varchar' } },
});
