import { builder, langArg, said } from '../graph/builder.ts';
import { AgencyType, DeskEnum } from './agency-graph.ts';
import { DueUnitEnum } from './due-date-graph.ts';
import { listed, listingArgs, today } from './listing.ts';
import { cataloguePart } from './part.ts';
import { FormFieldDefinitionType } from './form-graph.ts';
import { InPersonStepType, ProcedurePaperType, ProcedureResultType } from './papers-graph.ts';
import { ConfidenceEnum } from './confidence-graph.ts';
import { channels, type ApplicantKind, type Channel, type Procedure, type ProcedurePart, type ProcedureTerm } from './procedures.ts';

/** The ways of filing. */
export const FilingChannelEnum = builder.enumType('FilingChannel', {
  description: 'A way of filing ("kênh thực hiện").',
  values: {
    COUNTER: { description: 'At the counter ("trực tiếp").' },
    ONLINE: { description: 'Online ("trực tuyến").' },
    POSTAL: { description: 'By public post ("bưu chính công ích").' },
  } satisfies Record<Channel, unknown>,
});

const AgencyLevelEnum = builder.enumType('AgencyLevel', {
  description: 'The level that decides ("cấp giải quyết").',
  values: { PROVINCE: { description: 'Province ("cấp tỉnh").' }, DISTRICT: { description: 'District, until 30/06/2025 ("cấp huyện").' }, COMMUNE: { description: 'Commune ("cấp xã").' } },
});

const ServiceLevelEnum = builder.enumType('ServiceLevel', {
  description: 'How much of a procedure is online ("mức độ dịch vụ công").',
  values: { FULL: { description: 'Fully online ("toàn trình").' }, PARTIAL: { description: 'Partly online ("một phần").' } },
});

const ApplicantKindEnum = builder.enumType('ApplicantKind', {
  description: 'In whose name an application may be filed ("loại đối tượng").',
  values: {
    PERSON: { description: 'A person\'s own ("cá nhân").' },
    ENTERPRISE: { description: 'An enterprise\'s, by a person ("doanh nghiệp").' },
  } satisfies Record<ApplicantKind, unknown>,
});

const ProcedureTermType = builder.objectRef<ProcedureTerm>('ProcedureTerm').implement({
  description: 'How long a procedure may take ("thời hạn giải quyết").',
  fields: (t) => ({
    amount: t.exposeInt('amount', { description: 'How much; 0 working days = the same day ("số lượng").' }),
    unit: t.expose('unit', { type: DueUnitEnum, description: 'Of what ("đơn vị").' }),
    source: t.exposeString('source', { description: 'Where it is laid down ("căn cứ pháp lý").' }),
    confidence: t.expose('confidence', { type: ConfidenceEnum, description: 'How sure that is ("mức độ tin cậy").' }),
  }),
});

const FeeType = builder.objectRef<{ readonly channel: Channel; readonly amount: number }>('ProcedureFee').implement({
  description: 'What a way of filing costs ("phí, lệ phí").',
  fields: (t) => ({
    channel: t.expose('channel', { type: FilingChannelEnum, description: 'The way of filing ("kênh thực hiện").' }),
    amount: t.exposeInt('amount', { description: 'đồng, 0 = free ("mức thu").' }),
  }),
});

const ProcedurePartType = builder.objectRef<ProcedurePart>('ProcedurePart').implement({
  description: 'One act within a linked procedure ("thủ tục thành phần").',
  fields: (t) => ({
    act: t.exposeString('act', { description: 'The bundle\'s name for it ("bước").' }),
    name: t.string({ args: langArg, description: 'Its name ("tên thủ tục").', resolve: (part, args) => said(part.name, args) }),
    procedure: t.exposeString('procedure', { nullable: true, description: 'Code of the procedure that it carries out, where it is known ("mã thủ tục").' }),
    desk: t.expose('desk', { type: DeskEnum, description: 'Who answers ("bộ phận giải quyết").' }),
    term: t.expose('term', { type: ProcedureTermType, description: 'How long it may take within the whole ("thời hạn").' }),
    fees: t.field({ type: [FeeType], description: 'What it costs ("phí, lệ phí").', resolve: ({ fees }) => listFees(fees) }),
  }),
});

