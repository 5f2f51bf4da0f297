import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../../src/kit/clock.ts';
import { later, type Instant } from '../../src/kit/instant.ts';
import { faultCodes, settings } from '../../src/systems/ndxp/contract.ts';
import { fault } from './wso2.ts';

/** What a token says: whose it is and when it ends. */
interface Grant {
  readonly client: string;
  readonly until: Instant;
}

/** Issues a token. It carries its own end and signature, so no restart forgets it and every system behind can check it. */
export function issueToken(client: string, now: Instant, seconds: number): string {
  const grant: Grant = { client, until: later(now, seconds * 1_000) };
  const content = Buffer.from(JSON.stringify({ ...grant, id: randomBytes(6).toString('hex') })).toString('base64url');
  return `${content}.${sign(content)}`;
}

/** The refusal for a request without a token that is good at this moment; the gateway and every system behind it ask. */
export function checkBearer(request: Request, clock: Clock): Response | undefined {
  const [, token] = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  if (token === undefined) return fault(401, faultCodes.missingCredentials, 'Thiếu mã truy cập: gửi tiêu đề Authorization: Bearer <token>.');
  const grant = findGrant(token);
  if (!grant) return fault(401, faultCodes.invalidCredentials, 'Mã truy cập không hợp lệ. Kiểm tra lại mã đã được cấp.');
  if (grant.until <= clock.now()) return fault(401, faultCodes.tokenExpired, 'Mã truy cập đã hết hạn. Lấy mã mới tại /token.');
  return undefined;
}

function findGrant(token: string): Grant | undefined {
  const [content = '', signature = ''] = token.split('.');
  const expected = Buffer.from(sign(content));
  const given = Buffer.from(signature);
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return undefined;
  return JSON.parse(Buffer.from(content, 'base64url').toString('utf8')) as Grant; // signed, so written above
}

function sign(content: string): string {
  return createHmac('sha256', settings.CLIENT_SECRET.sandbox).update(content).digest('base64url');
}
