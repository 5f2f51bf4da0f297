import { getResponse, http, HttpResponse, type HttpHandler } from 'msw';
import type { Contract } from '../src/kit/contract.ts';
import type { SystemName } from '../src/kit/system.ts';
import { handlerOf, type Desk, type Service } from './ministry/exchange.ts';
import type { LedgerRow } from './ministry/ledger.ts';
import { listen, type Listener } from './ministry/listener.ts';
import type { Mode } from './ministry/mode.ts';
import type { Call, Office } from './ministry/office.ts';
import type { OrderedOutcome } from './ministry/outcomes.ts';
import type { TroubleRule } from './ministry/trouble.ts';

export type { Mode } from './ministry/mode.ts';
export type { World } from './ministry/office.ts';
export type { LedgerRow } from './ministry/ledger.ts';
export type { OrderedOutcome } from './ministry/outcomes.ts';
export type { TroubleRule } from './ministry/trouble.ts';

/** A simulated ministry, open for business. */
export interface Ministry {
  readonly name: SystemName;
  readonly contract: Contract;
  /** Answers in process. The answer may be `Response.error()`, which on a real port is a reset connection. */
  readonly answer: (request: Request) => Promise<Response>;
  /** Serves a real port (0 = a free one); gives the base address. */
  readonly listen: (port: number, host: string) => Promise<string>;
  /** Orders trouble; each call replaces the former script, an empty list ends it. */
  readonly script: (rules: readonly TroubleRule[]) => void;
  /** Orders how coming orders are to end; each call replaces the former list. */
  readonly decide: (outcomes: readonly OrderedOutcome[]) => void;
  /** Sets how it treats what it has seen before; what is not named is as its document says. */
  readonly treat: (mode: Partial<Mode>) => void;
  /** Closes its doors: whoever comes is refused at the port, as at a machine that is down. Opens them again at the same address. */
  readonly shut: () => Promise<() => Promise<void>>;
  /** Every effect carried out so far, in order. */
  readonly ledger: () => readonly LedgerRow[];
  /** The latest exchanges, oldest first. */
  readonly calls: readonly Call[];
  /** Faults of the simulation itself; tests assert that there are none. */
  readonly contractBreaches: readonly string[];
  readonly close: () => Promise<void>;
}

/** What makes one ministry different from another. */
export interface Business extends Omit<Desk, 'office'> {
  readonly contract: Contract;
  readonly services: readonly Service[];
  /** Exchanges beside the contract's, such as the calls that a gateway carries. */
  readonly carried?: (desk: Desk) => readonly HttpHandler[];
  /** Finishes what is due; called before the ledger is read. */
  readonly settle?: () => void;
  /** Lets go of what runs on its own. */
  readonly stop?: () => Promise<void>;
}

/** Opens a ministry for business. */
export function openMinistry(office: Office, business: Business): Ministry {
  const { name, ledger, script, outcomes, mode, records } = office;
  const desk: Desk = { office, voice: business.voice, gate: business.gate };
  const rows = (): LedgerRow[] => {
    business.settle?.();
    return ledger.rows();
  };
  const handlers = [
    ...business.services.map((one) => handlerOf(desk, one)),
    ...(business.carried?.(desk) ?? []),
    http.get('*/__ledger', () => HttpResponse.json(rows())),
    http.get('*/__health', () => HttpResponse.json({ status: 'ok', ministry: name, at: office.clock.now() })),
    ...settable('*/__script', script.set),
    ...settable('*/__outcomes', outcomes.set),
    ...settable('*/__mode', mode.set, {}),
    http.all('*', ({ request }) => desk.voice.say(404, `Không có dịch vụ ${request.method} ${new URL(request.url).pathname}.`)),
  ];

  async function answer(request: Request): Promise<Response> {
    const response = (await getResponse(handlers, request)) ?? HttpResponse.error();
    if (response.type !== 'error') response.headers.set('x-synthetic-data', 'true');
    return response;
  }

  let listeners: Listener[] = [];
  return {
    name,
    contract: business.contract,
    answer,
    async listen(port, host) {
      const listener = await listen(answer, port, host);
      listeners.push(listener);
      return listener.url;
    },
    script: script.set,
    decide: outcomes.set,
    treat: mode.set,
    async shut() {
      const shut = listeners;
      listeners = [];
      await Promise.all(shut.map((one) => one.close()));
      return async () => void listeners.push(...(await Promise.all(shut.map(({ url }) => listen(answer, Number(new URL(url).port), new URL(url).hostname)))));
    },
    ledger: rows,
    calls: office.calls,
    contractBreaches: office.breaches,
    async close() {
      office.closing.abort();
      await business.stop?.();
      await Promise.all(listeners.map((one) => one.close()));
      records.close();
    },
  };
}

/** Something that can be put over HTTP, and put back to what it is without. */
function settable(path: string, set: (wanted: unknown) => void, without: unknown = []): HttpHandler[] {
  return [
    http.put(path, async ({ request }) => {
      try {
        set((await request.json()) as unknown);
        return new HttpResponse(null, { status: 204 });
      } catch (error) {
        return HttpResponse.json({ error: error instanceof Error ? error.message : String(error) }, { status: 400 });
      }
    }),
    http.delete(path, () => {
      set(without);
      return new HttpResponse(null, { status: 204 });
    }),
  ];
}
