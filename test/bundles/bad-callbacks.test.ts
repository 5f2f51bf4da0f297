import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { checkSumOf } from '../../src/systems/paygov/client.ts';
import { settings as paygov, signedFields } from '../../src/systems/paygov/contract.ts';
import { cardAnswered, settings as insurance } from '../../src/systems/social-insurance/contract.ts';
import { openCounter } from '../payments/counter.ts';
import { familyOf, startHub, type TestHub } from '../support/hub.ts';
import { breachesOf, countRows, getStep, readRows } from './records.ts';
import { hasty } from './troubles.ts';

/** What a message needs to be composed: a card that is waited for, one that is done, and a payment that is open. */
interface Standing {
  readonly ticket: string;
  readonly key: string;
  readonly usedTicket: string;
  readonly usedKey: string;
  readonly transactionId: string;
  readonly dossier: string;
}

const CARD = { trangThai: 4, soThe: 'TE1898999000001', tuNgay: '26/02/2025', denNgay: '30/09/2031', maCoSoKCB: '89001' };

let hub: TestHub;
let standing: Standing;
beforeAll(async () => {
  hub = await startHub(hasty({
    patience: { callbackMs: 3_600_000 }, // an hour: the hub does not ask by itself meanwhile
    payments: { lookMs: 0 },
    env: { TRUSTED_PROXIES: '127.0.0.1', MINISTRY_SOCIAL_INSURANCE_CALLBACK_FROM: '127.0.0.0/8, 203.0.113.0/24', MINISTRY_PAYGOV_CALLBACK_FROM: '127.0.0.1, 2001:db8::/32' },
  }));
  hub.ministries.byName['social-insurance'].decide([{ contains: 'Dương Chờ Thẻ', outcome: 'silent' }]);
  const [waiting, done] = await Promise.all([hub.file(familyOf(95), { childName: 'Dương Chờ Thẻ' }), hub.file(familyOf(96), { childName: 'Dương Có Thẻ' })]);
  const counter = openCounter(hub);
  const [dossier = ''] = await counter.inProcess([1]);
  const { payment } = await counter.request(dossier);
  const stands = (act: string) => getStep(hub, waiting['code'], act).state;
  await vi.waitFor(() => expect([stands('residence'), stands('healthCard')]).toEqual(['DONE', 'WAITING']), { interval: 10, timeout: 20_000 }); // milliseconds
  await hub.ended(done['code']);
  const [open, used] = [getStep(hub, waiting['code'], 'healthCard'), getStep(hub, done['code'], 'healthCard')];
  standing = { ticket: open.ticket, key: open.order_key, usedTicket: used.ticket, usedKey: used.order_key, transactionId: payment.transactionId, dossier };
});
afterAll(async () => {
  const breaches = breachesOf(hub);
  await hub.close();
  expect(breaches).toEqual([]);
});

const sign = (body: string, key: string = insurance.CALLBACK_KEY.sandbox) => ({ [cardAnswered.signatureHeader]: createHmac('sha256', key).update(body).digest('hex') });
const card = (maYeuCau: string, rest: object = {}) => JSON.stringify({ maYeuCau, ...CARD, ...rest });

function paid({ transactionId, dossier }: Standing, rest: object = {}, key: string = paygov.CALLBACK_KEY.sandbox): string {
  const body = { client_id: paygov.CLIENT_ID.sandbox, transaction_id: transactionId, transaction_code: 'PG000000000001', MaHoSo: dossier, trans_amount: '10000', addition_fee: '0', command: 'PAY', version: '3.0', status: 0 };
  return JSON.stringify({ ...body, check_sum: checkSumOf(key, signedFields.create, body), ...rest });
}

interface Message {
  readonly message: string;
  readonly path: (standing: Standing) => string;
  readonly body: (standing: Standing) => string;
  readonly headers?: (body: string) => Record<string, string>;
  readonly status: number;
  /** What the ministry reads: its own kind of words. */
  readonly words: object;
  /** What stands in the line of audit. */
  readonly audited: string;
}

const toCard = ({ ticket }: Standing) => `social-insurance/${ticket}`;
const toPayment = ({ transactionId }: Standing) => `paygov/${transactionId}`;
const NO = { return_code: -1 };

