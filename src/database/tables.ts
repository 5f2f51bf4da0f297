import { EntitySchema } from 'typeorm';
import { auditTable } from '../access/audit.ts';
import { alarmTable, markTable } from '../alarms/table.ts';
import { runTable, stepTable, subjectTable } from '../bundles/table.ts';
import { documentTable } from '../dossiers/document.ts';
import { dossierFormTable, formFieldTable } from '../dossiers/form-table.ts';
import { incidentTable } from '../dossiers/incident.ts';
import { dossierPaperTable, leavingTable, paperTable } from '../dossiers/paper-table.ts';
import { counterTable, dossierTable, historyTable, idempotencyTable } from '../dossiers/table.ts';
import { eventTable } from '../events/log.ts';
import type { Table } from '../kit/store.ts';
import { dayTable, movementTable, paymentTable } from '../payments/table.ts';

/** A secret that the hub made for itself and keeps beside its data, such as the key of cursors and ids. */
export interface SecretRow {
  readonly name: string;
  readonly value: string;
}

/** The hub's own secrets. */
export const secretTable = new EntitySchema<SecretRow>({
  name: 'secret',
  columns: { name: { type: 'varchar', primary: true }, value: { type: 'varchar' } },
});

/** Every table, in the order in which rooms stand from below. */
export const tables: readonly Table[] = [
  secretTable,
  auditTable,
  eventTable,
  alarmTable,
  markTable,
  counterTable,
  dossierTable,
  historyTable,
  documentTable,
  paymentTable,
  movementTable,
  dayTable,
  runTable,
  stepTable,
  subjectTable,
  incidentTable,
  idempotencyTable,
  paperTable,
  dossierPaperTable,
  leavingTable,
  dossierFormTable,
  formFieldTable,
] as readonly Table[];
