import { printed } from '../kit/instant.ts';
import { setPdf, type Pen, type Setting } from '../kit/pdf.ts';
import type { Sheet } from './sheet.ts';

// Margins as NĐ 30/2020/NĐ-CP wants them of official papers (20–25, 30–35, 15–20 mm), in points.
const LEFT = 85; // 30 mm
const RIGHT = 57; // 20 mm
const TOP = 57; // 20 mm
const BOTTOM = 64; // 22 mm: the foot stands inside it
/** The labels take this part of the width. */
const LABELS = 0.34;
/** Between the two columns, and above and below what stands between rules, points. */
const GAP = 10;
const PAD = 4;

const NATION = 'CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM';
const MOTTO = 'Độc lập - Tự do - Hạnh phúc';
/** What no invented paper may be without. */
const INVENTED = 'DỮ LIỆU GIẢ LẬP - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ';

const body: Setting = { size: 11 };
const strong: Setting = { size: 11, face: 'bold' };
const label: Setting = { size: 11, grey: 0.3 };
const small: Setting = { size: 9 };
const foot: Setting = { size: 8, grey: 0.45 };

/** Sets a sheet as an A4 PDF: the same bytes whenever it is asked for. In a sandbox each page says that everything is invented. */
export function setSheet(sheet: Sheet, { sandbox }: { readonly sandbox: boolean }): Promise<Buffer> {
  return setPdf({ title: sheet.title, author: sheet.agency, subject: sheet.mark, at: sheet.issuedAt }, (pen) => {
    const column = flowing(pen);
    setHead(pen, column, sheet);
    column.block([{ text: sheet.opening, setting: body }]);
    setLines(pen, column, sheet.lines);
    for (const note of sheet.notes) column.block([{ text: note, setting: { ...body, face: 'italic' } }]);
    setSigner(column, sheet);
    pen.eachPage((page, pages) => setFoot(pen, sheet, { page, pages, sandbox }));
  });
}

interface Piece {
  readonly text: string;
  readonly setting: Setting;
}

/** A place that moves down the page, and over to the next one when a line no longer fits. */
interface Column {
  readonly x: number;
  readonly width: number;
  /** Writes pieces below each other over the column's width, or part of it. */
  block(pieces: readonly Piece[], part?: { readonly x: number; readonly width: number }): void;
  /** Writes two pieces beside each other, broken over pages line by line where they must be. */
  beside(left: Piece, right: Piece, leftWidth: number): void;
  /** Moves down. */
  skip(distance: number): void;
  /** Goes to the next page unless so much room is left. */
  keep(distance: number): void;
  readonly y: number;
  moveTo(y: number): void;
}

function flowing(pen: Pen): Column {
  const width = pen.width - LEFT - RIGHT;
  let y = TOP;
  const keep = (distance: number) => {
    if (y + distance <= pen.height - BOTTOM) return;
    pen.turn();
    y = TOP;
  };
  return {
    x: LEFT,
    width,
    get y() {
      return y;
    },
    moveTo(to) {
      y = to;
    },
    skip(distance) {
      y += distance;
    },
    keep,
    block(pieces, part = { x: LEFT, width }) {
      for (const { text, setting } of pieces) {
        for (const line of pen.lines(text, part.width, setting)) {
          keep(pen.leading(setting));
          pen.write(line, part.x, y, part.width, setting);
          y += pen.leading(setting);
        }
      }
      y += PAD;
    },
    beside(left, right, leftWidth) {
      const lines = [pen.lines(left.text, leftWidth - GAP, left.setting), pen.lines(right.text, width - leftWidth, right.setting)] as const;
      const leading = Math.max(pen.leading(left.setting), pen.leading(right.setting));
      let row = 0;
      const rows = Math.max(lines[0].length, lines[1].length);
      while (row < rows) {
        keep(leading);
        const fitting = Math.max(1, Math.floor((pen.height - BOTTOM - y) / leading));
        const upTo = Math.min(rows, row + fitting);
        // each column as a whole: whoever takes the text out of the page reads the label, then the value
        lines[0].slice(row, upTo).forEach((line, index) => pen.write(line, LEFT, y + index * leading, leftWidth, left.setting));
        lines[1].slice(row, upTo).forEach((line, index) => pen.write(line, LEFT + leftWidth, y + index * leading, width - leftWidth, right.setting));
        y += (upTo - row) * leading;
        row = upTo;
      }
    },
  };
}

function setHead(pen: Pen, column: Column, { form, agency, number, dated, title }: Sheet): void {
  const { x, width } = column;
  if (form) pen.write(form, x, TOP - 24, width, { size: 9, face: 'italic', align: 'right' });
  const leftWidth = width * 0.42;
  const right = { x: x + leftWidth + GAP, width: width - leftWidth - GAP };
  const top = column.y;
  column.block([{ text: agency.toLocaleUpperCase('vi'), setting: { size: 10, face: 'bold', align: 'centre' } }], { x, width: leftWidth });
  pen.rule(x + leftWidth / 3, column.y - 1, leftWidth / 3);
  column.skip(PAD);
  column.block([{ text: `Số: ${number}`, setting: { size: 9.5, align: 'centre' } }], { x, width: leftWidth });
  const leftEnd = column.y;
  column.moveTo(top);
  column.block([{ text: NATION, setting: { size: 9.5, face: 'bold', align: 'centre' } }, { text: MOTTO, setting: { size: 10.5, face: 'bold', align: 'centre' } }], right);
  pen.rule(right.x + right.width / 4, column.y - 1, right.width / 2);
  column.skip(PAD);
  column.block([{ text: dated, setting: { size: 10, face: 'italic', align: 'centre' } }], right);
  column.moveTo(Math.max(column.y, leftEnd) + 18);
  column.block([{ text: title.toLocaleUpperCase('vi'), setting: { size: 14, face: 'bold', align: 'centre' } }]);
  column.skip(14);
}

function setLines(pen: Pen, column: Column, lines: Sheet['lines']): void {
  const { x, width } = column;
  column.skip(PAD);
  pen.rule(x, column.y, width, 0.6);
  for (const one of lines) {
    column.keep(pen.leading(body) + 2 * PAD);
    column.skip(PAD);
    column.beside({ text: one.label, setting: label }, { text: one.value, setting: one.strong ? strong : body }, width * LABELS);
    column.skip(PAD);
    pen.rule(x, column.y, width, 0.8);
  }
  column.skip(14);
}

function setSigner(column: Column, { signer, issuedAt }: Sheet): void {
  const part = { x: column.x + column.width * 0.45, width: column.width * 0.55 };
  column.keep(100); // points: the block stays together
  column.skip(14);
  column.block([{ text: signer.toLocaleUpperCase('vi'), setting: { ...strong, align: 'centre' } }, { text: `Văn bản điện tử, lập lúc ${printed(issuedAt)}`, setting: { ...small, face: 'italic', align: 'centre' } }], part);
}

function setFoot(pen: Pen, { mark }: Sheet, { page, pages, sandbox }: { readonly page: number; readonly pages: number; readonly sandbox: boolean }): void {
  const width = pen.width - LEFT - RIGHT;
  const y = pen.height - BOTTOM + 20;
  pen.rule(LEFT, y - 6, width, 0.8);
  pen.write(mark, LEFT, y, width, foot);
  pen.write(`Trang ${page}/${pages}`, LEFT, y, width, { ...foot, align: 'right' });
  if (sandbox) pen.write(INVENTED, LEFT, y + 13, width, { ...foot, face: 'bold', align: 'centre' });
}
