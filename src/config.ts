import { z } from 'zod';
import { readPurposeHeader, type Purpose } from './access/purpose.ts';
import { readAlarmPlaces, type AlarmPlaces } from './alarms/places.ts';
import type { Patience } from './bundles/patience.ts';
import { findInstant, type Instant } from './kit/instant.ts';
import { publishedSchedule } from './kit/retry.ts';
import { findAddressList } from './kit/address-list.ts';
import { systemNames, type Limits, type Settings, type SystemHandle, type SystemName } from './kit/system.ts';
import type { CashierPatience } from './payments/till.ts';
import type { Sources } from './server/sources.ts';
import { business } from './systems/business/client.ts';
import { civilStatus } from './systems/civil-status/client.ts';
import { ndxp } from './systems/ndxp/client.ts';
import { paygov } from './systems/paygov/client.ts';
import { population } from './systems/population/client.ts';
import { residence } from './systems/residence/client.ts';
import { socialInsurance } from './systems/social-insurance/client.ts';

/** The handle of every national system. */
export const handles = {
  ndxp,
  population,
  residence,
  'civil-status': civilStatus,
  business,
  paygov,
  'social-insurance': socialInsurance,
} as unknown as Readonly<Record<SystemName, SystemHandle>>;

/** The simulated ministry of each system listens on PORT plus this. */
export const ministryOffsets: Readonly<Record<SystemName, number>> = { ndxp: 1, population: 2, residence: 3, 'civil-status': 4, business: 5, paygov: 6, 'social-insurance': 7 };

/** The systems that answer at a callback address. */
const callingBack = ['social-insurance', 'paygov'] as const satisfies readonly SystemName[];

/** Where everything is kept. */
export interface Places {
  readonly dataDir: string;
  readonly databaseUrl: string;
  /** Where papers are kept, and the account of the S3-compatible store. */
  readonly papers: { readonly url: string; readonly accessKey: string | undefined; readonly secretKey: string | undefined };
}

/** Everything that can be set from outside, read once. */
export interface Config extends Places {
  /** Whether the process belongs to a sandbox: simulated ministries, a clock that starts where it is told. */
  readonly sandbox: boolean;
  readonly port: number;
  readonly host: string;
  /** Address under which ministries reach the hub. */
  readonly publicUrl: string;
  readonly logLevel: string;
  /** Where the sandbox's clock starts (UTC); only in a sandbox. */
  readonly sandboxNow: Instant;
  readonly calendarFile: string | undefined;
  /** JSON file of the staff directory: opaque staff id → the officer's number as ministries know it. */
  readonly staffFile: string | undefined;
  readonly usualPurpose: Purpose | undefined;
  readonly ministries: Readonly<Record<SystemName, { readonly url: string; readonly settings: Settings; readonly limits: Limits }>>;
  /** Which network addresses ministries' callbacks may come from. */
  readonly sources: Sources;
  readonly patience: Patience;
  /** How payments are looked after. */
  readonly payments: CashierPatience & {
    /** Whether a fee is paid back when the citizen withdraws after paying. */
    readonly refundsWithdrawn: boolean;
    /** Where the payer's browser is sent after paying; absent = the hub's own address. */
    readonly returnUrl: string | undefined;
  };
  /** Where alarms are sent; a channel that is not configured is absent. */
  readonly alarms: AlarmPlaces;
  /** How long a hub that is told to end says so before it shuts its door, milliseconds. */
  readonly drainNoticeMs: number;
}

/** The configuration is wrong; the message lists every problem at once. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused';
}

/** What is under way has four seconds of the ten that a hub has to end; a notice that is longer than that would take from the rest. */
const LONGEST_NOTICE_MS = 4_000;

/** Variables whose value is not repeated when it is wrong. */
const SECRET = /SECRET|PASSWORD|SMTP_URL/;

type Variables = Readonly<Record<string, string | undefined>>;

const port = z.coerce.number().int().min(0).max(65_528); // the last ministry listens on PORT + 7

type Problem = (name: string, right: string) => void;

/** Writes down what is wrong with a variable, and what would be right. */
const problemsOf = (env: Variables, problems: string[]): Problem => (name, right) => void problems.push(env[name] === undefined ? `${name} is missing – ${right}` : `${name}=${SECRET.test(name) ? '…' : env[name]} – ${right}`);

/** Reads only where everything is kept: what a backup needs to know. */
export function readPlaces(env: Variables): Places {
  const problems: string[] = [];
  const places = findPlaces(env, problemsOf(env, problems));
  if (problems.length > 0) throw new ConfigRefused(`The configuration has ${problems.length} problem(s); .env.example explains each variable:\n${problems.map((line) => `  - ${line}`).join('\n')}`);
  return places;
}

