import { expect } from 'vitest';
import type { Mode } from '../../mocks/ministry.ts';
import { realMs, realPause } from '../../src/kit/clock.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { WHOLE_BIRTH, effectNames, effectsOf } from '../bundles/records.ts';
import { nameOf } from '../bundles/troubles.ts';
import { openCounter } from '../payments/counter.ts';
import { families, type TestHub } from '../support/hub.ts';
import type { YoungFamily } from '../../mocks/people.ts';
import { arrange, steps, type Arrangement, type StepName } from './arrangements.ts';
import type { Cell } from './table.ts';

/** A cell with what is arranged for it. */
export interface Case {
  readonly cell: Cell;
  readonly step: StepName;
  /** Number of the family, or of the dossier. */
  readonly number: number;
  readonly who: string;
  readonly arrangement: Arrangement | undefined;
}

const RUN = 'query ($code: String!) { bundleRun(code: $code) { state incidents { cause resolvedAt } } }';

/** Arranges cells for families, or dossiers, of their own. The first has a number of three digits, so that no name stands in another. */
export function casesOf(cells: readonly Cell[], first: number): Case[] {
  return cells.map((cell, place): Case => {
    const number = first + place;
    const step = cell.step as StepName;
    const who = step === 'payment' ? dossierOf(number) : step === 'confirmation' ? family(number).mother.personalId : nameOf('Hồ', number);
    return { cell, step, number, who, arrangement: arrange(cell.fault, step, who) };
  });
}

/** A town in which cases are carried out. */
export interface Trial {
  /**
   * Carries out the cases of a section and gives, by cell, how each ends. All run at once, but for those that need a shut door:
   * these go before, a door at a time. Without look-ups no application gets beyond the step, so the steps have their turns.
   */
  carryOut(cases: readonly Case[], mode: Partial<Mode>): Promise<ReadonlyMap<Cell, string>>;
  end(): Promise<void>;
}

/** Prepares the town for all cases; the dossiers of payments are put into its store. */
export async function openTrial(hub: TestHub, all: readonly Case[]): Promise<Trial> {
  const counter = openCounter(hub);
  const { byName } = hub.ministries;
  await counter.inProcess(all.filter(({ step }) => step === 'payment').map(({ number }) => number));
  const news = hearNews(hub);

  async function begin({ cell, step, number, who }: Case): Promise<string> {
    if (step === 'payment') return pay(hub, counter, news, who, cell.end);
    const { code } = await hub.file(family(number), { ...(step === 'confirmation' ? {} : { childName: nameOf('Hồ', number) }), key: `fault-${number}` });
    return follow(hub, news, code as string, step, cell.end);
  }

  async function carryOutAtOnce(cases: readonly Case[], modeOf: (ministry: SystemName) => Partial<Mode>): Promise<readonly (readonly [Cell, string])[]> {
    const possible = cases.flatMap(({ arrangement, ...rest }) => (arrangement ? [{ ...rest, arrangement }] : []));
    for (const ministry of Object.values(byName)) {
      ministry.treat(modeOf(ministry.name));
      ministry.script(possible.flatMap(({ arrangement: { scripts = [] } }) => scripts.flatMap((one) => (one.ministry === ministry.name ? [one.rule] : []))));
      const outcomes = possible.flatMap(({ step, who, arrangement: { outcome } }) => (outcome && steps[step].ministry === ministry.name ? [{ contains: who, outcome }] : []));
      if (outcomes.length > 0) ministry.decide(outcomes);
    }
    const ends: Promise<readonly [Cell, string]>[] = [];
    const start = (one: Case) => ends.push(begin(one).then((end) => [one.cell, end] as const, (error: unknown) => [one.cell, String(error)] as const));
    for (const door of new Set(possible.flatMap(({ arrangement }) => arrangement.shut ?? []))) {
      const open = await byName[door].shut();
      possible.filter(({ arrangement }) => arrangement.shut === door).forEach(start);
      await failedAt(hub, door);
      await open();
    }
    possible.filter(({ arrangement }) => !arrangement.shut).forEach(start);
    return Promise.all(ends);
  }

  return {
    async carryOut(cases, mode) {
      if (mode.looksUp !== false) return new Map(await carryOutAtOnce(cases, () => mode));
      const ends: (readonly [Cell, string])[] = [];
      for (const [name, { ministry }] of Object.entries(steps)) ends.push(...(await carryOutAtOnce(cases.filter(({ step }) => step === name), (one) => (one === ministry ? mode : {}))));
      return new Map(ends);
    },
    end: () => news.end(),
  };
}

function family(number: number): YoungFamily {
  const found = families[number];
  if (!found) throw new Error(`There are only ${families.length} young families.`);
  return found;
}

