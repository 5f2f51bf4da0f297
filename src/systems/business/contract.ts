import { z } from 'zod';
import { operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** The register has issued nothing of its own to the province: the gateway's account is enough. */
export const settings = {} satisfies Record<string, Setting>;

/** Serialisers write what is not on record as null or leave it out. */
const text = z.string().nullish();

/** Date as the register writes it: "dd/MM/yyyy". */
const date = z.string().regex(/^\d{2}\/\d{2}\/\d{4}$/).nullish();

/** A block that stands alone where there is one, and as a list where there are several. */
const oneOrMany = <Shape extends z.ZodType>(shape: Shape) => z.union([shape, z.array(shape)]).nullish();

/** Code of an enterprise (ten digits) or of a branch (with "-001" and on). */
const enterpriseCode = z.string().regex(/^\d{10}(-\d{3})?$/);

/** The states in which an enterprise can be, in the register's words. A decree's longer wording begins alike. */
export const statusNames = [
  'Đang hoạt động',
  'Tạm ngừng kinh doanh',
  'Đang làm thủ tục giải thể',
  'Đã giải thể',
  'Bị thu hồi GCN ĐKDN',
  'Không còn hoạt động tại địa chỉ đã đăng ký',
] as const;

/** The enterprise itself ("thông tin cơ bản"). Codes are text: they begin with 0. */
export const mainInformation = z.object({
  ENTERPRISE_GDT_CODE: enterpriseCode,
  NAME: z.string().min(1),
  NAME_F: text,
  SHORT_NAME: text,
  ENTERPRISE_TYPE_NAME: z.string().min(1),
  ENTERPRISE_STATUS_NAME: z.string().min(1),
  FOUNDING_DATE: date,
  LAST_AMEND_DATE: date,
  CAPITAL_AMOUNT: z.number().min(0).max(Number.MAX_SAFE_INTEGER).nullish(),
  LEGAL_NAMES: text,
});

/** Where the head office is ("địa chỉ trụ sở chính"). The spelling is the register's own; its numbers of places are not the State's codes and are left out. */
export const headOffice = z.object({ CityName: text, DistrictName: text, WardName: text, StreetNumber: text, AddressFullText: z.string().min(1) });

/** Who represents the enterprise by law ("người đại diện theo pháp luật"). All but the name is personal data. */
export const representative = z.object({ FULL_NAME: z.string().min(1), PERS_DOC_NO: text, PERS_DOC_NAME: text, DATE_OF_BIRTH: text, NATIONALITY_NAME: text });

/** A line of business by its code of four or five digits in the national list ("ngành nghề, VSIC"). */
export const businessActivity = z.object({ CODE: z.string().regex(/^\d{4,5}$/), NAME: z.string().min(1), IS_MAIN: z.enum(['Y', 'N']).nullish() });

/** A branch or representative office ("đơn vị phụ thuộc"). */
export const branch = z.object({ ENTERPRISE_GDT_CODE: enterpriseCode, NAME: z.string().min(1), ENTERPRISE_TYPE_NAME: text });

/** `GET /chiTietDoanhNghiep?msdn=`: everything about one enterprise or branch. */
export const findEnterprise = operation({
  id: 'business.findEnterprise',
  summary: 'One enterprise, or one branch, by its code. Status 1 without MainInformation: there is none with that code. One that has ceased is answered with its state. Status 0: the question was refused, Message says why.',
  method: 'GET',
  path: '/chiTietDoanhNghiep?msdn={msdn}',
  media: 'application/json',
  answers: {
    200: z.object({
      Status: z.union([z.enum(['0', '1']), z.literal([0, 1])]),
      Message: text,
      DataCount: z.int().min(0).nullish(),
      Data: z
        .object({
          MainInformation: mainInformation.nullish(),
          HOAdress: headOffice.nullish(),
          Representatives: oneOrMany(representative),
          BusinessActivity: oneOrMany(businessActivity),
          Branches: oneOrMany(branch),
        })
        .nullish(),
    }),
  },
  secured: true,
  source:
    'domain notes §2.1 (path, msdn), §2.4; names and spelling of blocks and fields, dd/MM/yyyy, Status and Message as in the published interface description of a province’s exchange (Quảng Bình, chiTietDoanhNghiep) and in the clients of OpenCPS and of a trade-ministry system [checked]: there the block is "Data" and the name "NAME". ' +
    'ENTERPRISE_STATUS_NAME by the two clients [checked]; the description has a code ENTERPRISE_STATUS in its place, of which only ACT = at work is known. Status names §2.4 [assumed: high]. Representatives as object or list: read both ways by OpenCPS [checked]. Not found = Data without MainInformation [checked in OpenCPS], Status 1 there [assumed: medium]. Branches [assumed: low]: no source shows how the register lists them',
});

/** The enterprise register's document. */
export const contract: Contract = {
  title: 'Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp',
  version: '1.0',
  description: 'Looks one enterprise up by its code. Behind NDXP. Household businesses are not in it, and the five-digit number of a business location is no key. Name, code, address, lines of business and the representative’s name are public; the rest is given for a purpose.',
  security: { type: 'http', scheme: 'bearer', description: 'Token of NDXP.' },
  operations: [findEnterprise],
};
