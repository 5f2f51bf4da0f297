import { randomUUID } from 'node:crypto';
import type { IncomingMessage as Request, ServerResponse } from 'node:http';
import type { Audit, AuditStage } from '../access/audit.ts';
import type { Viewer } from '../access/viewer.ts';
import type { Hearer, Hearing } from '../kit/act.ts';
import type { Log } from '../kit/log.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import { systemNames, type SystemName } from '../kit/system.ts';
import { replyToCallback } from '../systems/paygov/acts.ts';
import { comesFrom, type Sources } from './sources.ts';

/** A callback may be this long, bytes; a card's answer is below 1 kB. */
const LONGEST_CALLBACK = 64 * 1024;

const ministry = (system: string): Viewer => ({ id: `ministry:${system}`, client: system, roles: ['ministry'] });

/** Why a message was turned away. */
type Refused = Exclude<Hearing['is'], 'taken'> | 'tooLong' | 'foreign';

type Answer = readonly [status: number, maLoi: string, lyDo: string];

/** What is answered, by what became of the message: status and the ministry's own kind of words. */
const ANSWERS: Record<Refused | 'taken', Answer> = {
  taken: [200, '0', 'Đã nhận'],
  unknown: [404, 'KHONG_TIM_THAY', 'Không có lệnh nào ở địa chỉ này'],
  forged: [401, 'CHU_KY_SAI', 'Chữ ký không hợp lệ'],
  malformed: [400, 'SAI_DINH_DANG', 'Nội dung không đúng định dạng đã thống nhất'],
  used: [409, 'DA_CO_KET_QUA', 'Lệnh này đã có kết quả khác'],
  tooLong: [413, 'QUA_DAI', 'Nội dung quá dài'],
  foreign: [403, 'NGUON_KHONG_HOP_LE', 'Nguồn gửi không được phép'],
};

/** The ministries that want to be answered in a form of their own instead of {maLoi, lyDo}. */
const FORMS: Partial<Record<SystemName, (isTaken: boolean, lyDo: string) => object>> = { paygov: replyToCallback };

/** Who hears which system's callbacks. */
export type Hearers = Readonly<Record<SystemName, Hearer>>;

/** What hearing a ministry needs. */
interface Ear {
  readonly hearers: Hearers;
  readonly audit: Audit;
  readonly log: Log;
  readonly sources: Sources;
}

/**
 * `POST /callbacks/:system/:ticket`: where ministries answer. 200 when the answer was taken, also when it came twice or
 * late; 400 malformed, 401 forged, 403 from an address that is not the ministry's, 404 unknown, 409 another answer than the
 * one that was taken, 413 too long, 503 when it cannot be stored and must be sent again. Each leaves its line of audit.
 */
export async function answerCallback({ hearers, audit, log, sources }: Ear, request: Request, response: ServerResponse): Promise<void> {
  const [, , system = '', ticket = ''] = (request.url ?? '').split('?')[0]?.split('/') ?? [];
  const name = systemNames.find((known) => known === system);
  const reply = (...[status, maLoi, lyDo]: Answer): void => {
    const words = (name && FORMS[name]?.(status === 200, lyDo)) ?? { maLoi, lyDo };
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(words));
  };
  if (request.method !== 'POST' || !name || !ticket) return reply(name ? 405 : 404, 'KHONG_TIM_THAY', 'Chỉ nhận POST /callbacks/<hệ thống>/<mã>');
  const body = await readBody(request);
  const headers = Object.fromEntries(Object.entries(request.headers).map(([header, value]) => [header, Array.isArray(value) ? value.join(', ') : value]));
  try {
    const hearing = !comesFrom(sources, name, request) ? FOREIGN : body === undefined ? TOO_LONG : await hearers[name](ticket, { headers, body });
    await trace(audit, name, hearing, body);
    reply(...ANSWERS[hearing.is]);
  } catch (error) {
    log.error({ err: error, system: name }, 'a callback could not be taken');
    const wait = error instanceof StoreUnavailableError ? 5 : 30; // seconds: a busy store clears sooner than a bug
    response.setHeader('retry-after', String(wait));
    reply(503, 'TAM_NGUNG', 'Tạm thời chưa ghi nhận được, xin gửi lại');
  }
}

const FOREIGN = { is: 'foreign' } as const;
const TOO_LONG = { is: 'tooLong' } as const;

async function trace(audit: Audit, system: SystemName, hearing: Hearing | typeof FOREIGN | typeof TOO_LONG, body: string | undefined): Promise<void> {
  const stage: AuditStage = hearing.is === 'taken' ? 'answered' : 'refused';
  const call = { requestId: randomUUID(), system, operation: `${system}.callback`, viewer: ministry(system), purpose: { procedure: 'callback' }, trace: { about: [], fields: [] } };
  await audit.write(call, stage, hearing.is === 'malformed' ? `malformed: ${hearing.problem}` : hearing.is, body);
}

async function readBody(request: Request): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= LONGEST_CALLBACK) chunks.push(chunk); // the rest is read and thrown away: a connection cut now would take our answer with it
  }
  return length > LONGEST_CALLBACK ? undefined : Buffer.concat(chunks).toString('utf8');
}
