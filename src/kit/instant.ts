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

/*
 * Every outside call and every line of a list writes instants, and Temporal's polyfill takes 20 µs for one where the
 * engine's own Date takes one. So whatever Date does exactly alike is left to it; test/kit/dates.test.ts compares the two.
 */

/** The law's zone is UTC+7, seven hours, without exception since the summer of 1975; earlier days are looked up in the zone database. */
const LAW_OFFSET_MS = 7 * 3_600_000;
const SETTLED_SINCE_MS = Date.UTC(1976, 0, 1);
/** Years of four digits: outside them a year is written with a sign. */
const FIRST_MS = Date.parse('0001-01-01');
const LAST_MS = Date.parse('9999-01-01');
const DAY_MS = 24 * 3_600_000;

/** Milliseconds since 1970 to the house's instant form. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString();
}

/** The instant's milliseconds since 1970. */
export function epochMs(instant: Instant): number {
  const ms = Date.parse(instant);
  return isExactly(instant, ms, 24) ? ms : Temporal.Instant.from(instant).epochMilliseconds; // 24 characters: the house's form
}

/** Whether Date read that many characters as they stand there: it moves a day that does not exist into the next month. */
function isExactly(text: string, ms: number, length: 10 | 24): boolean {
  return text.length === length && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** The wall clock in the zone of the law as an ISO text ("2025-03-03T08:00:00.000"). */
function lawTimeOf(instant: Instant): string {
  const ms = epochMs(instant);
  if (ms >= SETTLED_SINCE_MS && ms < LAST_MS) return new Date(ms + LAW_OFFSET_MS).toISOString().slice(0, -1);
  return Temporal.Instant.from(instant).toZonedDateTimeISO(LAW_ZONE).toPlainDateTime().toString({ smallestUnit: 'millisecond' });
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
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && isExactly(text, Date.parse(text), 10) ? text : undefined;
}

/** The civil date, in the zone of the law, on which the instant falls. */
export function civilDateOf(instant: Instant): CivilDate {
  const [date = ''] = lawTimeOf(instant).split('T');
  return date;
}

/** The wall-clock time "HH:MM" of the instant in the zone of the law. */
export function wallTimeOf(instant: Instant): string {
  return secondOf(instant).slice(0, -3);
}

/** The wall-clock time "HH:MM:SS" of the instant in the zone of the law. */
export function secondOf(instant: Instant): string {
  const [, time = ''] = lawTimeOf(instant).split('T');
  return time.slice(0, 8);
}

/** The instant of a wall-clock time "HH:MM" on a civil date in the zone of the law. */
export function instantAt(date: CivilDate, wallTime: string): Instant {
  const written = `${date}T${wallTime}:00.000Z`;
  const ms = Date.parse(written) - LAW_OFFSET_MS;
  if (ms >= SETTLED_SINCE_MS && ms < LAST_MS && isExactly(written, ms + LAW_OFFSET_MS, 24)) return instantOf(ms);
  return Temporal.PlainDate.from(date)
    .toZonedDateTime({ timeZone: LAW_ZONE, plainTime: wallTime })
    .toInstant()
    .toString({ smallestUnit: 'millisecond' });
}

/** The date that many calendar days later (or earlier, when negative). */
export function addDays(date: CivilDate, days: number): CivilDate {
  const ms = Date.parse(date);
  const later = ms + days * DAY_MS;
  if (Number.isInteger(days) && isExactly(date, ms, 10) && later >= FIRST_MS && later < LAST_MS) return new Date(later).toISOString().slice(0, 10);
  return Temporal.PlainDate.from(date).add({ days }).toString();
}

/** The date that many calendar months later; a missing day becomes the month's last. */
export function addMonths(date: CivilDate, months: number): CivilDate {
  return Temporal.PlainDate.from(date).add({ months }).toString();
}

/** Day of the week, 1 = Monday … 7 = Sunday. */
export function weekday(date: CivilDate): number {
  const ms = Date.parse(date);
  return isExactly(date, ms, 10) ? new Date(ms).getUTCDay() || 7 : Temporal.PlainDate.from(date).dayOfWeek; // Date counts Sunday as 0
}

/** The instant as the portal prints it to people: "dd/MM/yyyy HH:mm" in the zone of the law. */
export function printed(instant: Instant): string {
  return `${printedDate(civilDateOf(instant))} ${wallTimeOf(instant)}`;
}

/** The date as the portal prints it to people: "dd/MM/yyyy". */
export function printedDate(date: CivilDate): string {
  const [year, month, day] = date.split('-');
  return `${day}/${month}/${year}`;
}
