import type { Alarm } from './alarm.ts';
import type { ChannelName } from './table.ts';

/** Whether a message has arrived. `isDark`: the receiver would take no other message either; what it asks for is honoured, milliseconds. */
export type Sending = { readonly is: 'sent' } | { readonly is: 'failed'; readonly cause: string; readonly isDark: boolean; readonly retryAfterMs?: number };

/** One way out. Only told of alarms; the post office keeps count of what has arrived. */
export interface Channel {
  readonly name: ChannelName;
  /** How many alarms may go in one message. */
  readonly atOnce: number;
  /** Sends the alarms, all or none. Never rejects. */
  send(alarms: readonly Alarm[]): Promise<Sending>;
  /** Hangs up, whoever is still being told: that try has failed. */
  close(): Promise<void>;
}

/** An alarm with the place to look at, as receivers get it. */
export type ToldAlarm = Omit<Alarm, 'kind'> & { readonly type: Alarm['kind']; readonly link: string };

/** Gives an alarm its link: the hub's own GraphiQL with the question that shows the matter. */
export function tellAlarm({ kind, ...alarm }: Alarm, hubUrl: string): ToldAlarm {
  return { type: kind, ...alarm, link: `${hubUrl}/graphql?query=${encodeURIComponent(questionFor({ kind, ...alarm }))}` };
}

function questionFor({ kind, bundleCode, dossierCode, owner: { agency } }: Alarm): string {
  if (kind.startsWith('store.')) return '{ systems { name state } }';
  if (kind === 'dueDates.passed') return `{ dossiers(filter: { agency: ${JSON.stringify(agency)}, overdue: true }, first: 50) { edges { node { code status dueAt assignee } } } }`;
  if (bundleCode) return `{ bundleRun(code: ${JSON.stringify(bundleCode)}) { state steps { act state dueAt } incidents { cause detail ownerAgency ownerRole openedAt resolvedAt } } }`;
  if (dossierCode) return `{ dossier(code: ${JSON.stringify(dossierCode)}) { status dueAt assignee } }`;
  return '{ incidents(filter: { open: true }, first: 50) { edges { node { cause bundleCode dossierCode ownerAgency ownerRole openedAt } } } }';
}
