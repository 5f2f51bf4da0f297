import { EntitySchema } from 'typeorm';
import type { SystemName } from '../kit/system.ts';

/** Where the value of a form field comes from: a human typed it, a register knew it, or an earlier dossier did. */
export const fieldOrigins = ['TYPED', 'REGISTER', 'EARLIER_DOSSIER'] as const;

/** Where the value of a form field comes from. */
export type FieldOrigin = (typeof fieldOrigins)[number];

/** Where one field of an application comes from ("nguồn gốc trường dữ liệu"). The value itself stands in the form alone. */
export interface FormFieldRow {
  /** Code of the dossier, or of the linked application. */
  readonly owner: string;
  /** The field's path in the form. */
  readonly path: string;
  readonly origin: FieldOrigin;
  /** The register, where the origin is one. */
  readonly system: SystemName | null;
  /** Code of the earlier dossier, where the origin is one. */
  readonly fromDossier: string | null;
  /** As of when: the register's time, the filing of the earlier dossier, or when it was typed. */
  readonly asOf: string;
}

/** The origins of form fields. */
export const formFieldTable = new EntitySchema<FormFieldRow>({
  name: 'form_field',
  columns: {
    owner: { type: 'varchar', primary: true },
    path: { type: 'varchar', primary: true },
    origin: { type: 'varchar' },
    system: { type: 'varchar', nullable: true },
    fromDossier: { type: 'varchar', name: 'from_dossier', nullable: true },
    asOf: { type: 'varchar', name: 'as_of' },
  },
});

/** The electronic form of an ordinary dossier; beside it, because lists of dossiers never read it. */
export interface DossierFormRow {
  readonly dossier: string;
  /** The values by their paths, JSON. */
  readonly answers: string;
}

/** The electronic forms of ordinary dossiers. */
export const dossierFormTable = new EntitySchema<DossierFormRow>({
  name: 'dossier_form',
  columns: { dossier: { type: 'varchar', primary: true }, answers: { type: 'text' } },
});
