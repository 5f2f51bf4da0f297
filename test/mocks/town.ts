import { onTestFinished } from 'vitest';
import { movableClock, type MovableClock } from '../../src/kit/clock.ts';
import { later } from '../../src/kit/instant.ts';
import { openLog } from '../../src/kit/log.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { openMinistries, type Ministries, type Options } from '../../mocks/list.ts';
import type { Mode } from '../../mocks/ministry.ts';
import { issueToken } from '../../mocks/ndxp/token.ts';
import { firms } from '../exchanges/firms.ts';
import { people } from '../exchanges/people.ts';

/** Where the clock of every test starts: the sandbox's Monday, 08:00. */
export const START = '2025-03-03T01:00:00.000Z';

/** The ministries of a test, with the hand-written people and a clock of their own. */
export interface Town extends Ministries {
  readonly clock: MovableClock;
  /** Moves the clock on. */
  readonly pass: (ms: number) => void;
  /** Asks a ministry in process, as somebody who may; gives status and body. JSON is read, the rest is text. */
  readonly ask: (name: SystemName, method: string, path: string, body?: unknown) => Promise<{ status: number; body: Tree }>;
}

/** A JSON body; a text stands under `text`. */
export type Tree = Readonly<Record<string, unknown>>;

interface Setting extends Options {
  readonly mode?: Partial<Mode>;
  readonly dataDir?: string;
  readonly paceMs?: number;
  readonly clock?: MovableClock;
}

/** Opens the ministries; when the test is over they are closed, and none may have left its contract. */
export function openTown({ dataDir, paceMs = 0, clock = movableClock(START), mode = {}, ...options }: Setting = {}): Town & { readonly leave: () => Promise<void> } {
  const world = { clock, log: openLog('silent'), paceMs, mode, ...(dataDir !== undefined && { dataDir }) };
  const opened = openMinistries(world, { people, firms, ...options });
  let isOpen = true;
  const leave = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await opened.close();
    const breaches = Object.values(opened.byName).flatMap((one) => one.contractBreaches);
    if (breaches.length > 0) throw new Error(`A ministry left its contract: ${breaches.join('; ')}`);
  };
  onTestFinished(leave);
  return {
    ...opened,
    clock,
    leave,
    pass: (ms) => clock.moveTo(later(clock.now(), ms)),
    async ask(name, method, path, body) {
      const headers = {
        authorization: `Bearer ${issueToken('test', clock.now(), 3_600)}`,
        'x-api-key': 'sandbox-residence-key',
        'content-type': 'application/json',
      };
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const response = await opened.byName[name].answer(new Request(`http://${name}.test${path}`, { method, headers, ...(body !== undefined && { body: text }) }));
      const answer = await response.text();
      return { status: response.status, body: readTree(answer) };
    },
  };
}

function readTree(text: string): Tree {
  try {
    return JSON.parse(text) as Tree;
  } catch {
    return { text };
  }
}
