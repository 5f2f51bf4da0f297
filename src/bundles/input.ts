import { PersonKeyInput, idempotencyKey, prefillToken } from '../dossiers/input.ts';
import { PaperInput, furtherPapers } from '../dossiers/paper-input.ts';
import { builder } from '../graph/builder.ts';
import { SexEnum } from '../systems/population/graph.ts';
import { type relations } from './birth-form.ts';

/** How the requester stands to the child. */
export const RelationEnum = builder.enumType('Relation', {
  description: 'How the requester stands to the child ("quan hệ với trẻ").',
  values: {
    MOTHER: { description: 'Mother ("mẹ").' },
    FATHER: { description: 'Father ("cha").' },
    GRANDPARENT: { description: 'Grandparent ("ông, bà").' },
    OTHER_RELATIVE: { description: 'Another relative ("người thân thích khác").' },
    GUARDIAN: { description: 'Guardian ("người giám hộ").' },
  } satisfies Record<(typeof relations)[number], unknown>,
});

const BirthPlaceInput = builder.inputType('BirthPlaceInput', {
  description: 'Where the child was born ("nơi sinh").',
  fields: (t) => ({
    provinceCode: t.string({ description: 'Two digits, An Giang is 89 ("mã tỉnh").' }),
    detail: t.string({ description: 'Hospital or address ("chi tiết").' }),
  }),
});

const ChildInput = builder.inputType('ChildInput', {
  description: 'The child ("trẻ được khai sinh").',
  fields: (t) => ({
    fullName: t.string({ description: 'The name to be registered ("họ, chữ đệm, tên").' }),
    sex: t.field({ type: SexEnum, description: 'Sex ("giới tính").' }),
    birthDate: t.string({ description: '"yyyy-mm-dd" ("ngày sinh").' }),
    birthPlace: t.field({ type: BirthPlaceInput, description: 'Where ("nơi sinh").' }),
    hometown: t.string({ description: 'Hometown ("quê quán").' }),
    ethnicity: t.string({ required: false, description: 'Kinh unless said ("dân tộc").' }),
    nationality: t.string({ required: false, description: 'Việt Nam unless said ("quốc tịch").' }),
  }),
});

const AddressInput = builder.inputType('AddressInput', {
  description: 'An address in the province ("địa chỉ").',
  fields: (t) => ({
    communeCode: t.string({ description: 'Five digits ("mã xã, phường").' }),
    detail: t.string({ description: 'House, street, hamlet ("chi tiết").' }),
  }),
});

const ResidenceInput = builder.inputType('ResidenceInput', {
  description: 'Where the child is to be registered ("đăng ký thường trú").',
  fields: (t) => ({
    headOfHousehold: t.field({ type: PersonKeyInput, description: 'Head of the household ("chủ hộ").' }),
    headConsents: t.boolean({ description: 'Whether the head consents ("chủ hộ đồng ý").' }),
    address: t.field({ type: AddressInput, description: 'The address ("địa chỉ").' }),
  }),
});

const HealthCareInput = builder.inputType('HealthCareInput', {
  description: 'For the health-insurance card ("thẻ BHYT").',
  fields: (t) => ({ facilityCode: t.string({ description: 'Health facility of first registration, five digits ("mã cơ sở KCB ban đầu").' }) }),
});

const BirthFormInput = builder.inputType('BirthForm', {
  description: 'Application for birth registration, permanent residence and health-insurance card of a child under six (NĐ 63/2024/NĐ-CP, Mẫu 01) ("tờ khai liên thông").',
  fields: (t) => ({
    requester: t.field({ type: PersonKeyInput, description: 'Who applies ("người yêu cầu").' }),
    relation: t.field({ type: RelationEnum, description: 'How they stand to the child ("quan hệ").' }),
    mother: t.field({ type: PersonKeyInput, required: false, description: 'The mother; mother or father must be named ("mẹ").' }),
    father: t.field({ type: PersonKeyInput, required: false, description: 'The father ("cha").' }),
    child: t.field({ type: ChildInput, description: 'The child ("trẻ").' }),
    birthNotice: t.field({ type: PaperInput, description: 'The hospital\'s notice of birth ("giấy chứng sinh").' }),
    residence: t.field({ type: ResidenceInput, description: 'Where the child is to be registered ("thường trú").' }),
    healthCare: t.field({ type: HealthCareInput, description: 'For the card ("thẻ BHYT").' }),
    copies: t.int({ required: false, description: 'Extract copies wanted, 0 to 20 ("số bản sao").' }),
  }),
});

const BundleFormInput = builder.inputType('BundleForm', {
  isOneOf: true,
  description: 'The form of a linked procedure; exactly one ("tờ khai").',
  fields: (t) => ({ birth: t.field({ type: BirthFormInput, required: false, description: 'Birth, residence, health-insurance card ("khai sinh").' }) }),
});

/** Input of submitBundle. */
export const SubmitBundleInput = builder.inputType('SubmitBundleInput', {
  description: 'An application for a linked procedure ("nộp hồ sơ liên thông").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    form: t.field({ type: BundleFormInput, description: 'What is applied for ("tờ khai").' }),
    prefill: t.string({ required: false, description: prefillToken }),
  }),
});

/** Input of rehearseBundle. */
export const RehearseBundleInput = builder.inputType('RehearseBundleInput', {
  description: 'An application that is only tried out ("diễn tập").',
  fields: (t) => ({ form: t.field({ type: BundleFormInput, description: 'What would be applied for ("tờ khai").' }) }),
});

const BirthCorrectionsInput = builder.inputType('BirthCorrectionsInput', {
  description: 'Parts of a birth application that replace the earlier ones ("nội dung sửa đổi").',
  fields: (t) => ({
    birthNotice: t.field({ type: PaperInput, required: false, description: 'The notice of birth ("giấy chứng sinh").' }),
    residence: t.field({ type: ResidenceInput, required: false, description: 'Residence ("thường trú").' }),
    healthCare: t.field({ type: HealthCareInput, required: false, description: 'For the card ("thẻ BHYT").' }),
  }),
});

/** Input of supplementDossier. */
export const SupplementDossierInput = builder.inputType('SupplementDossierInput', {
  description: 'What is added to a dossier that was sent back ("bổ sung hồ sơ").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: 'Code of the dossier ("mã hồ sơ").' }),
    note: t.string({ description: 'What was added, for the officer ("nội dung bổ sung").' }),
    corrections: t.field({ type: BirthCorrectionsInput, required: false, description: 'What changes in the form ("nội dung sửa đổi").' }),
    papers: t.field({ type: [PaperInput], required: false, description: furtherPapers }),
  }),
});

/** Input of withdrawDossier. */
export const WithdrawDossierInput = builder.inputType('WithdrawDossierInput', {
  description: 'A withdrawal ("rút hồ sơ").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: 'Code of a dossier, or of a linked application to withdraw every open part ("mã hồ sơ").' }),
    reason: t.string({ description: 'Why ("lý do").' }),
  }),
});
