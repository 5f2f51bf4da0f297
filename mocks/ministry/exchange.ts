import { isDeepStrictEqual } from 'node:util';
import { http, HttpResponse, type HttpHandler, type PathParams } from 'msw';
import type { z } from 'zod';
import { problemOf, type Media, type Operation } from '../../src/kit/contract.ts';
import { findAnswer, findBody, sayProblem, writeAnswer } from './body.ts';
import type { Office } from './office.ts';
import { makeTrouble } from './trouble.ts';
import type { Voice } from './voice.ts';

/** An answer of the business: a status of the contract and the body that belongs to it. */
export type Reply<Op extends Operation> = {
  [Status in keyof Op['answers'] & number]: { readonly status: Status; readonly body: z.input<Op['answers'][Status]> };
}[keyof Op['answers'] & number];

/** The body of a request as the contract reads it. */
export type BodyOf<Op extends Operation> = z.output<NonNullable<Op['request']>>;

/** A request that has passed authentication and contract. */
export interface Asked<Body> {
  readonly body: Body;
  /** The `{name}` parts of path and query; one of the query is empty where it was not given. */
  readonly path: Readonly<Record<string, string>>;
  /** How old the copy of the books is from which the answer is to be read, milliseconds; usually 0. */
  readonly staleMs: number;
}

/** One exchange together with the work behind it; the types of its bodies stay inside. */
export interface Service {
  readonly op: Operation;
  readonly work: (body: unknown, rest: Omit<Asked<unknown>, 'body'>) => Promise<{ status: number; body: unknown } | { malformed: z.ZodError }>;
  /** The orders that a question is about, as text; absent where it is no question about orders. */
  readonly about?: (body: unknown, path: Readonly<Record<string, string>>) => string;
}

/** Joins an exchange of the contract and the work behind it. */
export function service<Op extends Operation>(op: Op, work: (asked: Asked<BodyOf<Op>>) => Reply<Op> | Promise<Reply<Op>>): Service {
  return {
    op,
    async work(body, rest) {
      if (!op.request) return await work({ body: undefined as BodyOf<Op>, ...rest });
      const read = op.request.safeParse(body);
      return read.success ? await work({ body: read.data as BodyOf<Op>, ...rest }) : { malformed: read.error };
    },
  };
}

/** Joins the exchange that asks what became of orders, the work behind it, and the orders that it is about. */
export function lookUp<Op extends Operation>(op: Op, work: (asked: Asked<BodyOf<Op>>) => Reply<Op>, about: (asked: Omit<Asked<BodyOf<Op>>, 'staleMs'>) => readonly unknown[]): Service {
  return {
    ...service(op, work),
    about(body, path) {
      const read = op.request?.safeParse(body);
      return read?.success === false ? '' : JSON.stringify(about({ body: read?.data as BodyOf<Op>, path }));
    },
  };
}

/** Whose desk a request comes to: the office, its way to say no and its check of who calls. */
export interface Desk {
  readonly office: Office;
  readonly voice: Voice;
  /** A refusal when the caller has not proved who it is. */
  readonly gate: (request: Request) => Response | undefined;
}

/** Makes the msw handler of a service. */
export function handlerOf(desk: Desk, { op, work, about }: Service): HttpHandler {
  const { office, voice, gate } = desk;
  const [pathname = '', query = ''] = op.path.split('?');
  const path = `*${pathname.replaceAll(/\{(\w+)\}/g, ':$1')}`;
  const attend = attended(desk, { operation: op.id, media: op.media, ...(about && { about: (text, params) => about(op.request ? findBody(text, op.media) : undefined, params) }) }, async (request, text, { params, staleMs }) => {
    const refusal = op.secured ? gate(request) : undefined;
    if (refusal) return refusal;
    if (about && !office.mode.looksUp) return voice.say(501, 'Không phục vụ tra cứu.', op);
    const body = op.request ? findBody(text, op.media) : undefined;
    if (op.request && body === undefined) return voice.say(voice.malformed, 'Không đọc được nội dung yêu cầu.', op);
    const reply = await work(body, { path: { ...params, ...valuesOf(query, request.url) }, staleMs });
    if ('malformed' in reply) return voice.say(voice.malformed, sayProblem(reply.malformed), op);
    const answer = writeAnswer(reply.status, reply.body, op);
    const breach = findBreach(op, reply.status, await answer.clone().text());
    if (breach === undefined) return answer;
    office.breaches.push(`${op.id} ${reply.status}: ${breach}`);
    office.log.error({ ministry: office.name, operation: op.id, status: reply.status, breach }, 'A simulated ministry was about to leave its own contract.');
    return voice.say(500, 'Lỗi hệ thống: dữ liệu trả về không đúng đặc tả.', op);
  });
  return op.method === 'GET' ? http.get(path, attend) : http.post(path, attend);
}

