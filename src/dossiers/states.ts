import type { EventKind } from '../events/log.ts';
import { words, type Words } from '../kit/words.ts';

/**
 * The ten statuses of the national portal ("TrangThaiHoSo"), with the code that goes over the wire, what may be done in
 * each, and where that leads. Source: status list as four public systems have it; transitions as domain notes §1.4.
 */
export const states = {
  REGISTERED: { code: 1, title: words('Mới đăng ký', 'Newly registered'), actions: { accept: 'ACCEPTED', refuse: 'NOT_ACCEPTED', withdraw: 'WITHDRAWN' } },
  ACCEPTED: { code: 2, title: words('Được tiếp nhận', 'Accepted'), actions: { process: 'IN_PROCESS', requestSupplement: 'SUPPLEMENT_REQUESTED', withdraw: 'WITHDRAWN' } },
  NOT_ACCEPTED: { code: 3, title: words('Không được tiếp nhận', 'Not accepted'), actions: {} },
  IN_PROCESS: {
    code: 4,
    title: words('Đang xử lý', 'In process'),
    actions: { requestSupplement: 'SUPPLEMENT_REQUESTED', requestPayment: 'PAYMENT_REQUESTED', refuse: 'STOPPED', finish: 'FINISHED', withdraw: 'WITHDRAWN' },
  },
  SUPPLEMENT_REQUESTED: {
    code: 5,
    title: words('Yêu cầu bổ sung giấy tờ', 'Supplement requested'),
    actions: { accept: 'ACCEPTED', process: 'IN_PROCESS', stop: 'STOPPED', withdraw: 'WITHDRAWN' },
  },
  PAYMENT_REQUESTED: { code: 6, title: words('Yêu cầu thực hiện nghĩa vụ tài chính', 'Payment requested'), actions: { process: 'IN_PROCESS', stop: 'STOPPED' } },
  WITHDRAWN: { code: 7, title: words('Công dân yêu cầu rút hồ sơ', 'Withdrawn by the citizen'), actions: {} },
  STOPPED: { code: 8, title: words('Dừng xử lý', 'Processing stopped'), actions: {} },
  FINISHED: { code: 9, title: words('Đã xử lý xong', 'Processing finished'), actions: { returnResult: 'RETURNED' } },
  RETURNED: { code: 10, title: words('Đã trả kết quả', 'Result returned'), actions: {} },
} as const satisfies Record<string, State>;

interface State {
  readonly code: number;
  readonly title: Words;
  readonly actions: Readonly<Partial<Record<ActionName, string>>>;
}

type ActionName = 'accept' | 'refuse' | 'withdraw' | 'process' | 'requestSupplement' | 'requestPayment' | 'finish' | 'stop' | 'returnResult';

/** A dossier's status by its name in the graph ("trạng thái hồ sơ"). */
export type DossierStatus = keyof typeof states;

/** Something that can be done to a dossier. */
export type DossierAction = { [S in DossierStatus]: keyof (typeof states)[S]['actions'] }[DossierStatus] & ActionName;

/** Every status, in the order of the codes. */
export const statuses = Object.keys(states) as DossierStatus[];

/** The fact that entering a status records in the event log. */
export const factOf: Record<DossierStatus, EventKind> = {
  REGISTERED: 'dossier.registered',
  ACCEPTED: 'dossier.accepted',
  NOT_ACCEPTED: 'dossier.notAccepted',
  IN_PROCESS: 'dossier.inProcess',
  SUPPLEMENT_REQUESTED: 'dossier.supplementRequested',
  PAYMENT_REQUESTED: 'dossier.paymentRequested',
  WITHDRAWN: 'dossier.withdrawn',
  STOPPED: 'dossier.stopped',
  FINISHED: 'dossier.finished',
  RETURNED: 'dossier.returned',
};

/** The status with that code. */
export function statusOf(code: number): DossierStatus {
  const status = statuses.find((name) => states[name].code === code);
  if (!status) throw new Error(`No dossier status has the code ${code}; codes run from 1 to 10.`);
  return status;
}

/** Where the action leads from the status, or nothing when it is not allowed there. */
export function findNext(status: DossierStatus, action: DossierAction): DossierStatus | undefined {
  return (states[status].actions as Partial<Record<DossierAction, DossierStatus>>)[action];
}

/** What may be done in the status. */
export function allowedActions(status: DossierStatus): DossierAction[] {
  return Object.keys(states[status].actions) as DossierAction[];
}

/** Whether nothing more can happen, but for handing over the result. */
export function isSettled(status: DossierStatus): boolean {
  return allowedActions(status).every((action) => action === 'returnResult');
}

/** Whether a dossier in the status has ended, and nothing came of it. */
export function isFruitless(status: DossierStatus): boolean {
  return status === 'NOT_ACCEPTED' || status === 'WITHDRAWN' || status === 'STOPPED';
}
