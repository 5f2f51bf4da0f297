import { z } from 'zod';
import { operation, type Contract } from '../../kit/contract.ts';
import type { Setting } from '../../kit/system.ts';

/** What the Ministry of Justice agrees with the province. */
export const settings = {
  PROVINCE_CODE: { describe: 'maTinh, the administrative code of the province', sandbox: '89' },
} satisfies Record<string, Setting>;

/** Date as the Ministry of Justice writes it: "dd.MM.yyyy". */
const date = z.string().regex(/^\d{2}\.\d{2}\.\d{4}$/);
/** Time as the Ministry of Justice writes it: "dd/MM/yyyy HH:mm:ss", Asia/Ho_Chi_Minh. */
const time = z.string().regex(/^\d{2}\/\d{2}\/\d{4} \d{2}:\d{2}:\d{2}$/);
const personalId = z.string().regex(/^\d{12}$/);
/** A dossier code of the province's one-stop system. */
const dossierCode = z.string().min(1).max(40);

/** Kind of registration: birth, death, marriage, each in its linked form. */
export const module = z.enum(['LTKS', 'LTKT', 'LTKH']);

/** State of a dossier at the ministry: 1 waiting, 2 supplement, 3 processing, 4 done, 6 refused. */
export const states = { waiting: 1, supplement: 2, processing: 3, done: 4, refused: 6 } as const;

/** At most this many dossiers, or persons, may be named in one call. */
export const MOST_AT_ONCE = 3;

const parent = (prefix: 'me' | 'cha') =>
  ({
    [`${prefix}HoTen`]: z.string().optional(),
    [`${prefix}NgaySinh`]: z.string().optional(),
    [`${prefix}DanToc`]: z.string().optional(),
    [`${prefix}QuocTich`]: z.string().optional(),
    [`${prefix}LoaiCuTru`]: z.string().optional(),
    [`${prefix}NoiCuTru`]: z.string().optional(),
    [`${prefix}LoaiGiayToTuyThan`]: z.string().optional(),
    [`${prefix}SoGiayToTuyThan`]: z.string().optional(),
    [`${prefix}XacThucThongTin`]: z.string().optional(),
  }) as Record<`${typeof prefix}${'HoTen' | 'NgaySinh' | 'DanToc' | 'QuocTich' | 'LoaiCuTru' | 'NoiCuTru' | 'LoaiGiayToTuyThan' | 'SoGiayToTuyThan' | 'XacThucThongTin'}`, z.ZodOptional<z.ZodString>>;

/** The birth form as the civil-status software takes it: child `nks…`, mother `me…`, father `cha…`, requester `nyc…`. */
export const birthData = z.object({
  ngayCapGCS: date.optional(),
  soGCS: z.string().optional(),
  loaiDangKy: z.string(),
  noiDangKy: z.string(),
  soLuongBanSao: z.int().min(0).max(20),
  nksHoTen: z.string().min(1),
  nksGioiTinh: z.enum(['1', '2']),
  nksNgaySinh: date,
  nksNgaySinhBangChu: z.string().min(1),
  nksNoiSinh: z.object({ maTinh: z.string(), dcChiTiet: z.string() }),
  nksNoiSinhDVHC: z.string(),
  nksQueQuan: z.string(),
  nksDanToc: z.string(),
  nksQuocTich: z.string(),
  nksLoaiKhaiSinh: z.string(),
  ...parent('me'),
  ...parent('cha'),
  nycHoTen: z.string().min(1),
  nycQuanHe: z.string(),
  nycLoaiGiayToTuyThan: z.string(),
  nycSoGiayToTuyThan: z.string(),
  nycSoDienThoai: z.string().optional(),
  nycEmail: z.string().optional(),
});

/** The entry in the birth book and the certificate: what a finished registration carries. */
export const birthResult = z.object({
  soDinhDanh: personalId,
  ngayDangKy: date,
  soDangKy: z.string().regex(/^\d+\/\d{4}$/),
  quyenSo: z.string(),
  trangSo: z.string(),
  ndkksMaTinh: z.string(),
  ndkksMaHuyen: z.string().optional(),
  ndkksMaXa: z.string(),
  giayKhaiSinh: z.base64(),
  maGiayToKetQua: z.string(),
});

