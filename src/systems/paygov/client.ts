import { createHash, createHmac } from 'node:crypto';
import type { z } from 'zod';
import type { CivilDate, Instant } from '../../kit/instant.ts';
import { NOT_FOUND, badAnswer, done, refused, type BadAnswer, type Outcome, type Refused, type Unreachable } from '../../kit/outcome.ts';
import { tidy } from '../../kit/person-name.ts';
import { defineSystem, type Settings, type Wire } from '../../kit/system.ts';
import { findWireTime } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { RECONCILE, cancel as cancelExchange, create as createExchange, errors, payability, proofHeaders, pull as pullExchange, query as queryExchange, reconciliation as reconciliationExchange, refund as refundExchange, settings, signedFields, states } from './contract.ts';

/** How a payment may stand, in the words of the hub. */
export const paymentStatuses = ['PENDING', 'PAID', 'EXPIRED', 'CANCELLED', 'REFUNDED', 'FAILED'] as const;

/** How a payment stands ("trạng thái thanh toán"). */
export type PaymentStatus = (typeof paymentStatuses)[number];

/** One thing that is paid for: a fee ("phí") or a charge ("lệ phí"). */
export interface FeeItem {
  readonly kind: 'FEE' | 'CHARGE';
  readonly code: string;
  readonly name: string;
  /** Whole đồng, above 0. */
  readonly amount: number;
}

/** What is needed to ask for a payment ("yêu cầu thanh toán"). */
export interface PaymentForm {
  /** Made by `transactionIdOf` and stored before the call: the same id is the same payment for ever. */
  readonly transactionId: string;
  /** Code of the dossier that the fee belongs to ("mã hồ sơ"). */
  readonly dossier: string;
  readonly items: readonly FeeItem[];
  readonly procedure: { readonly code: string; readonly name: string };
  readonly agency: { readonly code: string; readonly name: string };
  /** Who pays ("người nộp"): `id` is a personal id or an enterprise code. */
  readonly payer: { readonly fullName: string; readonly id: string; readonly address: string };
  /** What the payer reads ("nội dung thanh toán"). */
  readonly description: string;
  /** Where the payer's browser is sent afterwards. */
  readonly returnUrl: string;
}

/** A payment as PayGov tells of it ("giao dịch thanh toán"). */
export interface Payment {
  readonly transactionId: string;
  readonly dossier: string;
  /** Whole đồng as PayGov has them: compare with what was asked for, it may be another amount. */
  readonly amount: number;
  readonly status: PaymentStatus;
  /** The page on which to pay; a callback does not repeat it. */
  readonly payUrl?: string | undefined;
  readonly paidAt?: Instant | undefined;
  /** Until when it may be paid; a callback does not repeat it. */
  readonly expiresAt?: Instant | undefined;
  /** PayGov's own number of the payment ("mã giao dịch"). */
  readonly gatewayCode?: string | undefined;
}

/** What PayGov holds payable for a dossier. */
export interface Payable extends Pick<Payment, 'transactionId' | 'dossier' | 'amount'> {
  readonly payUrl: string;
  /** Code under which a payer finds it at PayGov ("mã tra cứu thanh toán"). */
  readonly lookupCode: string;
}

/** One line of the daily reconciliation file: money that moved ("dòng đối soát"). */
export interface ReconciliationLine extends Pick<Payment, 'transactionId' | 'dossier' | 'amount'> {
  readonly status: 'PAID' | 'REFUNDED';
  /** When it moved. */
  readonly at: Instant;
}

/** Where to pay, once a payment was asked for. */
export interface PaymentRequest {
  readonly transactionId: string;
  readonly payUrl: string;
}

/**
 * The id of a payment on PayGov's wire: 20 base32 characters (100 bits) of SHA-256 over "key#generation". It is also the
 * ticket of the callback. One that was cancelled or ran out is asked for anew under the next generation.
 */
