import { HttpResponse } from 'msw';
import { z } from 'zod';
import { realPause } from '../../src/kit/clock.ts';
import type { Media } from '../../src/kit/contract.ts';
import type { Voice } from './voice.ts';
import { untilAborted } from './waiting.ts';

/**
 * The kinds of trouble that can be scripted. `drip` sends the answer so slowly that nobody waits for its end; `stale` answers a
 * question about an order from an old copy of the books, and befalls no other request.
 */
export const troubleWords = ['html', 'truncated', 'shape', 'reset', 'silent', 'drip', 'stale', 'status'] as const;

const troubleRule = z
  .strictObject({
    match: z.strictObject({
      /** Id of the exchange, e.g. "civilStatus.receive"; absent = every exchange. */
      operation: z.string().optional(),
      /** Text in the path, in the body, or in the order that a question is about; absent = every request. */
      contains: z.string().min(1).optional(),
    }),
    /** How many requests meet it; absent = every one until the script is cleared. */
    times: z.int().positive().optional(),
    do: z.enum(troubleWords),
    /** Only with `status`. */
    status: z.int().min(200).max(599).optional(),
    /** Seconds in the header Retry-After. */
    retryAfter: z.int().min(0).optional(),
    /** The request has its effect first and only the answer is lost or spoilt. */
    after: z.boolean().optional(),
    /** How old the copy is that a `stale` answer is read from, milliseconds on the clock; absent = a day. */
    staleMs: z.int().positive().optional(),
    /** The body of `status`; absent = the ministry's own words for that status. */
    body: z.unknown().optional(),
  })
  .refine((rule) => (rule.do === 'status') === (rule.status !== undefined), { error: '"status" goes with do: "status", and only with it' });

/** One piece of scripted trouble: plain data, so that a test, a developer or a console can write it. */
export type TroubleRule = z.infer<typeof troubleRule>;

/** The trouble that a ministry has been told to make. */
export interface Script {
  /** Puts a list in the place of the former one. Throws a RangeError that says what is allowed. */
  readonly set: (list: unknown) => void;
  /** The trouble that this request meets, counted off. */
  readonly meet: (operation: string, textOf: () => string) => TroubleRule | undefined;
}

/** Opens the script of a ministry with these exchanges. */
export function openScript(operations: readonly string[]): Script {
  let rules: { rule: TroubleRule; left: number }[] = [];
  return {
    set(list) {
      const read = z.array(troubleRule).safeParse(list);
      const shape = '{ match: { operation?, contains? }, times?, do, status?, retryAfter?, after?, staleMs?, body? }';
      if (!read.success) throw new RangeError(`Expected a list of ${shape} where do is one of ${troubleWords.join(', ')}. ${z.prettifyError(read.error)}`);
      const foreign = read.data.find(({ match }) => match.operation !== undefined && !operations.includes(match.operation));
      if (foreign) throw new RangeError(`Unknown operation "${foreign.match.operation}"; this ministry has ${operations.join(', ')}.`);
      rules = read.data.map((rule) => ({ rule, left: rule.times ?? Number.POSITIVE_INFINITY }));
    },
    meet(operation, textOf) {
      if (rules.length === 0) return undefined;
      const text = textOf();
      const met = rules.find(
        ({ rule: { match }, left }) =>
          left > 0 && (match.operation === undefined || match.operation === operation) && (match.contains === undefined || text.includes(match.contains)),
      );
      if (!met) return undefined;
      met.left -= 1;
      return met.rule;
    },
  };
}

/** What the trouble needs to know of the request that meets it. */
interface Met {
  readonly media: Media;
  readonly voice: Voice;
  /** The answer that would have gone out, when the request had its effect. */
  readonly lost: Response | undefined;
  /** Aborted when nobody waits any longer. */
  readonly waiting: AbortSignal;
}

const MAINTENANCE = '<!DOCTYPE html><html lang="vi"><head><title>Bảo trì</title></head><body><h1>Hệ thống đang bảo trì</h1></body></html>';
const WRONG_SHAPE = {
  json: '{"ketQua":[["0",{"ma":null}]],"phienBan":2}',
  xml: '<?xml version="1.0"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><KetQuaKhac><Ma>0</Ma></KetQuaKhac></s:Body></s:Envelope>',
};

/** Makes the trouble of a rule. */
export async function makeTrouble(rule: TroubleRule, { media, voice, lost, waiting }: Met): Promise<Response> {
  const [type, wrongShape] = media === 'text/xml' ? ['text/xml; charset=utf-8', WRONG_SHAPE.xml] : ['application/json', WRONG_SHAPE.json];
  const answer = (status: number, text: string, contentType: string) =>
    new HttpResponse(text, {
      status,
      headers: { 'content-type': contentType, ...(rule.retryAfter !== undefined && { 'retry-after': String(rule.retryAfter) }) },
    });
  switch (rule.do) {
    case 'html':
      return answer(200, MAINTENANCE, 'text/html; charset=utf-8');
    case 'truncated': {
      const whole = lost ? await lost.text() : wrongShape;
      return answer(200, whole.slice(0, Math.floor(whole.length / 2)), type);
    }
    case 'shape':
      return answer(200, wrongShape, type);
    case 'reset':
      return HttpResponse.error();
    case 'silent':
      await untilAborted(waiting);
      return HttpResponse.error();
    case 'drip': {
      const whole = lost ? await lost.text() : wrongShape;
      return new HttpResponse(drip(whole, waiting), { status: lost?.status ?? 200, headers: { 'content-type': type, [SLOWLY]: 'true' } });
    }
    case 'stale':
      throw new Error('A stale answer is given by the work itself.');
    case 'status': {
      const status = rule.status ?? 500; // the refinement above demands it
      if (rule.body !== undefined) return answer(status, typeof rule.body === 'string' ? rule.body : JSON.stringify(rule.body), type);
      const own = voice.say(status, 'Hệ thống tạm thời không phục vụ, vui lòng thử lại sau.');
      if (rule.retryAfter !== undefined) own.headers.set('retry-after', String(rule.retryAfter));
      return own;
    }
  }
}

/** The header by which an answer asks to be sent as it comes, piece by piece. */
export const SLOWLY = 'x-simulated-drip';

/** A byte comes every so many milliseconds of real time: any answer is longer than every deadline. */
const DRIP_MS = 300;

function drip(text: string, waiting: AbortSignal): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  let sent = 0;
  return new ReadableStream({
    async pull(controller) {
      if (sent === bytes.length || waiting.aborted) return controller.close();
      if (sent > 0) await realPause(DRIP_MS);
      controller.enqueue(bytes.subarray(sent, (sent += 1)));
    },
  });
}
