/**
 * Breaks a text into lines that fit a width, at spaces only: a code such as 000.17.23.H01-250303-0001 stays whole, and text
 * taken back out of the page is the text that went in. A word wider than the line is the one thing that is cut. Line ends of
 * the text are kept; an empty text is one empty line. Widths are in whatever unit `measure` gives.
 */
export function breakLines(text: string, width: number, measure: (piece: string) => number): string[] {
  const space = measure(' ');
  return text.split('\n').flatMap((paragraph) => {
    const lines: string[] = [];
    let line = '';
    let filled = 0;
    for (const word of paragraph.split(/\s+/u).filter(Boolean).flatMap((whole) => cut(whole, width, measure))) {
      const wide = measure(word);
      if (line !== '' && filled + space + wide <= width) {
        line += ` ${word}`;
        filled += space + wide;
        continue;
      }
      if (line !== '') lines.push(line);
      line = word;
      filled = wide;
    }
    return [...lines, line];
  });
}

function cut(word: string, width: number, measure: (piece: string) => number): string[] {
  if (measure(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = '';
  for (const letter of word) {
    if (piece !== '' && measure(piece + letter) > width) {
      pieces.push(piece);
      piece = '';
    }
    piece += letter;
  }
  return [...pieces, piece];
}
