/** One line of a page. */
export interface Line {
  readonly text: string;
  /** Letter size in points. */
  readonly size: number;
  /** Centred on the page; otherwise it begins at the left margin. */
  readonly centred?: boolean;
}

/** A4 in points, and the left margin: 2.5 cm. */
const WIDTH = 595;
const HEIGHT = 842;
const MARGIN = 71;

/** Codes of a simple font: 33 to 255, which is more different letters than a certificate has. */
const FIRST_CODE = 33;

/**
 * Writes lines as a PDF of one page. Arial is named and not embedded, so a viewer brings its own; a table maps every code
 * to Unicode, so the text, with all its Vietnamese letters, can be copied, searched and extracted.
 */
export function writePdf(title: string, lines: readonly Line[]): Buffer {
  const letters = [...new Set(lines.flatMap((line) => [...line.text.normalize('NFC')]))];
  const codes = new Map(letters.map((letter, index) => [letter, FIRST_CODE + index]));
  const last = FIRST_CODE + letters.length - 1;
  if (last > 255) throw new RangeError(`A page of this writer has at most ${256 - FIRST_CODE} different letters; this one has ${letters.length}.`);
  const write = (text: string) => [...text.normalize('NFC')].map((letter) => hex(codes.get(letter) ?? FIRST_CODE, 2)).join('');

  let y = HEIGHT - MARGIN;
  const content = lines.map(({ text, size, centred }) => {
    y -= size * 1.6; // line spacing
    const x = centred ? (WIDTH - widthOf(text, size)) / 2 : MARGIN;
    return `BT /F1 ${size} Tf ${x.toFixed(1)} ${y.toFixed(1)} Td <${write(text)}> Tj ET`;
  });
  return assemble([
    '<< /Type /Catalog /Pages 2 0 R /Lang (vi) >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${WIDTH} ${HEIGHT}] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>`,
    stream(content.join('\n')),
    `<< /Type /Font /Subtype /TrueType /BaseFont /Arial /FirstChar ${FIRST_CODE} /LastChar ${last} /Widths [${letters.map(letterWidth).join(' ')}] /FontDescriptor 6 0 R /ToUnicode 7 0 R /Encoding << /Type /Encoding /Differences [${FIRST_CODE} ${letters.map((letter) => `/uni${hex(letter.codePointAt(0) ?? 0, 4)}`).join(' ')}] >> >>`,
    '<< /Type /FontDescriptor /FontName /Arial /Flags 32 /FontBBox [-665 -325 2000 1006] /ItalicAngle 0 /Ascent 905 /Descent -212 /CapHeight 716 /StemV 80 >>',
    stream(unicodeTable(codes)),
    `<< /Title <FEFF${[...title.normalize('NFC')].map((letter) => hex(letter.codePointAt(0) ?? 0, 4)).join('')}> /Producer (lienthong sandbox) >>`,
  ]);
}

function assemble(objects: readonly string[]): Buffer {
  let text = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = text.length;
  text += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${objects.length} 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(text, 'latin1'); // nothing above is written in other letters, so offsets in text are offsets in bytes
}

function stream(content: string): string {
  return `<< /Length ${content.length} >>\nstream\n${content}\nendstream`;
}

function unicodeTable(codes: ReadonlyMap<string, number>): string {
  const pairs = [...codes].map(([letter, code]) => `<${hex(code, 2)}> <${hex(letter.codePointAt(0) ?? 0, 4)}>`);
  const blocks: string[] = [];
  for (let from = 0; from < pairs.length; from += 100) {
    const block = pairs.slice(from, from + 100); // the format allows a hundred in a block
    blocks.push(`${block.length} beginbfchar\n${block.join('\n')}\nendbfchar`);
  }
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n1 begincodespacerange <00> <FF> endcodespacerange\n${blocks.join('\n')}\nendcmap CMapName currentdict /CMap defineresource pop end end`;
}

function widthOf(text: string, size: number): number {
  return ([...text.normalize('NFC')].reduce((sum, letter) => sum + letterWidth(letter), 0) * size) / 1_000;
}

/** Arial's widths in thousandths of the letter size, near enough to set a line by. */
function letterWidth(letter: string): number {
  const base = letter.normalize('NFD').charAt(0);
  if (/[ijlI.,:;'| ]/.test(base)) return 278;
  if (/[rtf()/-]/.test(base)) return 333;
  if (/[mMW]/.test(base)) return 833;
  if (/[A-Zwđ–]/.test(base)) return 700;
  return 556;
}

function hex(code: number, digits: number): string {
  return code.toString(16).toUpperCase().padStart(digits, '0');
}
