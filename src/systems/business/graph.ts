import { BorrowedInterface, builder, marked } from '../../graph/builder.ts';
import { purposeOf, type HubContext } from '../../graph/context.ts';
import { borrowed, refuse, type Borrowed } from '../../graph/errors.ts';
import { load, lookup } from '../../graph/lookup.ts';
import { findEnterpriseCodeIssue } from '../../kit/enterprise-code.ts';
import { words } from '../../kit/words.ts';
import { business, type Branch, type Business, type BusinessAddress, type BusinessLine, type BusinessStatus, type Representative } from './client.ts';

const businesses = lookup(business, 'businesses');

const status = (value: BusinessStatus, description: string) => ({ value, description });

/** In which state an enterprise is. */
export const BusinessStatusEnum = builder.enumType('BusinessStatus', {
  description: 'In which state an enterprise is; one that has ceased is still found ("tình trạng pháp lý").',
  values: {
    ACTIVE: status('ACTIVE', 'At work ("Đang hoạt động").'),
    SUSPENDED: status('SUSPENDED', 'Has suspended its business for a time ("Tạm ngừng kinh doanh").'),
    DISSOLVING: status('DISSOLVING', 'Is being dissolved ("Đang làm thủ tục giải thể").'),
    DISSOLVED: status('DISSOLVED', 'Has been dissolved ("Đã giải thể").'),
    REVOKED: status('REVOKED', 'Its certificate has been taken away ("Bị thu hồi GCN ĐKDN").'),
    NOT_AT_ADDRESS: status('NOT_AT_ADDRESS', 'No longer works at its registered address ("Không còn hoạt động tại địa chỉ đã đăng ký").'),
    OTHER: status('OTHER', 'A state that the hub has no word for; statusName has the register\'s ("tình trạng khác").'),
  },
});

const AddressType = builder.objectRef<BusinessAddress>('BusinessAddress').implement({
  description: 'Where an enterprise has its head office, in the register\'s spelling ("địa chỉ trụ sở chính").',
  fields: (t) => ({
    fullText: t.exposeString('fullText', { description: 'The whole address ("địa chỉ đầy đủ").' }),
    street: t.exposeString('street', { nullable: true, description: 'House, street, hamlet ("số nhà, đường, thôn, ấp").' }),
    ward: t.exposeString('ward', { nullable: true, description: 'The commune ("phường, xã").' }),
    district: t.exposeString('district', { nullable: true, description: 'The district, for addresses from before 2025-07-01 ("quận, huyện").' }),
    province: t.exposeString('province', { nullable: true, description: 'The province ("tỉnh, thành phố").' }),
  }),
});

const LineType = builder.objectRef<BusinessLine>('BusinessLine').implement({
  description: 'A line of business ("ngành nghề kinh doanh").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'Four or five digits of the national list, VSIC ("mã ngành").' }),
    name: t.exposeString('name', { description: 'Its name ("tên ngành").' }),
    main: t.exposeBoolean('main', { description: 'Whether it is the main one ("ngành chính").' }),
  }),
});

const RepresentativeType = builder.objectRef<Representative>('BusinessRepresentative').implement({
  description: 'Who represents an enterprise by law ("người đại diện theo pháp luật").',
  fields: (t) => ({
    fullName: t.exposeString('fullName', { description: 'The name, which is public ("họ và tên").' }),
    personalId: t.exposeString('personalId', { nullable: true, description: 'The twelve-digit number, which is personal data; null where another paper is on record ("số định danh cá nhân").' }),
  }),
});

const BranchType = builder.objectRef<Branch>('BusinessBranch').implement({
  description: 'A branch or representative office as its enterprise names it ("đơn vị phụ thuộc").',
  fields: (t) => ({
    registrationNumber: t.exposeString('registrationNumber', { description: 'The enterprise\'s ten digits, a hyphen, 001 to 999 ("mã số đơn vị phụ thuộc").' }),
    name: t.exposeString('name', { description: 'Its name ("tên").' }),
    type: t.exposeString('type', { nullable: true, description: 'What it is, in the register\'s words ("loại hình").' }),
    business: t.field({
      type: BusinessType,
      nullable: true,
      description: 'Everything that is on record of it ("thông tin đơn vị phụ thuộc").',
      resolve: ({ registrationNumber }, _, context) => findBusiness(context, registrationNumber),
    }),
  }),
});