/** One attached file. */
export const attachment = z.object({
  tenGiayTo: z.string(),
  tenTepDinhKem: z.string(),
  loaiGiayTo: z.string(),
  duLieuTepDinhKem: z.string(),
});

/** `nhanHoSo`: hands a dossier to the civil-status software. A dossier that it has already answers "đã tồn tại": success. */
export const receive = operation({
  id: 'civilStatus.receive',
  summary: 'Hands over a registration dossier; the result is polled. A repeated dossier answers status 0 with "đã tồn tại" or "đã được tiếp nhận", which counts as success.',
  method: 'POST',
  path: '/nhanHoSo',
  media: 'application/json',
  request: z.object({
    module,
    maHoSoMCDT: dossierCode,
    maHoSoLT: dossierCode,
    maDonVi: z.string().min(1),
    ngayTiepNhan: time,
    data: birthData,
    fileDinhKem: z.array(attachment),
  }),
  answers: { 200: z.object({ status: z.enum(['0', '1']), errorDescription: z.string() }) },
  secured: true,
  source: 'domain notes §2.3 [checked]; path [assumed: low]',
});

/** One polled dossier. `ketQuaXuLy` is JSON written as text. */
export const polled = z.object({
  maHoSoMCDT: dossierCode,
  maHoSoLT: dossierCode,
  trangThai: z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4), z.literal(6)]),
  thoiGianThucHien: time.optional(),
  nguoiXuLy: z.string().optional(),
  chucDanh: z.string().optional(),
  phongBanXuLy: z.string().optional(),
  noiDungXuLy: z.string().optional(),
  ghiChu: z.string().optional(),
  hanBoSungHoSo: time.optional(),
  errors: z.array(z.string()).optional(),
  ketQuaXuLy: z.string().optional(),
});

/** `traCuuKetQua`: asks what became of at most three dossiers; one that is unknown is left out of the answer. */
export const poll = operation({
  id: 'civilStatus.poll',
  summary: 'Asks what became of at most three dossiers. Results are polled, never pushed.',
  method: 'POST',
  path: '/traCuuKetQua',
  media: 'application/json',
  request: z.object({ maTinh: z.string(), module, maDinhDanhHoSo: z.array(dossierCode).min(1).max(MOST_AT_ONCE) }),
  answers: { 200: z.object({ status: z.string(), errorDescription: z.string().optional(), value: z.array(polled) }) },
  secured: true,
  source: 'domain notes §2.3 [checked]; path [assumed: low]',
});

/** One entry in a civil-status book. */
export const registered = z.object({
  soDinhDanh: personalId,
  loai: z.enum(['KS', 'KT', 'KH']),
  soDangKy: z.string(),
  quyenSo: z.string(),
  trangSo: z.string(),
  ngayDangKy: date,
  maXa: z.string(),
  hoTen: z.string(),
});

/** `traCuuHoTich`: the book entries of at most three persons. */
export const lookUp = operation({
  id: 'civilStatus.lookUp',
  summary: 'The civil-status book entries of at most three persons, by personal id.',
  method: 'POST',
  path: '/traCuuHoTich',
  media: 'application/json',
  request: z.object({ maTinh: z.string(), maYeuCau: z.string().min(1), maCanBo: z.string().min(1), maTTHC: z.string().min(1), soDinhDanh: z.array(personalId).min(1).max(MOST_AT_ONCE) }),
  answers: { 200: z.object({ status: z.string(), errorDescription: z.string().optional(), value: z.array(registered) }) },
  secured: true,
  source: 'no source names a look-up by person [assumed: low]; the limit of three follows the poll',
});

/** The civil-status software's document (Ministry of Justice, linked births and deaths). */
export const contract: Contract = {
  title: 'Hộ tịch điện tử – Bộ Tư pháp (dịch vụ liên thông)',
  version: '1.0',
  description: 'Receives linked civil-status dossiers and answers when polled. Behind NDXP.',
  security: { type: 'http', scheme: 'bearer', description: 'Token of NDXP.' },
  operations: [receive, poll, lookUp],
};
