import { countBeside, readBeside } from '../support/database.ts';
import type { TestHub } from '../support/hub.ts';

/** One effect that a ministry has carried out for an application. */
export interface Effect {
  readonly ministry: string;
  readonly act: string;
  readonly subject: string;
  /** How many times it was ordered. */
  readonly received: number;
}

/** What one whole birth application does in the ministries, each of it once. */
export const WHOLE_BIRTH = ['civil-status registerBirth', 'population registerNewborn', 'population setResidence', 'residence registerResidence', 'social-insurance issueHealthCard'];

/** Every effect in the ministries' ledgers that was ordered for the application. */
export function effectsOf({ ministries }: TestHub, code: string): Effect[] {
  return Object.values(ministries.byName).flatMap(({ name, ledger }) =>
    ledger()
      .filter(({ idempotencyKey }) => idempotencyKey?.includes(code))
      .map(({ act, subject, received }) => ({ ministry: name, act, subject, received })),
  );
}

/** The same by name, sorted, for comparing with a list. */
export function effectNames(hub: TestHub, code: string): string[] {
  return effectsOf(hub, code).map(({ ministry, act }) => `${ministry} ${act}`).sort();
}

/** Faults of the simulation itself; tests demand that there are none. */
export function breachesOf({ ministries }: TestHub): string[] {
  return Object.values(ministries.byName).flatMap(({ contractBreaches }) => contractBreaches);
}

/** Reads the hub's database as an outsider would. */
export function readRows<Row>({ config }: TestHub, sql: string, ...values: string[]): Row[] {
  return readBeside<Row>(config.databaseUrl, sql, ...values);
}

/** One call to a ministry as the audit has it. */
export interface AuditedCall {
  readonly operation: string;
  readonly purpose: Readonly<Record<string, string>>;
  /** The stages of its lines, in order. */
  readonly stages: readonly string[];
}

/** Every call outward, in the order in which they began; callbacks come inward and are left out. */
export function readCalls(hub: TestHub): AuditedCall[] {
  const calls = new Map<string, AuditedCall>();
  for (const line of readRows<{ request_id: string; stage: string; operation: string; purpose: string }>(hub, "SELECT * FROM audit WHERE operation NOT LIKE '%.callback' ORDER BY id")) {
    const known = calls.get(line.request_id);
    calls.set(line.request_id, { operation: line.operation, purpose: JSON.parse(line.purpose) as Record<string, string>, stages: [...(known?.stages ?? []), line.stage] });
  }
  return [...calls.values()];
}

/** How many rows each table of the hub holds. */
export function countRows(hub: TestHub): Record<string, number> {
  return countBeside(hub.config.databaseUrl);
}

/** One step as it is stored. */
export interface StoredStep {
  readonly state: string;
  readonly ticket: string;
  readonly order_key: string;
  readonly tries: number;
  readonly next_at: string | null;
  readonly due_at: string | null;
}

/** The step of an application as it is stored. */
export function getStep(hub: TestHub, code: string, act: string): StoredStep {
  const [step] = readRows<StoredStep>(hub, 'SELECT state, ticket, order_key, tries, next_at, due_at FROM bundle_step WHERE run = ? AND act = ?', code, act);
  if (!step) throw new Error(`The application ${code} has no step ${act}.`);
  return step;
}
