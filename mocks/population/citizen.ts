import type { z } from 'zod';
import { upperName } from '../../src/kit/person-name.ts';
import type { citizen as citizenShape, place } from '../../src/systems/population/contract.ts';
import type { MaritalStatus, Residence } from '../people.ts';
import type { Citizen } from './register.ts';

/** Marital status as C06 codes it [assumed: low]. */
const MARITAL: Readonly<Record<MaritalStatus, string>> = { SINGLE: '1', MARRIED: '2', WIDOWED: '3', DIVORCED: '4' };

/** Administrative code of the province, and of the country. */
const PROVINCE = '89';
const COUNTRY = 'VN';

/** The first commune code of thành phố Châu Đốc (district 884); the inhabited ones below it belong to thành phố Long Xuyên (883). */
const FIRST_OF_CHAU_DOC = '30316';

/** What wording a citizen needs beside the citizen. */
interface Wording {
  readonly find: (personalId: string) => Citizen | undefined;
  /** Districts ended on 1 July 2025; from then on their codes are empty. */
  readonly withDistricts: boolean;
}

/** Writes a citizen in the register's own words: names in upper case and in three parts. */
export function wordCitizen(person: Citizen, wording: Wording): z.input<typeof citizenShape> {
  const born = person.birthRegistration ?? person.bornIn;
  const head = person.headId === undefined ? undefined : wording.find(person.headId);
  const home = person.residence && wordHome(person.residence, wording);
  return {
    SoDinhDanh: person.personalId,
    SoCMND: person.oldIdNumber,
    HoVaTen: splitName(person.fullName),
    GioiTinh: person.sex === 'MALE' ? '1' : '2',
    DanToc: person.ethnicity,
    TonGiao: person.religion ?? 'Không',
    TinhTrangHonNhan: MARITAL[person.maritalStatus],
    NhomMau: person.bloodGroup,
    NgayThangNamSinh: person.birthDate.length === 4 ? { Nam: person.birthDate } : { NgayThangNam: person.birthDate.replaceAll('-', '') },
    NoiDangKyKhaiSinh: born && wordPlace(person.personalId.slice(1, 3), born.commune, undefined, wording),
    QueQuan: person.hometown && { MaTinhThanh: person.hometown.province.slice(1), ChiTiet: person.hometown.detail, QuocGia: COUNTRY },
    ThuongTru: home,
    NoiOHienTai: home,
    QuocTich: person.nationality,
    Cha: wordRelative(person.fatherId, wording),
    Me: wordRelative(person.motherId, wording),
    VoChong: wordRelative(person.spouseId, wording),
    ChuHo: head && { QuanHe: person.headRelation, SoDinhDanh: head.personalId, HoVaTen: upperName(head.fullName) },
    SoSoHoKhau: person.householdNumber,
    TrangThai: person.deceased ? '2' : '1',
  };
}

function splitName(fullName: string): { Ho: string; ChuDem: string | undefined; Ten: string } {
  const parts = upperName(fullName).split(' ');
  return { Ho: parts.length > 1 ? (parts[0] ?? '') : '', ChuDem: parts.length > 2 ? parts.slice(1, -1).join(' ') : undefined, Ten: parts.at(-1) ?? '' };
}

function wordHome(home: Residence, wording: Wording): z.input<typeof place> {
  return wordPlace(PROVINCE, home.commune, home.detail, wording);
}

function wordPlace(province: string, commune: string, detail: string | undefined, { withDistricts }: Wording): z.input<typeof place> {
  const district = commune < FIRST_OF_CHAU_DOC ? '883' : '884';
  return { MaTinhThanh: province, MaQuanHuyen: withDistricts && province === PROVINCE ? district : undefined, MaPhuongXa: commune, ChiTiet: detail, QuocGia: COUNTRY };
}

function wordRelative(personalId: string | undefined, { find }: Wording): { HoVaTen: string; QuocTich: string; SoDinhDanh: string; SoCMND: string | undefined } | undefined {
  const relative = personalId === undefined ? undefined : find(personalId);
  return relative && { HoVaTen: upperName(relative.fullName), QuocTich: relative.nationality, SoDinhDanh: relative.personalId, SoCMND: relative.oldIdNumber };
}
