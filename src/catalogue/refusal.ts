/** One place at which the catalogue contradicts itself or is not understood. */
export interface Problem {
  /** Name of the data file, or the path under which another one was handed in. */
  readonly file: string;
  /** Line in the file, from 1. */
  readonly line: number;
  /** What is wrong and what would be right. */
  readonly message: string;
}

/** Thrown at start: the catalogue is refused as a whole, with every problem found, as `file:line: message`. */
export class CatalogueRefused extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ file, line, message }) => `  ${file}:${line}: ${message}`);
    super(`The catalogue is refused, ${problems.length} problem(s):\n${lines.join('\n')}`);
    this.name = 'CatalogueRefused';
    this.problems = problems;
  }
}
