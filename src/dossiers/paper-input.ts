import { builder } from '../graph/builder.ts';

const RegisterPaperInput = builder.inputType('RegisterPaperInput', {
  description: 'A paper that stands in a register ("giấy tờ điện tử").',
  fields: (t) => ({
    number: t.string({ description: 'Its number ("số").' }),
    issuedOn: t.string({ description: '"yyyy-mm-dd" ("ngày cấp").' }),
    issuer: t.string({ description: 'Who issued it ("nơi cấp").' }),
  }),
});

const UploadedPaperInput = builder.inputType('UploadedPaperInput', {
  description: 'A file that was handed in at POST /papers and is part of no dossier yet, with what stands on it ("giấy tờ tải lên").',
  fields: (t) => ({
    id: t.id({ description: 'The id that POST /papers answered; good once ("mã tệp").' }),
    number: t.string({ required: false, description: 'The number on it; demanded of a notice of birth ("số").' }),
    issuedOn: t.string({ required: false, description: '"yyyy-mm-dd", the day on it; demanded of a notice of birth ("ngày cấp").' }),
    issuer: t.string({ required: false, description: 'Who issued it ("nơi cấp").' }),
  }),
});

const StoredPaperInput = builder.inputType('StoredPaperInput', {
  description: 'A paper of this type that the same applicant handed in before, or that was issued to them: it is not asked for again (NĐ 45/2020/NĐ-CP) ("giấy tờ trong kho").',
  fields: (t) => ({ dossier: t.string({ description: 'Code of the dossier, or linked application, that it came with or that brought it forth ("mã hồ sơ trước").' }) }),
});

const PaperSourceInput = builder.inputType('PaperSourceInput', {
  isOneOf: true,
  description: 'Where a paper comes from; exactly one ("nguồn giấy tờ").',
  fields: (t) => ({
    upload: t.field({ type: UploadedPaperInput, required: false, description: 'A file handed in now ("tệp tải lên").' }),
    stored: t.field({ type: StoredPaperInput, required: false, description: 'A paper of an earlier dossier ("từ hồ sơ trước").' }),
    register: t.field({ type: RegisterPaperInput, required: false, description: 'From a register ("từ cơ sở dữ liệu").' }),
  }),
});

/** A paper of an application, wherever it comes from. */
export const PaperInput = builder.inputType('PaperInput', {
  description: 'A paper of the application ("giấy tờ").',
  fields: (t) => ({
    typeCode: t.string({ description: 'Code of its type, such as those of Procedure.papers ("mã thành phần hồ sơ").' }),
    source: t.field({ type: PaperSourceInput, description: 'Where it comes from ("nguồn").' }),
  }),
});

/** Description of the field that takes further papers. */
export const furtherPapers = 'Its papers, at most 50 ("giấy tờ kèm theo").';
