import { EntitySchema } from 'typeorm';
import type { Instant } from '../kit/instant.ts';

/** The ways by which alarms leave the hub; every alarm has a row for each. */
export const channels = ['webhook', 'mail'] as const;

/** A way by which alarms leave. */
export type ChannelName = (typeof channels)[number];

/** One alarm on its way out by one channel ("cảnh báo chờ gửi"). Written in the unit of work that makes it true, kept until it has left. */
export interface AlarmRow {
  /** Opaque, the same on every channel and at every try: who hears it twice knows it by this. */
  readonly id: string;
  readonly channel: ChannelName;
  /** The news, JSON of `News`; no personal data. */
  readonly news: string;
  /** UTC. */
  readonly raisedAt: Instant;
  /** How often it was tried. */
  readonly tries: number;
  /** When it is tried next; null when it has left, or when nobody has configured the channel. */
  readonly nextAt: Instant | null;
  readonly sentAt: Instant | null;
}

/** The alarms that wait, and for a while those that have left. */
export const alarmTable = new EntitySchema<AlarmRow>({
  name: 'alarm',
  columns: {
    id: { type: 'varchar', primary: true },
    channel: { type: 'varchar', primary: true },
    news: { type: 'text' },
    raisedAt: { type: 'varchar', name: 'raised_at' },
    tries: { type: 'integer' },
    nextAt: { type: 'varchar', name: 'next_at', nullable: true },
    sentAt: { type: 'varchar', name: 'sent_at', nullable: true },
  },
});

/** Up to which instant something has been looked at, so that it is told once by however many processes. */
export interface MarkRow {
  readonly name: string;
  /** UTC. */
  readonly at: Instant;
}

/** How far the looks at the store have come. */
export const markTable = new EntitySchema<MarkRow>({
  name: 'alarm_mark',
  columns: { name: { type: 'varchar', primary: true }, at: { type: 'varchar' } },
});