/** The code that a stored dossier of that number bears. */
const dossierOf = (number: number): string => `000.17.23.H01-250301-${String(number).padStart(4, '0')}`;

/** Waits until the hub has met the shut door. */
async function failedAt(hub: TestHub, door: SystemName): Promise<void> {
  const QUERY = '{ systems { name failuresInARow } }';
  const lines = door === 'ndxp' ? ['NDXP', 'CIVIL_STATUS'] : [door.replaceAll('-', '_').toUpperCase()]; // a token, or the first call with the one that is known
  const failures = async () => ((await hub.ask(QUERY)).data?.['systems'] as { readonly name: string; readonly failuresInARow: number }[]).filter(({ name }) => lines.includes(name)).reduce((sum, { failuresInARow }) => sum + failuresInARow, 0);
  for (const begun = realMs(); (await failures()) === 0 && realMs() - begun < PATIENCE_MS; ) await realPause(10); // milliseconds
}

/** How long a case may take to come to its end, milliseconds: on a busy machine many things wait for a turn. */
const PATIENCE_MS = 75_000;

/** Between two looks at a case of which nothing was heard, milliseconds. */
const LOOK_MS = 2_000;

/** Who hears of a case. */
interface News {
  /** Resolves when something has happened to the application or dossier since it was asked last, or after a while. */
  of(code: string): Promise<void>;
  end(): Promise<void>;
}

/** Hears of everything by one socket, so that a hundred cases need not be looked at all the time. */
function hearNews(hub: TestHub): News {
  const client = hub.socket();
  const heard = new Set<string>();
  const waiting = new Map<string, () => void>();
  const listening = (async () => {
    for await (const { data } of client.iterate<{ events: { bundleCode: string | null; dossierCode: string | null } }>({ query: 'subscription { events(after: "0") { bundleCode dossierCode } }' })) {
      for (const code of [data?.events.bundleCode, data?.events.dossierCode]) {
        if (typeof code !== 'string') continue;
        heard.add(code);
        waiting.get(code)?.();
      }
    }
  })();
  return {
    async of(code) {
      if (!heard.has(code)) await Promise.race([realPause(LOOK_MS), new Promise<void>((resolve) => waiting.set(code, resolve))]);
      waiting.delete(code);
      heard.delete(code);
    },
    async end() {
      await client.dispose();
      await listening.catch(() => undefined);
    },
  };
}

/** Looks at a case until it stands as the table says; gives how it stands then, or at the last look. */
async function until(news: News, code: string, wanted: string, look: () => Promise<string>): Promise<string> {
  let stands = '';
  for (const begun = realMs(); realMs() - begun < PATIENCE_MS; await news.of(code)) if ((stands = await look()) === wanted) break;
  return stands;
}

function follow(hub: TestHub, news: News, code: string, step: StepName, wanted: string): Promise<string> {
  return until(news, code, wanted, async () => {
    const { data } = await hub.ask(RUN, { code });
    const { state, incidents } = data?.['bundleRun'] as { readonly state: string; readonly incidents: readonly Incident[] };
    if (state === 'FINISHED') expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
    const acts: readonly string[] = step === 'confirmation' ? Object.values(steps).map(({ act }) => act) : [steps[step].act];
    return words(state, effectsOf(hub, code).filter(({ act }) => acts.includes(act)), incidents);
  });
}

async function pay(hub: TestHub, counter: ReturnType<typeof openCounter>, news: News, code: string, wanted: string): Promise<string> {
  expect(await counter.request(code)).toMatchObject({ __typename: 'PaymentRequested' });
  let isClicked = false;
  return until(news, code, wanted, async () => {
    const [{ status, payUrl }] = (await counter.standing(code))['payments'] as [{ readonly status: string; readonly payUrl: string | null }];
    if (payUrl !== null && status === 'PENDING' && !isClicked) {
      isClicked = true;
      await fetch(payUrl, { method: 'POST', body: new URLSearchParams({ action: 'pay' }), redirect: 'manual' });
    }
    const effects = hub.ministries.byName.paygov.ledger().filter(({ subject, act }) => subject === code && act === 'pay');
    return words(status, effects, (await counter.incidents(code)) as unknown as readonly Incident[]);
  });
}

interface Incident {
  readonly cause: string;
  readonly resolvedAt: string | null;
}

function words(state: string, effects: readonly { readonly received: number }[], incidents: readonly Incident[]): string {
  const open = incidents.filter(({ resolvedAt }) => resolvedAt === null).map(({ cause }) => cause);
  return [state, `${effects.length}/${effects.reduce((sum, { received }) => sum + received, 0)}`, ...new Set(open)].join(' · ');
}