const messages: readonly Message[] = [
  { message: 'a card with a wrong signature', path: toCard, body: ({ key }) => card(key), headers: (body) => sign(body, 'another key'), status: 401, words: { maLoi: 'CHU_KY_SAI' }, audited: 'forged' },
  { message: 'a card without a signature', path: toCard, body: ({ key }) => card(key), headers: () => ({}), status: 401, words: { maLoi: 'CHU_KY_SAI' }, audited: 'forged' },
  { message: 'a card at an address that nobody was given', path: () => 'social-insurance/AAAAAAAAAAAAAAAAAAAAAAAA', body: ({ key }) => card(key), status: 404, words: { maLoi: 'KHONG_TIM_THAY' }, audited: 'unknown' },
  { message: 'a card at the address of another ministry', path: ({ ticket }) => `residence/${ticket}`, body: ({ key }) => card(key), status: 404, words: { maLoi: 'KHONG_TIM_THAY' }, audited: 'unknown' },
  { message: 'a refusal on a ticket that has brought its card', path: ({ usedTicket }) => `social-insurance/${usedTicket}`, body: ({ usedKey }) => JSON.stringify({ maYeuCau: usedKey, trangThai: 6, lyDo: 'Từ chối' }), status: 409, words: { maLoi: 'DA_CO_KET_QUA' }, audited: 'used' },
  { message: 'another card on a ticket that has brought its card', path: ({ usedTicket }) => `social-insurance/${usedTicket}`, body: ({ usedKey }) => card(usedKey), status: 409, words: { maLoi: 'DA_CO_KET_QUA' }, audited: 'used' },
  { message: 'a card for another order than the ticket’s', path: toCard, body: ({ usedKey }) => card(usedKey), status: 400, words: { maLoi: 'SAI_DINH_DANG' }, audited: 'malformed: the message is about another order' },
  { message: 'a card that is not JSON', path: toCard, body: () => '{"maYeuCau": ', status: 400, words: { maLoi: 'SAI_DINH_DANG' }, audited: 'malformed: the body is not JSON' },
  { message: 'a card over the limit', path: toCard, body: ({ key }) => card(key, { lyDo: 'x'.repeat(70_000) }), status: 413, words: { maLoi: 'QUA_DAI' }, audited: 'tooLong' },
  { message: 'a card from a foreign address', path: toCard, body: ({ key }) => card(key), headers: (body) => ({ ...sign(body), 'x-forwarded-for': '198.51.100.7' }), status: 403, words: { maLoi: 'NGUON_KHONG_HOP_LE' }, audited: 'foreign' },
  { message: 'a card from a foreign address that names another before itself', path: toCard, body: ({ key }) => card(key), headers: (body) => ({ ...sign(body), 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }), status: 403, words: { maLoi: 'NGUON_KHONG_HOP_LE' }, audited: 'foreign' },
  { message: 'a payment with a wrong checksum', path: toPayment, body: (one) => paid(one, {}, 'another key'), status: 401, words: NO, audited: 'forged' },
  { message: 'a payment of another amount than was signed', path: toPayment, body: (one) => paid(one, { trans_amount: '1' }), status: 401, words: NO, audited: 'forged' },
  { message: 'a payment that nobody asked for', path: () => 'paygov/AAAAAAAAAAAAAAAAAAAA', body: paid, status: 404, words: NO, audited: 'unknown' },
  { message: 'a payment without a status', path: toPayment, body: (one) => paid(one, { status: undefined }), status: 400, words: NO, audited: 'malformed: status: invalid_value' },
  { message: 'a payment over the limit', path: toPayment, body: (one) => paid(one, { extra: 'x'.repeat(70_000) }), status: 413, words: NO, audited: 'tooLong' },
  { message: 'a payment from a foreign address', path: toPayment, body: paid, headers: () => ({ 'x-forwarded-for': '2001:db9::7' }), status: 403, words: NO, audited: 'foreign' },
];

async function send({ path, body, headers = sign }: Pick<Message, 'path' | 'body' | 'headers'>): Promise<{ status: number; words: unknown }> {
  const text = body(standing);
  const response = await fetch(`${hub.hub.url}/callbacks/${path(standing)}`, { method: 'POST', headers: { 'content-type': 'application/json', ...headers(text) }, body: text });
  return { status: response.status, words: await response.json() };
}

/** Everything that the hub keeps but its audit, row by row. */
function wholeStore(): Record<string, string[]> {
  const tables = Object.keys(countRows(hub)).filter((table) => table !== 'audit');
  return Object.fromEntries(tables.map((table) => [table, readRows<object>(hub, `SELECT * FROM "${table}"`).map((row) => JSON.stringify(row)).sort()]));
}

const heard = () => readRows<{ stage: string; detail: string; answer_hash: string | null }>(hub, "SELECT stage, detail, answer_hash FROM audit WHERE operation LIKE '%.callback' ORDER BY id");

test.each(messages)('$message is answered $status in the ministry’s words, leaves one line of audit, and changes nothing that the hub keeps', async ({ status, words, audited, ...message }) => {
  const [before, lines] = [wholeStore(), heard().length];
  const answer = await send(message);
  expect([answer.status, answer.words]).toEqual([status, expect.objectContaining(words)]);
  expect(heard().slice(lines)).toMatchObject([{ stage: 'refused', detail: audited }]);
  expect(wholeStore()).toEqual(before);
});

test('a card from an address behind our own proxy that is the ministry’s is taken', async () => {
  expect(await send({ path: toCard, body: ({ key }) => card(key), headers: (body) => ({ ...sign(body), 'x-forwarded-for': '198.51.100.7, 203.0.113.9, 127.0.0.1' }) })).toMatchObject({ status: 200 });
  expect(heard().at(-1)).toMatchObject({ stage: 'answered', detail: 'taken' });
});
