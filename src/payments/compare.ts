import { In } from 'typeorm';
import { openIncident as openAny } from '../dossiers/incident.ts';
import { dossierTable } from '../dossiers/table.ts';
import { inGroups } from '../kit/in-groups.ts';
import { civilDateOf, type CivilDate } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import type { ReconciliationLine } from '../systems/paygov/client.ts';
import { matterOfFile } from './day.ts';
import { closeIncidents, openIncident } from './incident.ts';
import { giveBack, receive } from './receive.ts';
import { dayTable, movementTable, newPayment, paymentTable, type MovementRow, type PaymentRow } from './table.ts';
import type { Till } from './till.ts';

/** Lines compared in one unit of work: keeps other writers' wait below some tens of milliseconds. */
const AT_ONCE = 100;

/**
 * Compares a day with PayGov's file by id, amount and state, and mends the hub's side: what was paid or paid back without its
 * knowing is written down as if it had been told. Done twice it changes nothing more.
 */
export async function compareDay(till: Till, day: CivilDate, lines: readonly ReconciliationLine[]): Promise<void> {
  const known = await findKnown(till, lines);
  const rank = ({ status, transactionId }: ReconciliationLine) => (status === 'REFUNDED' ? 2 : known.has(transactionId) ? 0 : 1); // what the hub asked for comes before what came past it, so that the latter is the second
  for (const group of inGroups([...lines].sort((one, other) => rank(one) - rank(other)), AT_ONCE)) {
    await till.store.transact(async (rows) => {
      const moved = new Map((await rows.findBy(movementTable, { transactionId: In(idsOf(group)) })).map((movement) => [keyOf(movement.transactionId, movement.kind), movement]));
      for (const line of group) {
        const movement = moved.get(keyOf(line.transactionId, line.status));
        await (movement ? compareLine(till, rows, movement, line) : takeUp(till, rows, line));
      }
    });
  }
  await till.store.transact((rows) => writeDown(till, rows, day, lines));
}

const idsOf = (lines: readonly ReconciliationLine[]) => lines.map(({ transactionId }) => transactionId);
const keyOf = (transactionId: string, kind: MovementRow['kind']) => `${transactionId} ${kind}`;

async function findKnown({ store }: Till, lines: readonly ReconciliationLine[]): Promise<ReadonlySet<string>> {
  const groups = await Promise.all(inGroups(idsOf(lines), AT_ONCE).map((ids) => store.read().find(paymentTable, { where: { transactionId: In(ids) }, select: { transactionId: true } })));
  return new Set(groups.flat().map(({ transactionId }) => transactionId));
}

/** A movement that the hub has: PayGov's instant and amount win, and another amount is somebody's business. */
async function compareLine(till: Till, rows: Rows, movement: MovementRow, { amount, at }: ReconciliationLine): Promise<void> {
  if (movement.amount === amount && movement.at === at) return;
  const { transactionId, kind, day } = movement;
  await rows.update(movementTable, { transactionId, kind }, { amount, at, day: civilDateOf(at) });
  const payment = await rows.findOneBy(paymentTable, { transactionId });
  if (!payment) return;
  await rows.update(paymentTable, { transactionId }, kind === 'PAID' ? { paidAmount: amount, paidAt: at } : { refundedAt: at });
  if (day !== civilDateOf(at)) await closeIncidents(till, rows, payment, ['PAYMENT_UNMATCHED']); // it was only looked for in the wrong day's file
  if (movement.amount !== amount) await openIncident(till, rows, payment, 'AMOUNT_MISMATCH', words(`PayGov báo ${movement.amount} đồng nhưng tệp đối soát ghi ${amount} đồng.`, `PayGov told of ${movement.amount} đồng, its file has ${amount} đồng.`));
}

