import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The request or the answer of an exchange, as it stands in the file. */
interface Message {
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Empty where there is none. */
  readonly body: string;
}

/** One exchange, written by hand from the domain notes: what is sent, and what comes back. */
export interface Exchange {
  /** File name without ending. */
  readonly name: string;
  /** What it shows. */
  readonly about: string;
  /** Id of the operation, or of the callback. */
  readonly operation: string;
  /** When it happens, ISO 8601 with offset. The exchanges of a folder happen one after the other, in the order of their names. */
  readonly at: string;
  /** Names of fields whose values may be others than those written down. */
  readonly varies: readonly string[];
  readonly request: Message & { readonly method: string; readonly path: string };
  readonly answer: Message & { readonly status: number };
}

/** Every exchange in a folder of test/exchanges, in order. `values` stand in for `{{name}}`, such as a token that must be fresh. */
export function exchangesOf(folder: string, values: Readonly<Record<string, string>> = {}): Exchange[] {
  const home = join(import.meta.dirname, folder);
  const files = readdirSync(home).filter((file) => file.endsWith('.http'));
  return files.sort().map((file) => parse(file.replace('.http', ''), fill(readFileSync(join(home, file), 'utf8'), values)));
}

/** One exchange by folder and name. */
export function readExchange(folder: string, name: string, values: Readonly<Record<string, string>> = {}): Exchange {
  const found = exchangesOf(folder, values).find((one) => one.name === name);
  if (!found) throw new Error(`There is no exchange ${folder}/${name}.http.`);
  return found;
}

/**
 * Where what came differs from what was written down: every field written down must be there with the same value, fields
 * that vary with a value of the same kind; further fields are the contract's business. Text that is JSON on both sides is
 * compared as JSON. Nothing when all is well.
 */
export function findDifference(written: unknown, came: unknown, varies: readonly string[] = [], path = ''): string | undefined {
  if (Array.isArray(written)) {
    if (!Array.isArray(came) || came.length !== written.length) return `${path}: expected a list of ${written.length}`;
    return firstOf(written, (one, index) => findDifference(one, came[index], varies, `${path}.${index}`));
  }
  if (isTree(written)) {
    if (!isTree(came)) return `${path}: expected an object`;
    return firstOf(Object.entries(written), ([name, value]) => {
      if (varies.includes(name)) return typeof came[name] === typeof value ? undefined : `${path}.${name}: expected some ${typeof value}`;
      return findDifference(value, came[name], varies, `${path}.${name}`);
    });
  }
  const [writtenTree, cameTree] = [findTree(written), findTree(came)];
  if (writtenTree && cameTree) return findDifference(writtenTree, cameTree, varies, path);
  return written === came ? undefined : `${path}: expected ${JSON.stringify(written)}, got ${JSON.stringify(came)}`;
}

function parse(name: string, text: string): Exchange {
  const lines = text.split('\n');
  const notes = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const note = (key: string): string => notes.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? '';
  const [request = '', answer = ''] = lines.filter((line) => !line.startsWith('# ')).join('\n').split('\n###\n');
  const [method = '', path = ''] = request.split(' ');
  const [, status = ''] = answer.split(' ');
  return {
    name,
    about: notes[0] ?? '',
    operation: note('Operation'),
    at: note('At'),
    varies: note('Varies').split(', ').filter(Boolean),
    request: { method, path, ...parseMessage(request) },
    answer: { status: Number(status), ...parseMessage(answer) },
  };
}

function parseMessage(text: string): Message {
  const [, head = '', body = ''] = /^(.*?)(?:\n\n(.*))?$/s.exec(text) ?? [];
  const headers = head
    .split('\n')
    .slice(1)
    .filter(Boolean)
    .map((line) => line.split(/:\s*(.*)/s))
    .map(([name = '', value = '']) => [name.toLowerCase(), value]);
  return { headers: Object.fromEntries(headers) as Record<string, string>, body: body.trimEnd() };
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replaceAll(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
}

function firstOf<T>(list: readonly T[], find: (one: T, index: number) => string | undefined): string | undefined {
  for (const [index, one] of list.entries()) {
    const difference = find(one, index);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function findTree(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    const tree: unknown = JSON.parse(value);
    return isTree(tree) ? tree : undefined;
  } catch {
    return undefined;
  }
}
