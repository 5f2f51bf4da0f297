import { printedDate, type CivilDate } from '../kit/instant.ts';
import { words, type Lang, type Words } from '../kit/words.ts';
import type { CalendarDay } from './calendar.ts';

/** What a day was to a term. */
export type DayRole = 'filedLate' | 'received' | 'sameDay' | 'afterCutoff' | 'workingDay' | 'calendarDay' | 'hours' | 'skipped' | 'endsOff' | 'moved';

/** One day of a term as the count leaves it; `day` only where the calendar decided about it. */
export interface DayPart {
  readonly date: CivilDate;
  readonly day?: CalendarDay | undefined;
  readonly role: DayRole;
  readonly counted: number | null;
  /** The hour of the same-day rule, where that decided. */
  readonly cutoff?: string;
}

const weekdays: readonly Words[] = [
  words('thứ Hai', 'Monday'),
  words('thứ Ba', 'Tuesday'),
  words('thứ Tư', 'Wednesday'),
  words('thứ Năm', 'Thursday'),
  words('thứ Sáu', 'Friday'),
  words('thứ Bảy', 'Saturday'),
  words('Chủ nhật', 'Sunday'),
];

/** One message said by the same template in each language. */
export function inBoth(say: (lang: Lang) => string): Words {
  return words(say('vi'), say('en'));
}

/** The day with its weekday: "thứ Bảy 04/05/2024", "Saturday 04/05/2024". */
export function nameDay({ weekday, date }: CalendarDay): Words {
  return inBoth((lang) => `${weekdays[weekday - 1]?.[lang]} ${printedDate(date)}`);
}

/** Why a day counted or did not, in one line. */
export function explainDay(part: DayPart): Words {
  const { day } = part;
  const text = part.role === 'skipped' ? restOf(day) : part.role === 'endsOff' ? endsOff(day) : sayRole(part);
  const name = day?.works ? day.name : undefined;
  const note = words(day?.provisional ? ' (dự kiến)' : '', day?.provisional ? ' (provisional)' : '');
  return inBoth((lang) => `${text[lang]}${name ? `. ${name[lang]}` : ''}${note[lang]}`);
}

function sayRole({ role, counted, cutoff }: DayPart): Words {
  switch (role) {
    case 'filedLate':
      return words('Nộp sau giờ làm việc, tính tiếp nhận từ phiên sau', 'Filed after office hours, counts as received in the next session');
    case 'received':
      return words('Ngày tiếp nhận, không tính', 'Day of reception, not counted');
    case 'sameDay':
      return words(`Tiếp nhận trước ${cutoff}, trả kết quả trong ngày`, `Received before ${cutoff}, due the same day`);
    case 'afterCutoff':
      return words(`Tiếp nhận từ ${cutoff}, trả kết quả ngày làm việc tiếp theo`, `Received at ${cutoff} or later, due the next working day`);
    case 'workingDay':
      return words(`Ngày làm việc thứ ${counted}`, `Working day ${counted}`);
    case 'calendarDay':
      return counted === null ? words('Ngày tiếp nhận', 'Day of reception') : words(`Ngày thứ ${counted}`, `Day ${counted}`);
    case 'hours':
      return words(`Tính ${rounded(counted)} giờ làm việc`, `Working hours counted: ${rounded(counted)}`);
    case 'moved':
      return words('Hạn chuyển sang ngày làm việc tiếp theo', 'The due date moves to the next working day');
    case 'skipped':
    case 'endsOff':
      return words('Ngày nghỉ', 'Day off');
  }
}

function restOf(day: CalendarDay | undefined): Words {
  if (day?.name) return words(`Nghỉ: ${day.name.vi}`, `Day off: ${day.name.en}`);
  const weekday = weekdays[(day?.weekday ?? 7) - 1];
  return words(`Nghỉ hằng tuần, ${weekday?.vi}`, `Weekly rest, ${weekday?.en}`);
}

function endsOff(day: CalendarDay | undefined): Words {
  const rest = restOf(day);
  return words(`Ngày cuối của thời hạn. ${rest.vi}`, `Last day of the term. ${rest.en}`);
}

function rounded(hours: number | null): number {
  return Math.round((hours ?? 0) * 100) / 100;
}
