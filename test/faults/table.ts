import { readFileSync } from 'node:fs';

/** One cell of the table: a fault at a step, and how that ends. */
export interface Cell {
  readonly section: string;
  readonly fault: string;
  /** The column's step: "birth", "health card". */
  readonly step: string;
  /** "FINISHED · 1/1", or "– why it cannot be". */
  readonly end: string;
}

/** Every cell of the tables of a page, in their order. */
export function readCells(page: URL): Cell[] {
  return readFileSync(page, 'utf8')
    .split(/^## /m)
    .slice(1)
    .flatMap((part) => {
      const [section = '', ...lines] = part.split('\n');
      const [head = [], , ...rows] = lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').slice(1, -1).map((one) => one.trim()));
      return rows.flatMap(([fault = '', , ...ends]) => ends.map((end, place) => ({ section, fault, step: (head[place + 2] ?? '').replace(/ \(.*/, ''), end })));
    });
}
