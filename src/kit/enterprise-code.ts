import { fieldIssue, type FieldIssue } from './failure.ts';
import { words } from './words.ts';

/** Ten digits, the tenth a check digit: the enterprise's code for registration, tax and social insurance ("mã số doanh nghiệp"). */
export const ENTERPRISE_CODE = /^\d{10}$/;

/** The enterprise's ten digits, a hyphen, 001 to 999: the code of a branch or representative office ("mã số đơn vị phụ thuộc"). */
export const BRANCH_CODE = /^\d{10}-(?!000)\d{3}$/;

/** The weights of the first nine digits (domain notes §3 [checked]). None is a multiple of 11, so that one changed digit always shows. */
const WEIGHTS = [31, 29, 23, 19, 17, 13, 7, 5, 3];

/**
 * The tenth digit that belongs to nine: 10 − (Σ mod 11). Nothing where that is 10, which is no digit: such nine begin no
 * code. (Several libraries write 0 there; nobody has shown an enterprise with such a code.)
 */
export function findCheckDigit(nine: string): number | undefined {
  const sum = WEIGHTS.reduce((total, weight, place) => total + weight * Number(nine[place]), 0);
  const digit = 10 - (sum % 11);
  return digit === 10 ? undefined : digit;
}

/** The enterprise to which a branch belongs; nothing for the code of an enterprise itself. */
export function findParentCode(code: string): string | undefined {
  return BRANCH_CODE.test(code) ? code.slice(0, 10) : undefined;
}

/** What is wrong with the code of an enterprise or branch, at that path of an input, and what would be right; nothing when all is well. */
export function findEnterpriseCodeIssue(path: string, code: string): FieldIssue | undefined {
  if (!ENTERPRISE_CODE.test(code) && !BRANCH_CODE.test(code)) return malformed(path, code);
  const digit = findCheckDigit(code);
  if (digit === Number(code[9])) return undefined;
  return fieldIssue(
    path,
    'CONTRADICTION',
    words('Chữ số kiểm tra (chữ số thứ mười) không khớp chín chữ số đầu; có thể gõ nhầm một chữ số.', 'The tenth digit, a check digit, does not fit the first nine; a digit may be mistyped.'),
    digit === undefined
      ? words('chín chữ số đầu khác: không có mã số nào bắt đầu như vậy', 'other first nine digits: no code begins with these')
      : words(`chữ số thứ mười là ${digit}, nếu chín chữ số đầu đúng`, `${digit} as the tenth digit, if the first nine are right`),
  );
}

/** Other numbers that people give instead, by their form, each with the word for it. */
const OTHERS: readonly (readonly [RegExp, string, string])[] = [
  [/^\d{13}$/, 'Mã số đơn vị phụ thuộc phải có dấu gạch nối trước ba chữ số cuối.', 'The code of a branch has a hyphen before its last three digits.'],
  [/^\d{12}$/, 'Đây là dạng số định danh cá nhân. Hộ kinh doanh không có trong CSDLQG về đăng ký doanh nghiệp.', 'This has the form of a personal id. Household businesses are not in the enterprise register.'],
  [/^\d{5}$/, 'Mã số địa điểm kinh doanh (5 chữ số) không phải mã số thuế; hãy dùng mã số của doanh nghiệp.', 'The number of a business location (5 digits) is not a tax code; give the code of its enterprise.'],
];

function malformed(path: string, code: string): FieldIssue {
  const [, vi, en] = OTHERS.find(([form]) => form.test(code)) ?? [undefined, 'Mã số doanh nghiệp không đúng dạng.', 'Not in the form of an enterprise code.'];
  return fieldIssue(
    path,
    'MALFORMED',
    words(vi, en),
    words('10 chữ số, hoặc với đơn vị phụ thuộc thêm dấu gạch nối và 001–999: 1699900018-001', '10 digits, and for a branch a hyphen and 001 to 999: 1699900018-001'),
  );
}
