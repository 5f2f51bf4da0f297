import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { openChance, type Chance } from '../../mocks/people/chance.ts';
import { createSeal } from '../../src/kit/seal.ts';
import { NOW, startHouse, type Town } from './house.ts';
import { measure, medianOf, warmUp, type Bench, type Sample, type Target } from './load.ts';
import type { Cores } from './machine.ts';
import { keptStore } from './store.ts';

/** What is shown of a dossier in a list. */
const SHOWN = 'edges { node { code status procedureCode agencyCode assignee registeredAt dueAt overdue } } pageInfo { hasNextPage endCursor }';
const LIST = `query ($after: String, $filter: DossierFilter) { dossiers(first: 50, after: $after, filter: $filter) { ${SHOWN} } }`;
const PERSON = `query ($personalId: String!, $fullName: String!, $birthDate: String!) { person(personalId: $personalId, fullName: $fullName, birthDate: $birthDate) { fullName dossiers(first: 50) { ${SHOWN} } } }`;

/** Different questions of each kind; sent in turn. */
const QUESTIONS = 200;

/** The two goals: times below which 95 of 100 answers are to stay, milliseconds. */
export const goals = { page: 25, search: 60 } as const;

/** A kind of question with its bodies. */
interface Kind {
  readonly group: keyof typeof goals;
  readonly name: string;
  readonly bodies: readonly string[];
}

/** Times of one group at one number of connections, or of one kind at a single connection. */
export interface PageRow {
  readonly name: string;
  readonly group: keyof typeof goals;
  readonly connections: number;
  readonly sample: Sample;
}

/** Measures pages and searches over the large store: all questions of a group mixed, and each kind by itself. */
export async function benchPages(bench: Bench, cores: Cores, town: Town, count: number, fresh: boolean, say: (text: string) => void): Promise<{ readonly groups: PageRow[]; readonly kinds: PageRow[] }> {
  const file = await keptStore(count, NOW, fresh, say);
  const kinds = kindsOf(file);
  const house = await startHouse(cores, town, dirname(file));
  try {
    const target = (name: string, bodies: readonly string[]): Target => ({ name, child: house.child, load: { url: house.url, bodies, expect: '"hasNextPage"' } });
    const rowOf = async (group: Kind['group'], name: string, bodies: readonly string[], connections: number, rounds: number): Promise<PageRow> => {
      say(`${count} dossiers, ${connections} connections: ${name}`);
      const one = target(name, bodies);
      const amount = await warmUp(bench, one, connections);
      const samples: Sample[] = [];
      for (let round = 0; round < rounds; round += 1) samples.push(await measure(bench, one, connections, amount));
      return { group, name, connections, sample: medianOf(samples) };
    };
    const groups: PageRow[] = [];
    for (const connections of bench.connections) {
      for (const group of ['page', 'search'] as const) {
        const own = kinds.filter((kind) => kind.group === group);
        const mixed = Array.from({ length: QUESTIONS }, (_, number) => own.map(({ bodies }) => bodies[number] ?? '')).flat();
        groups.push(await rowOf(group, group, mixed, connections, bench.rounds));
      }
    }
    const each: PageRow[] = [];
    for (const { group, name, bodies } of kinds) each.push(await rowOf(group, name, bodies, 1, 1));
    return { groups, kinds: each };
  } finally {
    await house.end();
  }
}

/** The questions, made of what stands in the store; the same for the same store. */
function kindsOf(file: string): Kind[] {
  const database = new Database(file, { readonly: true });
  const chance = openChance(766);
  const rows = drawRows(database, chance);
  const seal = createSeal(Buffer.from(database.prepare<[], { value: string }>("SELECT value FROM secret WHERE name = 'seal'").get()?.value ?? '', 'base64'));
  database.close();
  const asked = (query: string, variablesOf: (row: Row) => object) => rows.map((row) => JSON.stringify({ query, variables: variablesOf(row) }));
  const list = (filterOf: (row: Row) => object) => asked(LIST, (row) => ({ filter: filterOf(row) }));
  const cursorOf = (row: Row) => seal.close('dossiers', JSON.stringify([row.due_order, row.code]));
  const openStatus = () => chance.pick(['IN_PROCESS', 'ACCEPTED', 'SUPPLEMENT_REQUESTED']);
  return [
    { group: 'page', name: 'the first page of all', bodies: list(() => ({})) },
    { group: 'page', name: 'a page somewhere in the middle of all', bodies: asked(LIST, (row) => ({ after: cursorOf(row) })) },
    { group: 'page', name: "an agency's first page", bodies: list(({ agency }) => ({ agency })) },
    { group: 'page', name: "a later page of an agency's", bodies: asked(LIST, (row) => ({ after: cursorOf(row), filter: { agency: row.agency } })) },
    { group: 'page', name: 'what an agency has in process', bodies: list(({ agency }) => ({ agency, status: 'IN_PROCESS' })) },
    { group: 'search', name: 'agency and status', bodies: list(({ agency }) => ({ agency, status: openStatus() })) },
    { group: 'search', name: 'officer', bodies: list(({ assignee }) => ({ assignee })) },
    { group: 'search', name: "officer's open ones", bodies: list(({ assignee }) => ({ assignee, status: 'IN_PROCESS' })) },
    { group: 'search', name: 'procedure', bodies: list(({ procedure }) => ({ procedure })) },
    { group: 'search', name: 'procedure, agency and status', bodies: list(({ procedure, agency }) => ({ procedure, agency, status: openStatus() })) },
    { group: 'search', name: 'late, in the whole province', bodies: list(() => ({ overdue: true })) },
    { group: 'search', name: 'late, at an agency', bodies: list(({ agency }) => ({ agency, overdue: true })) },
    { group: 'search', name: 'due before a day, at an agency, still open', bodies: list(({ agency, due_order }) => ({ agency, status: openStatus(), dueBefore: due_order })) },
    { group: 'search', name: "a person's dossiers (the person from C06)", bodies: asked(PERSON, (row) => ({ personalId: row.applicant_id, fullName: row.applicant_name, birthDate: row.applicant_birth })) },
  ];
}

interface Row {
  readonly code: string;
  readonly due_order: string;
  readonly agency: string;
  readonly procedure: string;
  readonly assignee: string;
  readonly applicant_id: string;
  readonly applicant_name: string;
  readonly applicant_birth: string;
}

/** Dossiers from all over the store that have an officer and a due date. */
function drawRows(database: Database.Database, chance: Chance): Row[] {
  const most = database.prepare<[], { most: number }>('SELECT max(rowid) AS most FROM dossier').get()?.most ?? 0;
  const next = database.prepare<[number], Row>('SELECT * FROM dossier WHERE rowid >= ? AND assignee IS NOT NULL LIMIT 1');
  return Array.from({ length: QUESTIONS }, () => next.get(chance.between(1, most))).filter((row) => row !== undefined);
}
