import { createHmac } from 'node:crypto';
import { openLine, retryAfter } from '../kit/call.ts';
import type { Clock } from '../kit/clock.ts';
import { epochMs } from '../kit/instant.ts';
import type { Limits } from '../kit/system.ts';
import { tellAlarm, type Channel } from './channel.ts';

/** Where alarms are posted, and the key that they are signed with. */
export interface Webhook {
  readonly url: string;
  /** `whsec_` and the key in base64, as Standard Webhooks writes it. */
  readonly secret: string;
}

/** How the receiver is called: it only has to write a line down, and is spared while it is dark. */
const LIMITS: Limits = { deadlineMs: 10_000, budgetMs: 15_000, parallel: 2, perSecond: 20, failuresToOpen: 5, openMs: 5_000 };

/**
 * Posts each alarm as JSON, signed as Standard Webhooks has it: `webhook-id` (the alarm's), `webhook-timestamp` (seconds
 * since 1970) and `webhook-signature` (`v1,` and HMAC-SHA256 over "id.timestamp.body" in base64). Any answer from 200 to
 * 299 counts as taken. (https://github.com/standard-webhooks/standard-webhooks)
 */
export function openWebhook({ url, secret }: Webhook, clock: Clock, hubUrl: () => string): Channel {
  const line = openLine(url, LIMITS);
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  return {
    name: 'webhook',
    atOnce: 1,
    async send([alarm]) {
      if (!alarm) return { is: 'sent' };
      const body = JSON.stringify(tellAlarm(alarm, hubUrl()));
      const timestamp = String(Math.floor(epochMs(clock.now()) / 1_000)); // seconds
      const signature = createHmac('sha256', key).update(`${alarm.id}.${timestamp}.${body}`).digest('base64');
      const headers = { 'content-type': 'application/json', 'user-agent': 'lienthong', 'webhook-id': alarm.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
      const answer = await line.send({ method: 'POST', url, headers, body });
      if (answer.is === 'unreachable') return { is: 'failed', cause: answer.cause, isDark: true, ...(answer.retryAfterMs === undefined ? {} : { retryAfterMs: answer.retryAfterMs }) };
      return answer.status >= 200 && answer.status < 300 ? { is: 'sent' } : { is: 'failed', cause: `status ${answer.status}`, isDark: answer.status >= 500 || answer.status === 429, ...retryAfter(answer.headers) };
    },
    close: () => line.close(),
  };
}
