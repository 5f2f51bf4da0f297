import { Temporal } from 'temporal-polyfill';

/**
 * An instant in UTC, ISO 8601 with exactly three decimals ("2025-03-03T01:00:00.000Z").
 * The fixed width makes text order equal time order, in both databases.
 */
export type Instant = string;

/** A civil date "yyyy-mm-dd" in the zone of the law. */
export type CivilDate = string;

/** The zone in which legal dates are read: UTC+7 all year, no daylight saving. */
export const LAW_ZONE = 'Asia/Ho_Chi_Minh';

/** The office day ends at 17:00 (17 h after midnight): the hour at which due dates fall. */
export const DAY_END = '17:00';

/** Milliseconds since 1970 to the house's instant form. */
export function instantOf(epochMs: number): Instant {
  return Temporal.Instant.fromEpochMilliseconds(Math.trunc(epochMs)).toString({ smallestUnit: 'millisecond' });
}

/** The instant's milliseconds since 1970. */
export function epochMs(instant: Instant): number {
  return Temporal.Instant.from(instant).epochMilliseconds;
}

/** The instant that many milliseconds later (or earlier, when negative). */
export function later(instant: Instant, ms: number): Instant {
  return instantOf(epochMs(instant) + ms);
}

/** Reads any ISO 8601 instant with an offset; gives the UTC form, or nothing when it is not one. */
export function findInstant(text: string): Instant | undefined {
  try {
    return Temporal.Instant.from(text).toString({ smallestUnit: 'millisecond' });
  } catch {
    return undefined;
  }
}

/** Reads a civil date; gives nothing for an impossible one such as 30 February. */
export function findCivilDate(text: string): CivilDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return undefined;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString();
  } catch {
    return undefined;
  }
}

/** The civil date, in the zone of the law, on which the instant falls. */
export function civilDateOf(instant: Instant): CivilDate {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(LAW_ZONE).toPlainDate().toString();
}

/** The wall-clock time "HH:MM" of the instant in the zone of the law. */
export function wallTimeOf(instant: Instant): string {
  return Temporal.Instant.from(instant).toZonedDateTimeISO(LAW_ZONE).toPlainTime().toString({ smallestUnit: 'minute', roundingMode: 'trunc' });
}

/** The instant of a wall-clock time "HH:MM" on a civil date in the zone of the law. */
export function instantAt(date: CivilDate, wallTime: string): Instant {
  return Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone: LAW_ZONE, plainTime: wallTime })
    .toInstant()
    .toString({ smallestUnit: 'millisecond' });
}

/** The date that many calendar days later (or earlier, when negative). */
export function addDays(date: CivilDate, days: number): CivilDate {
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The date that many calendar months later; a missing day becomes the month's last. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** Day of the week, 1 = Monday … 7 = Sunday. */
export function weekday(date: CivilDate): number {
  return Temporal.PlainDate.from(date).dayOfWeek;
}

/** The instant as the portal prints it to people: "dd/MM/yyyy HH:mm" in the zone of the law. */
export function printed(instant: Instant): string {
  const at = Temporal.Instant.from(instant).toZonedDateTimeISO(LAW_ZONE);
  return `${printedDate(at.toPlainDate().toString())} ${at.toPlainTime().toString({ smallestUnit: 'minute', roundingMode: 'trunc' })}`;
}

/** The date as the portal prints it to people: "dd/MM/yyyy". */
export function printedDate(date: CivilDate): string {
  const [year, month, day] = date.split('-');
  return `${day}/${month}/${year}`;
}
