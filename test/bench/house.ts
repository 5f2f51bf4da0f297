import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemNames } from '../../src/kit/system.ts';
import { startChild, type Child } from './child.ts';
import type { Cores } from './machine.ts';

/** The instant at which every clock of the bench begins: the Monday of the sandbox. */
export const NOW = '2025-03-03T01:00:00.000Z';

/** Calls that may begin in a second, at each ministry: out of the way, so that the hub is measured and not the agreement with C06. */
const PER_SECOND = '1000000';

/** How long a call may take with its wait for a place, milliseconds: lists from 64 connections at once have 3,200 questions wait, and who gives up answers less than the bare server. */
const BUDGET_MS = '60000';

/** The ministries, all in one process of their own. */
export interface Town {
  readonly child: Child;
  /** Their records. */
  readonly folder: string;
  /** Address of the population register. */
  readonly c06: string;
  /** What a hub must be told to find them. */
  readonly addresses: Readonly<Record<string, string>>;
  end(): Promise<void>;
}

/** A fresh folder for one process. */
export function makeFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `lienthong-${name}-`));
}

/** Starts ministries: the compiled ones, or those of another program that says the same. */
export async function startTown(cores: Cores, program = 'dist/mocks/ministries.js'): Promise<Town> {
  const folder = makeFolder('ministries');
  const child = await startChild({ file: program, core: cores.ministries, env: { PORT: '0', DATA_DIR: folder, SANDBOX_NOW: NOW }, ready: /Records in/ });
  const urls = new Map([...child.printed().matchAll(/^ {2}(\S+) +(http\S+)$/gm)].map(([, name = '', url = '']) => [name, url]));
  const own = systemNames.filter((name) => !['civil-status', 'business', 'social-insurance'].includes(name)); // those are reached through the gateway
  const addresses = Object.fromEntries(own.map((name) => [`MINISTRY_${name.toUpperCase()}_URL`, urls.get(name) ?? '']));
  return {
    child,
    folder,
    c06: urls.get('population') ?? '',
    addresses,
    async end() {
      await child.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A compiled hub on a folder that holds its store. */
export interface House {
  readonly child: Child;
  /** Where it answers GraphQL. */
  readonly url: string;
  end(): Promise<void>;
}

/** Starts the compiled hub on a store, on the core of the measured server. */
export async function startHouse(cores: Cores, town: Town, folder: string, flags: readonly string[] = []): Promise<House> {
  rmSync(join(folder, 'hub-clock'), { force: true }); // a kept store's clock would run ahead of the ministries'
  const limits = Object.fromEntries(systemNames.flatMap((name) => Object.entries({ PER_SECOND, BUDGET_MS }).map(([limit, value]) => [`MINISTRY_${name.replaceAll('-', '_').toUpperCase()}_${limit}`, value])));
  const child = await startChild({ file: 'dist/src/main.js', core: cores.server, flags, env: { PORT: '0', DATA_DIR: folder, SANDBOX_NOW: NOW, ...town.addresses, ...limits }, ready: /^hub (\S+)$/m });
  return { child, url: child.told[1] ?? '', end: () => child.end() };
}
