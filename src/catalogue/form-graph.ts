import { builder, langArg, said } from '../graph/builder.ts';
import { mostOf, type FormField, type FormKind } from './form.ts';

const FormKindEnum = builder.enumType('FormKind', {
  description: 'What may stand in a field of a form ("kiểu dữ liệu").',
  values: {
    TEXT: { description: 'A text ("văn bản").' },
    DATE: { description: '"yyyy-mm-dd" ("ngày").' },
    COMMUNE: { description: 'Code of a commune of the catalogue, five digits ("mã xã, phường").' },
    ANY_COMMUNE: { description: 'Code of a commune of any province, five digits ("mã xã, phường trên cả nước").' },
    NUMBER: { description: 'A whole number from 0 ("số nguyên").' },
    DONG: { description: 'An amount in whole đồng ("số tiền").' },
    PHONE: { description: 'A mobile number of ten digits ("số di động").' },
    PERSONAL_ID: { description: 'Twelve digits ("số định danh cá nhân").' },
    YES_NO: { description: '"true" or "false" ("có, không").' },
  } satisfies Record<FormKind, unknown>,
});

/** A field of an electronic form, as the catalogue lays it down. */
export const FormFieldDefinitionType = builder.objectRef<FormField>('FormFieldDefinition').implement({
  description: 'A field of an electronic form ("trường của tờ khai").',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Its name in SubmitDossierInput.fields; means the same in every form ("mã trường").' }),
    title: t.string({ args: langArg, description: 'What is asked ("tên trường").', resolve: ({ title }, args) => said(title, args) }),
    kind: t.expose('kind', { type: FormKindEnum, description: 'What may stand in it ("kiểu dữ liệu").' }),
    required: t.exposeBoolean('required', { description: 'Whether the form is incomplete without it ("bắt buộc").' }),
    most: t.float({ nullable: true, description: 'The most characters of a text, or the greatest number; null where nothing more is laid down than its kind says ("giới hạn").', resolve: (field) => mostOf(field) ?? null }),
    prefilled: t.boolean({ description: 'Whether Query.prefill may know it ("có thể điền sẵn").', resolve: ({ from }) => from.length > 0 }),
  }),
});
