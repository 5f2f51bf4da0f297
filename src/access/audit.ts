import { createHash } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import type { Clock } from '../kit/clock.ts';
import type { Seal } from '../kit/seal.ts';
import type { Store } from '../kit/store.ts';
import type { SystemName, Trace } from '../kit/system.ts';
import type { Purpose } from './purpose.ts';
import type { Viewer } from './viewer.ts';

/** How far a call has come: *asked* is written before it leaves, one of the others after. */
export type AuditStage = 'asked' | 'answered' | 'refused' | 'unreachable';

/** Who was asked: a national system, or the hub's own store of papers and documents. */
export type AuditedSource = SystemName | 'hub';

/** One line of the trace that every outside call and every look at a paper leaves ("nhật ký khai thác"). Never holds a payload. */
export interface AuditLine {
  id?: number;
  /** Joins the two lines of one call; also told to the ministry. */
  requestId: string;
  stage: AuditStage;
  at: string;
  system: AuditedSource;
  operation: string;
  viewer: string;
  purpose: string;
  /** Keyed fingerprints of the persons asked about, JSON list. */
  about: string;
  /** Names of the fields asked for, JSON list. */
  fields: string;
  /** SHA-256 of the answer as it came, or null. */
  answerHash: string | null;
  /** Status and cause, without personal data. */
  detail: string;
}

/** The audit table: append-only. */
export const auditTable = new EntitySchema<AuditLine>({
  name: 'audit',
  columns: {
    id: { type: 'integer', primary: true, generated: 'increment' },
    requestId: { type: 'varchar', name: 'request_id' },
    stage: { type: 'varchar' },
    at: { type: 'varchar' },
    system: { type: 'varchar' },
    operation: { type: 'varchar' },
    viewer: { type: 'varchar' },
    purpose: { type: 'text' },
    about: { type: 'text' },
    fields: { type: 'text' },
    answerHash: { type: 'varchar', name: 'answer_hash', nullable: true },
    detail: { type: 'varchar' },
  },
});

/** What is known of a call before it leaves. */
export interface AuditedCall {
  readonly requestId: string;
  readonly system: AuditedSource;
  readonly operation: string;
  readonly viewer: Pick<Viewer, 'id'>;
  readonly purpose: Purpose;
  readonly trace: Trace;
}

/** Writes the trace. Lines that come in the same instant share one commit. */
export interface Audit {
  /** Resolves when the line is committed; a call leaves only after that. */
  write(call: AuditedCall, stage: AuditStage, detail: string, answer?: string): Promise<void>;
}

/** Opens the audit over the store. */
export function openAudit(store: Store, clock: Clock, seal: Seal): Audit {
  let waiting: Omit<AuditLine, 'id'>[] = [];
  let flush: Promise<void> | undefined;
  const commit = async () => {
    await Promise.resolve(); // let the calls of this tick gather
    const lines = waiting;
    waiting = [];
    flush = undefined;
    await store.transact(async (rows) => {
      await rows.insert(auditTable, lines);
    });
  };
  return {
    write(call, stage, detail, answer) {
      waiting.push({
        requestId: call.requestId,
        stage,
        at: clock.now(),
        system: call.system,
        operation: call.operation,
        viewer: call.viewer.id,
        purpose: JSON.stringify(call.purpose),
        about: JSON.stringify(call.trace.about.map((person) => seal.fingerprint(person))),
        fields: JSON.stringify(call.trace.fields),
        answerHash: answer === undefined ? null : createHash('sha256').update(answer).digest('hex'),
        detail,
      });
      flush ??= commit();
      return flush;
    },
  };
}
