import { retryAfter, type Line, type RawAnswer } from '../kit/call.ts';
import { realMs, type Clock } from '../kit/clock.ts';
import { answerMedia, problemOf, type Operation } from '../kit/contract.ts';
import { later } from '../kit/instant.ts';
import { badAnswer, type BadAnswer, type Unreachable } from '../kit/outcome.ts';
import { requestIdAt } from '../kit/request-id.ts';
import { findSoapBody, writeSoap, type SoapBody } from '../kit/soap.ts';
import type { Ask, GatewayHandle, Outgoing, Reached, Settings, SystemHandle, SystemName, Trace, Verb, Verbs, Wire } from '../kit/system.ts';
import type { Audit, AuditedCall } from './audit.ts';
import type { Purpose } from './purpose.ts';
import type { Viewer } from './viewer.ts';

/** Where a system stands and what the hub needs to speak to it. */
export interface Connection {
  readonly baseUrl: string;
  readonly settings: Settings;
  readonly line: Line;
}

/** One exchange that has ended, without anything of whom it was about. */
export interface FinishedCall {
  readonly system: SystemName;
  /** Id of the exchange in the contract. */
  readonly operation: string;
  /** How it ended: with an answer, with a refusal, outside the contract, or why nobody could be reached. */
  readonly outcome: 'answered' | 'refused' | 'bad answer' | Unreachable['cause'];
  /** Real milliseconds, the wait for a turn and for a token included. */
  readonly tookMs: number;
}

/** What the door outward is built from. */
export interface ReachParts {
  readonly connections: Readonly<Record<SystemName, Connection>>;
  readonly gateways: readonly GatewayHandle[];
  readonly audit: Audit;
  readonly clock: Clock;
  /** Told of every exchange that has ended. */
  readonly onCall?: (call: FinishedCall) => void;
  /** The officer's number as ministries know it, for the hub's opaque staff id (or for nobody in particular). */
  officerNumber(staffId: string | undefined): string;
}

/**
 * The only door outward. Says who asks and what for, checks the contract in both directions, and writes an audit line
 * before and after every call.
 */
export type Reach = <V extends Verbs>(viewer: Viewer, purpose: Purpose, system: SystemHandle<V>) => Reached<V>;

/** A token is renewed this long before it ends, so that no call leaves with one that dies on the way. */
const TOKEN_MARGIN_MS = 5_000;

/** A gateway's token and when it ends. */
interface Token {
  readonly token: string;
  readonly expiresAt: string;
}

class NoToken extends Error {
  readonly outcome: Unreachable;
  constructor(outcome: Unreachable) {
    super(outcome.cause);
    this.outcome = outcome;
  }
}

/** Opens the door outward. */
export function openReach(parts: ReachParts): Reach {
  const { connections, audit, clock } = parts;
  const tokens = new Map<SystemName, Token>();
  const underWay = new Map<SystemName, Promise<Token>>();

  /** The gateway's token; a new one when the old has ended or was refused. Whoever needs one meanwhile waits for the same call. */
  async function bearer(viewer: Viewer, purpose: Purpose, gateway: SystemName, refused: string | undefined): Promise<string> {
    const known = tokens.get(gateway);
    if (known && known.token !== refused && later(known.expiresAt, -TOKEN_MARGIN_MS) > clock.now()) return known.token;
    let fetching = underWay.get(gateway);
    if (!fetching) {
      fetching = fetchToken(viewer, purpose, gateway).finally(() => underWay.delete(gateway));
      underWay.set(gateway, fetching);
    }
    return (await fetching).token;
  }

  async function fetchToken(viewer: Viewer, purpose: Purpose, gateway: SystemName): Promise<Token> {
    const handle = parts.gateways.find((candidate) => candidate.name === gateway);
    if (!handle) throw new Error(`No gateway ${gateway} is configured.`);
    const answer = await reach(viewer, purpose, handle).token();
    if (answer.is !== 'done') throw new NoToken(answer.is === 'unreachable' ? answer : { is: 'unreachable', cause: 'not authorised' });
    tokens.set(gateway, answer.value);
    return answer.value;
  }

  function wireOf(viewer: Viewer, purpose: Purpose, system: SystemHandle): Wire {
    const { baseUrl, settings, line } = connections[system.name];
    const how = { waiter: viewer.roles.includes('engine') ? 'engine' : 'person' } as const;

    async function send(op: Operation, request: Outgoing, call: AuditedCall): Promise<RawAnswer | Unreachable> {
      let used: string | undefined;
      const authenticated = async () => {
        const refused = used;
        const tokenOf = async () => (used = await bearer(viewer, purpose, system.behind ?? system.name, refused));
        const proof = op.secured ? await system.authenticate(request, { settings, now: () => clock.now(), bearer: tokenOf }) : {};
        return { ...request, headers: { ...request.headers, ...proof } };
      };
      try {
        const first = await line.send(await authenticated(), how);
        if (first.is !== 'raw' || first.status !== 401 || !system.behind) return first;
        await audit.write(call, 'refused', '401: token ended');
        await audit.write(call, 'asked', 'again, with a new token');
        return await line.send(await authenticated(), how);
      } catch (error) {
        if (error instanceof NoToken) return error.outcome;
        throw error;
      }
    }

    return {
      settings,
      now: () => clock.now(),
      async exchange(op, message) {
        const ask: Ask = { requestId: requestIdAt(clock.now()), ...purpose, officer: parts.officerNumber(purpose.officer) };
        const body: unknown = message.body?.(ask);
        const call = auditedCall(viewer, purpose, system, op, ask.requestId, message.trace);
        const request = outgoing(op, `${baseUrl}${fillPath(op.path, message.path ?? {})}`, body, ask.requestId);
        await audit.write(call, 'asked', '');
        const begun = realMs();
        const answer = await send(op, request, call);
        const tell = (outcome: FinishedCall['outcome']) => parts.onCall?.({ system: system.name, operation: op.id, outcome, tookMs: realMs() - begun });
        if (answer.is === 'unreachable') {
          tell(answer.cause);
          await audit.write(call, 'unreachable', answer.cause);
          return answer;
        }
        const read = readAnswer(op, answer);
        tell(read.is === 'unreachable' ? read.cause : read.is === 'badAnswer' ? 'bad answer' : answer.status < 400 ? 'answered' : 'refused');
        await audit.write(call, read.is === 'answer' && answer.status < 400 ? 'answered' : read.is === 'unreachable' ? 'unreachable' : 'refused', describe(answer, read), answer.text);
        return read as never; // the status picks the body's type: see AnswerOf
      },
    };
  }

  function reach<V extends Verbs>(viewer: Viewer, purpose: Purpose, system: SystemHandle<V>): Reached<V> {
    const wire = wireOf(viewer, purpose, system);
    const bound = Object.entries(system.verbs).map(([name, verb]) => [name, (input: never) => (verb as Verb<never, unknown>)(wire, input)]);
    return Object.fromEntries(bound) as Reached<V>;
  }

  return reach;
}