/** The values of a query's `{name}` parts: "msdn={msdn}" names them. */
function valuesOf(query: string, url: string): Record<string, string> {
  const given = new URL(url).searchParams;
  return Object.fromEntries([...query.matchAll(/(\w+)=\{(\w+)\}/g)].map(([, key = '', name = '']) => [name, given.get(key) ?? '']));
}

/** What is attended to at the desk. */
interface Matter {
  /** Its name in scripts and in the list of calls. */
  readonly operation: string;
  readonly media: Media;
  /** The orders that it is about, as text. */
  readonly about?: (text: string, params: Readonly<Record<string, string>>) => string;
}

/** What the work learns beside the request. */
interface Circumstance {
  readonly params: Readonly<Record<string, string>>;
  readonly staleMs: number;
}

/** A copy of the books is so old where nothing else is said, milliseconds: a day, so that nothing of today is in it. */
const STALE_MS = 86_400_000;

/** Puts scripted trouble, the list of calls and the fall of a bug round any work at the desk. */
export function attended(
  { office, voice }: Desk,
  { operation, media, about }: Matter,
  work: (request: Request, text: string, circumstance: Circumstance) => Promise<Response>,
): (info: { request: Request; params: PathParams }) => Promise<Response> {
  return async ({ request, params: found }) => {
    const text = await request.text();
    const params = Object.fromEntries(Object.entries(found).map(([name, value]) => [name, String(value)]));
    office.calls.push({ operation, at: office.clock.now() });
    if (office.calls.length > LONGEST_LIST) office.calls.shift();
    const rule = office.script.meet(operation, () => [plainPath(request.url), text, about?.(text, params) ?? ''].join('\n'));
    const isStale = rule?.do === 'stale';
    const trouble = { media, voice, waiting: AbortSignal.any([request.signal, office.closing.signal]) };
    if (rule && !rule.after && !isStale) return await makeTrouble(rule, { ...trouble, lost: undefined });
    let answer: Response;
    try {
      answer = await work(request, text, { params, staleMs: isStale ? (rule.staleMs ?? STALE_MS) : 0 });
    } catch (error) {
      if (office.closing.signal.aborted) return HttpResponse.error();
      office.breaches.push(`${operation}: ${error instanceof Error ? error.message : String(error)}`);
      office.log.error({ ministry: office.name, operation, err: error }, 'A simulated ministry broke down.');
      answer = voice.say(500, 'Lỗi hệ thống.');
    }
    return rule && !isStale ? await makeTrouble(rule, { ...trouble, lost: answer }) : answer;
  };
}

/** So many calls are remembered: enough to count a test's, little enough for a sandbox that runs for weeks. */
const LONGEST_LIST = 10_000;

/** Where an answer leaves its contract, read off the wire as a caller would; JSON may not carry a field more either. */
function findBreach(op: Operation, status: number, text: string): string | undefined {
  const shape = op.answers[status];
  if (!shape) return `the contract knows no status ${status}`;
  const body = findAnswer(text, status, op);
  const read = shape.safeParse(body);
  if (!read.success) return problemOf(read.error);
  return op.media !== 'text/xml' && !isDeepStrictEqual(read.data, body) ? 'the answer carries a field that the contract does not name' : undefined;
}

function plainPath(url: string): string {
  const { pathname, search } = new URL(url);
  try {
    return decodeURIComponent(pathname) + search;
  } catch {
    return pathname + search; // a stray percent sign
  }
}
