import type { CivilDate } from '../../src/kit/instant.ts';

/**
 * Days are counted from 1970-01-01 here. The house's own date arithmetic is exact but takes microseconds for each
 * step; a population needs some 200,000 steps before the first ministry may open, so plain integers do it.
 */
export type DayNumber = number;

/** The day on which the invented population is looked at: ages, cards and deaths are told as of it (a Monday). */
export const REFERENCE_DAY: CivilDate = '2025-03-03';

/** A mean year in days: 365.25, rounded where a whole day is needed. */
export function years(count: number): number {
  return Math.round(count * 365.25);
}

/** The number of a civil date (proleptic Gregorian). */
export function dayNumberOf(date: CivilDate): DayNumber {
  const month = Number(date.slice(5, 7));
  // The year is counted from March, so that the leap day is its last one and needs no special case.
  const year = Number(date.slice(0, 4)) - (month <= 2 ? 1 : 0);
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + Number(date.slice(8, 10)) - 1;
  return year * 365 + Math.floor(year / 4) - Math.floor(year / 100) + Math.floor(year / 400) + dayOfYear - 719_468;
}

/** The civil date of a day number. The same day is always the same text in memory: people share birthdays and cards. */
export function dateOf(day: DayNumber): CivilDate {
  let date = dates.get(day);
  if (date === undefined) dates.set(day, (date = printDate(day)));
  return date;
}

const dates = new Map<DayNumber, CivilDate>();

function printDate(day: DayNumber): CivilDate {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097); // days in 400 years
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1_460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const date = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  return `${year}-${month < 10 ? '0' : ''}${month}-${date < 10 ? '0' : ''}${date}`;
}

/** Whether the day is a Saturday or Sunday, when no commune registers anything. */
export function isWeekend(day: DayNumber): boolean {
  return (((day + 3) % 7) + 7) % 7 >= 5; // 1970-01-01 was a Thursday; days before it are negative
}

/** Age in completed years on a civil date; of somebody whose birth year alone is known, the difference of the years. */
export function ageOn(date: CivilDate, birthDate: string): number {
  const difference = Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return birthDate.length > 4 && birthDate.slice(5) > date.slice(5) ? difference - 1 : difference;
}
