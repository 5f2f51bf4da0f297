import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { isCode, readModule, type Module, type Use } from './modules.ts';

/** One place at which the code leaves the plan of the house. */
export interface Violation {
  readonly file: string;
  readonly rule: Rule;
  /** What was found, with its line. */
  readonly reason: string;
  /** What would be right. */
  readonly right: string;
}

/** The rules, each with the sentence that says why it is one. */
export const rules = {
  read: 'A checker that read nothing finds nothing: what it reads is counted.',
  imports: 'Every import is written so that it can be followed.',
  packages: 'What production imports is installed in production.',
  rooms: 'Rooms look downward only; whoever changes a room sees in one table whom it can hurt.',
  islands: 'A system knows its ministry and nothing else, so that one ministry can change without the others.',
  systemFiles: 'Contract, client, acts and graph of a system build on each other in this order only.',
  sameFiles: 'All systems look the same inside, so that who knows one knows all.',
  composition: 'What puts the house together is looked into by nobody, or everything would reach everything.',
  production: 'Production knows no mock and no test.',
  mocks: 'A mock is a ministry: it shares the contract with the hub, never the hub’s inside.',
  circle: 'In a circle nothing can be understood or tested alone, types included.',
  clock: 'Time comes from the injected clock, so that a test or the sandbox can move it.',
  transaction: 'Every write goes through the store, because TypeORM’s transactions on SQLite undo each other.',
  call: 'Outward there is one way, with time-out, breaker and trace.',
  names: 'A file is called after one noun or verb of the field; a drawer for everything collects everything.',
} as const;

/** The name of a rule. */
export type Rule = keyof typeof rules;

/** Which rooms each room may look into, besides itself: the table of the plan. */
const may = {
  kit: [],
  events: ['kit'],
  access: ['kit'],
  alarms: ['kit', 'events'],
  webhooks: ['kit', 'events', 'access'],
  graph: ['kit', 'access', 'events'],
  catalogue: ['kit', 'access', 'graph'],
  systems: ['kit', 'access', 'graph'],
  dossiers: ['kit', 'alarms', 'access', 'events', 'graph', 'catalogue'],
  payments: ['kit', 'alarms', 'access', 'events', 'graph', 'catalogue', 'dossiers', 'systems'],
  bundles: ['kit', 'alarms', 'access', 'events', 'graph', 'catalogue', 'dossiers', 'systems'],
  joins: ['kit', 'access', 'graph', 'catalogue', 'dossiers', 'systems', 'payments', 'bundles'],
  portal: ['kit', 'alarms', 'events', 'access', 'webhooks', 'graph', 'catalogue', 'systems', 'dossiers', 'payments', 'bundles', 'joins'],
  server: ['kit', 'alarms', 'events', 'access', 'webhooks', 'graph', 'catalogue', 'systems', 'dossiers', 'payments', 'bundles', 'joins', 'portal'],
} satisfies Record<string, readonly string[]>;

/** The files of a system and what each may name: its own files, then rooms. */
const systemFiles = {
  'contract.ts': { own: [], rooms: ['kit'], packages: /^zod(\/|$)/ },
  'client.ts': { own: ['contract.ts'], rooms: ['kit'], packages: /./ },
  'acts.ts': { own: ['contract.ts', 'client.ts'], rooms: ['kit'], packages: /./ },
  'graph.ts': { own: ['contract.ts', 'client.ts'], rooms: ['kit', 'access', 'graph'], packages: /./ },
} satisfies Record<string, { own: readonly string[]; rooms: readonly string[]; packages: RegExp }>;

