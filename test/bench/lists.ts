import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { statusOf, type DossierStatus } from '../../src/dossiers/states.ts';
import type { PersonKey } from '../../src/kit/personal-id.ts';
import { startChild, type Child } from './child.ts';
import { compare, type Bench, type Sample, type Target } from './load.ts';
import { NOW, makeFolder, startHouse, type Town } from './house.ts';
import type { Cores } from './machine.ts';
import { fillStore } from './store.ts';

/** A dossier as the servers beside the hub know it: in memory. */
export interface KnownDossier {
  readonly code: string;
  readonly status: DossierStatus;
  readonly applicant: PersonKey;
}

/** The query that is compared. */
const LIST = '{ dossiers(first: 50) { edges { node { code status applicant { fullName source asOf } } } } }';

/** Dossiers in the hub's store here; the page of 50 costs the same in 1.2 million, as the second table shows. */
const STORED = 2_000;

/** The four servers, in the order of the table. */
export const servers = ['hub', 'bare yoga, same calls to C06', 'yoga, people in memory', 'node:http, static bytes'] as const;

/** Samples of every server at one number of connections. */
export interface ListRow {
  readonly connections: number;
  readonly samples: readonly Sample[];
}

/** Compares the hub's list of 50 dossiers with their applicants to a bare server that asks the same ministry the same 50 questions. */
export async function benchLists(bench: Bench, cores: Cores, town: Town, say: (text: string) => void): Promise<ListRow[]> {
  const folder = makeFolder('lists');
  const children: Child[] = [];
  try {
    await fillStore(join(folder, 'hub.sqlite'), STORED, NOW, () => undefined);
    const dossiers = join(folder, 'dossiers.json');
    writeFileSync(dossiers, JSON.stringify(firstOf(folder)));
    const house = await startHouse(cores, town, folder);
    children.push(house.child);
    const start = async (file: string, env: Readonly<Record<string, string>>) => {
      const child = await startChild({ file, core: cores.server, env: { DOSSIERS: dossiers, C06: town.c06, NOW, ...env }, ready: /^ready (\S+)$/m });
      children.push(child);
      return { child, url: child.told[1] ?? '' };
    };
    const bare = await start('test/bench/bare.ts', {});
    const memory = await start('test/bench/bare.ts', { PEOPLE: 'memory' });
    await checkSame(town, house.url, bare.url, memory.url);
    const answer = join(folder, 'answer.json');
    writeFileSync(answer, await answerOf(bare.url));
    const still = await start('test/bench/still.ts', { ANSWER: answer });
    const target = (name: string, { child, url }: { readonly child: Child; readonly url: string }): Target => ({ name, child, load: { url, bodies: [JSON.stringify({ query: LIST })], expect: '"fullName"' } });
    const targets = [house, bare, memory, still].map((server, index) => target(servers[index] ?? '', server));
    const rows: ListRow[] = [];
    for (const connections of bench.connections) rows.push({ connections, samples: await compare(bench, targets, connections, (text) => say(`list of 50, ${text}`)) });
    return rows;
  } finally {
    await Promise.all(children.map((child) => child.end()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The page that the hub will answer with, read as an outsider would. */
function firstOf(folder: string): KnownDossier[] {
  const database = new Database(join(folder, 'hub.sqlite'), { readonly: true });
  const rows = database.prepare<[], { code: string; status_code: number; applicant_id: string; applicant_name: string; applicant_birth: string }>('SELECT * FROM dossier ORDER BY due_order, code LIMIT 50').all();
  database.close();
  return rows.map((row) => ({ code: row.code, status: statusOf(row.status_code), applicant: { personalId: row.applicant_id, fullName: row.applicant_name, birthDate: row.applicant_birth } }));
}

async function answerOf(url: string): Promise<string> {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', accept: 'application/json' }, body: JSON.stringify({ query: LIST }) });
  return response.text();
}

/** Answers are compared before anything is measured, byte for byte but for `asOf`; and what each of them asked C06. */
async function checkSame(town: Town, hub: string, bare: string, memory: string): Promise<void> {
  const told: string[] = [];
  const asked: string[] = [];
  for (const url of [hub, bare, memory]) {
    const before = questionsOf(town).length;
    told.push((await answerOf(url)).replaceAll(/"asOf":"[^"]*"/g, '"asOf":""'));
    asked.push(JSON.stringify(questionsOf(town).slice(before).sort((one, other) => (one < other ? -1 : 1))));
  }
  if (told[0]?.includes('"errors"') || (told[0]?.split('"fullName"').length ?? 0) !== 51) throw new Error(`The hub did not give 50 dossiers with their applicants: ${told[0]?.slice(0, 500)}`);
  if (told[1] !== told[0] || told[2] !== told[0]) throw new Error(`The servers answer differently.\nhub: ${told[0]}\nbare: ${told[1]}\nmemory: ${told[2]}`);
  if (asked[0] !== asked[1] || asked[0] === '[]' || asked[2] !== '[]') throw new Error(`The servers ask C06 differently.\nhub: ${asked[0]}\nbare: ${asked[1]}\nmemory: ${asked[2]}`);
}

/** What C06 wrote down of each question: what for, and whether the person was found by all three facts. */
function questionsOf({ folder }: Town): string[] {
  const records = new Database(join(folder, 'population.sqlite'), { readonly: true });
  const rows = records.prepare<[], { asked: string }>("SELECT procedure || ' ' || matched AS asked FROM questions ORDER BY number").all();
  records.close();
  return rows.map(({ asked }) => asked);
}

