import { countDueDate } from '../catalogue/due-date.ts';
import { effectiveReception, type LawOfTime } from '../catalogue/reception.ts';
import type { ProcedureTerm } from '../catalogue/procedures.ts';
import { DAY_END, addDays, civilDateOf, instantAt, type Instant } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';
import { NO_DUE_DATE, type DossierRow } from './table.ts';

/** A due date as it is kept with what is due: it explains itself for ever, even after the calendar was edited. */
export interface KeptDue {
  readonly date: string;
  readonly dueAt: Instant;
  readonly provisional: boolean;
  readonly countedFrom: Instant;
  readonly explanation: Words;
  readonly days: readonly { readonly date: string; readonly counted: number | null; readonly reason: Words }[];
  readonly sources: readonly string[];
  readonly term: { readonly amount: number; readonly unit: ProcedureTerm['unit']; readonly source: string };
  /** When the count begins: the filing or hand-over, before office hours are considered. */
  readonly startedAt: Instant;
  /** Digest of the calendar it was counted under. */
  readonly calendar: string;
}

/** Counts a term from an instant; nothing where the calendar does not reach that far. */
export function findDue(law: LawOfTime, term: ProcedureTerm, startedAt: Instant): KeptDue | undefined {
  const reception = effectiveReception(law, startedAt); // a filing counts from office hours in every unit
  if (reception.is !== 'effective') return undefined;
  const receivedAt = term.unit === 'CALENDAR_DAY' ? reception.at : startedAt;
  const due = countDueDate(law, { receivedAt, amount: term.amount, unit: term.unit });
  if (due.is !== 'due') return undefined;
  const { date, dueAt, provisional, countedFrom, explanation, days, sources } = due;
  return {
    date,
    dueAt,
    provisional,
    countedFrom,
    explanation,
    days,
    sources: [...new Set([term.source, ...sources])],
    term: { amount: term.amount, unit: term.unit, source: term.source },
    startedAt,
    calendar: law.calendar.digest,
  };
}

/** The columns of a dossier whose clock starts. */
export function startClock(law: LawOfTime, term: ProcedureTerm, startedAt: Instant): Pick<DossierRow, 'receivedAt' | 'dueAt' | 'due' | 'dueOrder'> {
  const due = findDue(law, term, startedAt);
  return {
    receivedAt: due?.countedFrom ?? startedAt,
    dueAt: due?.dueAt ?? null,
    due: due ? JSON.stringify(due) : null,
    dueOrder: due?.dueAt ?? NO_DUE_DATE,
  };
}

/**
 * The columns of a dossier that goes on after it waited for the citizen since `pausedAt`: the days that were left then are
 * counted from now, as the term of a filing that comes in now is. Nothing where no other day has begun, the time was over
 * before, or the term is one of hours. That the time stands still is the practice (domain notes §1.4, assumed: medium).
 */
export function resumeClock(law: LawOfTime, stored: string | null, pausedAt: Instant, now: Instant): Pick<DossierRow, 'dueAt' | 'due' | 'dueOrder'> | undefined {
  const kept = stored === null ? undefined : (JSON.parse(stored) as KeptDue);
  const pausedOn = civilDateOf(pausedAt);
  if (!kept || kept.term.unit === 'WORKING_HOUR' || pausedOn === civilDateOf(now) || pausedAt > kept.dueAt) return undefined;
  const used = Math.max(0, ...kept.days.filter(({ date }) => date <= pausedOn).map(({ counted }) => counted ?? 0));
  const due = findDue(law, { ...kept.term, amount: kept.term.amount - used, confidence: 'MEDIUM' }, now);
  return due && { dueAt: due.dueAt, due: JSON.stringify(due), dueOrder: due.dueAt };
}

/** A citizen has this long to supplement where the ministry names no date (domain notes §2.3, supplement window of the linked-service software). */
const SUPPLEMENT_TERM = { amount: 7, unit: 'WORKING_DAY', source: 'Phần mềm dịch vụ công liên thông: thời hạn bổ sung 7 ngày làm việc', confidence: 'CHECKED' } as const;

/** Until when a supplement that is asked for now is waited for; two weeks where the calendar does not reach. */
export function supplementUntil(law: LawOfTime, now: Instant): Instant {
  return findDue(law, SUPPLEMENT_TERM, now)?.dueAt ?? instantAt(addDays(civilDateOf(now), 14), DAY_END);
}
