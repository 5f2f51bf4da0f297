import { z } from 'zod';
import { callback, operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What PayGov issues to the province, and the account that the fees go to. */
export const settings = {
  CLIENT_ID: { describe: 'client_id, the code of the calling system', sandbox: 'lienthong-sandbox' },
  KEY: { describe: 'First key: signs what the hub asks (check_sum, HMAC-SHA256)', sandbox: 'sandbox-paygov-key' },
  CALLBACK_KEY: { describe: 'Second key: signs what PayGov calls back (check_sum, HMAC-SHA256)', sandbox: 'sandbox-paygov-callback-key' },
  BENEFICIARY_ACCOUNT: { describe: 'TKThuHuong, the account that fees are paid into', sandbox: '3511000000099' },
  BENEFICIARY_BANK: { describe: 'MaNHThuHuong, code of the bank that keeps the account', sandbox: 'NH-GIA-LAP' },
  BENEFICIARY_NAME: { describe: 'TenTKThuHuong, the name of the account', sandbox: 'VAN PHONG UBND TINH (GIA LAP)' },
} satisfies Record<string, Setting>;

/** State of a transaction: 0 = success [checked], the others [assumed: low]. */
export const states = { paid: 0, pending: 1, failed: 2, cancelled: 3, expired: 4, refunded: 5 } as const;

/** Codes in `error`: "0" = done [checked], the others [assumed: low]. */
export const errors = { none: '0', malformed: '01', wrongCheckSum: '02', otherContent: '03', unknown: '04', notNow: '05' } as const;

/** Codes in `error_code` of the pull by dossier. */
export const payability = { payable: 1, nothing: 0, error: -1 } as const;

/**
 * Whose values a checksum is taken over, joined with "|", in the alphabetical order of the names (letter case does not
 * count). The callback has the fields of the creation and the second key. Creation, query, callback [checked]; the rest [assumed: low].
 */
export const signedFields = {
  create: ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version'],
  command: ['client_id', 'command', 'transaction_id'],
  pull: ['client_id', 'command', 'MaHoSo'],
  reconciliation: ['client_id', 'command', 'date'],
} as const;

/** The word in `command` of the reconciliation file's checksum; the file itself is fetched without a body. */
export const RECONCILE = 'RECONCILE';

/** Headers in which the request for the reconciliation file carries client_id and check_sum. */
export const proofHeaders = { clientId: 'x-client-id', checkSum: 'x-check-sum' } as const;

const text = (longest: number) => z.string().min(1).max(longest).regex(/^[^|]*$/); // "|" would blur the fields of a checksum
const clientId = text(50);
const transactionId = z.string().regex(/^[A-Z0-9]{1,20}$/);
const checkSum = z.string().regex(/^[0-9a-f]{64}$/);
/** Whole đồng, as text [checked]. */
const amount = z.string().regex(/^(0|[1-9]\d{0,11})$/);
/** "dd/MM/yyyy HH:mm:ss" in Asia/Ho_Chi_Minh [assumed: low]. */
const time = z.string().regex(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}$/);
/** Mã hồ sơ; also a column of a file in which commas divide. */
const dossier = z.string().regex(/^[^|,"\r\n]{1,50}$/);
const url = z.url({ protocol: /^https?$/ });
const state = z.literal(Object.values(states));

const billInfo = z.object({
  /** 2 = fees and charges. */
  MaDichVu: z.literal('2'),
  TKThuHuong: z.string().min(1),
  MaNHThuHuong: z.string().min(1),
  TenTKThuHuong: z.string().min(1),
  /** LoaiPhiLePhi: 1 phí, 2 lệ phí [assumed: medium]. SoTien: đồng, as a number here and as text in DSKhoanNop [checked]. */
  PhiLePhi: z.array(z.object({ LoaiPhiLePhi: z.enum(['1', '2']), MaPhiLePhi: z.string().min(1), TenPhiLePhi: z.string().min(1), SoTien: z.int().positive() })).min(1),
  MaDonVi: z.string().min(1),
  TenDonVi: z.string().min(1),
  MaHoSo: dossier,
  MaTTHC: z.string().min(1),
  TenTTHC: z.string().min(1),
  MaDVC: z.string().min(1),
  TenDVC: z.string().min(1),
  NoiDungThanhToan: z.string().min(1),
  HoTenNguoiNop: z.string().min(1),
  SoCMNDNguoiNop: z.string().min(1),
  DiaChiNguoiNop: z.string(),
  DSKhoanNop: z.array(z.object({ NoiDung: z.string().min(1), SoTien: amount })).min(1),
});

const failed = z.object({ error: z.string().regex(/^(?!0$).+$/), msg: z.string() });

/** A transaction as PayGov tells of it. */
const transaction = z.object({
  error: z.literal(errors.none),
  msg: z.string(),
  transaction_id: transactionId,
  /** PayGov's own number of the payment; there once money moved. */
  transaction_code: z.string().optional(),
  MaHoSo: dossier,
  trans_amount: amount,
  status: state,
  payment_url: url,
  expire_time: time,
  pay_time: time.optional(),
});

/** `POST /payment/create`: asks for a payment. */
export const create = operation({
  id: 'paygov.create',
  summary: 'Asks a citizen for a payment and gives the address of the page on which to pay. The same transaction_id with the same content is the same payment; with other content it is an error.',
  method: 'POST',
  path: '/payment/create',
  media: 'application/json',
  request: z.object({
    client_id: clientId,
    transaction_id: transactionId,
    trans_amount: amount,
    addition_fee: amount,
    command: z.literal('PAY'),
    version: z.literal('3.0'),
    description: z.string().min(1).max(255),
    locale: z.literal('vn'),
    country_code: z.string().length(2),
    currency_code: z.literal('VND'),
    /** 1 web, 2 app. */
    environment: z.enum(['1', '2']),
    return_url: url,
    bill_info: billInfo,
    check_sum: checkSum,
  }),
  answers: { 200: z.union([z.object({ error: z.literal(errors.none), msg: z.string(), payment_url: url }), failed]) },
  secured: false, // the proof is check_sum in the body
  source: 'domain notes §2.5: fields, checksum and answer [checked]; path and error codes [assumed: low]',
});

/** `POST /payment/query`: what became of it. */
export const query = operation({
  id: 'paygov.query',
  summary: 'What became of a payment.',
  method: 'POST',
  path: '/payment/query',
  media: 'application/json',
  request: z.object({ client_id: clientId, command: z.literal('PAY'), transaction_id: transactionId, check_sum: checkSum }),
  answers: { 200: z.union([transaction, failed]) },
  secured: false,
  source: 'domain notes §2.5: request and checksum [checked]; path, fields of the answer and states besides 0 [assumed: low]',
});

/** `POST /payment/pull`: what is to be paid for a dossier. */
export const pull = operation({
  id: 'paygov.pull',
  summary: 'Whether something is to be paid for a dossier: error_code 1 payable, 0 nothing to pay, -1 error.',
  method: 'POST',
  path: '/payment/pull',
  media: 'application/json',
  request: z.object({ client_id: clientId, command: z.literal('PULL'), MaHoSo: dossier, check_sum: checkSum }),
  answers: {
    200: z.union([
      z.object({
        error_code: z.literal(payability.payable),
        data: z.object({
          /** Dossier code and the time of the look-up, yyyyMMddHHmmss. */
          MaTraCuuTT: z.string().min(1),
          transaction_id: transactionId,
          MaHoSo: dossier,
          NoiDungThanhToan: z.string(),
          DSKhoanNop: z.array(z.object({ NoiDung: z.string(), SoTien: amount })).min(1),
          payment_url: url,
        }),
      }),
      z.object({ error_code: z.literal([payability.nothing, payability.error]), data: z.array(z.never()) }),
    ]),
  },
  secured: false,
  source: 'domain notes §2.5: look-up by MaHoSo, error_code and MaTraCuuTT [checked]; path, direction, checksum and the other fields [assumed: low]',
});

const order = (command: 'CANCEL' | 'REFUND') => z.object({ client_id: clientId, command: z.literal(command), transaction_id: transactionId, reason: z.string().min(1).max(255), check_sum: checkSum });

/** `POST /payment/cancel`: takes back a request for payment that nobody has paid. */
export const cancel = operation({
  id: 'paygov.cancel',
  summary: 'Takes back a request that nobody has paid; what is over already is told as it is. A paid one is refused (05): it must be refunded.',
  method: 'POST',
  path: '/payment/cancel',
  media: 'application/json',
  request: order('CANCEL'),
  answers: { 200: z.union([transaction, failed]) },
  secured: false,
  source: 'no source: the whole exchange is assumed after the query [assumed: low]',
});

/** `POST /payment/refund`: pays the whole amount back. */
export const refund = operation({
  id: 'paygov.refund',
  summary: 'Pays back the whole of what was paid. Ordered twice it is paid back once; what was never paid is refused (05).',
  method: 'POST',
  path: '/payment/refund',
  media: 'application/json',
  request: order('REFUND'),
  answers: { 200: z.union([transaction, failed]) },
  secured: false,
  source: 'domain notes §2.5: "settle or refund" [assumed: medium]; the whole exchange is assumed after the query [assumed: low]',
});

/** The first line of a reconciliation file: what stands in its columns. */
export const RECONCILIATION_HEAD = 'transaction_id,MaHoSo,trans_amount,status,paid_at';

/** `GET /reconciliation/{date}`: the money that moved on a day, there from the day after (T+1). */
export const reconciliation = operation({
  id: 'paygov.reconciliation',
  summary: `The money that moved on a day (yyyy-mm-dd), one line for each payment (status 0) and refund (status 5): ${RECONCILIATION_HEAD}; paid_at is when it moved. The last line is TOTAL, the number of lines and the sum of their amounts, so that a file that was cut off shows. There from the day after (T+1).`,
  method: 'GET',
  path: '/reconciliation/{date}',
  media: 'text/csv',
  answers: {
    200: z.string().regex(/^transaction_id,MaHoSo,trans_amount,status,paid_at\n([A-Z0-9]{1,20},[^,"\r\n]{1,50},\d{1,12},[05],\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}\n)*TOTAL,\d+,\d+,,\n?$/),
    404: failed,
  },
  secured: true,
  source: 'domain notes §2.5: daily file T+1 with transaction id, amount, status [assumed: medium]; path, columns, last line and proof of the caller [assumed: low]',
});

/** The callback (IPN) that tells that a payment ended. */
export const paymentTold = callback({
  id: 'paygov.paymentTold',
  summary: 'Tells how a payment ended, at /callbacks/paygov/{transaction_id} of the hub; status 0 = paid. check_sum is taken with the second key over the fields of the creation. Repeated until the answer has return_code 0.',
  body: z.object({
    client_id: clientId,
    transaction_id: transactionId,
    transaction_code: z.string(),
    MaHoSo: dossier,
    trans_amount: amount,
    addition_fee: amount,
    command: z.literal('PAY'),
    version: z.literal('3.0'),
    status: state,
    pay_time: time.optional(),
    check_sum: checkSum,
  }),
  reply: z.object({ return_code: z.int(), return_msg: z.string() }),
  source: 'domain notes §2.5: second key, status 0, reply [checked]; the fields under the checksum, the state not among them, after the OpenCPS client of the DVCQG platform [checked]; address, states besides 0 and pay_time [assumed: low]',
});

/** PayGov's document. */
export const contract: Contract = {
  title: 'PayGov – Nền tảng thanh toán trực tuyến',
  version: '3.0',
  description: 'Requests for payment of fees and charges, their states and the daily reconciliation file. Amounts are whole đồng. check_sum is HMAC-SHA256 (hex) over the values of the signed fields, joined with "|" in alphabetical order of their names: with the first key on what the hub asks, with the second on what PayGov calls back. No public document of PayGov was found; the wire follows the public client of the payment platform of the national portal.',
  security: { type: 'apiKey', in: 'header', name: 'X-Check-Sum', description: 'Of the reconciliation file only, beside X-Client-Id: the checksum over client_id, the word RECONCILE and the date. Every other exchange carries client_id and check_sum in its body.' },
  operations: [create, query, pull, cancel, refund, reconciliation],
  callbacks: [paymentTold],
};
