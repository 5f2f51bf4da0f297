import type { z } from 'zod';
import { civilDateOf, type CivilDate, type Instant } from '../../src/kit/instant.ts';
import { sameName, tidy } from '../../src/kit/person-name.ts';
import { findWireDate, writeWireDate } from '../../src/kit/wire-date.ts';
import { settings, type birthResult, type receive } from '../../src/systems/civil-status/contract.ts';
import type { BodyOf } from '../ministry/exchange.ts';
import type { Carried, Order } from '../ministry/orders.ts';
import type { Citizen, Register } from '../population/register.ts';
import type { BirthBook } from './birth-book.ts';
import { writeBirthCertificate } from './certificate.ts';

/** A dossier as it was handed over. */
export type Dossier = BodyOf<typeof receive>;

/** What a finished registration carries. */
export type BirthResult = z.output<typeof birthResult>;

/** The birth certificate's code in the catalogue of result papers. */
const CERTIFICATE = 'KQ.G15.000031';

/** The key under which a dossier is one and the same registration. */
export function keyOf({ maHoSoMCDT, maHoSoLT }: Dossier): string {
  return `${maHoSoMCDT}/${maHoSoLT}`;
}

/** What is wrong with a dossier at first sight, in Vietnamese. */
export function findFlaw({ module, data }: Dossier): string | undefined {
  if (module !== 'LTKS') return `Phân hệ ${module} chưa được phục vụ; hiện chỉ nhận LTKS (khai sinh).`;
  if (!birthDateOf(data)) return `Ngày sinh ${data.nksNgaySinh} không tồn tại.`;
  return undefined;
}

/** Registers a birth, or says why it cannot be registered. */
export function registerBirth({ body: dossier, copy }: Order<Dossier, BirthResult>, at: Instant, { register, book }: { register: Register; book: BirthBook }): Carried<BirthResult> {
  const { data } = dossier;
  const today = civilDateOf(at);
  const birthDate = birthDateOf(data) ?? today; // looked at on arrival
  const mother = data.meSoGiayToTuyThan === undefined ? undefined : register.find(data.meSoGiayToTuyThan);
  const father = data.chaSoGiayToTuyThan === undefined ? undefined : register.find(data.chaSoGiayToTuyThan);
  const reason = copy > 0 ? undefined : findRefusal(dossier, { birthDate, today, mother, register });
  if (reason !== undefined) return { is: 'refused', reason };

  const fullName = tidy(data.nksHoTen);
  const commune = communeOf(dossier);
  const hometown = (father ?? mother)?.hometown;
  const personalId = register.registerNewborn({
    key: copy > 0 ? `${keyOf(dossier)} copy ${copy}` : keyOf(dossier), // who does not deduplicate registers the child a second time
    fullName,
    sex: data.nksGioiTinh === '1' ? 'MALE' : 'FEMALE',
    birthDate,
    ethnicity: data.nksDanToc,
    nationality: data.nksQuocTich,
    ...(father && { fatherId: father.personalId }),
    ...(mother && { motherId: mother.personalId }),
    ...(hometown && { hometown }),
    commune,
    at,
  });
  const place = book.enter({ personalId, fullName, commune, date: today });
  const date = writeWireDate(today, 'dd.MM.yyyy');
  return {
    is: 'done',
    effect: { act: 'registerBirth', subject: personalId },
    result: {
      soDinhDanh: personalId,
      ngayDangKy: date,
      soDangKy: place.number,
      quyenSo: place.book,
      trangSo: String(place.page),
      ndkksMaTinh: settings.PROVINCE_CODE.sandbox,
      ndkksMaXa: commune,
      giayKhaiSinh: writeBirthCertificate(dossier, { ...place, personalId, commune, date }),
      maGiayToKetQua: CERTIFICATE,
    },
  };
}

interface Circumstances {
  readonly birthDate: CivilDate;
  readonly today: CivilDate;
  readonly mother: Citizen | undefined;
  readonly register: Register;
}

function findRefusal(dossier: Dossier, { birthDate, today, mother, register }: Circumstances): string | undefined {
  const { data } = dossier;
  if (birthDate > today) return `Ngày sinh ${data.nksNgaySinh} sau ngày đăng ký.`;
  if (data.meSoGiayToTuyThan === undefined) return undefined; // a child whose mother is not known is registered too
  if (!mother) return 'Không tìm thấy thông tin người mẹ trong Cơ sở dữ liệu quốc gia về dân cư.';
  if (mother.deceased && mother.deceased.date < birthDate) return 'Người mẹ đã chết trước ngày sinh của trẻ theo Cơ sở dữ liệu quốc gia về dân cư.';
  const registered = register.childrenOf(mother.personalId, keyOf(dossier)).some((child) => child.birthDate === birthDate && sameName(child.fullName, data.nksHoTen));
  return registered ? 'Trẻ đã được đăng ký khai sinh (trùng họ tên, ngày sinh và người mẹ).' : undefined;
}

function birthDateOf({ nksNgaySinh }: Dossier['data']): CivilDate | undefined {
  return findWireDate(nksNgaySinh, 'dd.MM.yyyy');
}

/** The commune that registers: five digits of the unit's code, else of the place of registration. */
function communeOf({ maDonVi, data }: Dossier): string {
  return [maDonVi, data.noiDangKy].find((code) => /^\d{5}$/.test(code)) ?? maDonVi;
}
