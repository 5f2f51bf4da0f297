import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { buffer } from 'node:stream/consumers';
import PDFDocument from 'pdfkit';
import { dateOf } from './clock.ts';
import type { Instant } from './instant.ts';
import { breakLines } from './line-break.ts';

/** The faces of the one family, a serif as official papers have it; it has every Vietnamese letter and may be embedded freely. */
const FACES = { plain: 'DejaVuSerifCondensed', bold: 'DejaVuSerifCondensed-Bold', italic: 'DejaVuSerifCondensed-Italic' } as const;

/** A face of the family. */
export type Face = keyof typeof FACES;

/** How a piece of text is set. Sizes and widths in points (1/72 inch). */
export interface Setting {
  readonly face?: Face;
  readonly size: number;
  /** Grey from 0 (black, the usual) to 1 (white). */
  readonly grey?: number;
  readonly align?: 'left' | 'centre' | 'right';
}

/** A page being written. Distances in points from the upper left corner. */
export interface Pen {
  readonly width: number;
  readonly height: number;
  /** The lines into which the text falls. */
  lines(text: string, width: number, setting: Setting): string[];
  /** How far one line is from the next. */
  leading(setting: Setting): number;
  /** Writes one line, which must fit. */
  write(line: string, x: number, y: number, width: number, setting: Setting): void;
  /** Draws a horizontal rule, half a point thick unless told. */
  rule(x: number, y: number, width: number, grey?: number): void;
  /** Begins a new page. */
  turn(): void;
  /** Goes over all pages once more, for what stands at the foot of each. */
  eachPage(at: (page: number, pages: number) => void): void;
}

/** What the file says of itself. */
export interface Imprint {
  readonly title: string;
  readonly author: string;
  readonly subject: string;
  /** When the document was issued; the file carries this time and no other, so that it is the same bytes whenever it is made. */
  readonly at: Instant;
}

/**
 * pdfkit would join "fi" into one sign; such text cannot be searched letter by letter in every reader. (The types know only
 * the list of features to switch on; the library also takes what to switch off.)
 */
const FEATURES = { liga: false, clig: false, dlig: false, calt: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];

/** Lines stand this far apart, of the letter size: room for two marks above a letter, as in "Ể". */
const LEADING = 1.4;

const require = createRequire(import.meta.url);
const fonts = new Map<Face, Buffer>();

/** Sets an A4 document; the bytes depend on nothing but what is written. Text is real Unicode in composed form, the font a part of the file. */
export async function setPdf({ title, author, subject, at }: Imprint, draw: (pen: Pen) => void): Promise<Buffer> {
  const doc = new PDFDocument({ size: 'A4', margin: 0, bufferPages: true, lang: 'vi', displayTitle: true, pdfVersion: '1.7', font: null as unknown as string, info: { Title: title, Author: author, Subject: subject, Creator: 'lienthong', Producer: 'lienthong', CreationDate: dateOf(at) } });
  const bytes = buffer(doc);
  for (const face of Object.keys(FACES) as Face[]) doc.registerFont(face, fontOf(face));
  const use = ({ face = 'plain', size }: Setting) => doc.font(face).fontSize(size);
  const widthOf = (text: string) => doc.widthOfString(text, { features: FEATURES });
  const pen: Pen = {
    width: doc.page.width,
    height: doc.page.height,
    leading: ({ size }) => size * LEADING,
    lines(text, width, setting) {
      use(setting);
      return breakLines(text.normalize('NFC'), width, widthOf);
    },
    write(line, x, y, width, setting) {
      use(setting);
      const { align = 'left', grey = 0 } = setting;
      const text = line.normalize('NFC');
      const indent = align === 'left' ? 0 : (width - widthOf(text)) * (align === 'centre' ? 0.5 : 1);
      doc.fillColor(greyOf(grey)).text(text, x + indent, y, { lineBreak: false, features: FEATURES });
    },
    rule(x, y, width, grey = 0) {
      doc.lineWidth(0.5).strokeColor(greyOf(grey)).moveTo(x, y).lineTo(x + width, y).stroke();
    },
    turn: () => void doc.addPage(),
    eachPage(at) {
      const { count } = doc.bufferedPageRange();
      for (let page = 0; page < count; page += 1) {
        doc.switchToPage(page);
        at(page + 1, count);
      }
    },
  };
  draw(pen);
  doc.end();
  return bytes;
}

function greyOf(grey: number): [number, number, number] {
  const level = Math.round(grey * 255);
  return [level, level, level];
}

function fontOf(face: Face): Buffer {
  const known = fonts.get(face);
  if (known) return known;
  const font = readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${FACES[face]}.ttf`));
  fonts.set(face, font);
  return font;
}
