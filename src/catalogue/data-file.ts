import { readFileSync } from 'node:fs';
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Node } from 'yaml';
import type { z } from 'zod';
import type { Problem } from './refusal.ts';

type Path = readonly PropertyKey[];

/** An opened data file: knows on which line each of its rows stands. */
export interface DataFile {
  /** The line, from 1, of the deepest part of the path that the file has. */
  lineOf(path: Path): number;
  /** A problem at that place of the file. */
  problem(path: Path, message: string): Problem;
}

/** A data file and what it says. */
export interface Opened<T> extends DataFile {
  readonly says: T;
}

interface Parsed {
  readonly text: string;
  readonly lines: LineCounter;
  readonly document: Document;
}

/** What was read last of each file: a calendar that is read anew all the time, and a hub that is opened again, parse what was changed only. */
const known = new Map<string, Parsed>();

function parse(name: string, text: string): Parsed {
  const before = known.get(name);
  if (before?.text === text) return before;
  const lines = new LineCounter();
  const parsed = { text, lines, document: parseDocument(text, { lineCounter: lines, prettyErrors: false }) };
  known.set(name, parsed);
  return parsed;
}

/**
 * Opens a YAML 1.2 file and checks its shape. What is wrong (unreadable, not YAML, unknown keys, wrong values) goes
 * into `problems`; then nothing is given back, and the other files can still be read.
 */
export function openDataFile<T>(location: URL, name: string, schema: z.ZodType<T>, problems: Problem[]): Opened<T> | undefined {
  let text: string;
  try {
    text = readFileSync(location, 'utf8');
  } catch (error) {
    problems.push({ file: name, line: 1, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}` });
    return undefined;
  }
  const { lines, document } = parse(location.href, text);
  if (document.errors.length > 0) {
    problems.push(...document.errors.map(({ pos, message }) => ({ file: name, line: lines.linePos(pos[0]).line, message: `is not YAML: ${message}` })));
    return undefined;
  }
  const lineOf = (path: Path) => lines.linePos(findOffset(document, path)).line;
  const problem = (path: Path, message: string) => ({ file: name, line: lineOf(path), message });
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return { says: parsed.data, lineOf, problem };
  for (const issue of parsed.error.issues) {
    if (issue.code === 'unrecognized_keys') {
      problems.push(...issue.keys.map((key) => problem([...issue.path, key], `"${[...issue.path, key].join('.')}" is no key of this file; check its spelling`)));
    } else {
      problems.push(problem(issue.path, `${issue.path.join('.') || 'the file'}: ${issue.message}`));
    }
  }
  return undefined;
}

function findOffset(document: Document, path: Path): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && key.value === step);
      if (!pair) return offset;
      offset = startOf(pair.key);
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number' && node.items[step]) {
      node = node.items[step];
      offset = startOf(node);
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}
