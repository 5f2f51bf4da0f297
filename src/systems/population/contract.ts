import { z } from 'zod';
import { operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What C06 issues to the province. */
export const settings = {
  USER: { describe: 'Account name', sandbox: 'angiang' },
  SECRET: { describe: 'Secret that goes into the password digest', sandbox: 'sandbox-c06-secret' },
  INTEGRATION_CODE: { describe: 'MaTichHop, the integration code of the calling system', sandbox: '037' },
} satisfies Record<string, Setting>;

/** XML tells one element from a list of one by nothing: a single element, several or none become a list. */
const listOf = <Shape extends z.ZodType>(shape: Shape) =>
  z.preprocess((value) => (value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value]), z.array(shape));

/** An element without content reads as empty text: an absent group. */
const group = <Shape extends z.ZodType>(shape: Shape) => z.preprocess((value) => (value === '' ? undefined : value), shape.optional());

/** Date of birth: the full date `yyyyMMdd` or only the year `yyyy`. */
export const birthDay = z.union([
  z.object({ NgayThangNam: z.string().regex(/^\d{8}$/) }),
  z.object({ Nam: z.string().regex(/^\d{4}$/) }),
]);

/** A place by its codes; district codes are empty since the districts ended. */
export const place = z.object({
  MaTinhThanh: z.string().optional(),
  MaQuanHuyen: z.string().optional(),
  MaPhuongXa: z.string().optional(),
  ChiTiet: z.string().optional(),
  QuocGia: z.string().optional(),
});

const relative = z.object({
  HoVaTen: z.string().optional(),
  QuocTich: z.string().optional(),
  SoDinhDanh: z.string().optional(),
  SoCMND: z.string().optional(),
});

/** One citizen as the register answers. Names are in upper case. */
export const citizen = z.object({
  SoDinhDanh: z.string().regex(/^\d{12}$/),
  SoCMND: z.string().optional(),
  HoVaTen: z.object({ Ho: z.string(), ChuDem: z.string().optional(), Ten: z.string() }),
  GioiTinh: z.enum(['1', '2']),
  DanToc: z.string().optional(),
  TonGiao: z.string().optional(),
  TinhTrangHonNhan: z.string().optional(),
  NhomMau: z.string().optional(),
  NgayThangNamSinh: birthDay,
  NoiDangKyKhaiSinh: group(place),
  QueQuan: group(place),
  ThuongTru: group(place),
  NoiOHienTai: group(place),
  QuocTich: z.string().optional(),
  Cha: group(relative),
  Me: group(relative),
  VoChong: group(relative),
  NguoiDaiDien: group(relative),
  ChuHo: group(z.object({ QuanHe: z.string().optional(), SoDinhDanh: z.string().optional(), HoVaTen: z.string().optional() })),
  SoSoHoKhau: z.string().optional(),
  TrangThai: z.enum(['1', '2']).optional(),
});

const required = z.string().min(1);

/** `TraCuuThongTinCongDan`: one citizen by number and name and date of birth, all three. */
export const findCitizen = operation({
  id: 'population.findCitizen',
  summary: 'One citizen by number, name and date of birth together. What does not match all three gives an empty collection, never the data.',
  method: 'POST',
  path: '/',
  media: 'text/xml',
  namespace: 'http://dancuquocgia.bca',
  request: z.object({
    TraCuuThongTinCongDan: z.object({
      MaYeuCau: required,
      MaDVC: required,
      MaTichHop: required,
      MaCanBo: required,
      MaDonVi: z.string().optional(),
      TaiKhoan: z.string().optional(),
      SoDienThoai: z.string().optional(),
      SoDinhDanh: z.string().regex(/^\d{12}$/).optional(),
      SoCMND: z.string().regex(/^\d{9}$/).optional(),
      HoVaTen: required,
      NgayThangNamSinh: birthDay,
    }),
  }),
  answers: {
    200: z.object({
      CongdanCollection: z.preprocess((value) => (value === '' ? {} : value), z.object({ Congdan: listOf(citizen) })),
    }),
    500: z.object({
      Fault: z.object({ faultcode: z.string(), faultstring: z.string(), detail: z.unknown().optional() }),
    }),
  },
  secured: true,
  source: 'domain notes §2.2 [checked]; TrangThai 1 living, 2 deceased [assumed: medium]; fault texts [assumed: medium]',
});

/** The population register's document (Ministry of Public Security, C06). */
export const contract: Contract = {
  title: 'Cơ sở dữ liệu quốc gia về dân cư – C06',
  version: '1.0',
  description: 'SOAP 1.1. Every question names its purpose (MaDVC), the officer who asks (MaCanBo) and a request id (MaYeuCau).',
  security: {
    type: 'http',
    scheme: 'basic',
    description: 'Header Timestamp (yyyyMMddHHmmss, Asia/Ho_Chi_Minh) and Basic authentication whose password is the SHA-256 in hex over url, user name, timestamp and secret, joined without a separator.',
  },
  operations: [findCitizen],
};