/** An administrative procedure. */
export const ProcedureType = builder.objectRef<Procedure>('Procedure').implement({
  description: 'An administrative procedure as it stands in one period ("thủ tục hành chính").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Its code, like 1.001193 ("mã thủ tục").' }),
    name: t.string({ args: langArg, description: 'Its name ("tên thủ tục").', resolve: (procedure, args) => said(procedure.name, args) }),
    sector: t.string({ args: langArg, description: 'Its sector ("lĩnh vực").', resolve: ({ sector }, args) => said(sector.name, args) }),
    level: t.expose('level', { type: AgencyLevelEnum, description: 'The level that decides ("cấp giải quyết").' }),
    desk: t.expose('desk', { type: DeskEnum, nullable: true, description: 'Where a dossier goes; null where no agency of the catalogue answers ("bộ phận giải quyết").' }),
    serviceLevel: t.expose('serviceLevel', { type: ServiceLevelEnum, description: 'How much is online ("mức độ dịch vụ công").' }),
    term: t.expose('term', { type: ProcedureTermType, description: 'How long it may take ("thời hạn giải quyết").' }),
    fees: t.field({ type: [FeeType], description: 'What it costs; a way of filing that is missing is not offered ("phí, lệ phí").', resolve: ({ fees }) => listFees(fees) }),
    feeSource: t.string({ description: 'Where the fees are laid down ("căn cứ thu").', resolve: ({ fees }) => fees.source }),
    feeConfidence: t.field({ type: ConfidenceEnum, description: 'How sure the fees are ("mức độ tin cậy").', resolve: ({ fees }) => fees.confidence }),
    source: t.string({ description: 'Where code and name are from ("nguồn").', resolve: ({ listed }) => listed.source }),
    confidence: t.field({ type: ConfidenceEnum, description: 'How sure code and name are ("mức độ tin cậy").', resolve: ({ listed }) => listed.confidence }),
    applicants: t.field({ type: [ApplicantKindEnum], description: 'In whose name it may be filed ("đối tượng thực hiện").', resolve: ({ applicants }) => applicants }),
    papers: t.expose('papers', { type: [ProcedurePaperType], description: 'The papers that belong to an application ("thành phần hồ sơ").' }),
    result: t.expose('result', { type: ProcedureResultType, nullable: true, description: 'What it ends in, where that is on record ("kết quả giải quyết").' }),
    inPerson: t.expose('inPerson', { type: [InPersonStepType], description: 'What somebody must still come for when it was filed from afar; nothing where it is fully online ("việc phải làm trực tiếp").' }),
    form: t.expose('form', { type: [FormFieldDefinitionType], description: 'The fields of its electronic form; none where it has none ("tờ khai điện tử").' }),
    parts: t.expose('parts', { type: [ProcedurePartType], description: 'Its acts, where it is a linked procedure ("thủ tục thành phần").' }),
    validFrom: t.expose('validFrom', { type: 'Date', description: 'First day on which it stands so ("hiệu lực từ").' }),
    validTo: t.expose('validTo', { type: 'Date', nullable: true, description: 'Last day, where it is known ("hiệu lực đến").' }),
    agency: t.field({
      type: AgencyType,
      nullable: true,
      description: 'The agency that answers for a commune ("cơ quan giải quyết").',
      args: { commune: t.arg.string({ description: 'Commune code ("mã phường, xã").' }), on: t.arg({ type: 'Date', required: false, description: 'On that day; today unless stated ("ngày").' }) },
      resolve: ({ desk }, { commune, on }, context) => (desk ? context.parts.get(cataloguePart).findDesk(desk, commune, on ?? today(context)) : null),
    }),
  }),
});

builder.queryField('procedure', (t) =>
  t.field({
    type: ProcedureType,
    nullable: true,
    description: 'A procedure by its code; null when none of that code is in force ("tra cứu thủ tục hành chính").',
    args: { code: t.arg.string({ description: 'Like 1.001193 ("mã thủ tục").' }), on: t.arg({ type: 'Date', required: false, description: 'As it stands on that day; today unless stated ("ngày").' }) },
    resolve: (_, { code, on }, context) => context.parts.get(cataloguePart).findProcedure(code, on ?? today(context)),
  }),
);

builder.queryField('procedures', (t) =>
  t.field({
    type: [ProcedureType],
    description: 'The procedures in force, by code, or those that are searched for, the best first ("danh mục thủ tục hành chính").',
    args: {
      ...listingArgs,
      sector: t.arg.string({ required: false, description: 'Only those of a sector: its code, or words of its name as in `search` ("lĩnh vực").' }),
      level: t.arg({ type: AgencyLevelEnum, required: false, description: 'Only those decided at this level ("cấp giải quyết").' }),
      serviceLevel: t.arg({ type: ServiceLevelEnum, required: false, description: 'Only those of this level of service ("mức độ dịch vụ công").' }),
    },
    resolve: (_, { on, sector, level, serviceLevel, ...listing }, context) => {
      const inForce = context.parts.get(cataloguePart).procedures(on ?? today(context)).filter((row) => (!level || row.level === level) && (!serviceLevel || row.serviceLevel === serviceLevel));
      const ofSector = new Set(listed(inForce, { search: sector }, ({ sector: { code = '', name } }) => [code, name.vi, name.en]));
      return listed(inForce.filter((row) => ofSector.has(row)), listing, ({ code, name, sector: { name: sectorName } }) => [code, name.vi, name.en, sectorName.vi, sectorName.en]);
    },
  }),
);

function listFees(fees: Procedure['fees']): { channel: Channel; amount: number }[] {
  return channels.flatMap((channel) => {
    const amount = fees[channel];
    return amount === undefined ? [] : [{ channel, amount }];
  });
}
