/**
 * A second way to count due dates, written only to check the first: minute by minute and day by day, with JavaScript
 * dates in UTC shifted by seven hours and the holidays typed once more from the law. Shares no code with src.
 */
const OFF = `
2024-01-01 2024-02-08 2024-02-09 2024-02-12 2024-02-13 2024-02-14 2024-04-18 2024-04-29 2024-04-30 2024-05-01 2024-09-02 2024-09-03
2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-04-07 2025-04-30 2025-05-01 2025-05-02 2025-09-01 2025-09-02
2026-01-01 2026-01-02 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-04-27 2026-04-30 2026-05-01 2026-08-31 2026-09-01 2026-09-02 2026-11-24
2027-01-01 2027-02-04 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-04-16 2027-04-30 2027-05-03 2027-09-02 2027-09-03 2027-11-24`;
const MAKE_UP = '2024-05-04 2025-04-26 2026-01-10 2026-08-22';
const UNSURE = '2026-01-02 2026-01-10 2026-08-22 2026-08-31 2027-02-04 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-02-11 2027-09-01 2027-09-02 2027-09-03';

const DAY = 86_400_000;
const HOUR = 3_600_000;
const FIRST = Date.UTC(2024, 0, 1);
const LAST = Date.UTC(2027, 11, 31);

/** What the slow counter finds: the due instant in milliseconds and whether it is provisional, or nothing beyond the calendar. */
export type SlowAnswer = { readonly dueMs: number; readonly provisional: boolean } | undefined;

class Beyond extends Error {}

function name(day: number): string {
  return new Date(day).toISOString().slice(0, 10);
}

/** Counts one term; `receivedMs` is milliseconds UTC. */
export function countSlowly(receivedMs: number, amount: number, unit: string): SlowAnswer {
  let doubt = false;
  const works = (day: number): boolean => {
    if (day < FIRST || day > LAST) throw new Beyond();
    if (UNSURE.includes(name(day))) doubt = true;
    if (MAKE_UP.includes(name(day))) return true;
    const weekday = new Date(day).getUTCDay();
    return weekday !== 0 && weekday !== 6 && !OFF.includes(name(day));
  };
  // From here on everything is read off a clock in Việt Nam: shifted milliseconds.
  let now = receivedMs + 7 * HOUR;
  const midnight = () => Math.floor(now / DAY) * DAY;
  const hour = () => (now - midnight()) / HOUR;
  const finish = (shifted: number): SlowAnswer => ({ dueMs: shifted - 7 * HOUR, provisional: doubt });
  try {
    if (unit === 'CALENDAR_DAY') {
      let day = midnight() + amount * DAY;
      while (!works(day)) day += DAY;
      return finish(day + 17 * HOUR);
    }
    for (;;) {
      const open = works(midnight());
      if (open && ((hour() >= 7 && hour() < 11) || (hour() >= 13 && hour() < 17))) break;
      if (open && hour() < 7) now = midnight() + 7 * HOUR;
      else if (open && hour() >= 11 && hour() < 13) now = midnight() + 13 * HOUR;
      else now = midnight() + DAY;
    }
    if (unit === 'WORKING_HOUR') {
      let left = amount * HOUR;
      while (left > 0) {
        const closing = hour() < 11 ? 11 : 17;
        const step = Math.min(left, midnight() + closing * HOUR - now);
        now += step;
        left -= step;
        if (left === 0) break;
        if (hour() === 11) now = midnight() + 13 * HOUR;
        else {
          do now = midnight() + DAY;
          while (!works(midnight()));
          now += 7 * HOUR;
        }
      }
      return finish(now);
    }
    let missing = amount > 0 ? amount : hour() >= 15 ? 1 : 0;
    let day = midnight();
    while (missing > 0) {
      day += DAY;
      if (works(day)) missing -= 1;
    }
    return finish(day + 17 * HOUR);
  } catch (error) {
    if (error instanceof Beyond) return undefined;
    throw error;
  }
}
