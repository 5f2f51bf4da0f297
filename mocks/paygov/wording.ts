import { HttpResponse } from 'msw';
import { writeWireTime } from '../../src/kit/wire-date.ts';
import { RECONCILIATION_HEAD, errors, payability, pull, settings, signedFields, states } from '../../src/systems/paygov/contract.ts';
import type { Voice } from '../ministry/voice.ts';
import type { Movement, Payment } from './book.ts';
import { checkSum } from './proof.ts';

/** The form of the platform: `{error, msg}` with HTTP 200 whatever is wrong with the content; the pull has its own. */
export const voice: Voice = {
  malformed: 200,
  say: (status, text, op) => HttpResponse.json(op?.id === pull.id ? { error_code: payability.error, data: [] } : { error: ERROR_CODES[status] ?? errors.malformed, msg: text }, { status }),
};

const ERROR_CODES: Readonly<Record<number, string>> = { 401: errors.wrongCheckSum, 404: errors.unknown, 500: '99' };

/** A refusal inside the business. */
export function no(error: string, msg: string) {
  return { status: 200, body: { error, msg } } as const;
}

/** What is said to somebody who has not proved who it is. */
export const WRONG_CHECK_SUM = 'client_id hoặc check_sum không đúng.';

/** PayGov's own number of a payment. */
function codeOf({ number }: Payment): string {
  return `PG${String(number).padStart(12, '0')}`;
}

/** Tells how a payment stands. */
export function wordPayment(payment: Payment, payUrl: string) {
  const { transactionId, dossier, amount, state, expiresAt, paidAt } = payment;
  return {
    error: errors.none,
    msg: 'Thành công',
    transaction_id: transactionId,
    ...(paidAt !== null && { transaction_code: codeOf(payment) }),
    MaHoSo: dossier,
    trans_amount: String(amount),
    status: states[state],
    payment_url: payUrl,
    expire_time: writeWireTime(expiresAt),
    ...(paidAt !== null && { pay_time: writeWireTime(paidAt) }),
  };
}

/** The callback of a payment that has ended, signed with the second key. */
export function wordCallback(payment: Payment) {
  const { form, transactionId, dossier, amount, state, paidAt, outcome } = payment;
  const { client_id, addition_fee, command, version } = form;
  const body = {
    client_id,
    transaction_id: transactionId,
    transaction_code: codeOf(payment),
    MaHoSo: dossier,
    trans_amount: String(amount),
    addition_fee,
    command,
    version,
    status: states[state],
    ...(paidAt !== null && { pay_time: writeWireTime(paidAt) }),
  };
  const key = outcome === 'callbackForged' ? `not ${settings.CALLBACK_KEY.sandbox}` : settings.CALLBACK_KEY.sandbox;
  return { ...body, check_sum: checkSum(key, signedFields.create, body) };
}

/** The reconciliation file of a day. */
export function wordFile(moved: readonly Movement[]): string {
  const lines = moved.map((one) => [one.transactionId, one.dossier, one.amount, states[one.state], writeWireTime(one.at)].join(','));
  const total = ['TOTAL', moved.length, moved.reduce((sum, { amount }) => sum + amount, 0), '', ''].join(',');
  return `${[RECONCILIATION_HEAD, ...lines, total].join('\n')}\n`;
}

/** Code under which a payer finds a payment: the dossier's code and the time of the look-up, yyyyMMddHHmmss. */
export function wordLookUp({ dossier }: Payment, now: string): string {
  const [day = '', time = ''] = writeWireTime(now).split(' ');
  return `${dossier}${day.split('/').reverse().join('')}${time.replaceAll(':', '')}`;
}
