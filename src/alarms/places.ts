import type { Clock } from '../kit/clock.ts';
import type { Channel } from './channel.ts';
import { openMail, type MailBox } from './mail.ts';
import { openWebhook, type Webhook } from './webhook.ts';

/** Where alarms are sent; a channel that nobody configured is absent. */
export interface AlarmPlaces {
  readonly webhook: Webhook | undefined;
  readonly mail: MailBox | undefined;
}

type Variables = Readonly<Record<string, string | undefined>>;

/** A key shorter than this, bytes, could be guessed: Standard Webhooks asks for 24 to 64. */
const SHORTEST_KEY = 24;

const ADDRESS = /^(?:[^<>@,\s]+@[^<>@,\s]+|[^<>@,]*<[^<>@,\s]+@[^<>@,\s]+>)$/;

/** Reads the channels out of the hub's variables: each is configured as a whole or not at all; `problem` is told of whatever is not right. */
export function readAlarmPlaces(env: Variables, problem: (name: string, right: string) => void): AlarmPlaces {
  const [webhook, mail] = [readWebhook(env, problem), readMail(env, problem)];
  return { webhook, mail };
}

function readWebhook(env: Variables, problem: (name: string, right: string) => void): Webhook | undefined {
  const [url, secret] = [env['ALARM_WEBHOOK_URL'], env['ALARM_WEBHOOK_SECRET']];
  if (url === undefined && secret === undefined) return undefined;
  if (!isUrl(url, /^https?:$/)) problem('ALARM_WEBHOOK_URL', 'the address to which alarms are posted, such as https://giam-sat.example.vn/hub');
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret ?? '')?.[1] ?? '';
  if (Buffer.from(key, 'base64').length < SHORTEST_KEY) problem('ALARM_WEBHOOK_SECRET', `whsec_ and a key of at least ${SHORTEST_KEY} bytes in base64: echo whsec_$(openssl rand -base64 32)`);
  return { url: url ?? '', secret: secret ?? '' };
}

function readMail(env: Variables, problem: (name: string, right: string) => void): MailBox | undefined {
  const [smtpUrl, from, to] = [env['ALARM_SMTP_URL'], env['ALARM_MAIL_FROM'], env['ALARM_MAIL_TO']];
  if (smtpUrl === undefined && from === undefined && to === undefined) return undefined;
  if (!isUrl(smtpUrl, /^smtps?:$/)) problem('ALARM_SMTP_URL', 'the mail server, such as smtp://user:password@mail.example.vn:587 or smtps://…:465');
  if (!ADDRESS.test(from ?? '')) problem('ALARM_MAIL_FROM', 'one address, such as hub@example.vn');
  const addresses = (to ?? '').split(',').map((address) => address.trim());
  if (!addresses.every((address) => ADDRESS.test(address))) problem('ALARM_MAIL_TO', 'addresses with commas between, such as truc-ban@example.vn, cntt@example.vn');
  return { smtpUrl: smtpUrl ?? '', from: from ?? '', to: addresses };
}

function isUrl(text: string | undefined, protocol: RegExp): boolean {
  return text !== undefined && URL.canParse(text) && protocol.test(new URL(text).protocol);
}

/** Opens the channels that are configured. `hubUrl` is where the links of alarms lead. */
export function openChannels({ webhook, mail }: AlarmPlaces, clock: Clock, hubUrl: () => string): readonly Channel[] {
  return [...(webhook ? [openWebhook(webhook, clock, hubUrl)] : []), ...(mail ? [openMail(mail, clock, hubUrl)] : [])];
}
