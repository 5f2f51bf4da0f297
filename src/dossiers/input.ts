import { FilingChannelEnum } from '../catalogue/graph.ts';
import { builder } from '../graph/builder.ts';
import { PaperInput, furtherPapers } from './paper-input.ts';

/** Description of the field that every mutation's input begins with. */
export const idempotencyKey = 'Unique per client: the same key with the same body gives the first answer again ("khóa chống trùng").';

/** Description of the officer's word in the acts that somebody may have to come for. */
const inPersonDone = 'The officer\'s word that what Dossier.inPerson names for this act was done; only asked for where it names something ("đã thực hiện trực tiếp").';

/** The three facts by which a person is known. */
export const PersonKeyInput = builder.inputType('PersonKeyInput', {
  description: 'The three facts by which the population register knows a person; all must match ("thông tin định danh").',
  fields: (t) => ({
    personalId: t.string({ description: 'Twelve digits ("số định danh cá nhân").' }),
    fullName: t.string({ description: 'The name, in any case ("họ và tên").' }),
    birthDate: t.string({ description: '"yyyy-mm-dd", or "yyyy" for a person registered by year only ("ngày sinh").' }),
    phone: t.string({ required: false, description: 'Mobile number for notices; of the requester ("số điện thoại").' }),
  }),
});

const code = 'Code of the dossier ("mã hồ sơ").';

/** Description of the token in every input that takes one. */
export const prefillToken = 'Token of Query.prefill: values that it vouches for count as known, all others as typed. No part of the body that the idempotency key stands for ("mã điền sẵn").';

const FormFieldInput = builder.inputType('FormFieldInput', {
  description: 'A field of an electronic form, filled in ("trường của tờ khai").',
  fields: (t) => ({
    path: t.string({ description: 'Its path, as Procedure.form has it ("mã trường").' }),
    value: t.string({ description: 'Its value, in the form that its kind demands ("giá trị").' }),
  }),
});

/** Input of submitDossier. */
export const SubmitDossierInput = builder.inputType('SubmitDossierInput', {
  description: 'An ordinary application, for one procedure ("nộp hồ sơ").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    procedure: t.string({ description: 'Code of the procedure ("mã thủ tục").' }),
    communeCode: t.string({ description: 'The commune whose desk answers, five digits ("mã xã, phường").' }),
    channel: t.field({ type: FilingChannelEnum, required: false, defaultValue: 'ONLINE', description: 'How it is filed ("kênh thực hiện").' }),
    applicant: t.field({ type: PersonKeyInput, description: 'Who applies ("người nộp").' }),
    enterprise: t.string({ required: false, description: 'Code of the enterprise or branch in whose name the applicant files, where the procedure is for enterprises ("mã số doanh nghiệp").' }),
    fields: t.field({ type: [FormFieldInput], required: false, description: 'The electronic form, complete; left out where the form comes as a paper ("tờ khai điện tử").' }),
    prefill: t.string({ required: false, description: prefillToken }),
    papers: t.field({ type: [PaperInput], required: false, description: furtherPapers }),
  }),
});

/** Input of acceptDossier. */
export const AcceptDossierInput = builder.inputType('AcceptDossierInput', {
  description: 'An acceptance ("tiếp nhận hồ sơ").',
  fields: (t) => ({ idempotencyKey: t.string({ description: idempotencyKey }), code: t.string({ description: code }), inPersonDone: t.boolean({ required: false, description: inPersonDone }) }),
});

/** Input of assignDossier. */
export const AssignDossierInput = builder.inputType('AssignDossierInput', {
  description: 'An assignment ("phân công").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    assignee: t.string({ description: 'Opaque staff id of the officer ("mã cán bộ").' }),
  }),
});

/** Input of requestSupplement. */
export const RequestSupplementInput = builder.inputType('RequestSupplementInput', {
  description: 'A request for more papers; allowed once ("yêu cầu bổ sung").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    what: t.string({ description: 'All that is missing, in one go ("nội dung bổ sung").' }),
  }),
});

/** Input of refuseDossier. */
export const RefuseDossierInput = builder.inputType('RefuseDossierInput', {
  description: 'A refusal in writing ("từ chối hồ sơ").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    reason: t.string({ description: 'Why ("lý do").' }),
  }),
});

/** Input of finishDossier. */
export const FinishDossierInput = builder.inputType('FinishDossierInput', {
  description: 'The end of the work on a dossier ("xử lý xong").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    code: t.string({ description: code }),
    note: t.string({ description: 'What was decided ("kết quả xử lý").' }),
    inPersonDone: t.boolean({ required: false, description: inPersonDone }),
  }),
});

/** Input of returnResult. */
export const ReturnResultInput = builder.inputType('ReturnResultInput', {
  description: 'The handing over of a result ("trả kết quả").',
  fields: (t) => ({ idempotencyKey: t.string({ description: idempotencyKey }), code: t.string({ description: code }), inPersonDone: t.boolean({ required: false, description: inPersonDone }) }),
});
