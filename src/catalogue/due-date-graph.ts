import { builder, langArg, said } from '../graph/builder.ts';
import { refuse } from '../graph/errors.ts';
import { fieldIssue } from '../kit/failure.ts';
import { words } from '../kit/words.ts';
import { countDueDate, type DayOfTerm, type Due } from './due-date.ts';
import type { DueUnit } from './office-hours.ts';
import { cataloguePart } from './part.ts';
import { MOST_AMOUNT } from './procedures.ts';

/** The units of terms. */
export const DueUnitEnum = builder.enumType('DueUnit', {
  description: 'The unit in which a term is counted ("đơn vị tính thời hạn").',
  values: {
    WORKING_DAY: { description: 'Working days ("ngày làm việc"); 0 = the same day.' },
    CALENDAR_DAY: { description: 'Calendar days ("ngày").' },
    WORKING_HOUR: { description: 'Working hours ("giờ làm việc").' },
  } satisfies Record<DueUnit, unknown>,
});

const DayOfTermType = builder.objectRef<DayOfTerm>('DayOfTerm').implement({
  description: 'One calendar day between filing and due date, and what it counted for ("ngày trong thời hạn").',
  fields: (t) => ({
    date: t.expose('date', { type: 'Date', description: 'The day ("ngày").' }),
    counted: t.exposeFloat('counted', { nullable: true, description: 'Its number in a term of days, the hours counted on it in a term of hours; null when it did not count ("được tính").' }),
    reason: t.string({ args: langArg, description: 'Why it counted or not ("lý do").', resolve: (day, args) => said(day.reason, args) }),
  }),
});

/** A due date as it was counted, or as it was kept with a dossier. */
export const DueDateType = builder.objectRef<Omit<Due, 'is'>>('DueDate').implement({
  description: 'A due date that explains itself ("hạn trả kết quả").',
  fields: (t) => ({
    date: t.expose('date', { type: 'Date', description: 'The day on which it is due ("ngày trả kết quả").' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', description: 'The instant: 17:00 in Asia/Ho_Chi_Minh for terms of days, exact for terms of hours ("thời điểm trả kết quả").' }),
    provisional: t.exposeBoolean('provisional', { description: 'Whether a day that decided is not yet announced or not confirmed ("lịch dự kiến").' }),
    countedFrom: t.expose('countedFrom', { type: 'DateTime', description: 'When the filing counts as received ("thời điểm tính tiếp nhận").' }),
    explanation: t.string({ args: langArg, description: 'The rule, the days left out and why, and make-up days that counted ("giải trình thời hạn").', resolve: (due, args) => said(due.explanation, args) }),
    days: t.expose('days', { type: [DayOfTermType], description: 'Every day from filing to due date ("các ngày trong thời hạn").' }),
    sources: t.exposeStringList('sources', { description: 'The laws and decisions on which the count rests ("căn cứ pháp lý").' }),
  }),
});

builder.queryField('dueDate', (t) =>
  t.field({
    type: DueDateType,
    description: 'When a term ends ("tính hạn trả kết quả"). CALENDAR_UNKNOWN where the working-day calendar does not reach.',
    args: {
      receivedAt: t.arg({ type: 'DateTime', description: 'When it was filed ("thời điểm nộp").' }),
      amount: t.arg.int({ description: `How much, 0 to ${MOST_AMOUNT}; 0 WORKING_DAY is a same-day procedure with the 15:00 rule ("thời hạn").` }),
      unit: t.arg({ type: DueUnitEnum, description: 'Of what ("đơn vị").' }),
    },
    resolve: (_, { receivedAt, amount, unit }, { parts }) => {
      const due = countDueDate(parts.get(cataloguePart), { receivedAt, amount, unit });
      if (due.is === 'calendarUnknown') throw refuse('CALENDAR_UNKNOWN', due.reason, { date: due.date, from: due.from, to: due.to });
      if (due.is === 'badAmount') {
        throw refuse('BAD_INPUT', due.reason, { issues: [fieldIssue('amount', 'OUT_OF_RANGE', due.reason, words(`Từ 0 đến ${MOST_AMOUNT}`, `0 to ${MOST_AMOUNT}`))] });
      }
      return due;
    },
  }),
);
