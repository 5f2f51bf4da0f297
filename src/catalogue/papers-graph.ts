import { builder, langArg, said } from '../graph/builder.ts';
import { isDemandedOnline, type InPersonMoment, type InPersonStep, type ProcedurePaper, type ProcedureResult } from './procedure-papers.ts';

/** A paper that belongs to an application. */
export const ProcedurePaperType = builder.objectRef<ProcedurePaper>('ProcedurePaper').implement({
  description: 'A paper that belongs to an application ("thành phần hồ sơ").',
  fields: (t) => ({
    typeCode: t.exposeString('typeCode', { description: 'Code of its type ("mã thành phần hồ sơ").' }),
    name: t.string({ args: langArg, description: 'What it is ("tên giấy tờ").', resolve: (paper, args) => said(paper.name, args) }),
    required: t.exposeBoolean('required', { description: 'Whether the application is incomplete without it ("bắt buộc").' }),
    demandedOnline: t.boolean({ description: 'Whether an online application is sent back without it: required, and neither the electronic form itself, nor in a register, nor shown at the counter ("bắt buộc khi nộp trực tuyến").', resolve: isDemandedOnline }),
  }),
});

/** What a procedure ends in. */
export const ProcedureResultType = builder.objectRef<ProcedureResult>('ProcedureResult').implement({
  description: 'What a procedure ends in ("kết quả giải quyết").',
  fields: (t) => ({
    typeCode: t.exposeString('typeCode', { nullable: true, description: 'Code of the result, KQ.…, where it is known ("mã giấy tờ kết quả").' }),
    name: t.string({ args: langArg, description: 'What it is ("tên kết quả").', resolve: (result, args) => said(result.name, args) }),
  }),
});

/** An act at the desk before which something may have to be done in person. */
export const InPersonMomentEnum = builder.enumType('InPersonMoment', {
  description: 'The act at the desk before which something is done in person ("thời điểm").',
  values: {
    ACCEPT: { description: 'Acceptance ("tiếp nhận").' },
    FINISH: { description: 'The end of the work ("xử lý xong").' },
    RETURN: { description: 'The handing over of the result ("trả kết quả").' },
  } satisfies Record<InPersonMoment, unknown>,
});

/** Something that somebody must come for. */
export const InPersonStepType = builder.objectRef<InPersonStep>('InPersonStep').implement({
  description: 'Something that somebody must come for, although the application was filed from afar ("việc phải làm trực tiếp").',
  fields: (t) => ({
    at: t.expose('at', { type: InPersonMomentEnum, description: 'Before which act at the desk ("thời điểm").' }),
    what: t.string({ args: langArg, description: 'What is done ("nội dung").', resolve: ({ what }, args) => said(what, args) }),
  }),
});
