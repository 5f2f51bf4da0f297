import type { SystemName } from '../src/kit/system.ts';
import { openBusiness } from './business.ts';
import type { Firms } from './business/firm.ts';
import { openCivilStatus } from './civil-status.ts';
import type { Ministry, World } from './ministry.ts';
import { openNdxp } from './ndxp.ts';
import { openPaygov } from './paygov.ts';
import { openPopulation, type PopulationMinistry } from './population.ts';
import type { People } from './population/register.ts';
import { openResidence } from './residence.ts';
import { openSocialInsurance } from './social-insurance.ts';

/** What may be set besides the world; tests do, the sandbox does not. */
export interface Options {
  /** The people of old; absent = the invented population. */
  readonly people?: People;
  /** The firms of old; absent = the invented ones. */
  readonly firms?: Firms;
  /** Life of a token, seconds on the clock. */
  readonly tokenSeconds?: number;
  /** Pauses between two attempts at a callback, milliseconds on the clock. */
  readonly callbackPausesMs?: readonly number[];
  /** Where a system is reached, if not at its own port here: by the gateway, or by browsers. */
  readonly addresses?: Partial<Readonly<Record<SystemName, string>>>;
  /** Where the hub is reached, asked for at each callback of PayGov; absent = at PORT of this machine. */
  readonly hubUrl?: () => string | undefined;
}

/** What a ministry may use of its neighbours: C06 opens first, because the others look into its register. */
interface Neighbours {
  readonly population: PopulationMinistry;
  readonly addressOf: (name: SystemName) => string;
  readonly options: Options;
}

/** One line of the list. */
export interface Listing {
  readonly name: SystemName;
  /** Its port is the hub's plus this. */
  readonly offset: number;
  readonly open: (world: World, neighbours: Neighbours) => Ministry;
}

/** Every simulated ministry: a new one needs its own file and a line here. */
export const ministries: readonly Listing[] = [
  { name: 'ndxp', offset: 1, open: (world, { addressOf, options }) => openNdxp(world, { addressOf, tokenSeconds: options.tokenSeconds }) },
  { name: 'population', offset: 2, open: (_world, { population }) => population },
  { name: 'residence', offset: 3, open: (world, { population }) => openResidence(world, population.register) },
  { name: 'civil-status', offset: 4, open: (world, { population }) => openCivilStatus(world, population.register) },
  { name: 'business', offset: 5, open: (world, { options }) => openBusiness(world, options.firms) },
  {
    name: 'paygov',
    offset: 6,
    open: (world, { addressOf, options }) => openPaygov(world, { hubUrl: options.hubUrl ?? (() => undefined), ownUrl: () => addressOf('paygov'), pausesMs: options.callbackPausesMs }),
  },
  { name: 'social-insurance', offset: 7, open: (world, { population, options }) => openSocialInsurance(world, population.register, options.callbackPausesMs) },
];

/** All ministries, open for business. */
export interface Ministries {
  readonly byName: Readonly<Record<SystemName, Ministry>>;
  readonly population: PopulationMinistry;
  /** Base addresses by name, as far as ports have been opened. */
  readonly urls: Readonly<Partial<Record<SystemName, string>>>;
  readonly close: () => Promise<void>;
}

/** Opens all ministries in this process, without ports: they answer by `answer(request)`. */
export function openMinistries(world: World, options: Options = {}): Ministries {
  const urls: Partial<Record<SystemName, string>> = {};
  const population = openPopulation(world, options.people);
  const addressOf = (name: SystemName): string => options.addresses?.[name] ?? urls[name] ?? `http://${name}.invalid`; // .invalid never resolves: a dark back end
  const opened = ministries.map(({ name, open }) => [name, open(world, { population, addressOf, options })] as const);
  return {
    byName: Object.fromEntries(opened) as Record<SystemName, Ministry>,
    population,
    urls,
    async close() {
      const rest = opened.filter(([name]) => name !== 'population');
      await Promise.all(rest.map(([, ministry]) => ministry.close()));
      await population.close(); // last: what the others finish while closing is written into its register
    },
  };
}

/** Where the ministries are to be reached. */
interface Place {
  /** The hub's port; every ministry stands at its own offset above it. 0 = free ports. */
  readonly port: number;
  readonly host: string;
}

/** Opens all ministries, each on its own port. */
export async function startMinistries({ port, host, ...rest }: Place & World & Options): Promise<Ministries & { readonly urls: Readonly<Record<SystemName, string>> }> {
  const hubUrl = rest.hubUrl ?? (() => (port === 0 ? undefined : `http://127.0.0.1:${port}`)); // a hub on a free port must be named
  const opened = openMinistries(rest, { ...rest, hubUrl });
  const urls: Partial<Record<SystemName, string>> = opened.urls;
  try {
    for (const { name, offset } of ministries) urls[name] = await opened.byName[name].listen(port === 0 ? 0 : port + offset, host);
  } catch (error) {
    await opened.close();
    throw error;
  }
  return { ...opened, urls: urls as Record<SystemName, string> };
}
