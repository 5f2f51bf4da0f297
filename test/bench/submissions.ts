import { rmSync } from 'node:fs';
import { birthFormOf } from '../../mocks/application.ts';
import { inventFamilies } from '../../mocks/people.ts';
import { realPause } from '../../src/kit/clock.ts';
import { demandedFor } from '../support/demanded.ts';
import { SUBMIT, families, familyOf } from '../support/hub.ts';
import { startChild, type Child } from './child.ts';
import { NOW, makeFolder, startHouse, type Town } from './house.ts';
import { measure, median, medianOf, type Bench, type Sample, type Target } from './load.ts';
import type { Cores } from './machine.ts';

/** Permanent residence, at the police of a commune. */
const PROCEDURE = '1.004222';
const FILE = `mutation ($input: SubmitDossierInput!) { submitDossier(input: $input) { __typename ... on DossierAccepted { cursor dossier { code status } } ... on Failure { code message(lang: EN) issues { path message(lang: EN) } } } }`;

/** Second syllables of children's names, for several children of one family. */
const SYLLABLES = ['Bình', 'Chi', 'Dung', 'Giang', 'Hà', 'Khánh', 'Lan', 'Minh', 'Nga', 'Oanh', 'Phúc', 'Quân', 'Sơn', 'Thảo', 'Uyên', 'Vân', 'Xuân', 'Yến'];

/** The bare transactions are measured that many at a time: some tenths of a second. */
const INSERTS = 1_000;

/** About how many a second there are on the machines at hand; a measurement sends as many as fill its time at that rate. */
const RATES = { dossier: 100, bundle: 30 } as const;

/** What one number of connections gave: both kinds of submission, and bare transactions of the same minute. */
export interface SubmissionRow {
  readonly connections: number;
  readonly dossier: Sample;
  readonly bundle: Sample;
  /** Bare two-insert transactions a second; one after the other, so the same for every number of connections. */
  readonly inserts: number;
}

/**
 * Measures applications accepted a second, each checked with C06 and stored durably before it is acknowledged, beside a bare
 * transaction of two inserts. What the engine does for a linked application after the receipt is part of its cost.
 */
export async function benchSubmissions(bench: Bench, cores: Cores, town: Town, say: (text: string) => void): Promise<SubmissionRow[]> {
  const [folder, bareFolder] = [makeFolder('submissions'), makeFolder('inserts')];
  const house = await startHouse(cores, town, folder);
  const bare = await startChild({ file: 'test/bench/inserts.ts', core: cores.server, env: { FOLDER: bareFolder }, ready: /ready/ });
  try {
    const dossier: Target = { name: 'submitDossier', child: house.child, load: { url: house.url, bodies: makeDossiers(), expect: '"DossierAccepted"' } };
    const bundle: Target = { name: 'submitBundle', child: house.child, load: { url: house.url, bodies: makeBundles(), expect: '"BundleAccepted"' } };
    const rows: SubmissionRow[] = [];
    for (const connections of bench.connections) {
      const amountOf = (perSecond: number) => Math.max(1, Math.ceil((bench.seconds * perSecond) / connections)) * connections;
      const samples: { dossier: Sample[]; bundle: Sample[]; inserts: number[] } = { dossier: [], bundle: [], inserts: [] };
      const round = async (number: number, work: () => Promise<void>, what: string) => {
        say(`${connections} connections: ${number === 0 ? 'warming up' : `round ${number} of ${bench.rounds}`}, ${what}`);
        await work();
      };
      for (let number = 0; number <= bench.rounds; number += 1) {
        await round(number, async () => {
          const told = await measure(bench, dossier, connections, amountOf(RATES.dossier));
          const inserts = await bare.ask<number>({ inserts: INSERTS });
          if (number > 0) samples.inserts.push(inserts);
          if (number > 0) samples.dossier.push(told);
        }, 'submitDossier');
      }
      for (let number = 0; number <= bench.rounds; number += 1) {
        await round(number, async () => {
          const told = await measure(bench, bundle, connections, amountOf(RATES.bundle));
          if (number > 0) samples.bundle.push(told); // the engine is at work on those of the warm-up: that is how it is all day
        }, 'submitBundle');
      }
      say(`${connections} connections: the engine finishes what was submitted`);
      await untilIdle(house.child);
      rows.push({ connections, dossier: medianOf(samples.dossier), bundle: medianOf(samples.bundle), inserts: median(samples.inserts) });
    }
    return rows;
  } finally {
    await Promise.all([house.end(), bare.end()]);
    for (const one of [folder, bareFolder]) rmSync(one, { recursive: true, force: true });
  }
}

/** Ordinary applications, each by another grown-up person. */
function makeDossiers(): (amount: number) => string[] {
  const applicants = inventFamilies().people.filter(({ deceased, birthDate }) => !deceased && birthDate < '2005');
  const papers = demandedFor(PROCEDURE);
  let filed = 0;
  return (amount) =>
    Array.from({ length: amount }, () => {
      const number = filed++;
      const { personalId, fullName, birthDate } = applicants[number % applicants.length] ?? { personalId: '', fullName: '', birthDate: '' };
      return JSON.stringify({ query: FILE, variables: { input: { idempotencyKey: `bench-${number}`, procedure: PROCEDURE, communeCode: '30283', applicant: { personalId, fullName, birthDate }, papers } } });
    });
}

/** Birth applications, each for another child. */
export function makeBundles(): (amount: number) => string[] {
  let filed = 0;
  return (amount) =>
    Array.from({ length: amount }, () => {
      const number = filed++;
      const family = familyOf(number % families.length);
      const childName = `${family.father.fullName.split(' ')[0] ?? ''} An ${SYLLABLES[Math.floor(number / families.length)] ?? number}`;
      return JSON.stringify({ query: SUBMIT, variables: { input: { idempotencyKey: `bench-bundle-${number}`, form: { birth: birthFormOf(family, NOW, { childName }) } } } });
    });
}

/** A server that used less than that share of a core for a while has nothing left to do. */
const IDLE_SHARE = 0.05;
const LOOK_MS = 200;
/** The ministries work two seconds on an order and the engine asks every second: quiet for longer than that is done. */
const QUIET_LOOKS = 12;
/** Longer than any backlog of the bench, milliseconds. */
const LONGEST_MS = 60_000;

async function untilIdle(child: Child): Promise<void> {
  let quiet = 0;
  let before = await child.cpuMs();
  for (let waited = 0; quiet < QUIET_LOOKS && waited < LONGEST_MS; waited += LOOK_MS) {
    await realPause(LOOK_MS);
    const now = await child.cpuMs();
    quiet = now - before < LOOK_MS * IDLE_SHARE ? quiet + 1 : 0;
    before = now;
  }
}
