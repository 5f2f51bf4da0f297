import { expect, test } from 'vitest';
import { sameName, tidy, upperName } from '../../src/kit/person-name.ts';

test.each([
  ['Nguyễn  Văn \t A', 'Nguyễn Văn A'],
  ['  Nguyễn Văn A\n', 'Nguyễn Văn A'],
  ['Nguyễn\u00a0Văn\u2003A', 'Nguyễn Văn A'], // spaces that do not look different
  ['Nguyễn Văn A'.normalize('NFD'), 'Nguyễn Văn A'],
  ['Nguyễn\u0000Văn\u0007A', 'Nguyễn Văn A'],
  ['', ''],
])('%j is tidied to %j', (text, tidied) => {
  expect(tidy(text)).toBe(tidied);
});

test('tidied texts are in one form of Unicode and stay as they are', () => {
  const tidied = tidy('Trần Thị Hậu'.normalize('NFD'));
  expect(tidied).toBe('Trần Thị Hậu'.normalize('NFC'));
  expect(tidy(tidied)).toBe(tidied);
});

test('upper case keeps every mark of every vowel', () => {
  expect(upperName('đặng thuỳ trâm')).toBe('ĐẶNG THUỲ TRÂM');
  expect(upperName('ă â đ ê ô ơ ư ấ ầ ẩ ẫ ậ ắ ằ ẳ ẵ ặ ế ề ể ễ ệ ố ồ ổ ỗ ộ ớ ờ ở ỡ ợ ứ ừ ử ữ ự')).toBe('Ă Â Đ Ê Ô Ơ Ư Ấ Ầ Ẩ Ẫ Ậ Ắ Ằ Ẳ Ẵ Ặ Ế Ề Ể Ễ Ệ Ố Ồ Ổ Ỗ Ộ Ớ Ờ Ở Ỡ Ợ Ứ Ừ Ử Ữ Ự');
});

test.each([
  ['Nguyễn Thị Hòa', 'Nguyễn Thị Hoà'],
  ['Trần Thủy', 'Trần Thuỷ'],
  ['Lê Thúy Kiều', 'LÊ THUÝ KIỀU'],
  ['Phạm Khỏe', 'phạm khoẻ'],
  ['Võ Ngọc Quý', 'Võ Ngọc Quý'.normalize('NFD')],
  ['Hoàng  Thị   Mai', ' hoàng thị mai '],
  ['Đỗ Mười', 'ĐỖ MƯỜI'.normalize('NFD')],
  ['Nguyễn Hữu Toàn', 'NGUYỄN HỮU TÒAN'], // an old hand sets the mark on the o
])('%s and %s are the same name', (one, other) => {
  expect(sameName(one, other)).toBe(true);
  expect(sameName(other, one)).toBe(true);
});

test.each([
  ['Nguyễn Thị Hoa', 'Nguyễn Thị Hòa'],
  ['Nguyễn Văn Tú', 'Nguyễn Văn Tự'],
  ['Nguyễn Văn Dung', 'Nguyễn Văn Đung'],
  ['Lê Thuy', 'Lê Thủy'],
  ['Nguyễn Văn An', 'Nguyễn Vân An'],
  ['Trần Thu', 'Trần Thư'],
  ['Nguyễn Thị Lan', 'Nguyễn Lan Thị'],
  ['Nguyễn Vănan', 'Nguyễn Văn An'],
  ['Hòa Bình', 'Hoa Bình'],
  ['Hòa Binh', 'Hoa Bình'], // the tone belongs to its syllable
  ['Nguyễn Văn A', 'Nguyễn Văn'],
])('%s and %s are not the same name', (one, other) => {
  expect(sameName(one, other)).toBe(false);
});
