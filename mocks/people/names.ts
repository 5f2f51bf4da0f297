import type { Sex } from '../../src/kit/personal-id.ts';
import type { Chance, Weights } from './chance.ts';
import { weigh } from './chance.ts';
import type { Ethnicity } from './records.ts';

/**
 * Common surnames, middle names and given names, put together at random. A combination may by chance be somebody's
 * name; words that would easily make a public figure's were left out. Both places of the tone mark occur
 * (hòa and hoà, thủy and thuỷ), because both occur in the registers.
 */
interface NameStock {
  readonly surname: (chance: Chance) => string;
  readonly middles: Readonly<Record<Sex, readonly string[]>>;
  readonly givens: Readonly<Record<Sex, readonly string[]>>;
}

const SURNAMES: Weights<string> = [
  ['Nguyễn', 36], ['Trần', 12], ['Lê', 10], ['Phạm', 7], ['Huỳnh', 6], ['Võ', 5], ['Phan', 5], ['Đặng', 3], ['Bùi', 2],
  ['Đỗ', 2], ['Hồ', 2], ['Ngô', 2], ['Dương', 2], ['Lý', 2], ['Trương', 2], ['Lâm', 1], ['Mai', 1], ['Đinh', 1],
  ['Cao', 1], ['Châu', 1], ['Thái', 1], ['Đoàn', 1], ['Hà', 1], ['Tạ', 1], ['Trịnh', 1],
];

const KINH: NameStock = {
  surname: weigh(SURNAMES),
  middles: {
    MALE: ['Văn', 'Hữu', 'Minh', 'Thanh', 'Quốc', 'Hoàng', 'Gia', 'Ngọc', 'Phước', 'Thành', 'Nhựt', 'Trung', 'Tuấn', 'Anh', 'Bảo', 'Thiện', 'Vĩnh', 'Khánh'],
    FEMALE: ['Ngọc', 'Bích', 'Phương', 'Thùy', 'Thuỳ', 'Thanh', 'Kim', 'Mỹ', 'Bảo', 'Khánh', 'Gia', 'Hồng', 'Cẩm', 'Tường', 'Yến', 'Huỳnh', 'Trúc', 'Diễm'],
  },
  givens: {
    MALE: [
      'An', 'Cường', 'Duy', 'Đạt', 'Hậu', 'Hiếu', 'Hòa', 'Hoà', 'Huy', 'Khang', 'Khánh', 'Khoa', 'Luân', 'Nam',
      'Nghĩa', 'Nhân', 'Phát', 'Phong', 'Phúc', 'Quân', 'Quý', 'Tài', 'Tâm', 'Thịnh', 'Thuận', 'Tiến', 'Toàn', 'Tín', 'Trí', 'Tú', 'Tùng', 'Vinh', 'Vũ',
    ],
    FEMALE: [
      'An', 'Anh', 'Chi', 'Cúc', 'Diệp', 'Dung', 'Duyên', 'Giang', 'Hà', 'Hân', 'Hạnh', 'Hiền', 'Hòa', 'Hoà', 'Hoa', 'Huệ', 'Hương', 'Lan', 'Liên', 'Linh', 'Loan', 'Mai',
      'Ngân', 'Nga', 'Nhi', 'Như', 'Nhung', 'Oanh', 'Phượng', 'Quyên', 'Thảo', 'Thi', 'Thơ', 'Thu', 'Thư', 'Thúy', 'Thuý', 'Thủy', 'Thuỷ', 'Tiên', 'Trang', 'Trâm', 'Trinh', 'Tuyền', 'Uyên', 'Vân', 'Vy', 'Xuân', 'Yến',
    ],
  },
};

const STOCKS: Readonly<Record<Ethnicity, NameStock>> = {
  Kinh: KINH,
  Khmer: {
    surname: weigh([['Chau', 5], ['Danh', 3], ['Thạch', 2], ['Kim', 2], ['Sơn', 1], ['Kiên', 1]]),
    middles: { MALE: ['Sóc', 'Sa', 'Văn', 'Minh'], FEMALE: ['Sóc', 'Sa', 'Ngọc', 'Kim'] },
    givens: {
      MALE: ['Kha', 'Phol', 'Rinh', 'Sươl', 'Thia', 'Chanh', 'Rith', 'Sên', 'Thon'],
      FEMALE: ['Nha', 'Thia', 'Srây', 'Mơi', 'Phia', 'Rinh', 'Kha', 'Thy'],
    },
  },
  Chăm: {
    surname: weigh([['Chế', 3], ['Từ', 2], ['Dương', 2], ['Châu', 2], ['Đàng', 1]]),
    middles: { MALE: ['Sa', 'Ha', 'Văn', 'Ma'], FEMALE: ['Sa', 'Ha', 'Kim', 'Ma'] },
    givens: {
      MALE: ['Karim', 'Rohim', 'Ly', 'Salam', 'Yusop', 'Man', 'Zakir'],
      FEMALE: ['Aminah', 'Phia', 'Rokiah', 'Maryam', 'Ly', 'Zulaikha', 'Fatimah'],
    },
  },
  Hoa: {
    ...KINH,
    surname: weigh([['Trần', 4], ['Lâm', 4], ['Quách', 2], ['Vương', 2], ['Lưu', 2], ['Mã', 1], ['Tăng', 1], ['Hứa', 1], ['Trịnh', 1]]),
  },
};

/** A surname of that group. */
export function inventSurname(chance: Chance, ethnicity: Ethnicity): string {
  return STOCKS[ethnicity].surname(chance);
}

/** What decides which names fit a person. */
export interface NameFit {
  readonly ethnicity: Ethnicity;
  readonly sex: Sex;
  readonly birthYear: number;
  /** Names already borne in the family; the new one is put among them. */
  readonly taken: Set<string>;
}

/** A full name that nobody else in the family bears. */
export function inventName(chance: Chance, surname: string, fit: NameFit): string {
  const { middles, givens } = STOCKS[fit.ethnicity];
  for (;;) {
    const middle = chance.pick(middles[fit.sex]);
    const name = `${surname} ${withThi(chance, fit, middle)} ${chance.pick(givens[fit.sex])}`;
    if (fit.taken.has(name)) continue;
    fit.taken.add(name);
    return name;
  }
}

/** "Thị" marks nearly every woman born before 1990 and few of the girls born now. */
function withThi(chance: Chance, fit: NameFit, middle: string): string {
  if (fit.sex === 'MALE' || !chance.happens(fit.birthYear < 1990 ? 0.85 : fit.birthYear < 2005 ? 0.5 : 0.2)) return middle;
  return chance.happens(0.6) ? 'Thị' : `Thị ${middle}`;
}