/** The one file behind each door, and who must use the door. */
const doors = {
  clock: { behind: /^src\/kit\/clock\.ts$/, holdsFor: /^(src|mocks)\/.*\.ts$/, right: 'take the injected Clock, or realPause and realMs of src/kit/clock.ts' },
  transaction: { behind: /^src\/database\//, holdsFor: /^src\//, right: 'write inside Store.transact (src/kit/store.ts) with insert and update' },
  call: { behind: /^src\/kit\/call\.ts$/, holdsFor: /^src\//, right: 'go outward through src/kit/call.ts' },
} satisfies Record<Use['of'], { behind: RegExp; holdsFor: RegExp; right: string }>;

/** Reads the tree from disk: package.json and sources with their text, other files as names only. Paths are relative, with "/". */
export function readTree(root: string): Map<string, string> {
  const files = new Map([['package.json', readFileSync(join(root, 'package.json'), 'utf8')]]);
  for (const room of ['src', 'mocks', 'test', 'schema']) {
    for (const entry of readdirSync(join(root, room), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = posix.relative(root, posix.join(entry.parentPath, entry.name));
      files.set(path, isCode(path) ? readFileSync(join(root, path), 'utf8') : '');
    }
  }
  return files;
}

/** Parses every source file of the tree. */
export function readModules(files: Map<string, string>): Map<string, Module> {
  const code = [...files].filter(([path]) => isCode(path)).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map(code.map(([path, source]) => [path, readModule(path, source, files)]));
}

/** Every place at which the tree leaves the plan, in the order of the files. */
export function findViolations(files: Map<string, string>): Violation[] {
  const modules = readModules(files);
  const installed = findInstalled(files.get('package.json'));
  const found = [...modules.values()].flatMap((module) => [...findBadImports(module, installed), ...findUsesBesideDoors(module)]);
  found.push(...findBadNames(files), ...findUnlikeSystems(files), ...findCircles(modules));
  if (modules.size === 0) found.push({ file: '.', rule: 'read', reason: 'no module was read', right: 'hand over the tree of sources' });
  return found.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
}

/** The packages that `npm ci --omit=dev` installs by name, and what may therefore be imported by production and mocks. */
function findInstalled(manifest: string | undefined): ReadonlySet<string> | undefined {
  if (manifest === undefined) return undefined;
  const { dependencies } = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  return new Set(Object.keys(dependencies ?? {}));
}

function findBadImports(module: Module, installed: ReadonlySet<string> | undefined): Violation[] {
  const { path } = module;
  const violations: Violation[] = [];
  const home = roomOf(path);
  if (path.startsWith('src/') && home !== 'composition' && !(home in may)) {
    violations.push({ file: path, rule: 'rooms', reason: `src/${home} is no room of the plan`, right: `put it into one of ${Object.keys(may).join(', ')}, or give the room a line in the table` });
  }
  for (const { specifier, target, line } of module.imports) {
    const add = (rule: Rule, reason: string, right: string) => violations.push({ file: path, rule, reason: `line ${line}: ${reason}`, right });
    if (specifier === undefined) {
      // The starter can only compute what it starts; tests and the printer open whole folders.
      if (/^(src|mocks)\/.*\.ts$/.test(path)) add('imports', 'an import is computed', 'name the file in a plain string');
    } else if (/^([/#]|file:)/.test(specifier)) {
      add('imports', `"${specifier}" is not relative`, 'name the file by its relative path');
    } else if (specifier.startsWith('.')) {
      if (target === undefined) add('imports', `"${specifier}" is not in the tree`, 'name a file that exists, with its suffix');
      else if (path.endsWith('.ts') && target !== posix.join(posix.dirname(path), specifier)) add('imports', `"${specifier}" leaves out the suffix`, `write the suffix: ${posix.basename(target)}`);
      if (target !== undefined) checkLook(path, target, add);
    } else {
      const own = systemFileOf(path);
      if (own && !own.packages.test(specifier)) add('systemFiles', `${posix.basename(path)} imports the package "${specifier}"`, 'a contract holds zod schemas only; put the rest into client.ts or kit');
      const name = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      if (/^(src|mocks)\//.test(path) && installed && !specifier.startsWith('node:') && !installed.has(name)) {
        add('packages', `"${name}" is not among the dependencies of package.json`, isBuiltin(name) ? `write node:${name}` : `npm install ${name}`);
      }
    }
  }
  return violations;
}

/** Judges one look from a file into another. */
function checkLook(from: string, to: string, add: (rule: Rule, reason: string, right: string) => void): void {
  const [home, there] = [roomOf(from), roomOf(to)];
  const looks = `looks into ${to}`;
  if (home === 'test' || home === 'schema') return;
  if (home === 'mocks') {
    const open = there === 'mocks' || there === 'kit' || to === 'src/hub.ts' || /^src\/systems\/[^/]+\/contract\.ts$/.test(to);
    if (!open) add('mocks', looks, 'a mock may look into mocks, src/kit, src/systems/*/contract.ts and src/hub.ts');
    return;
  }
  if (!to.startsWith('src/')) return add('production', looks, 'move what both need into src, or turn the import round');
  if (home === 'composition') return;
  if (there === 'composition') return add('composition', looks, 'take what you need as a parameter; src/hub.ts hands it in');
  const own = systemFileOf(from);
  if (own) return checkSystemLook(from, to, own, add);
  if (home === there) return;
  const open: readonly string[] = may[home as keyof typeof may] ?? [];
  if (!open.includes(there)) add('rooms', looks, `${home} may look into ${open.join(', ') || 'nothing but itself'}`);
}

function checkSystemLook(from: string, to: string, own: { own: readonly string[]; rooms: readonly string[] }, add: (rule: Rule, reason: string, right: string) => void): void {
  const looks = `looks into ${to}`;
  const [home, there] = [roomOf(from), roomOf(to)];
  if (there === home && posix.dirname(from) !== posix.dirname(to)) {
    return add('islands', looks, 'a system never knows another; where a key of one opens a record of the other, write a join');
  }
  if (there === home ? own.own.includes(posix.basename(to)) : own.rooms.includes(there)) return;
  const open: readonly string[] = may.systems;
  if (there !== home && !open.includes(there)) return add('rooms', looks, `systems may look into ${open.join(', ')}`);
  add('systemFiles', looks, `${posix.basename(from)} may look into ${[...own.own, ...own.rooms].join(', ')}`);
}

function findUsesBesideDoors(module: Module): Violation[] {
  return module.uses
    .filter((use) => doors[use.of].holdsFor.test(module.path) && !doors[use.of].behind.test(module.path))
    .map((use) => ({ file: module.path, rule: use.of, reason: `line ${use.line}: ${use.words}`, right: doors[use.of].right }));
}

function findBadNames(files: Map<string, string>): Violation[] {
  const drawer = /(^|[/.-])(utils?|helpers?|common)([/.-]|$)/i;
  return [...files.keys()]
    .filter((path) => drawer.test(path))
    .map((file) => ({ file, rule: 'names', reason: `"${drawer.exec(file)?.[2]}" says nothing about what is inside`, right: 'name it after the noun or verb of the field that it holds' }));
}

function findUnlikeSystems(files: Map<string, string>): Violation[] {
  const paths = [...files.keys()];
  const systems = new Set(paths.flatMap((path) => /^src\/systems\/([^/]+)\//.exec(path)?.[1] ?? []));
  return [...systems].flatMap((system) => {
    const folder = `src/systems/${system}/`;
    const wanted = [...Object.keys(systemFiles).map((name) => folder + name), `mocks/${system}.ts`, `test/systems/${system}.test.ts`, `schema/contracts/${system}.json`];
    const missing = wanted.filter((path) => !files.has(path));
    const extra = paths.filter((path) => path.startsWith(folder) && !wanted.includes(path));
    return [
      ...missing.map((file): Violation => ({ file, rule: 'sameFiles', reason: `the system ${system} has no such file`, right: file.startsWith('schema/') ? 'run npm run print' : 'write it, as every other system has it' })),
      ...extra.map((file): Violation => ({ file, rule: 'sameFiles', reason: 'the other systems have no such file', right: `a system is ${Object.keys(systemFiles).join(', ')}; put it into one of them or into kit` })),
    ];
  });
}

/** One violation for each knot of files that reach each other, told as the shortest way round from its first file. */
function findCircles(modules: Map<string, Module>): Violation[] {
  const next = new Map([...modules.values()].map((module) => [module.path, module.imports.flatMap((one) => (one.target && modules.has(one.target) ? [one.target] : []))]));
  const told = new Set<string>();
  const violations: Violation[] = [];
  for (const start of modules.keys()) {
    if (told.has(start)) continue;
    const round = findWayBack(start, next);
    if (!round) continue;
    for (const path of round) told.add(path);
    violations.push({ file: start, rule: 'circle', reason: [...round, start].join(' → '), right: 'move what both need into a file below them, or hand it in as a parameter' });
  }
  return violations;
}

function findWayBack(start: string, next: Map<string, readonly string[]>): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const here of queue) {
    for (const there of next.get(here) ?? []) {
      if (there === start) {
        const way = [here];
        for (let step = here; step !== start; way.unshift(step)) step = cameFrom.get(step) ?? start;
        return way;
      }
      if (!cameFrom.has(there)) {
        cameFrom.set(there, here);
        queue.push(there);
      }
    }
  }
  return undefined;
}

function roomOf(path: string): string {
  const [top = '', room = '', ...rest] = path.split('/');
  if (top !== 'src') return top;
  if (rest.length === 0) return ['main.ts', 'hub.ts', 'config.ts'].includes(room) ? 'composition' : room;
  return room === 'database' ? 'composition' : room;
}

function systemFileOf(path: string) {
  const name = /^src\/systems\/[^/]+\/([^/]+)$/.exec(path)?.[1];
  return name !== undefined && name in systemFiles ? systemFiles[name as keyof typeof systemFiles] : undefined;
}
