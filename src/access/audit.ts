import { hash } from 'node:crypto';
import { EntitySchema } from 'typeorm';
import { realPause, type Clock } from '../kit/clock.ts';
import type { Seal } from '../kit/seal.ts';
import { append } from '../kit/rows.ts';
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

/**
 * Writes the trace. A question is committed at once, together with those of the same instant, because the call waits for
 * it. An answer waits up to `GATHER_MS` for the answers to other calls that are out, so that a list of fifty persons costs
 * a few commits instead of fifty; the last one out waits for nobody.
 */
export interface Audit {
  /** Resolves when the line is committed: a call leaves only after its question is, and nobody sees an answer before its line is. */
  write(call: AuditedCall, stage: AuditStage, detail: string, answer?: string): Promise<void>;
}

/** The audit as the composition holds it. */
export interface OpenAudit extends Audit {
  /** Commits what waits, and from now on lets nothing wait. */
  close(): Promise<void>;
}

/** How long an answer may wait for others, milliseconds: a few commits for a list instead of fifty, and short beside what a ministry takes. */
const GATHER_MS = 20;

type NewLine = Omit<AuditLine, 'id'>;

/** What both lines of a call have in common; counted out once. */
type CallFacts = Pick<NewLine, 'requestId' | 'system' | 'operation' | 'viewer' | 'purpose' | 'about' | 'fields'>;

/** Opens the audit over the store. `pause` is how long an answer waits for others at most; a test may make it endless. */
export function openAudit(store: Store, clock: Clock, seal: Seal, pause = () => realPause(GATHER_MS)): OpenAudit {
  let waiting: NewLine[] = [];
  let flush: Promise<void> | undefined;
  let hurry = () => {};
  let isClosing = false;
  const out = new Set<string>(); // calls that have been asked and not yet ended
  const known = new WeakMap<AuditedCall, CallFacts>();

  const factsOf = (call: AuditedCall): CallFacts => {
    let facts = known.get(call);
    if (!facts) {
      const { requestId, system, operation, viewer, purpose, trace } = call;
      const about = trace.about.map((person) => seal.fingerprint(person));
      facts = { requestId, system, operation, viewer: viewer.id, purpose: JSON.stringify(purpose), about: JSON.stringify(about), fields: JSON.stringify(trace.fields) };
      known.set(call, facts);
    }
    return facts;
  };

  const commit = async (gathered: Promise<void>) => {
    await gathered;
    const lines = waiting;
    waiting = [];
    flush = undefined;
    await store.transact((rows) => append(rows, auditTable as EntitySchema<NewLine>, lines), 'rows');
  };

  return {
    write(call, stage, detail, answer) {
      waiting.push({ ...factsOf(call), stage, at: clock.now(), answerHash: answer === undefined ? null : hash('sha256', answer), detail });
      if (stage === 'asked') out.add(call.requestId);
      else out.delete(call.requestId);
      const mayWait = stage !== 'asked' && out.size > 0 && !isClosing;
      if (!mayWait) hurry();
      flush ??= commit(mayWait ? Promise.race([pause(), new Promise<void>((resolve) => (hurry = resolve))]) : Promise.resolve()); // a moment, so that the calls of this tick gather
      return flush;
    },
    async close() {
      isClosing = true;
      hurry();
      await flush;
    },
  };
}