/** An enterprise of the register, or a branch of one. */
export const BusinessType = builder.objectRef<Borrowed<Business>>('Business');

builder.node(BusinessType, {
  description: 'An enterprise, or a branch of one, as the national register has it ("doanh nghiệp").',
  interfaces: [BorrowedInterface],
  id: { resolve: ({ registrationNumber }) => registrationNumber },
  loadOne: async (registrationNumber, context) => marked(BusinessType, await findBusiness(context, registrationNumber)),
  fields: (t) => ({
    registrationNumber: t.exposeString('registrationNumber', { description: 'Ten digits, for a branch a hyphen and three more; also its tax code ("mã số doanh nghiệp").' }),
    name: t.exposeString('name', { description: 'The name in Vietnamese ("tên doanh nghiệp").' }),
    foreignName: t.exposeString('foreignName', { nullable: true, description: 'The name in a foreign language ("tên bằng tiếng nước ngoài").' }),
    shortName: t.exposeString('shortName', { nullable: true, description: 'The abbreviated name ("tên viết tắt").' }),
    type: t.exposeString('type', { description: 'Its legal form, in the register\'s words ("loại hình doanh nghiệp").' }),
    status: t.expose('status', { type: BusinessStatusEnum, description: 'In which state it is ("tình trạng pháp lý").' }),
    statusName: t.exposeString('statusName', { description: 'The same in the register\'s own words ("tên tình trạng").' }),
    foundedOn: t.expose('foundedOn', { type: 'Date', nullable: true, description: 'The day of its foundation ("ngày thành lập").' }),
    charterCapital: t.expose('charterCapital', { type: 'Dong', nullable: true, description: 'Its charter capital; a branch has none of its own ("vốn điều lệ").' }),
    headOffice: t.expose('headOffice', { type: AddressType, nullable: true, description: 'Where its head office is ("địa chỉ trụ sở chính").' }),
    lines: t.expose('lines', { type: [LineType], description: 'What it does ("ngành nghề kinh doanh").' }),
    representatives: t.expose('representatives', { type: [RepresentativeType], description: 'Who represents it by law ("người đại diện theo pháp luật").' }),
    branches: t.expose('branches', { type: [BranchType], description: 'Its branches and representative offices ("đơn vị phụ thuộc").' }),
    parent: t.field({
      type: BusinessType,
      nullable: true,
      description: 'The enterprise to which this branch belongs; null for an enterprise ("doanh nghiệp chủ quản").',
      resolve: ({ parentNumber }, _, context) => (parentNumber ? findBusiness(context, parentNumber) : null),
    }),
  }),
});

/**
 * The enterprise or branch with that code, under the request's purpose; null when there is none, and one that has ceased is
 * there with its state. A code that cannot be one is refused here, so that no personal number typed in its place gets into
 * an address.
 */
export async function findBusiness(context: HubContext, registrationNumber: string): Promise<Borrowed<Business> | null> {
  const code = registrationNumber.trim();
  const issue = findEnterpriseCodeIssue('registrationNumber', code);
  if (issue) throw refuse('BAD_INPUT', words('Mã số doanh nghiệp không hợp lệ.', 'This is not the code of an enterprise.'), { issues: [issue] });
  return borrowed(await load(context, businesses, purposeOf(context), code), business.name);
}

builder.queryField('business', (t) =>
  t.field({
    type: BusinessType,
    nullable: true,
    description: 'An enterprise or branch by its code; null when the register has none with it ("tra cứu doanh nghiệp").',
    args: { registrationNumber: t.arg.string({ description: 'Ten digits, or for a branch "1699900018-001" ("mã số doanh nghiệp").' }) },
    resolve: (_, { registrationNumber }, context) => findBusiness(context, registrationNumber),
  }),
);
