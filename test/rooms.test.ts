import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { findViolations, readModules, readTree, rules, type Rule, type Violation } from './support/rooms.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** A small house in order; each plant below changes one thing in it. */
const house: Record<string, string> = {
  'package.json': `{ "dependencies": { "zod": "4", "undici": "7", "temporal-polyfill": "1" }, "devDependencies": { "yaml": "2", "@pothos/core": "4" } }`,
  'src/main.ts': `import { startHub } from './hub.ts'; await startHub();`,
  'src/hub.ts': `import { openStore } from './database/open.ts'; import { population } from './systems/population/client.ts'; export const startHub = () => openStore(population);`,
  'src/config.ts': `import { z } from 'zod'; export const settings = z.object({});`,
  'src/database/open.ts': `import type { Clock } from '../kit/clock.ts'; export const openStore = (it: unknown) => source.transaction(() => it); declare const source: { transaction(work: () => unknown): unknown; clock: Clock };`,
  'src/kit/clock.ts': `export interface Clock { now(): string } export const now = () => Date.now(); export const wait = () => setTimeout(now, 1);`,
  'src/kit/call.ts': `import { request } from 'undici'; export const call = () => request('http://127.0.0.1');`,
  'src/access/reach.ts': `import { call } from '../kit/call.ts'; export const reach = call;`,
  'src/joins/dossier-applicant.ts': `import { population } from '../systems/population/client.ts'; export const join = population;`,
  'mocks/population.ts': `import { person } from '../src/systems/population/contract.ts'; import { serve } from './ministry.ts'; export default serve(person);`,
  'mocks/residence.ts': `import { serve } from './ministry.ts'; export const residence = serve;`,
  'mocks/ministry.ts': `import { now } from '../src/kit/clock.ts'; export const serve = (it: unknown) => [now, it];`,
  'mocks/sandbox.ts': `import { startHub } from '../src/hub.ts'; await startHub();`,
  'test/support/hub.ts': `import { startHub } from '../../src/hub.ts'; export const hub = startHub;`,
  ...system('population'),
  ...system('residence'),
};

function system(name: string): Record<string, string> {
  return {
    [`src/systems/${name}/contract.ts`]: `import { z } from 'zod'; export const person = z.object({});`,
    [`src/systems/${name}/client.ts`]: `import { person } from './contract.ts'; import { call } from '../../kit/call.ts'; export const population = [person, call];`,
    [`src/systems/${name}/acts.ts`]: `import { population } from './client.ts'; export const acts = population;`,
    [`src/systems/${name}/graph.ts`]: `import { population } from './client.ts'; import { reach } from '../../access/reach.ts'; export const graph = [population, reach];`,
    [`test/systems/${name}.test.ts`]: `import { hub } from '../support/hub.ts'; await hub();`,
    [`schema/contracts/${name}.json`]: '',
  };
}

interface Plant {
  readonly rule: Rule;
  /** Where the violation is to be found. */
  readonly at: string;
  /** Source to write there; nothing means that the file is taken away. */
  readonly source: string | undefined;
}

const kit = 'src/kit/seal.ts';
const joins = 'src/joins/person-card.ts';
const contract = 'src/systems/population/contract.ts';
const client = 'src/systems/population/client.ts';
const acts = 'src/systems/population/acts.ts';
const graph = 'src/systems/population/graph.ts';
const mock = 'mocks/population.ts';

