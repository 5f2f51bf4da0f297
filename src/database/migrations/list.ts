import type { MigrationInterface } from 'typeorm';
import { FirstHouse1772500000000 } from './1-first-house.ts';
import { Payments1772500200000 } from './2-payments.ts';
import { Papers1772500300000 } from './3-papers.ts';
import { Documents1772500400000 } from './4-documents.ts';
import { Forms1772500500000 } from './5-forms.ts';
import { Lists1772500600000 } from './6-lists.ts';
import { Processes1772500700000 } from './7-processes.ts';
import { Incidents1772500800000 } from './8-incidents.ts';
import { Alarms1772500900000 } from './9-alarms.ts';

/** Every step from an empty database to today's, in order; both databases take them all. */
export const migrations: readonly (new () => MigrationInterface)[] = [
  FirstHouse1772500000000,
  Payments1772500200000,
  Papers1772500300000,
  Documents1772500400000,
  Forms1772500500000,
  Lists1772500600000,
  Processes1772500700000,
  Incidents1772500800000,
  Alarms1772500900000,
];