/** Money that the hub did not know of. */
async function takeUp(till: Till, rows: Rows, line: ReconciliationLine): Promise<void> {
  const payment = (await rows.findOneBy(paymentTable, { transactionId: line.transactionId })) ?? (await adopt(till, rows, line));
  if (!payment) return keepStray(till, rows, line);
  const receipt = { amount: line.amount, at: line.at, learnt: 'FILE' } as const;
  await (line.status === 'PAID' ? receive(till, rows, payment, receipt) : giveBack(till, rows, payment, receipt));
}

/** A payment for a dossier of the hub's that nobody asked for, such as one made at a shop under the dossier's code. */
async function adopt(till: Till, rows: Rows, { transactionId, dossier: code, amount }: ReconciliationLine): Promise<PaymentRow | undefined> {
  const dossier = await rows.findOneBy(dossierTable, { code });
  if (!dossier) return undefined;
  const generation = await rows.countBy(paymentTable, { dossier: code });
  const payment: PaymentRow = { ...newPayment(dossier, till.clock.now()), transactionId, generation, origin: 'FILE', requestedBy: 'payer', amount };
  await rows.insert(paymentTable, payment);
  return payment;
}

/** Money for a dossier that the hub does not have: it counts, and the operator must find out whose it is. */
async function keepStray(till: Till, rows: Rows, { transactionId, dossier, amount, at, status: kind }: ReconciliationLine): Promise<void> {
  await rows.insert(movementTable, { transactionId, kind, dossier, procedure: null, amount, at, day: civilDateOf(at), learnt: 'FILE', learntAt: till.clock.now() });
  await openAny(till, rows, { ...matterOfFile(till), dossier, system: 'paygov', cause: 'PAYMENT_UNMATCHED', detail: words(`Tệp đối soát có ${amount} đồng của hồ sơ ${dossier} không có trong kho.`, `The file has ${amount} đồng of the dossier ${dossier}, which the store does not have.`) });
}

/** Writes the result down. All of it is counted from the rows, so that a comparison that was killed half-way comes to the same. */
async function writeDown(till: Till, rows: Rows, day: CivilDate, lines: readonly ReconciliationLine[]): Promise<void> {
  const movements = await rows.findBy(movementTable, { day });
  const inFile = new Set(lines.map(({ transactionId, status }) => keyOf(transactionId, status)));
  const absent = movements.filter(({ transactionId, kind }) => !inFile.has(keyOf(transactionId, kind)));
  for (const { transactionId, amount } of absent) {
    const payment = await rows.findOneBy(paymentTable, { transactionId });
    if (payment) await openIncident(till, rows, payment, 'PAYMENT_UNMATCHED', words(`Tệp đối soát ngày ${day} không có giao dịch ${amount} đồng mà PayGov đã báo.`, `The file of ${day} lacks ${amount} đồng of which PayGov had told.`));
  }
  const missingAtHub = movements.filter(({ transactionId, kind, learnt }) => learnt === 'FILE' && inFile.has(keyOf(transactionId, kind))).length;
  const amountDiffers = await countDiffering(rows, movements.filter(({ kind, learnt }) => kind === 'PAID' && learnt === 'QUERY'));
  const sum = (kind: MovementRow['kind']) => lines.filter(({ status }) => status === kind).reduce((total, { amount }) => total + amount, 0);
  await rows.update(dayTable, { day }, { reconciledAt: till.clock.now(), matched: lines.length - missingAtHub - amountDiffers, missingAtHub, missingAtGateway: absent.length, amountDiffers, paid: sum('PAID'), refunded: sum('REFUNDED') });
}

async function countDiffering(rows: Rows, movements: readonly MovementRow[]): Promise<number> {
  const payments = await Promise.all(inGroups(movements.map(({ transactionId }) => transactionId), AT_ONCE).map((ids) => rows.findBy(paymentTable, { transactionId: In(ids), origin: 'HUB' })));
  return payments.flat().filter(({ amount, paidAmount }) => paidAmount !== amount).length;
}
