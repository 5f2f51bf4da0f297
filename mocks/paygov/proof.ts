import { createHmac } from 'node:crypto';
import { RECONCILE, proofHeaders, settings, signedFields } from '../../src/systems/paygov/contract.ts';

/** The checksum over the named fields: HMAC-SHA256 (hex) of their values, joined with "|". */
export function checkSum(key: string, fields: readonly string[], values: Readonly<Record<string, unknown>>): string {
  return createHmac('sha256', key).update(fields.map((field) => String(values[field])).join('|')).digest('hex');
}

/** Whether the known client has signed the fields with the first key. */
export function isSigned(body: { readonly client_id: string; readonly check_sum: string }, fields: readonly string[]): boolean {
  return body.client_id === settings.CLIENT_ID.sandbox && body.check_sum === checkSum(settings.KEY.sandbox, fields, body);
}

/** Whether a request without a body carries the proof in its headers: that for the reconciliation file. */
export function isProved({ headers, url }: Request): boolean {
  const date = new URL(url).pathname.split('/').at(-1);
  const body = { client_id: headers.get(proofHeaders.clientId) ?? '', check_sum: headers.get(proofHeaders.checkSum) ?? '', command: RECONCILE, date };
  return isSigned(body, signedFields.reconciliation);
}