const plants: Plant[] = [
  { rule: 'imports', at: kit, source: `export const it = (name: string) => import(name);` },
  { rule: 'imports', at: kit, source: `import { now } from './clock'; export const it = now;` },
  { rule: 'imports', at: kit, source: `import { now } from './clock.js'; export const it = now;` },
  { rule: 'imports', at: kit, source: `import { now } from './watch.ts'; export const it = now;` },
  { rule: 'imports', at: kit, source: `import { now } from '/work/clock.ts'; export const it = now;` },
  { rule: 'imports', at: kit, source: `import { now } from '#clock'; export const it = now;` },
  { rule: 'imports', at: mock, source: `export const it = (name: string) => import(name);` },
  { rule: 'packages', at: kit, source: `import { parse } from 'yaml'; export const it = parse;` },
  { rule: 'packages', at: kit, source: `import type { Builder } from '@pothos/core/builder'; export type It = Builder;` },
  { rule: 'packages', at: mock, source: `import { createHash } from 'crypto'; export const it = createHash;` },
  { rule: 'rooms', at: kit, source: `import { reach } from '../access/reach.ts'; export const it = reach;` },
  { rule: 'rooms', at: kit, source: `import type { reach } from '../access/reach.ts'; export type It = typeof reach;` },
  { rule: 'rooms', at: kit, source: `export type It = import('../access/reach.ts').Reach;` },
  { rule: 'rooms', at: kit, source: `export const it = () => import('../access/reach.ts');` },
  { rule: 'rooms', at: kit, source: `export { reach } from '../access/reach.ts';` },
  { rule: 'rooms', at: kit, source: `export * from '../access/reach.ts';` },
  { rule: 'rooms', at: kit, source: `import '../access/reach.ts';` },
  { rule: 'rooms', at: kit, source: `export const it = new URL('../access/reach.ts', import.meta.url);` },
  { rule: 'rooms', at: 'src/events/feed.ts', source: `import { reach } from '../access/reach.ts'; export const it = reach;` },
  { rule: 'rooms', at: 'src/graph/context.ts', source: `import { population } from '../systems/population/client.ts'; export const it = population;` },
  { rule: 'rooms', at: 'src/catalogue/days.ts', source: `import { population } from '../systems/population/client.ts'; export const it = population;` },
  { rule: 'rooms', at: 'src/dossiers/store.ts', source: `import { population } from '../systems/population/client.ts'; export const it = population;` },
  { rule: 'rooms', at: 'src/bundles/birth.ts', source: `import { join } from '../joins/dossier-applicant.ts'; export const it = join;` },
  { rule: 'rooms', at: graph, source: `import { join } from '../../joins/dossier-applicant.ts'; export const it = join;` },
  { rule: 'rooms', at: 'src/cellar/wine.ts', source: `export const it = 1;` },
  { rule: 'rooms', at: 'src/attic.ts', source: `export const it = 1;` },
  { rule: 'islands', at: client, source: `import { population } from '../residence/client.ts'; export { population };` },
  { rule: 'islands', at: graph, source: `import type { person } from '../residence/contract.ts'; export type It = typeof person;` },
  { rule: 'systemFiles', at: contract, source: `import { call } from '../../kit/call.ts'; import { createHmac } from 'node:crypto'; export const person = [call, createHmac];` },
  { rule: 'systemFiles', at: contract, source: `import type { acts } from './acts.ts'; export type person = typeof acts;` },
  { rule: 'systemFiles', at: client, source: `import { reach } from '../../access/reach.ts'; export const population = reach;` },
  { rule: 'systemFiles', at: acts, source: `import { reach } from '../../access/reach.ts'; export const acts = reach;` },
  { rule: 'systemFiles', at: graph, source: `import { acts } from './acts.ts'; export const graph = acts;` },
  { rule: 'sameFiles', at: contract, source: undefined },
  { rule: 'sameFiles', at: acts, source: undefined },
  { rule: 'sameFiles', at: 'mocks/population.ts', source: undefined },
  { rule: 'sameFiles', at: 'test/systems/population.test.ts', source: undefined },
  { rule: 'sameFiles', at: 'schema/contracts/population.json', source: undefined },
  { rule: 'sameFiles', at: 'src/systems/population/soap.ts', source: `export const it = 1;` },
  { rule: 'composition', at: joins, source: `import { settings } from '../config.ts'; export const it = settings;` },
  { rule: 'composition', at: joins, source: `import type { startHub } from '../hub.ts'; export type It = typeof startHub;` },
  { rule: 'composition', at: kit, source: `import { openStore } from '../database/open.ts'; export const it = openStore;` },
  { rule: 'production', at: joins, source: `import { serve } from '../../mocks/ministry.ts'; export const it = serve;` },
  { rule: 'production', at: 'src/main.ts', source: `import type { serve } from '../mocks/ministry.ts'; export type It = typeof serve;` },
  { rule: 'production', at: 'src/hub.ts', source: `export const startHub = () => import('../mocks/ministry.ts');` },
  { rule: 'production', at: 'src/hub.ts', source: `export const startHub = new URL('../mocks/ministry.ts', import.meta.url);` },
  { rule: 'production', at: joins, source: `import { hub } from '../../test/support/hub.ts'; export const it = hub;` },
  { rule: 'mocks', at: mock, source: `import { reach } from '../src/access/reach.ts'; export const it = reach;` },
  { rule: 'mocks', at: mock, source: `import { population } from '../src/systems/population/client.ts'; export const it = population;` },
  { rule: 'mocks', at: mock, source: `import { settings } from '../src/config.ts'; export const it = settings;` },
  { rule: 'mocks', at: mock, source: `import { hub } from '../test/support/hub.ts'; export const it = hub;` },
  { rule: 'circle', at: 'src/access/audit.ts', source: `import { two } from './viewer.ts'; export const one = two;` },
  { rule: 'circle', at: 'src/access/audit.ts', source: `import type { two } from './viewer.ts'; export type one = typeof two;` },
  { rule: 'circle', at: kit, source: `import { it as again } from './seal.ts'; export const it: unknown = again;` },
  { rule: 'clock', at: kit, source: `export const it = Date.now();` },
  { rule: 'clock', at: kit, source: `export const it = globalThis.Date.now();` },
  { rule: 'clock', at: kit, source: `export const it = new Date();` },
  { rule: 'clock', at: kit, source: `export const it = Date();` },
  { rule: 'clock', at: kit, source: `setTimeout(() => undefined, 1);` },
  { rule: 'clock', at: kit, source: `globalThis.setTimeout(() => undefined, 1);` },
  { rule: 'clock', at: kit, source: `export const later = { wait: setTimeout };` },
  { rule: 'clock', at: kit, source: `setInterval(() => undefined, 1);` },
  { rule: 'clock', at: kit, source: `setImmediate(() => undefined);` },
  { rule: 'clock', at: kit, source: `import { Temporal } from 'temporal-polyfill'; export const it = Temporal.Now.instant();` },
  { rule: 'clock', at: kit, source: `export const it = performance.now();` },
  { rule: 'clock', at: kit, source: `import { setTimeout as wait } from 'node:timers/promises'; export const it = wait;` },
  { rule: 'clock', at: mock, source: `export const it = Date.now();` },
  { rule: 'transaction', at: joins, source: `declare const source: { transaction(): void }; source.transaction();` },
  { rule: 'transaction', at: joins, source: `declare const manager: { save(): void }; manager.save();` },
  { rule: 'call', at: 'src/access/reach.ts', source: `export const reach = () => fetch('http://127.0.0.1');` },
  { rule: 'call', at: 'src/access/reach.ts', source: `export const reach = globalThis.fetch;` },
  { rule: 'call', at: 'src/access/reach.ts', source: `import { request } from 'undici'; export const reach = request;` },
  { rule: 'call', at: 'src/hub.ts', source: `export const startHub = () => import('undici');` },
  { rule: 'names', at: 'src/kit/utils.ts', source: `export const it = 1;` },
  { rule: 'names', at: 'src/joins/person-helpers.ts', source: `export const it = 1;` },
  { rule: 'names', at: 'mocks/common/words.ts', source: `export const it = 1;` },
  { rule: 'names', at: 'test/support/helper.ts', source: `export const it = 1;` },
];

