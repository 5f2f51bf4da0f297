import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { definitions } from '../src/bundles/list.ts';
import { loadCatalogue } from '../src/catalogue/catalogue.ts';
import type { Contract } from '../src/kit/contract.ts';
import { schema } from '../src/server/schema.ts';
import { drawBundles } from './bundles.ts';
import { openApi } from './openapi.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const SHOWN = 12; // lines of a difference: enough to see what it is about

/** One file under schema/ that is not what the code would print. */
export interface Drift {
  /** Relative to the root. */
  readonly file: string;
  /** The first lines in which they differ, and how. */
  readonly difference: string;
}

/** Everything that is printed, by path relative to the root. The same code always gives the same text. */
export async function printAll(): Promise<Map<string, string>> {
  const printed = new Map([['schema/hub.graphql', `${printSchema(lexicographicSortSchema(schema))}\n`]]);
  for (const [system, contract] of await readContracts()) {
    printed.set(`schema/contracts/${system}.json`, `${JSON.stringify(openApi(contract), null, 2)}\n`);
  }
  printed.set('schema/bundles.md', drawBundles(definitions, loadCatalogue()));
  return printed;
}

/** Reads the contract of every folder in src/systems: what a new system adds is printed without a list to keep. */
export async function readContracts(): Promise<Map<string, Contract>> {
  const contracts = new Map<string, Contract>();
  const folder = join(root, 'src/systems');
  const systems = readdirSync(folder, { withFileTypes: true }).filter((item) => item.isDirectory());
  for (const { name } of systems.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const { contract } = (await import(new URL(`../src/systems/${name}/contract.ts`, import.meta.url).href)) as { contract: Contract };
    contracts.set(name, contract);
  }
  return contracts;
}

/** Compares what would be printed with what is there; `there` gives nothing for a file that does not exist. */
export function findDrift(printed: ReadonlyMap<string, string>, there: ReadonlyMap<string, string>): Drift[] {
  const files = [...new Set([...printed.keys(), ...there.keys()])].sort();
  return files.flatMap((file): Drift[] => {
    const [right, found] = [printed.get(file), there.get(file)];
    if (right === found) return [];
    if (right === undefined) return [{ file, difference: 'nothing in the code prints this file' }];
    if (found === undefined) return [{ file, difference: 'the file is missing' }];
    return [{ file, difference: firstDifference(found.split('\n'), right.split('\n')) }];
  });
}

/** The printed files that are there now: everything under schema/ but the printer itself. */
export function readPrinted(): Map<string, string> {
  const items = readdirSync(join(root, 'schema'), { recursive: true, withFileTypes: true });
  const files = items.filter((item) => item.isFile() && !item.name.endsWith('.ts')).map((item) => relative(root, join(item.parentPath, item.name)).replaceAll('\\', '/'));
  return new Map(files.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}

/** Skips what both have at the beginning and at the end and shows the rest. */
function firstDifference(found: readonly string[], right: readonly string[]): string {
  let from = 0;
  while (from < found.length && from < right.length && found[from] === right[from]) from += 1;
  let same = 0;
  while (same < found.length - from && same < right.length - from && found.at(-1 - same) === right.at(-1 - same)) same += 1;
  const lines = [
    ...found.slice(from, found.length - same).map((line) => `- ${line}`),
    ...right.slice(from, right.length - same).map((line) => `+ ${line}`),
  ];
  const both = lines.length > SHOWN ? [...lines.slice(0, SHOWN), `… and ${lines.length - SHOWN} more`] : lines;
  return [`from line ${from + 1}:`, ...both].join('\n  ');
}

async function main(check: boolean): Promise<void> {
  const printed = await printAll();
  const drift = findDrift(printed, readPrinted());
  if (check && drift.length > 0) {
    for (const { file, difference } of drift) console.error(`${file} has drifted, ${difference}`);
    console.error('Run `npm run print`, read the difference, and commit it with its cause; see "drifted" in CONTRIBUTING.md.');
    process.exitCode = 1;
    return;
  }
  for (const { file } of check ? [] : drift) {
    const text = printed.get(file);
    mkdirSync(dirname(join(root, file)), { recursive: true });
    if (text === undefined) rmSync(join(root, file));
    else writeFileSync(join(root, file), text);
    console.log(`${text === undefined ? 'removed' : 'printed'} ${file}`);
  }
  if (drift.length === 0) console.log(`schema/ is what the code prints (${printed.size} files).`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(process.argv.includes('--check'));
