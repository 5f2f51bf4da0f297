import { Temporal } from 'temporal-polyfill';
import { LAW_ZONE, civilDateOf, findCivilDate, secondOf, type CivilDate, type Instant } from './instant.ts';

/** The ways in which ministries write a civil date. */
export type WireDate = 'yyyyMMdd' | 'dd.MM.yyyy' | 'dd/MM/yyyy';

const READERS: Record<WireDate, RegExp> = {
  yyyyMMdd: /^(?<year>\d{4})(?<month>\d{2})(?<day>\d{2})$/,
  'dd.MM.yyyy': /^(?<day>\d{2})\.(?<month>\d{2})\.(?<year>\d{4})$/,
  'dd/MM/yyyy': /^(?<day>\d{2})\/(?<month>\d{2})\/(?<year>\d{4})$/,
};

/** Writes a civil date in a ministry's form. */
export function writeWireDate(date: CivilDate, form: WireDate): string {
  const [year = '', month = '', day = ''] = date.split('-');
  return form.replace('yyyy', year).replace('MM', month).replace('dd', day);
}

/** Reads a civil date out of a ministry's form; nothing when it is malformed or impossible. */
export function findWireDate(text: string, form: WireDate): CivilDate | undefined {
  const parts = READERS[form].exec(text)?.groups;
  return parts ? findCivilDate(`${parts['year']}-${parts['month']}-${parts['day']}`) : undefined;
}

/** Writes an instant as "dd/MM/yyyy HH:mm:ss" in the zone of the law. */
export function writeWireTime(instant: Instant): string {
  return `${writeWireDate(civilDateOf(instant), 'dd/MM/yyyy')} ${secondOf(instant)}`;
}

/** Reads "dd/MM/yyyy HH:mm:ss" in the zone of the law; nothing when it is malformed. */
export function findWireTime(text: string): Instant | undefined {
  const [, datePart = '', timePart = ''] = /^(\S+) (\d{2}:\d{2}:\d{2})$/.exec(text) ?? [];
  const date = findWireDate(datePart, 'dd/MM/yyyy');
  if (!date) return undefined;
  try {
    return Temporal.PlainDateTime.from(`${date}T${timePart}`).toZonedDateTime(LAW_ZONE).toInstant().toString({ smallestUnit: 'millisecond' });
  } catch {
    return undefined;
  }
}
