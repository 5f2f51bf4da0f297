import { randomUUID } from 'node:crypto';
import type { Clock } from '../kit/clock.ts';
import type { Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { alarmTable, channels } from './table.ts';

/** What alarms are about; the names are stable. */
export const alarmKinds = ['incident.opened', 'incident.resolved', 'dueDates.passed', 'overdue.unowned', 'store.unavailable', 'store.available'] as const;

/** What an alarm is about. */
export type AlarmKind = (typeof alarmKinds)[number];

/** What has to be told. Codes, a cause and who owns it: never a person. */
export interface News {
  readonly kind: AlarmKind;
  /** Why, in the words of incidents. */
  readonly cause?: string | null;
  /** The national system it is about. */
  readonly system?: string | null;
  /** The linked application ("mã hồ sơ liên thông"). */
  readonly bundleCode?: string | null;
  readonly act?: string | null;
  readonly dossierCode?: string | null;
  readonly procedureCode?: string | null;
  /** Who has to see to it: agency code, null for the hub's own operator, and role. */
  readonly owner: { readonly agency: string | null; readonly role: string };
  /** How many matters it is about, where it is not one. */
  readonly count?: number;
  /** Since when it has been so, where that is not the moment of the alarm; UTC. */
  readonly since?: Instant;
}

/** An alarm as it leaves. */
export interface Alarm extends News {
  readonly id: string;
  readonly at: Instant;
}

/** Writes an alarm down inside the unit of work now open: it is told if and only if the work is committed. */
export async function raiseAlarm(rows: Rows, { clock }: { readonly clock: Clock }, news: News): Promise<void> {
  const at = clock.now();
  const id = randomUUID();
  for (const channel of channels) await rows.insert(alarmTable, { id, channel, news: JSON.stringify(news), raisedAt: at, tries: 0, nextAt: at, sentAt: null });
}

/** An alarm that cannot be written down because the store cannot write; it is told straight away. */
export function unstoredAlarm({ clock }: { readonly clock: Clock }, news: News): Alarm {
  return { id: randomUUID(), at: clock.now(), ...news };
}
