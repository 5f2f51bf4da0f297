import { createHmac } from 'node:crypto';
import { readExchange } from '../exchanges/read.ts';
import type { Arrived } from './receiver.ts';
import type { Town, Tree } from './town.ts';

/** The hand-written request for payment. */
const written = JSON.parse(readExchange('paygov', '01-create').request.body) as { readonly bill_info: object; readonly client_id: string };

/** Twenty characters out of a few, as ids of payments are. */
export function idOf(number: number): string {
  return `PAYMENT${String(number).padStart(13, '0')}`;
}

/** The code of a dossier in these tests. */
export function dossierOf(number: number): string {
  return `000.00.01.H01-250303-${String(number).padStart(4, '0')}`;
}

function checkSum(key: string, ...values: string[]): string {
  return createHmac('sha256', key).update(values.join('|')).digest('hex');
}

const mac = (...values: string[]): string => checkSum('sandbox-paygov-key', ...values);

/** A truly signed request for payment under another number and amount; changes after the signature spoil it, and are meant to. */
export function requestOf(number: number, { amount = 10_000, bill = {}, head = {} }: { amount?: number; bill?: object; head?: object } = {}): Tree {
  const [id, text] = [idOf(number), String(amount)];
  const bill_info = { ...written.bill_info, MaHoSo: dossierOf(number), PhiLePhi: [{ LoaiPhiLePhi: '2', MaPhiLePhi: 'LP', TenPhiLePhi: 'Lệ phí', SoTien: amount }], DSKhoanNop: [{ NoiDung: 'Lệ phí', SoTien: text }], ...bill };
  return { ...written, transaction_id: id, trans_amount: text, bill_info, check_sum: mac('0', written.client_id, 'PAY', text, id, '3.0'), ...head };
}

/** What can be asked of PayGov in a test. */
export function openTill(town: Town) {
  const ask = async (path: string, body: unknown): Promise<Tree> => (await town.ask('paygov', 'POST', `/payment/${path}`, body)).body;
  /** `payment` is its number in the test, or an id that PayGov made. */
  const command = (path: string, word: string, payment: number | string, rest: object = {}): Promise<Tree> => {
    const id = typeof payment === 'number' ? idOf(payment) : payment;
    return ask(path, { client_id: written.client_id, command: word, transaction_id: id, ...rest, check_sum: mac(written.client_id, word, id) });
  };
  const browse = (method: string, id: string, body?: string): Promise<Response> =>
    town.byName.paygov.answer(new Request(`http://paygov.test/pay/${id}`, { method, ...(body !== undefined && { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } }) }));
  return {
    create: (number: number, changes: Parameters<typeof requestOf>[1] = {}): Promise<Tree> => ask('create', requestOf(number, changes)),
    query: (number: number): Promise<Tree> => command('query', 'PAY', number),
    cancel: (number: number): Promise<Tree> => command('cancel', 'CANCEL', number, { reason: 'Công dân rút hồ sơ.' }),
    refund: (payment: number | string): Promise<Tree> => command('refund', 'REFUND', payment, { reason: 'Hồ sơ bị từ chối.' }),
    pull: (number: number): Promise<Tree> => ask('pull', { client_id: written.client_id, command: 'PULL', MaHoSo: dossierOf(number), check_sum: mac(written.client_id, 'PULL', dossierOf(number)) }),
    /** The file of a day, as lines; its HTTP status when there is none. */
    async file(date: string): Promise<string[] | number> {
      const headers = { 'x-client-id': written.client_id, 'x-check-sum': mac(written.client_id, 'RECONCILE', date) };
      const answer = await town.byName.paygov.answer(new Request(`http://paygov.test/reconciliation/${date}`, { headers }));
      return answer.ok ? (await answer.text()).trimEnd().split('\n') : answer.status;
    },
    page: async (id: string): Promise<{ status: number; html: string }> => {
      const answer = await browse('GET', id);
      return { status: answer.status, html: await answer.text() };
    },
    /** Presses a button of the pay page; gives where the browser is sent. */
    async click(id: string, action: string): Promise<string> {
      const answer = await browse('POST', id, `action=${action}`);
      return answer.headers.get('location') ?? String(answer.status);
    },
    ledger: () => town.byName.paygov.ledger().map(({ act, subject, idempotencyKey, received }) => [act, subject, idempotencyKey, received]),
  };
}

/** A callback as it arrived, and whether the second key has signed it. */
export function readCallback({ body }: Arrived): Tree & { readonly isSigned: boolean } {
  const told = JSON.parse(body) as Readonly<Record<string, string>>;
  const signed = ['addition_fee', 'client_id', 'command', 'trans_amount', 'transaction_id', 'version'].map((name) => told[name] ?? '');
  return { ...told, isSigned: told['check_sum'] === checkSum('sandbox-paygov-callback-key', ...signed) };
}