function findPlaces(env: Variables, problem: Problem): Places {
  const dataDir = env['DATA_DIR'] ?? '.data';
  const databaseUrl = env['DATABASE_URL'] ?? `sqlite:${dataDir}/hub.sqlite`;
  if (!/^(sqlite:.|postgres(ql)?:\/\/.)/.test(databaseUrl)) problem('DATABASE_URL', 'sqlite:path/to/file.sqlite or postgres://user:password@host:5432/database');
  const url = env['PAPERS_URL'] ?? `file:${dataDir}/papers`;
  if (!/^file:./.test(url) && !(URL.canParse(url) && /^s3:\/\/[a-z0-9][a-z0-9.-]+/.test(url))) problem('PAPERS_URL', 'file:path/to/folder or s3://bucket/prefix?endpoint=https://…&region=…');
  for (const name of ['PAPERS_ACCESS_KEY', 'PAPERS_SECRET_KEY']) if (url.startsWith('s3:') && !env[name]) problem(name, 'half of the account of the store that PAPERS_URL names');
  return { dataDir, databaseUrl, papers: { url, accessKey: env['PAPERS_ACCESS_KEY'], secretKey: env['PAPERS_SECRET_KEY'] } };
}

/** Reads the environment. `sandbox` is true for `npm start`, and for a hub or ministries told `SANDBOX_NOW`. */
export function readConfig(env: Readonly<Record<string, string | undefined>>, told: { readonly sandbox?: boolean } = {}): Config {
  const problems: string[] = [];
  const problem = problemsOf(env, problems);
  const sandbox = told.sandbox ?? env['SANDBOX_NOW'] !== undefined;

  const parsedPort = port.safeParse(env['PORT'] ?? '4000');
  if (!parsedPort.success) problem('PORT', 'a whole number from 0 to 65528, such as 4000');
  const hubPort = parsedPort.success ? parsedPort.data : 0;
  const { dataDir, databaseUrl, papers } = findPlaces(env, problem);
  const sandboxNow = findInstant(env['SANDBOX_NOW'] ?? '2025-03-03T08:00:00+07:00');
  if (!sandboxNow) problem('SANDBOX_NOW', 'an instant with an offset, such as 2025-03-03T08:00:00+07:00');
  const pollMs = Number(env['POLL_EVERY_MS'] ?? (sandbox ? 1_000 : 60_000)); // a minute: results take hours, and the contract allows three dossiers a call
  if (!Number.isInteger(pollMs) || pollMs < 1) problem('POLL_EVERY_MS', 'milliseconds, a whole number from 1, such as 60000');
  const lookMs = Number(env['RECONCILE_EVERY_MS'] ?? 120_000); // two minutes: a payer who waits at the desk is not kept longer by a lost callback
  if (!Number.isInteger(lookMs) || lookMs < 0) problem('RECONCILE_EVERY_MS', 'milliseconds, a whole number such as 120000; 0 = never');
  const fileAt = env['RECONCILE_FILE_AT'] ?? '01:00';
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(fileAt)) problem('RECONCILE_FILE_AT', 'a time of day in Asia/Ho_Chi_Minh, such as 01:00');
  const refundWithdrawn = env['REFUND_WITHDRAWN'] ?? 'yes';
  if (refundWithdrawn !== 'yes' && refundWithdrawn !== 'no') problem('REFUND_WITHDRAWN', 'yes or no');
  const returnUrl = env['PAYMENT_RETURN_URL'];
  if (returnUrl !== undefined && !URL.canParse(returnUrl)) problem('PAYMENT_RETURN_URL', 'the address of a page, such as https://dichvucong.example.vn/paid');
  const alarms = readAlarmPlaces(env, problem);
  const drainNoticeMs = Number(env['DRAIN_NOTICE_MS'] ?? (sandbox ? 0 : 1_000)); // a second: two looks of a proxy that looks twice a second
  if (!Number.isInteger(drainNoticeMs) || drainNoticeMs < 0 || drainNoticeMs > LONGEST_NOTICE_MS) problem('DRAIN_NOTICE_MS', `milliseconds, a whole number from 0 to ${LONGEST_NOTICE_MS}, such as 1000`);
  const purpose = readPurposeHeader(env['SANDBOX_PURPOSE'] ?? (sandbox ? 'procedure=2.002621; officer=CB-H01-01' : undefined));
  if (env['SANDBOX_PURPOSE'] && !sandbox) problem('SANDBOX_PURPOSE', 'absent: outside a sandbox every question states its own purpose');
  if (purpose && 'issues' in purpose) problem('SANDBOX_PURPOSE', 'procedure=2.002621; officer=CB-H01-01');

  const ministries = Object.fromEntries(
    systemNames.map((name) => {
      const prefix = `MINISTRY_${name.replaceAll('-', '_').toUpperCase()}`;
      const url = readUrl(env, name, `${prefix}_URL`, hubPort, sandbox, problem);
      const settings = Object.fromEntries(
        Object.entries(handles[name].settings).map(([setting, { sandbox: invented, describe }]) => {
          const value = env[`${prefix}_${setting}`] ?? (sandbox ? invented : undefined);
          if (value === undefined) problem(`${prefix}_${setting}`, `${describe} (required outside the sandbox)`);
          return [setting, value ?? ''];
        }),
      );
      const { limits } = handles[name];
      const deadlineMs = Number(env[`${prefix}_DEADLINE_MS`] ?? limits.deadlineMs);
      if (!Number.isInteger(deadlineMs) || deadlineMs < 1) problem(`${prefix}_DEADLINE_MS`, `milliseconds, a whole number from 1, such as ${limits.deadlineMs}`);
      const perSecond = Number(env[`${prefix}_PER_SECOND`] ?? limits.perSecond);
      if (!Number.isInteger(perSecond) || perSecond < 1) problem(`${prefix}_PER_SECOND`, `calls that may begin in a second as agreed with the ministry, a whole number from 1, such as ${limits.perSecond}`);
      const budgetMs = Number(env[`${prefix}_BUDGET_MS`] ?? deadlineMs + limits.budgetMs - limits.deadlineMs);
      if (!Number.isInteger(budgetMs) || budgetMs < deadlineMs) problem(`${prefix}_BUDGET_MS`, `milliseconds, a whole number not below the deadline of one call (${deadlineMs}), such as ${limits.budgetMs}`);
      return [name, { url, settings, limits: { ...limits, deadlineMs, budgetMs, perSecond } }];
    }),
  ) as Config['ministries'];

  const addresses = (variable: string) => {
    const list = env[variable] ? findAddressList(env[variable]) : undefined;
    if (env[variable] && !list) problem(variable, 'addresses and ranges with commas between, such as 203.0.113.0/24, 198.51.100.7');
    return list;
  };
  const callers = callingBack.flatMap((name) => {
    const list = addresses(`MINISTRY_${name.replaceAll('-', '_').toUpperCase()}_CALLBACK_FROM`);
    return list ? [[name, list] as const] : [];
  });
  const sources: Sources = { ministries: Object.fromEntries(callers), proxies: addresses('TRUSTED_PROXIES') };

  const lostMs = 6 * Math.max(...systemNames.map((name) => ministries[name].limits.deadlineMs)); // six times the longest deadline of a line
  const triesToIncident = 5; // 1 + 5 + 15 + 60 s: after about a minute and a half somebody must know
  if (problems.length > 0) throw new ConfigRefused(`The configuration has ${problems.length} problem(s); .env.example explains each variable:\n${problems.map((line) => `  - ${line}`).join('\n')}${sandbox ? '' : '\nTo try the hub out with simulated ministries: npm start, or give SANDBOX_NOW=2025-03-03T08:00:00+07:00 here too.'}`);
  return {
    sandbox,
    port: hubPort,
    host: env['HOST'] ?? '127.0.0.1',
    dataDir,
    databaseUrl,
    papers,
    publicUrl: (env['HUB_URL'] ?? `http://127.0.0.1:${hubPort}`).replace(/\/$/, ''),
    logLevel: env['LOG_LEVEL'] ?? (sandbox ? 'warn' : 'info'),
    sandboxNow: sandboxNow ?? '',
    calendarFile: env['CALENDAR_FILE'],
    staffFile: env['STAFF_FILE'],
    usualPurpose: purpose && !('issues' in purpose) ? purpose : undefined,
    ministries,
    sources,
    patience: {
      pollMs,
      callbackMs: pollMs * 15, // a ministry that calls back is asked only when it stays silent fifteen polls long
      retryMs: publishedSchedule,
      triesToIncident,
      lostMs,
    },
    payments: { retryMs: publishedSchedule, triesToIncident, lostMs, lookMs, fileAt, refundsWithdrawn: refundWithdrawn === 'yes', returnUrl },
    alarms,
    drainNoticeMs,
  };
}

function readUrl(env: Readonly<Record<string, string | undefined>>, name: SystemName, variable: string, hubPort: number, sandbox: boolean, problem: (name: string, right: string) => void): string {
  const { behind, gatewayPath } = handles[name];
  const gateway = behind && (env[`MINISTRY_${behind.toUpperCase()}_URL`] ?? `http://127.0.0.1:${hubPort + ministryOffsets[behind]}`);
  const usual = gateway ? `${gateway.replace(/\/$/, '')}${gatewayPath ?? ''}` : `http://127.0.0.1:${hubPort + ministryOffsets[name]}`;
  const given = env[variable] ?? (sandbox || gateway ? usual : undefined);
  if (!given || !URL.canParse(given)) problem(variable, `the address of ${name}, such as ${usual}`);
  return (given ?? '').replace(/\/$/, '');
}
