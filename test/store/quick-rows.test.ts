import { In, IsNull, LessThan, Not, type EntityManager } from 'typeorm';
import { expect, test } from 'vitest';
import { auditTable } from '../../src/access/audit.ts';
import { incidentTable } from '../../src/dossiers/incident.ts';
import { dossierTable } from '../../src/dossiers/table.ts';
import type { Rows } from '../../src/kit/store.ts';
import { paymentTable } from '../../src/payments/table.ts';
import { inventDossiers } from '../bench/dossiers.ts';
import { onPostgres } from '../support/database.ts';
import { openStore } from './opened.ts';

const NOW = '2025-03-03T01:00:00.000Z';
const dossiers = [...inventDossiers(60, NOW)];
const some = dossiers[7];
if (!some) throw new Error('No dossier was invented.');

const incident = { run: 'r', act: null, dossier: null, system: null, cause: 'OVERDUE', detail: '{}', ownerAgency: 'a', ownerRole: 'OPERATOR', openedAt: NOW, resolvedAt: null } as const;

/** The same rows through a manager that nobody has made quick. */
const slowly = ({ dataSource, queryRunner }: Rows): EntityManager => dataSource.createEntityManager(queryRunner);

const reads: [string, (rows: Rows) => Promise<unknown>][] = [
  ['a row by its key', (rows) => rows.findOneBy(dossierTable, { code: some.code })],
  ['a row that does not exist', (rows) => rows.findOneBy(dossierTable, { code: 'none' })],
  ['rows by two columns', (rows) => rows.findBy(dossierTable, { agency: some.agency, statusCode: some.statusCode })],
  ['all rows', (rows) => rows.findBy(dossierTable, {})],
  ['rows in an order, some of them', (rows) => rows.find(dossierTable, { where: { procedure: some.procedure }, order: { dueOrder: 'DESC', code: 'ASC' }, take: 3 })],
  ['rows where something is null', (rows) => rows.find(dossierTable, { where: { assignee: IsNull() }, order: { code: 'ASC' } })],
  ['some columns of some rows', (rows) => rows.find(dossierTable, { where: { statusCode: 10 }, order: { code: 'ASC' }, select: { code: true } })],
  ['rows by a list', (rows) => rows.find(dossierTable, { where: { code: In([some.code, 'none']) } })],
  ['rows by what is less, or not null', (rows) => rows.find(dossierTable, { where: { dueOrder: LessThan(NOW), assignee: Not(IsNull()) }, order: { code: 'ASC' } })],
  ['a table with amounts of money', (rows) => rows.findBy(paymentTable, { dossier: 'none' })],
];

test.each(reads)('%s: read quickly and by TypeORM they are the same', async (_, read) => {
  const { store } = await openStore();
  await store.transact((rows) => rows.insert(dossierTable, dossiers));
  const told = await read(store.read());
  expect(told).toEqual(await read(slowly(store.read())));
  await store.transact(async (rows) => expect(await read(rows)).toEqual(told));
});

test('whoever asks for a row that must be there is told in the same way that it is not', async () => {
  const { store } = await openStore();
  const ask = (rows: Rows) => rows.findOneByOrFail(dossierTable, { code: 'none' }).catch((error: Error) => `${error.name}: ${error.message}`);
  expect(await ask(store.read())).toBe(await ask(slowly(store.read())));
});

test('what is written quickly is what TypeORM would have written', async () => {
  const stored = await Promise.all(
    [(rows: Rows) => rows, slowly].map(async (by) => {
      const { store } = await openStore();
      await store.transact(async (unit) => {
        const rows = by(unit) as Rows;
        await rows.insert(dossierTable, dossiers);
        await rows.insert(incidentTable, { ...incident });
        await rows.insert(incidentTable, { ...incident, id: 70, act: 'birth' });
        await rows.insert(incidentTable, { ...incident, act: 'residence' });
        const affected = [
          await rows.update(dossierTable, { agency: some.agency }, { assignee: null, version: 9 }),
          await rows.update(dossierTable, { code: some.code, version: 9 }, { reason: 'Đã đủ', supplementUntil: undefined } as never),
          await rows.update(dossierTable, { code: some.code, version: 1 }, { version: 2 }),
          await rows.update(incidentTable, { run: 'r', act: IsNull() }, { resolvedAt: NOW }),
          await rows.update(dossierTable, { statusCode: In([10]) }, { version: () => 'version + 1' }),
        ].map((result) => result.affected);
        expect(affected).toEqual([dossiers.filter(({ agency }) => agency === some.agency).length, 1, 0, 1, dossiers.filter(({ statusCode }) => statusCode === 10).length]);
      });
      return [await slowly(store.read()).find(dossierTable, { order: { code: 'ASC' } }), await slowly(store.read()).find(incidentTable, { order: { id: 'ASC' } })];
    }),
  );
  expect(stored[0]).toEqual(stored[1]);
  expect(stored[0]?.[1]?.map((row) => (row as { id: number }).id)).toEqual(onPostgres ? [1, 2, 3] : [1, 70, 71]);
});

test('a mistake in a quick statement is the database’s own error', async () => {
  const { store } = await openStore();
  await store.transact((rows) => rows.insert(dossierTable, some));
  await expect(store.transact((rows) => rows.insert(dossierTable, some))).rejects.toThrow(/unique/i);
  await expect(store.transact((rows) => rows.insert(auditTable, { requestId: 'only this' } as never))).rejects.toThrow(/not.null/i);
});
