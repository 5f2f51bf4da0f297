import type { OrderedOutcome, TroubleRule } from '../../mocks/ministry.ts';
import type { SystemName } from '../../src/kit/system.ts';

/** A step of which the table has a column: who does it, and by which exchanges it is ordered and asked about. */
export interface Step {
  readonly ministry: SystemName;
  readonly order: string;
  readonly inquiry: string;
  /** The act in the ministry's ledger. */
  readonly act: string;
}

/** The columns. The confirmation is a question alone: nothing is ordered by it. */
export const steps = {
  confirmation: { ministry: 'population', order: 'population.findCitizen', inquiry: 'population.findCitizen', act: '' },
  birth: { ministry: 'civil-status', order: 'civilStatus.receive', inquiry: 'civilStatus.poll', act: 'registerBirth' },
  residence: { ministry: 'residence', order: 'residence.register', inquiry: 'residence.inquire', act: 'registerResidence' },
  'health card': { ministry: 'social-insurance', order: 'socialInsurance.issueCard', inquiry: 'socialInsurance.inquireCard', act: 'issueHealthCard' },
  payment: { ministry: 'paygov', order: 'paygov.create', inquiry: 'paygov.query', act: 'pay' },
} as const satisfies Record<string, Step>;

/** The name of a column. */
export type StepName = keyof typeof steps;

/** What is arranged with the ministries for one cell; `who` is a text that stands in its orders and in no other's. */
export interface Arrangement {
  readonly scripts?: readonly { readonly ministry: SystemName; readonly rule: TroubleRule }[];
  readonly outcome?: OrderedOutcome['outcome'];
  /** The ministry's doors are shut until a try has failed. */
  readonly shut?: SystemName;
}

type Doing = Omit<TroubleRule, 'match' | 'times'>;

/** What a ministry does on the wire, by the name of the fault. */
const wires: Readonly<Record<string, Doing>> = {
  'time-out before effect': { do: 'silent' },
  'time-out after effect': { do: 'silent', after: true },
  'reset after effect': { do: 'reset', after: true },
  '500': { do: 'status', status: 500 },
  '500 after effect': { do: 'status', status: 500, after: true },
  '503 with Retry-After': { do: 'status', status: 503, retryAfter: 1 },
  '429': { do: 'status', status: 429, retryAfter: 1 },
  HTML: { do: 'html' },
  'HTML after effect': { do: 'html', after: true },
  'truncated JSON': { do: 'truncated' },
  'truncated JSON after effect': { do: 'truncated', after: true },
  'wrong shape': { do: 'shape' },
  'slow drip': { do: 'drip' },
  'slow drip after effect': { do: 'drip', after: true },
};

/** So often that it does not end while the test runs. */
const FOR_GOOD = 1_000_000;

/** How a ministry says, in its document's words, that it knows of no such order. */
const denials: Partial<Record<StepName, Doing>> = {
  birth: { do: 'status', status: 200, body: { status: '1', value: [] } },
  residence: { do: 'status', status: 404 },
  'health card': { do: 'status', status: 404 },
};

/** Arranges a fault at a step; nothing where the step cannot have it. */
export function arrange(fault: string, name: StepName, who: string): Arrangement | undefined {
  const { ministry, order, inquiry } = steps[name];
  const isQuestion = name === 'confirmation';
  const isCalledBack = name === 'health card' || name === 'payment';
  const rule = (operation: string, doing: Doing, times = 1) => ({ ministry, rule: { match: { operation, contains: who }, times, ...doing } });
  const outcome = (word: OrderedOutcome['outcome']): Arrangement | undefined => (isCalledBack ? { outcome: word } : undefined);
  const untold = name === 'health card' ? ({ outcome: 'doneUntold' } as const) : {}; // or a callback would tell what an inquiry is to find out

  const wire = wires[fault];
  if (wire) {
    if (isQuestion) return wire.after ? undefined : { scripts: [rule(order, wire, 2)] }; // when it is filed, and when the engine asks again
    const { after: _, ...asked } = wire;
    return { scripts: [rule(order, wire), rule(inquiry, asked)] };
  }
  switch (fault) {
    case 'refused connection':
      return { shut: name === 'birth' ? 'ndxp' : ministry };
    case 'expired token':
      return name === 'birth' || name === 'health card' ? { scripts: [{ ministry: 'ndxp', rule: { match: { operation: 'ndxp.carry', contains: name === 'birth' ? `"nksHoTen":"${who}"` : `"hoTen":"${who}"` }, times: 1, do: 'status', status: 401 } }] } : undefined; // the gateway carries both orders of a child
    case 'duplicate callback':
      return outcome('callbackDoubled');
    case 'callback before response': // of a payment: paid without a click while our own order is left hanging
      return name === 'payment' ? { outcome: 'done', scripts: [rule(order, { do: 'silent', after: true })] } : outcome('callbackFirst');
    case 'callback never':
      return name === 'payment' ? { outcome: 'paidUntold' } : outcome('doneUntold');
    case 'answer and callback lost':
      return name === 'health card' ? { outcome: 'doneUntold', scripts: [rule(order, { do: 'reset', after: true })] } : undefined;
    case "callback for another step's ticket":
      return outcome('callbackAstray');
    case 'wrong checksum':
      return outcome('callbackForged');
    case 'stale read':
      return isQuestion ? undefined : { ...untold, scripts: [rule(order, { do: 'reset', after: true }), rule(inquiry, { do: 'stale' })] };
    case 'dark for good':
      return { scripts: [rule(order, { do: 'status', status: 503 }, FOR_GOOD), rule(inquiry, { do: 'status', status: 503 }, FOR_GOOD)] };
    case 'nonsense for good':
      return { ...untold, scripts: [rule(order, { do: 'html', ...(isQuestion ? {} : { after: true }) }, FOR_GOOD), rule(inquiry, { do: 'html' }, FOR_GOOD)] };
    case 'forgets what it took': {
      const denial = denials[name];
      return denial && { ...untold, scripts: [rule(inquiry, denial, FOR_GOOD)] };
    }
    case 'refuses':
      return isQuestion ? undefined : { outcome: 'refuse' };
    default:
      throw new Error(`Nobody knows how to arrange "${fault}".`);
  }
}
