import type { CivilDate } from './instant.ts';

const DIGITS = ['không', 'một', 'hai', 'ba', 'bốn', 'năm', 'sáu', 'bảy', 'tám', 'chín'];

/** A civil date in Vietnamese words, as birth forms want it beside the digits ("ghi bằng chữ"). */
export function dateInWords(date: CivilDate): string {
  const [year = 0, month = 0, day = 0] = date.split('-').map(Number);
  return `Ngày ${below100(day)}, tháng ${MONTHS[month] ?? below100(month)}, năm ${yearInWords(year)}`;
}

const MONTHS: Readonly<Record<number, string>> = { 1: 'một', 4: 'tư' };

function yearInWords(year: number): string {
  const thousands = Math.floor(year / 1000);
  const hundreds = Math.floor(year / 100) % 10;
  const rest = year % 100;
  const tail = rest === 0 ? '' : rest < 10 ? ` linh ${DIGITS[rest]}` : ` ${below100(rest)}`;
  return `${DIGITS[thousands]} nghìn ${DIGITS[hundreds]} trăm${tail}`;
}

function below100(number: number): string {
  const tens = Math.floor(number / 10);
  const ones = number % 10;
  if (tens === 0) return DIGITS[ones] ?? '';
  const head = tens === 1 ? 'mười' : `${DIGITS[tens]} mươi`;
  if (ones === 0) return head;
  if (ones === 1 && tens > 1) return `${head} mốt`;
  if (ones === 5) return `${head} lăm`;
  return `${head} ${DIGITS[ones]}`;
}