export function transactionIdOf(key: string, generation: number): string {
  const digest = createHash('sha256').update(`${key}#${generation}`).digest();
  const bits = Array.from(digest, (byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: 20 }, (_, place) => BASE32.charAt(Number.parseInt(bits.slice(5 * place, 5 * place + 5), 2))).join('');
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'; // RFC 4648

/** The checksum over the named fields: HMAC-SHA256 (hex) of their values, joined with "|". */
export function checkSumOf(key: string, fields: readonly string[], body: Readonly<Record<string, unknown>>): string {
  return createHmac('sha256', key).update(fields.map((field) => String(body[field])).join('|')).digest('hex');
}

/** What an order about money comes to, in whole đồng. */
export function totalOf(items: readonly FeeItem[]): number {
  return items.reduce((sum, { amount }) => sum + amount, 0);
}

/** Asks for a payment. */
async function create(wire: Wire, form: PaymentForm): Promise<Outcome<PaymentRequest>> {
  const answer = await wire.exchange(createExchange, {
    trace: { about: [form.payer.id], fields: ['requestPayment'] },
    body: () => signed(wire.settings, signedFields.create, { ...header(form), bill_info: billInfo(form, wire.settings) }),
  });
  if (answer.is !== 'answer') return answer;
  if (!('payment_url' in answer.body)) return failure(answer.body);
  return done({ transactionId: form.transactionId, payUrl: answer.body.payment_url }, wire.now());
}

function header({ transactionId, items, description, returnUrl }: PaymentForm) {
  return {
    transaction_id: transactionId,
    trans_amount: String(totalOf(items)),
    addition_fee: '0', // the province adds nothing of its own, such as postage
    command: 'PAY' as const,
    version: '3.0' as const,
    description: tidy(description),
    locale: 'vn' as const,
    country_code: 'vn',
    currency_code: 'VND' as const,
    environment: '1' as const, // the pay page is opened in a browser
    return_url: returnUrl,
  };
}

function billInfo({ dossier, items, procedure, agency, payer, description }: PaymentForm, account: Settings) {
  return {
    MaDichVu: '2' as const,
    TKThuHuong: account['BENEFICIARY_ACCOUNT'] ?? '',
    MaNHThuHuong: account['BENEFICIARY_BANK'] ?? '',
    TenTKThuHuong: account['BENEFICIARY_NAME'] ?? '',
    PhiLePhi: items.map((item) => ({ LoaiPhiLePhi: item.kind === 'FEE' ? ('1' as const) : ('2' as const), MaPhiLePhi: item.code, TenPhiLePhi: tidy(item.name), SoTien: item.amount })),
    MaDonVi: agency.code,
    TenDonVi: tidy(agency.name),
    MaHoSo: dossier,
    MaTTHC: procedure.code,
    TenTTHC: tidy(procedure.name),
    MaDVC: procedure.code,
    TenDVC: tidy(procedure.name),
    NoiDungThanhToan: tidy(description),
    HoTenNguoiNop: tidy(payer.fullName),
    SoCMNDNguoiNop: payer.id,
    DiaChiNguoiNop: tidy(payer.address),
    DSKhoanNop: items.map((item) => ({ NoiDung: tidy(item.name), SoTien: String(item.amount) })),
  };
}

/** How a payment stands; NOT_FOUND when PayGov never heard of it. */
async function query(wire: Wire, transactionId: string): Promise<Outcome<Payment>> {
  const answer = await wire.exchange(queryExchange, {
    trace: { about: [], fields: ['payment'] },
    body: () => signed(wire.settings, signedFields.command, { command: 'PAY' as const, transaction_id: transactionId }),
  });
  return readTransaction(answer, wire.now());
}

/** What names a payment that is to be taken back, and why. */
export interface TakingBack {
  readonly transactionId: string;
  /** In Vietnamese; PayGov keeps it and may show it to the payer. */
  readonly reason: string;
}

/** Takes back a request that nobody has paid; tells how the payment stands. A paid one is refused with the code "05". */
async function cancel(wire: Wire, { transactionId, reason }: TakingBack): Promise<Outcome<Payment>> {
  const answer = await wire.exchange(cancelExchange, {
    trace: { about: [], fields: ['cancelPayment'] },
    body: () => signed(wire.settings, signedFields.command, { command: 'CANCEL' as const, transaction_id: transactionId, reason: tidy(reason) }),
  });
  return readTransaction(answer, wire.now());
}

/** Pays the whole amount back; tells how the payment stands. One that was not paid is refused with the code "05". */
async function refund(wire: Wire, { transactionId, reason }: TakingBack): Promise<Outcome<Payment>> {
  const answer = await wire.exchange(refundExchange, {
    trace: { about: [], fields: ['refundPayment'] },
    body: () => signed(wire.settings, signedFields.command, { command: 'REFUND' as const, transaction_id: transactionId, reason: tidy(reason) }),
  });
  return readTransaction(answer, wire.now());
}

/** What is to be paid for a dossier; null when nothing is. */
async function pull(wire: Wire, dossier: string): Promise<Outcome<Payable | null>> {
  const answer = await wire.exchange(pullExchange, {
    trace: { about: [], fields: ['payable'] },
    body: () => signed(wire.settings, signedFields.pull, { command: 'PULL' as const, MaHoSo: dossier }),
  });
  if (answer.is !== 'answer') return answer;
  const { error_code: code, data } = answer.body;
  if (code !== payability.payable) return code === payability.nothing ? done(null, wire.now()) : refused('PULL_ERROR', words(`PayGov không tra cứu được hồ sơ ${dossier}.`, `PayGov could not look up the dossier ${dossier}.`));
  const amount = data.DSKhoanNop.reduce((sum, { SoTien }) => sum + Number(SoTien), 0);
  return done({ transactionId: data.transaction_id, dossier: data.MaHoSo, amount, payUrl: data.payment_url, lookupCode: data.MaTraCuuTT }, wire.now());
}

/** The money that moved on a day; NOT_FOUND while the file is not there yet, which it is from the day after. */
async function reconciliation(wire: Wire, date: CivilDate): Promise<Outcome<readonly ReconciliationLine[]>> {
  const answer = await wire.exchange(reconciliationExchange, { path: { date }, trace: { about: [], fields: ['reconciliationFile'] } });
  if (answer.is !== 'answer') return answer;
  return answer.status === 404 ? failure(answer.body) : readFile(answer.body, wire.now());
}

function readFile(file: string, now: Instant): Outcome<readonly ReconciliationLine[]> {
  const rows = file.trimEnd().split('\n').slice(1).map((line) => line.split(','));
  const [, count, sum] = rows.pop() ?? [];
  const lines = rows.flatMap(([transactionId = '', dossier = '', amount = '', status = '', time = '']): ReconciliationLine[] => {
    const at = findWireTime(time);
    return at ? [{ transactionId, dossier, amount: Number(amount), status: Number(status) === states.paid ? 'PAID' : 'REFUNDED', at }] : [];
  });
  if (lines.length !== rows.length) return badAnswer('paid_at: a time that does not exist');
  if (lines.length !== Number(count) || lines.reduce((total, { amount }) => total + amount, 0) !== Number(sum)) return badAnswer('TOTAL: the lines do not add up to it');
  return done(lines, now);
}

type Told = Extract<z.output<(typeof queryExchange.answers)[200]>, { transaction_id: string }>;
type Failed = Exclude<z.output<(typeof queryExchange.answers)[200]>, { transaction_id: string }>;

function readTransaction(answer: { readonly is: 'answer'; readonly body: Told | Failed } | Unreachable | BadAnswer, now: Instant): Outcome<Payment> {
  if (answer.is !== 'answer') return answer;
  const { body } = answer;
  if (!('transaction_id' in body)) return failure(body);
  const payment = readPayment(body, now);
  const expiresAt = findWireTime(body.expire_time);
  if (!payment || !expiresAt) return badAnswer('pay_time or expire_time: a time that does not exist');
  return done({ ...payment, payUrl: body.payment_url, expiresAt }, now);
}

/** Reads the facts that a query and a callback tell alike; nothing when it was paid at an impossible time. Paid at a time that is not told means: by now. */
export function readPayment(told: Pick<Told, 'transaction_id' | 'MaHoSo' | 'trans_amount' | 'status' | 'pay_time' | 'transaction_code'>, now: Instant): Payment | undefined {
  const status = STATUSES[told.status];
  const paidAt = told.pay_time !== undefined ? findWireTime(told.pay_time) : status === 'PAID' ? now : undefined;
  if (told.pay_time !== undefined && paidAt === undefined) return undefined;
  return { transactionId: told.transaction_id, dossier: told.MaHoSo, amount: Number(told.trans_amount), status, paidAt, gatewayCode: told.transaction_code };
}

const STATUSES: Readonly<Record<Told['status'], PaymentStatus>> = {
  [states.paid]: 'PAID',
  [states.pending]: 'PENDING',
  [states.failed]: 'FAILED',
  [states.cancelled]: 'CANCELLED',
  [states.expired]: 'EXPIRED',
  [states.refunded]: 'REFUNDED',
};

/** A wrong checksum is nobody's refusal of a payment: the keys must be put right, and then it goes on. */
function failure({ error, msg }: Failed): Refused | Unreachable {
  if (error === errors.wrongCheckSum) return { is: 'unreachable', cause: 'not authorised' };
  return refused(error === errors.unknown ? NOT_FOUND : error, words(msg || 'PayGov từ chối, không nêu lý do.', `PayGov refused: ${msg || 'no reason given'}`));
}

/** Adds who asks and the checksum with the first key. */
function signed<Body extends object>(account: Settings, fields: readonly string[], body: Body): Body & { client_id: string; check_sum: string } {
  const whole = { ...body, client_id: account['CLIENT_ID'] ?? '' };
  return { ...whole, check_sum: checkSumOf(account['KEY'] ?? '', fields, whole) };
}

/** The payment platform ("PayGov"). It carries the money between banks and never holds it. */
export const paygov = defineSystem({
  name: 'paygov',
  title: words('Nền tảng thanh toán PayGov', 'Payment platform PayGov'),
  limits: { deadlineMs: 10_000, budgetMs: 15_000, parallel: 8, perSecond: 500, failuresToOpen: 5, openMs: 5_000 },
  settings,
  /** Only the file of a day needs headers: every other exchange carries its proof in the body. */
  authenticate: (request, { settings: account }) => {
    const clientId = account['CLIENT_ID'] ?? '';
    const date = new URL(request.url).pathname.split('/').at(-1);
    const checkSum = checkSumOf(account['KEY'] ?? '', signedFields.reconciliation, { client_id: clientId, command: RECONCILE, date });
    return Promise.resolve({ [proofHeaders.clientId]: clientId, [proofHeaders.checkSum]: checkSum });
  },
  verbs: { create, query, pull, cancel, refund, reconciliation },
});
