import { SystemNameEnum, builder } from '../graph/builder.ts';
import { purposeOf, type HubContext } from '../graph/context.ts';
import { loadOwn } from '../graph/lookup.ts';
import { findForms, findOrigins } from './form-fields.ts';
import type { FieldOrigin, FormFieldRow } from './form-table.ts';
import { DossierType } from './graph.ts';

/** Where the value of a form field comes from. */
export const FieldOriginEnum = builder.enumType('FieldOrigin', {
  description: 'Where the value of a form field comes from ("nguồn gốc dữ liệu").',
  values: {
    TYPED: { description: 'A human typed it ("tự nhập").' },
    REGISTER: { description: 'A register knew it ("cơ sở dữ liệu").' },
    EARLIER_DOSSIER: { description: 'An earlier dossier of the same applicant had it ("hồ sơ trước").' },
  } satisfies Record<FieldOrigin, unknown>,
});

/** A field of an application: where its value comes from, and how to read it. */
export interface OriginOfField extends FormFieldRow {
  readonly read: (context: HubContext) => Promise<string | null>;
}

/** A field of an application with its origin. */
export const FormFieldType = builder.objectRef<OriginOfField>('FormField').implement({
  description: 'A field of an application and where its value comes from ("trường của tờ khai").',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Its path in the form, dots between ("mã trường").' }),
    origin: t.expose('origin', { type: FieldOriginEnum, description: 'Where its value comes from, as the hub itself found ("nguồn gốc").' }),
    system: t.expose('system', { type: SystemNameEnum, nullable: true, description: 'The register, where it is from one ("cơ sở dữ liệu").' }),
    fromDossier: t.exposeString('fromDossier', { nullable: true, description: 'Code of the earlier dossier, where it is from one ("mã hồ sơ trước").' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'The time of which it is true: the register\'s, or when it was filed or typed ("tại thời điểm").' }),
    value: t.string({ nullable: true, description: 'What was filed; asks for a purpose, because it may be personal data ("giá trị").', resolve: (field, _, context) => (purposeOf(context), field.read(context)) }),
  }),
});

/** Where the fields of an application come from; those of all applications on one level of a query are read together. */
export function originsOfFields(context: Pick<HubContext, 'loaders' | 'store'>, owner: string): Promise<FormFieldRow[]> {
  return loadOwn(context, 'form fields', owner, (owners) => findOrigins(context.store, owners));
}

/** How many of the fields a human typed. */
export function countTyped(fields: readonly FormFieldRow[]): number {
  return fields.filter(({ origin }) => origin === 'TYPED').length;
}

builder.objectField(DossierType, 'fields', (t) =>
  t.field({
    type: [FormFieldType],
    description: 'The fields of its electronic form, by path; none where the form came as a paper. A part of a linked application has them at BundleRun.fields ("tờ khai điện tử").',
    resolve: async ({ code }, _, context) => {
      const read = async (path: string) => (await loadOwn(context, 'forms', code, (codes) => findForms(context.store, codes)))?.[path] ?? null;
      return (await originsOfFields(context, code)).map((field) => ({ ...field, read: () => read(field.path) }));
    },
  }),
);

builder.objectField(DossierType, 'typedFields', (t) =>
  t.int({ description: 'How many fields of its electronic form a human typed ("số trường tự nhập").', resolve: async ({ code }, _, context) => countTyped(await originsOfFields(context, code)) }),
);