function auditedCall(viewer: Viewer, purpose: Purpose, system: SystemHandle, op: Operation, requestId: string, trace: Trace): AuditedCall {
  return { requestId, system: system.name, operation: op.id, viewer, purpose, trace };
}

function outgoing(op: Operation, url: string, body: unknown, requestId: string): Outgoing {
  const headers: Record<string, string> = { accept: answerMedia(op, 200), 'x-request-id': requestId };
  if (!op.request) return { method: op.method, url, headers };
  const checked = op.request.safeParse(body);
  if (!checked.success) throw new Error(`The hub's own request ${op.id} leaves the contract at ${problemOf(checked.error)}.`);
  return { method: op.method, url, headers: { ...headers, 'content-type': `${op.media}; charset=utf-8` }, body: encode(op, body) };
}

function encode(op: Operation, body: unknown): string {
  if (op.media === 'text/xml') return writeSoap(body as SoapBody, op.namespace ?? '');
  if (op.media === 'application/x-www-form-urlencoded') return new URLSearchParams(body as Record<string, string>).toString();
  return JSON.stringify(body);
}

type Read = { readonly is: 'answer'; readonly status: number; readonly body: unknown } | Unreachable | BadAnswer;

/** Compares an answer with the contract. Statuses the contract does not know are told apart by what HTTP means by them. */
function readAnswer(op: Operation, answer: RawAnswer): Read {
  const shape = op.answers[answer.status];
  const body = shape && findBody(op, answer);
  const parsed = shape && body !== undefined ? shape.safeParse(body) : undefined;
  if (parsed?.success) return { is: 'answer', status: answer.status, body: parsed.data };
  if (answer.status === 401 || answer.status === 403) return { is: 'unreachable', cause: 'not authorised' };
  if (answer.status === 429) return { is: 'unreachable', cause: 'throttled', ...retryAfter(answer.headers) };
  if (answer.status >= 500) return { is: 'unreachable', cause: 'server error', ...retryAfter(answer.headers) };
  if (!shape) return badAnswer(`HTTP ${answer.status} is not in the contract of ${op.id}`);
  if (body === undefined) return badAnswer(`the body is not ${op.media === 'text/xml' ? 'a SOAP envelope' : 'JSON'}`);
  return badAnswer(parsed && !parsed.success ? problemOf(parsed.error) : 'unreadable');
}

function findBody(op: Operation, { status, text }: RawAnswer): unknown {
  const media = answerMedia(op, status);
  if (media === 'text/csv') return text;
  return media === 'text/xml' ? findSoapBody(text) : findJson(text);
}

function describe(answer: RawAnswer, read: Read): string {
  const took = `${answer.status} in ${Math.round(answer.tookMs)} ms`;
  if (read.is === 'badAnswer') return `${took}, outside the contract: ${read.problem}`;
  return read.is === 'unreachable' ? `${took}, ${read.cause}` : took;
}

function findJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function fillPath(path: string, values: Readonly<Record<string, string>>): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}

