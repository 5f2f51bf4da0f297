import type { TroubleRule } from '../../mocks/ministry.ts';
import type { Setting } from '../support/hub.ts';

/** What a ministry may do instead of answering properly. Keeping silent costs time and stands apart. */
export const troubles = [
  { name: 'HTML', does: { do: 'html' } },
  { name: 'half a body', does: { do: 'truncated' } },
  { name: 'the wrong shape', does: { do: 'shape' } },
  { name: 'a reset connection', does: { do: 'reset' } },
  { name: 'HTTP 500', does: { do: 'status', status: 500 } },
  { name: 'HTTP 503 with Retry-After', does: { do: 'status', status: 503, retryAfter: 0 } },
  { name: 'HTTP 429 with Retry-After', does: { do: 'status', status: 429, retryAfter: 0 } },
  { name: 'HTTP 401', does: { do: 'status', status: 401 } },
] as const satisfies readonly { name: string; does: Omit<TroubleRule, 'match'> }[];

/** The setting of a hub that tries again within milliseconds, and tells somebody after four failures in a row. */
export function hasty(setting: Setting = {}): Setting {
  return {
    paceMs: 0,
    ...setting,
    limits: { openMs: 100, ...setting.limits }, // a breaker that opens lets a call try after a tenth of a second
    patience: { retryMs: [5, 10, 20], triesToIncident: 4, callbackMs: 50, ...setting.patience },
    env: { POLL_EVERY_MS: '5', ...setting.env },
  };
}

const DIGITS = ['Không', 'Một', 'Hai', 'Ba', 'Bốn', 'Năm', 'Sáu', 'Bảy', 'Tám', 'Chín'];

/** A child's name by number, such as "Hồ Hai Không Một": names hold no digits. */
export function nameOf(surname: string, number: number): string {
  return [surname, ...[...String(number)].map((digit) => DIGITS[Number(digit)] ?? '')].join(' ');
}
