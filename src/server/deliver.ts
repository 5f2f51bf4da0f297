import { randomUUID } from 'node:crypto';
import type { IncomingMessage as Request, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Audit, AuditStage, AuditedCall } from '../access/audit.ts';
import { deliveriesPart } from '../dossiers/delivery.ts';
import { LINKS_PATH, openLink } from '../dossiers/link.ts';
import type { Services } from '../graph/context.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { attachment } from './attachment.ts';
import { answerProblem } from './problem.ts';

/** What goes with every delivery: kept by nobody on the way, taken for nothing else than it is, run by no browser. */
const GUARDS = {
  'cache-control': 'private, no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "sandbox; default-src 'none'",
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
} as const;

const UNKNOWN = words('Không có liên kết này, hoặc giấy tờ không còn.', 'There is no such link, or what it opened is gone.');
const EXPIRED = words('Liên kết đã hết hạn; xin lấy liên kết mới từ hồ sơ.', 'The link has expired; take a new one from the dossier.');
const WRONG_METHOD = words('Địa chỉ này chỉ nhận GET và HEAD.', 'This address takes GET and HEAD.');
const NOT_NOW = words('Tạm thời chưa mở được giấy tờ, xin thử lại sau.', 'The paper cannot be opened at the moment; try again later.');

/** How long to wait before another try, seconds: a busy store clears sooner than a bug. */
const WAIT_BUSY_S = 5;
const WAIT_BUG_S = 30;

/**
 * `GET` and `HEAD /papers/<word>`: hands out what a link opens. Every look is recorded before the bytes go, under the viewer
 * and purpose for whom the link was made. 404 malformed, forged or gone; 410 expired; 405 another method; 503 not now.
 */
export async function answerLook({ seal, clock, parts, log }: Pick<Services, 'seal' | 'clock' | 'parts' | 'log'>, audit: Audit, request: Request, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return answerProblem(response, 405, 'METHOD_NOT_ALLOWED', WRONG_METHOD, { allow: 'GET, HEAD' });
  const link = openLink(seal, pathOf(request).slice(LINKS_PATH.length));
  if (!link) return answerProblem(response, 404, 'LINK_UNKNOWN', UNKNOWN);
  const record = (stage: AuditStage, detail: string, trace: AuditedCall['trace'] = { about: [], fields: [] }) =>
    audit.write({ requestId: randomUUID(), system: 'hub', operation: `hub.${link.kind}`, viewer: { id: link.viewer }, purpose: link.purpose, trace }, stage, `${link.id} ${detail}`);
  try {
    if (link.expiresAt <= clock.now()) {
      await record('refused', 'expired');
      return answerProblem(response, 410, 'LINK_EXPIRED', EXPIRED);
    }
    const delivery = await parts.get(deliveriesPart)[link.kind]?.(link.id);
    if (!delivery) {
      await record('refused', 'gone');
      return answerProblem(response, 404, 'LINK_UNKNOWN', UNKNOWN);
    }
    const { fileName, mediaType, length, about, fields } = delivery;
    const bytes = request.method === 'GET' ? await delivery.open() : undefined;
    await record('answered', `${request.method} ${length} bytes`, { about, fields }).catch((error: unknown) => {
      bytes?.destroy();
      throw error;
    });
    response.writeHead(200, { ...GUARDS, 'content-type': mediaType, 'content-length': length, 'content-disposition': attachment(fileName) });
    if (bytes) await pipeline(bytes, response);
    else response.end();
  } catch (error) {
    if (isHungUp(error)) return;
    log.error({ err: error, kind: link.kind }, 'a paper could not be handed out');
    if (response.headersSent) return void response.destroy(); // cut off, so that nobody takes the half for the whole
    answerProblem(response, 503, 'NOT_NOW', NOT_NOW, { 'retry-after': String(error instanceof StoreUnavailableError ? WAIT_BUSY_S : WAIT_BUG_S) });
  }
}

function pathOf(request: Request): string {
  return (request.url ?? '').split('?')[0] ?? '';
}

/** Whoever closes the window while bytes come has done nothing wrong. */
function isHungUp(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === 'ERR_STREAM_PREMATURE_CLOSE';
}