function plant({ at, source }: Pick<Plant, 'at' | 'source'>): Violation[] {
  const files = new Map(Object.entries({ ...house, 'src/access/viewer.ts': `import { one } from './audit.ts'; export const two = one;`, 'src/access/audit.ts': 'export const one = 1;' }));
  if (source === undefined) files.delete(at);
  else files.set(at, source);
  return findViolations(files);
}

test('the house keeps to its plan', () => {
  expect(findViolations(readTree(root)).map(tell)).toEqual([]);
});

test('the checker reads every module of the house, and its imports', () => {
  const files = readTree(root);
  const modules = readModules(files);
  expect(typeof ts.createSourceFile, 'TypeScript 7 has no such function, and a checker built on it would read nothing').toBe('function');
  expect(modules.size).toBeGreaterThan(20);
  expect([...modules.keys()].filter((path) => path.startsWith('src/')).length).toBeGreaterThan(10);
  for (const [path, { imports }] of modules) {
    // Counted a second time by other means: lines that end an import or re-export of a file. Sources planted in strings begin elsewhere.
    const lines = files.get(path)?.match(/^(?:import|export|\}) [^'"`]*from '[^']+';$/gm) ?? [];
    expect(imports.length, path).toBeGreaterThanOrEqual(lines.length);
  }
});

test('a house in order has no violation', () => {
  expect(findViolations(new Map(Object.entries(house))).map(tell)).toEqual([]);
});

test('an empty tree is a violation, not a clean house', () => {
  expect(findViolations(new Map([['package.json', '{}']])).map(({ rule }) => rule)).toEqual(['read']);
});

test.each(plants)('a planted violation is found: $rule, $source', ({ rule, at, source }) => {
  const found = plant({ at, source }).filter((violation) => violation.rule === rule && violation.file === at);
  expect(found).toHaveLength(1);
  expect(found[0]?.reason).not.toBe('');
  expect(found[0]?.right).not.toBe('');
});

test('every rule has a plant', () => {
  const planted = new Set<string>(plants.map(({ rule }) => rule));
  expect(Object.keys(rules).filter((rule) => rule !== 'read' && !planted.has(rule))).toEqual([]);
});

test('the names of the banned things may be used for other things', () => {
  const source = `
    export interface Source { fetch(): void; save: boolean }
    export const yoga = { fetch: () => 1, setTimeout: 2 };
    export const told = yoga.fetch();
    declare const socket: { setTimeout(ms: number): void };
    socket.setTimeout(1);
    export const words = 'Date.now() and new Date() and import x from "../access/reach.ts"'; // setTimeout(1)
  `;
  expect(plant({ at: joins, source }).map(tell)).toEqual([]);
});

function tell({ file, rule, reason, right }: Violation): string {
  return `${file}: ${reason}. ${rules[rule]} Right would be: ${right}.`;
}
