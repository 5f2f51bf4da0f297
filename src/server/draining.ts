import type { IncomingMessage, ServerResponse } from 'node:http';
import { realPause } from '../kit/clock.ts';
import { words } from '../kit/words.ts';
import { answerProblem } from './problem.ts';

/** What becomes of requests when the process is told to end. */
export interface Draining {
  /** Whether the process is going away: nothing new is begun. */
  isOn(): boolean;
  /** Notes a request that has come. False: it was turned away, and may be sent again at once, since nothing of it was begun. */
  admit(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Turns away what comes from now on, ends the streams of events where they are, and waits until what was begun is answered,
   * at most `DRAIN_MS`. Goes on turning away for `noticeMs` in any case, so that a proxy has seen it before the door is shut.
   */
  begin(noticeMs: number): Promise<void>;
}

/** How long answers under way are waited for, milliseconds: longer than PayGov's first answer (3 s), and with the outside calls' own grace below ten seconds in all. */
export const DRAIN_MS = 4_000;

/** When to send again what was turned away, seconds: at once, and to another process. */
const RETRY_SECONDS = 1;

/** Headers that tell a proxy that nothing was begun, so that it may pass the request on to another process whatever its method. */
export const GOING_AWAY = { 'retry-after': String(RETRY_SECONDS), 'lienthong-draining': '1', connection: 'close' } as const;

const AWAY = words('Tiến trình này sắp dừng; chưa có gì được thực hiện, xin gửi lại.', 'This process is going away; nothing was begun, send it again.');

/** A comment of SSE, which clients pass over and a person who looks at the stream understands. */
const SSE_LAST = ': the hub is going away; resume from your cursor\n\n';

/** Keeps account of requests for a server that may have to go away. */
export function openDraining(): Draining {
  const underWay = new Map<ServerResponse, { readonly isStream: boolean }>();
  let isOn = false;
  let whenEmpty = () => {};

  /** An open stream of events would never end by itself; cut off without an end its reader comes again, to another process. */
  function cutOff(response: ServerResponse): void {
    response.write(SSE_LAST, () => response.destroy());
  }

  return {
    isOn: () => isOn,
    admit(request, response) {
      if (isOn) {
        request.resume();
        answerProblem(response, 503, 'GOING_AWAY', AWAY, GOING_AWAY);
        return false;
      }
      underWay.set(response, { isStream: request.headers.accept?.includes('text/event-stream') ?? false });
      response.once('close', () => {
        underWay.delete(response);
        if (underWay.size === 0) whenEmpty();
      });
      return true;
    },
    async begin(noticeMs) {
      isOn = true;
      for (const [response, { isStream }] of underWay) {
        response.shouldKeepAlive = false; // whoever is answered now connects anew, to another process
        if (isStream && response.headersSent) cutOff(response);
      }
      const answered = underWay.size === 0 ? undefined : Promise.race([new Promise<void>((resolve) => (whenEmpty = resolve)), realPause(DRAIN_MS)]);
      await Promise.all([answered, noticeMs > 0 ? realPause(noticeMs) : undefined]);
    },
  };
}
