import { createHash } from 'node:crypto';
import type { Clock } from '../../src/kit/clock.ts';
import { epochMs, type Instant } from '../../src/kit/instant.ts';
import { findWireTime } from '../../src/kit/wire-date.ts';
import { settings } from '../../src/systems/population/contract.ts';

/** How far the caller's clock may stand from the register's, milliseconds: a quarter of an hour. */
const TOLERANCE_MS = 15 * 60_000;

/** Checks who asks: header Timestamp, and Basic authentication whose password is a digest. Gives what is wrong, in Vietnamese. */
export function findAuthenticationProblem(request: Request, clock: Clock): string | undefined {
  const timestamp = request.headers.get('timestamp') ?? '';
  const sentAt = findTimestamp(timestamp);
  if (!sentAt) return 'Thiếu hoặc sai tiêu đề Timestamp (yyyyMMddHHmmss).';
  if (Math.abs(epochMs(clock.now()) - epochMs(sentAt)) > TOLERANCE_MS) return 'Timestamp lệch quá 15 phút so với giờ hệ thống.';
  const [, pair = ''] = /^Basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const [user = '', password = ''] = Buffer.from(pair, 'base64').toString('utf8').split(/:(.*)/s);
  const digest = createHash('sha256').update(`${request.url}${user}${timestamp}${settings.SECRET.sandbox}`).digest('hex');
  return user === settings.USER.sandbox && password.toLowerCase() === digest ? undefined : 'Xác thực không thành công: sai tài khoản hoặc mật khẩu.';
}

function findTimestamp(text: string): Instant | undefined {
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(text) ?? [];
  return year === undefined ? undefined : findWireTime(`${day}/${month}/${year} ${hour}:${minute}:${second}`);
}
