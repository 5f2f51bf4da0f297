import { createHash } from 'node:crypto';
import { dateOf, type Clock } from '../kit/clock.ts';
import { printed } from '../kit/instant.ts';
import type { Words } from '../kit/words.ts';
import { tellAlarm, type Channel, type ToldAlarm } from './channel.ts';

/** The mail server and who writes to whom. */
export interface MailBox {
  /** `smtp://user:password@host:587` or `smtps://…`. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
}

/** How long a mail server may take to be reached and to say each thing, milliseconds. */
const PATIENCE_MS = 15_000;

/** Alarms in one mail: a dark ministry opens dozens of incidents in a minute, and nobody reads dozens of mails. */
const AT_ONCE = 50;

const KINDS: Readonly<Record<ToldAlarm['type'], Words>> = {
  'incident.opened': { vi: 'Sự cố mới', en: 'Incident opened' },
  'incident.resolved': { vi: 'Sự cố đã xử lý', en: 'Incident resolved' },
  'dueDates.passed': { vi: 'Hồ sơ quá hạn', en: 'Due dates passed' },
  'overdue.unowned': { vi: 'Quá hạn chưa có người chịu trách nhiệm', en: 'Overdue without an owner' },
  'store.unavailable': { vi: 'Không ghi được dữ liệu', en: 'The store cannot write' },
  'store.available': { vi: 'Ghi dữ liệu trở lại bình thường', en: 'The store writes again' },
};

/** Sends alarms by SMTP, those that wait together in one mail. The same set has the same Message-ID, and every alarm its own id in the text. */
export function openMail({ smtpUrl, from, to }: MailBox, clock: Clock, hubUrl: () => string): Channel {
  const opened = import('nodemailer').then(({ createTransport }) => createTransport({ url: smtpUrl, connectionTimeout: PATIENCE_MS, greetingTimeout: PATIENCE_MS, socketTimeout: PATIENCE_MS, disableFileAccess: true, disableUrlAccess: true })); // loaded only where mail is wanted
  opened.catch(() => undefined); // told at the first sending
  const closed = new AbortController();
  const hungUp = new Promise<never>((_, reject) => closed.signal.addEventListener('abort', () => reject(new Error('the hub ends')), { once: true }));
  hungUp.catch(() => undefined); // nobody may be sending
  return {
    name: 'mail',
    atOnce: AT_ONCE,
    async send(alarms) {
      const told = alarms.map((alarm) => tellAlarm(alarm, hubUrl()));
      const key = createHash('sha256').update(told.map(({ id }) => id).join()).digest('hex').slice(0, 32);
      try {
        const mail = (await opened).sendMail({ from, to: [...to], date: dateOf(clock.now()), messageId: `<${key}@lienthong>`, subject: subjectOf(told), text: told.map(textOf).join('\n') });
        await Promise.race([mail, hungUp]);
        return { is: 'sent' };
      } catch (error) {
        return { is: 'failed', cause: causeOf(error), isDark: true };
      }
    },
    async close() {
      closed.abort();
      (await opened.catch(() => undefined))?.close();
    },
  };
}

function subjectOf([first, ...rest]: readonly ToldAlarm[]): string {
  if (!first) return 'lienthong';
  const what = [first.cause, first.system, first.bundleCode ?? first.dossierCode ?? first.owner.agency].filter(Boolean).join(' ');
  return `[lienthong] ${KINDS[first.type].vi}${what === '' ? '' : `: ${what}`}${rest.length > 0 ? ` (+${rest.length})` : ''}`;
}

function textOf({ id, type, at, link, owner, ...facts }: ToldAlarm): string {
  const lines: readonly (readonly [string, string | number | null | undefined])[] = [
    ['nguyên nhân / cause', facts.cause],
    ['hệ thống / system', facts.system],
    ['hồ sơ liên thông / bundle', facts.bundleCode],
    ['bước / act', facts.act],
    ['hồ sơ / dossier', facts.dossierCode],
    ['thủ tục / procedure', facts.procedureCode],
    ['số lượng / count', facts.count],
    ['từ lúc / since', facts.since && printed(facts.since)],
    ['chịu trách nhiệm / owner', [owner.agency, owner.role].filter(Boolean).join(' ')],
    ['xem / look', link],
    ['mã cảnh báo / alarm id', id],
  ];
  const shown = lines.filter(([, value]) => value !== undefined && value !== null);
  return `${KINDS[type].vi} / ${KINDS[type].en} – ${printed(at)}\n${shown.map(([name, value]) => `  ${name}: ${value}`).join('\n')}\n`;
}

/** The mail server's code, or the system's; its words may name accounts. */
function causeOf(error: unknown): string {
  const { code, responseCode } = error as { readonly code?: string; readonly responseCode?: number };
  return [code, responseCode].filter((one) => one !== undefined).join(' ') || 'mail failed';
}
