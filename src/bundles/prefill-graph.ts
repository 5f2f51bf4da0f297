import { factsPart } from '../dossiers/facts.ts';
import { FieldOriginEnum } from '../dossiers/form-graph.ts';
import { PersonKeyInput } from '../dossiers/input.ts';
import { prefillDossier, type Prefill } from '../dossiers/prefill.ts';
import type { KnownField } from '../dossiers/voucher.ts';
import { SystemNameEnum, builder } from '../graph/builder.ts';
import { purposeOf } from '../graph/context.ts';
import { refuse } from '../graph/errors.ts';
import { isFailure } from '../kit/failure.ts';
import { words } from '../kit/words.ts';
import { below } from './application.ts';
import { prefillBirth } from './birth-prefill.ts';
import { enginePart } from './engine.ts';
import { RelationEnum } from './input.ts';

const PrefilledFieldType = builder.objectRef<KnownField>('PrefilledField').implement({
  description: 'A field whose value is known before anybody types it ("trường điền sẵn").',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Its path in the form, dots between ("mã trường").' }),
    value: t.exposeString('value', { description: 'What is known; it may be changed, and then counts as typed ("giá trị").' }),
    origin: t.expose('origin', { type: FieldOriginEnum, description: 'Who knows it ("nguồn gốc").' }),
    system: t.expose('system', { type: SystemNameEnum, nullable: true, description: 'The register, where it is from one ("cơ sở dữ liệu").' }),
    fromDossier: t.exposeString('fromDossier', { nullable: true, description: 'Code of the earlier dossier or linked application, where it is from one ("mã hồ sơ trước").' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'The time of which it is true ("tại thời điểm").' }),
  }),
});

const PrefillType = builder.objectRef<Prefill>('Prefill').implement({
  description: 'What registers and earlier dossiers know for an application ("dữ liệu điền sẵn").',
  fields: (t) => ({
    fields: t.expose('fields', { type: [PrefilledFieldType], description: 'What is known ("các trường đã biết").' }),
    token: t.exposeString('token', { description: 'Hand it in with the application: by it the hub itself finds where each value is from. Good for this client, form and applicant ("mã điền sẵn").' }),
    until: t.expose('until', { type: 'DateTime', description: 'When the token ends ("hết hạn").' }),
    known: t.int({ description: 'How many fields are known ("số trường đã biết").', resolve: ({ fields }) => fields.length }),
    toType: t.int({ description: 'How many fields are still to be filled in ("số trường còn phải nhập").', resolve: ({ missing }) => missing.length }),
    missing: t.exposeStringList('missing', { description: 'Paths of the fields that are still to be filled in; a paper counts as one ("các trường còn thiếu").' }),
    silent: t.expose('silent', { type: [SystemNameEnum], description: 'Registers that could not be asked now: what they know is left to type ("cơ sở dữ liệu chưa trả lời").' }),
  }),
});

const BirthPrefillInput = builder.inputType('BirthPrefillInput', {
  description: 'For a birth application ("khai sinh").',
  fields: (t) => ({
    requester: t.field({ type: PersonKeyInput, description: 'Who applies ("người yêu cầu").' }),
    relation: t.field({ type: RelationEnum, description: 'How they stand to the child ("quan hệ").' }),
    otherParent: t.field({ type: PersonKeyInput, required: false, description: 'The child\'s other parent, whose record tells hometown and ethnicity ("cha hoặc mẹ còn lại").' }),
  }),
});

const DossierPrefillInput = builder.inputType('DossierPrefillInput', {
  description: 'For an ordinary application ("hồ sơ một thủ tục").',
  fields: (t) => ({
    procedure: t.string({ description: 'Code of the procedure ("mã thủ tục").' }),
    applicant: t.field({ type: PersonKeyInput, description: 'Who applies ("người nộp").' }),
    enterprise: t.string({ required: false, description: 'Code of the enterprise in whose name ("mã số doanh nghiệp").' }),
  }),
});

const PrefillInput = builder.inputType('PrefillInput', {
  isOneOf: true,
  description: 'What is to be applied for; exactly one ("tờ khai").',
  fields: (t) => ({
    birth: t.field({ type: BirthPrefillInput, required: false, description: 'Birth, residence, health-insurance card ("khai sinh").' }),
    dossier: t.field({ type: DossierPrefillInput, required: false, description: 'One procedure ("một thủ tục").' }),
  }),
});

builder.queryField('prefill', (t) =>
  t.field({
    type: PrefillType,
    description: 'What registers and earlier dossiers already know for an application, so that only what nobody knows is typed; asks for a purpose and stores nothing ("điền sẵn").',
    args: { form: t.arg({ type: PrefillInput, description: 'For which application ("tờ khai").' }) },
    resolve: async (_, { form: { birth, dossier } }, context) => {
      const engine = context.parts.get(enginePart);
      const asker = { viewer: context.viewer, purpose: purposeOf(context) };
      const known = birth ? await prefillBirth(engine, asker, birth, 'form.birth') : dossier && (await prefillDossier(engine, context.parts.get(factsPart), { ...asker, ...dossier }));
      if (known && !isFailure(known)) return known;
      const issues = (known?.issues ?? []).map((issue) => (birth ? issue : below('form.dossier', issue)));
      throw refuse('BAD_INPUT', words('Thông tin để điền sẵn không hợp lệ.', 'Nothing can be prefilled from these facts.'), { issues });
    },
  }),
);
