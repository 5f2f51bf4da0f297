import fc from 'fast-check';
import { expect, test } from 'vitest';
import { loadCatalogue } from '../../src/catalogue/catalogue.ts';
import type { DocumentFacts } from '../../src/dossiers/document.ts';
import { setSheet } from '../../src/dossiers/set-sheet.ts';
import { sheetOf, type Sheet } from '../../src/dossiers/sheet.ts';
import { breakLines } from '../../src/kit/line-break.ts';
import { pdfText } from './pdf-text.ts';

// Vietnamese syllables: every vowel under every tone, beside letters that fonts like to join (fi, ff, fl).
const TONES = ['', '\u0300', '\u0301', '\u0303', '\u0309', '\u0323'];
const vowel = fc.tuple(fc.constantFrom('a', 'ă', 'â', 'e', 'ê', 'i', 'o', 'ô', 'ơ', 'u', 'ư', 'y'), fc.constantFrom(...TONES)).map(([letter, tone]) => `${letter}${tone}`.normalize('NFC'));
const syllable = fc.tuple(fc.constantFrom('', 'b', 'đ', 'ngh', 'ph', 'qu', 'th', 'tr', 'x', 'ffi', 'fl'), vowel, fc.constantFrom('', 'n', 'ng', 'nh', 't', 'ch', 'ff')).map((parts) => parts.join(''));
const word = fc.tuple(syllable, fc.constantFrom('lower', 'upper', 'title')).map(([text, how]) => (how === 'upper' ? text.toLocaleUpperCase('vi') : how === 'title' ? text.charAt(0).toLocaleUpperCase('vi') + text.slice(1) : text));
const words = (most: number) => fc.array(fc.oneof({ weight: 9, arbitrary: word }, { weight: 1, arbitrary: fc.constantFrom('000.17.23.H01-250303-0001', '03/03/2025', '(1.004222)', 'An-Giang,', '12,5%', '“Đất”') }), { minLength: 1, maxLength: most }).map((list) => list.join(' '));

const factsOf = (says: DocumentFacts['says'], agency: string, applicant: string, title: string): DocumentFacts => ({ title: { vi: title, en: title }, form: { number: '02', regulation: 'TT 01/2018/TT-VPCP' }, agency, procedure: { code: '1.004222', name: applicant }, applicant, linked: '000.00.00.H01-250303-0001', says });
const sheetFor = (facts: DocumentFacts): Sheet => sheetOf({ dossier: '000.17.23.H01-250303-0001', issuedAt: '2025-03-03T01:00:00.000Z', facts: JSON.stringify(facts) });

/** Everything that stands on a sheet, in the order in which it is read; what stands at the foot of each page left out. */
function textOf({ form, agency, number, dated, title, opening, lines, notes, signer }: Sheet): string {
  const upper = (text: string) => text.toLocaleUpperCase('vi');
  return [form, upper(agency), `Số: ${number}`, 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 'Độc lập - Tự do - Hạnh phúc', dated, upper(title), opening, ...lines.flatMap(({ label, value }) => [label, value]), ...notes, upper(signer), 'Văn bản điện tử, lập lúc 03/03/2025 08:00'].join(' ').replace(/\s+/g, ' ').trim();
}

const withoutFoot = (text: string) => text.replace(/ ?Mã hồ sơ 000\.17\.23\.H01-250303-0001 Trang \d\/\d/g, '');

test('the text taken out of a page is the text of the record, whatever the names and however long', { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(words(12), words(8), words(6), words(300), async (agency, applicant, title, what) => {
      const sheet = sheetFor(factsOf({ is: 'asked', what, until: '2025-03-12T10:00:00.000Z' }, agency, applicant, title));
      expect(withoutFoot(await pdfText(await setSheet(sheet, { sandbox: false })))).toBe(textOf(sheet));
    }),
    { numRuns: 6 },
  );
});

test('text in decomposed form comes out composed', async () => {
  const sheet = sheetFor(factsOf({ is: 'refused', reason: 'Chỗ ở không hợp pháp'.normalize('NFD') }, 'Ủy ban', 'Nguyễn Thị Ngọc Ánh'.normalize('NFD'), 'Phiếu'));
  const text = await pdfText(await setSheet(sheet, { sandbox: false }));
  expect(text).toContain('Nguyễn Thị Ngọc Ánh'.normalize('NFC'));
  expect(text).toBe(text.normalize('NFC'));
});

test('a sheet that runs over pages numbers them, and in a sandbox each says that it is invented', async () => {
  const long = factsOf({ is: 'refused', reason: 'lý do rất dài '.repeat(500) }, 'Ủy ban nhân dân phường Mỹ Bình', 'Phạm Thị Hòa', 'Phiếu từ chối');
  const text = await pdfText(await setSheet(sheetFor(long), { sandbox: true }));
  const pages = Number(/Trang 1\/(\d)/.exec(text)?.[1]);
  expect(pages).toBeGreaterThan(1);
  expect(text.match(/DỮ LIỆU GIẢ LẬP - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ/g)).toHaveLength(pages);
  expect(text).toContain(`Trang ${pages}/${pages}`);
});

test('the same sheet is the same bytes', async () => {
  const sheet = sheetFor(factsOf({ is: 'refused', reason: 'Không thuộc thẩm quyền' }, 'Ủy ban', 'Phạm Thị Hòa', 'Phiếu từ chối'));
  const [one, other] = await Promise.all([setSheet(sheet, { sandbox: true }), setSheet(sheet, { sandbox: true })]);
  expect(one.equals(other)).toBe(true);
  expect(one.toString('latin1')).toContain('(D:20250303010000Z)');
});

test.each([
  ['2025-03-03', 'TT 01/2018/TT-VPCP', 'Phiếu từ chối giải quyết hồ sơ'],
  ['2025-09-14', 'TT 01/2018/TT-VPCP', 'Phiếu từ chối giải quyết hồ sơ'],
  ['2025-09-15', 'TT 03/2025/TT-VPCP', 'Phiếu từ chối tiếp nhận giải quyết hồ sơ'],
])('a slip of %s is on the form that is in force then', (date, regulation, title) => {
  expect(loadCatalogue().slipForm('REFUSAL_SLIP', date)).toMatchObject({ number: '03', regulation, title: { vi: title } });
});

test('lines fit their width and lose nothing: broken at spaces, and inside a word only where it is wider than the line', () => {
  const measure = (piece: string) => [...piece].length;
  fc.assert(
    fc.property(words(60), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = breakLines(text, width, measure);
      expect(lines.every((line) => measure(line) <= width)).toBe(true);
      expect(lines.join('').replace(/ /g, '')).toBe(text.replace(/ /g, ''));
      if (text.split(' ').every((one) => measure(one) <= width)) expect(lines.join(' ')).toBe(text);
    }),
  );
  expect(breakLines('một\n\nhai', 10, measure)).toEqual(['một', '', 'hai']);
});
