import { hash } from 'node:crypto';
import type { z } from 'zod';
import { NOT_FOUND, badAnswer, done, refused, type Outcome } from '../../kit/outcome.ts';
import { tidy, upperName } from '../../kit/person-name.ts';
import type { PersonKey, Sex } from '../../kit/personal-id.ts';
import { defineSystem, type Credentials, type Outgoing, type Wire } from '../../kit/system.ts';
import { findWireDate, writeWireDate, writeWireTime } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { findCitizen, settings, type birthDay, type citizen, type place } from './contract.ts';

/** A place as the register knows it. */
export interface Place {
  readonly provinceCode?: string | undefined;
  readonly communeCode?: string | undefined;
  readonly detail?: string | undefined;
}

/** A citizen of the population register ("công dân"), in the field's terms. */
export interface Citizen {
  readonly personalId: string;
  /** Upper case, as registered. */
  readonly fullName: string;
  readonly sex: Sex;
  /** "yyyy-mm-dd" or "yyyy". */
  readonly birthDate: string;
  readonly ethnicity?: string | undefined;
  readonly nationality?: string | undefined;
  readonly permanentResidence?: Place | undefined;
  readonly motherId?: string | undefined;
  readonly fatherId?: string | undefined;
  readonly householdHeadId?: string | undefined;
  readonly deceased: boolean;
}

/** Somebody to whom a citizen is bound, as far as the register names them: it gives no date of birth. */
export interface Kin {
  readonly personalId?: string | undefined;
  /** Upper case, as registered. */
  readonly fullName?: string | undefined;
  readonly nationality?: string | undefined;
}

/** A citizen with home and kin ("quan hệ gia đình, quê quán"): asked for only where an application needs them. */
export interface CitizenWithKin extends Citizen {
  readonly hometown?: Place | undefined;
  readonly father?: Kin | undefined;
  readonly mother?: Kin | undefined;
  readonly spouse?: Kin | undefined;
  /** `relation` is what the citizen is to the head, in the register's words. */
  readonly householdHead?: (Kin & { readonly relation?: string | undefined }) | undefined;
}

/** Asks for persons, each by number, name and date of birth together; the answers stand in the order of the keys. */
async function people(wire: Wire, keys: readonly PersonKey[]): Promise<readonly Outcome<Citizen>[]> {
  return Promise.all(keys.map((key) => person(wire, key, ASKED, readCitizen))); // C06 takes one person a call
}

/** The same, with hometown and kin. The wire carries them in any case; what the hub asks for stands in the audit line. */
async function kin(wire: Wire, keys: readonly PersonKey[]): Promise<readonly Outcome<CitizenWithKin>[]> {
  return Promise.all(keys.map((key) => person(wire, key, [...ASKED, 'hometown', 'spouse', 'householdHead'], readCitizenWithKin)));
}

/** What is asked for of every person, as audit lines name it. */
const ASKED = ['identity', 'permanentResidence', 'parents'];

async function person<Found extends Citizen>(wire: Wire, key: PersonKey, fields: readonly string[], read: (found: z.output<typeof citizen>, birthDate: string) => Found): Promise<Outcome<Found>> {
  const answer = await wire.exchange(findCitizen, {
    trace: { about: [key.personalId], fields },
    body: (ask) => ({
      TraCuuThongTinCongDan: {
        MaYeuCau: ask.requestId,
        MaDVC: ask.procedure,
        MaTichHop: wire.settings['INTEGRATION_CODE'] ?? '',
        MaCanBo: ask.officer,
        ...(ask.unit ? { MaDonVi: ask.unit } : {}),
        SoDinhDanh: key.personalId,
        HoVaTen: upperName(key.fullName),
        NgayThangNamSinh: key.birthDate.length === 4 ? { Nam: key.birthDate } : { NgayThangNam: writeWireDate(key.birthDate, 'yyyyMMdd') },
      },
    }),
  });
  if (answer.is !== 'answer') return answer;
  if (answer.status === 500) {
    const { faultcode, faultstring } = answer.body.Fault;
    return refused(faultcode, words(faultstring, `The population register refused the question (${faultcode}).`));
  }
  const [found] = answer.body.CongdanCollection.Congdan;
  if (!found) {
    return refused(NOT_FOUND, words('Không có công dân nào khớp cả số định danh, họ tên và ngày sinh.', 'No citizen matches number, name and date of birth together.'));
  }
  const birthDate = readBirthDay(found.NgayThangNamSinh);
  if (!birthDate) return badAnswer('Congdan.NgayThangNamSinh: not a date');
  return done(read(found, birthDate), wire.now());
}

function readCitizen(found: z.output<typeof citizen>, birthDate: string): Citizen {
  return {
    personalId: found.SoDinhDanh,
    fullName: tidy([found.HoVaTen.Ho, found.HoVaTen.ChuDem ?? '', found.HoVaTen.Ten].join(' ')),
    sex: found.GioiTinh === '1' ? 'MALE' : 'FEMALE',
    birthDate,
    ethnicity: found.DanToc,
    nationality: found.QuocTich,
    permanentResidence: readPlace(found.ThuongTru),
    motherId: found.Me?.SoDinhDanh,
    fatherId: found.Cha?.SoDinhDanh,
    householdHeadId: found.ChuHo?.SoDinhDanh,
    deceased: found.TrangThai === '2',
  };
}

function readCitizenWithKin(found: z.output<typeof citizen>, birthDate: string): CitizenWithKin {
  const { Cha, Me, VoChong, ChuHo } = found;
  return {
    ...readCitizen(found, birthDate),
    hometown: readPlace(found.QueQuan),
    father: readKin(Cha),
    mother: readKin(Me),
    spouse: readKin(VoChong),
    householdHead: ChuHo && { ...readKin(ChuHo), relation: ChuHo.QuanHe },
  };
}

function readKin(found: { SoDinhDanh?: string | undefined; HoVaTen?: string | undefined; QuocTich?: string | undefined } | undefined): Kin | undefined {
  return found && { personalId: found.SoDinhDanh || undefined, fullName: found.HoVaTen ? tidy(found.HoVaTen) : undefined, nationality: found.QuocTich || undefined };
}

function readPlace(found: z.output<typeof place> | undefined): Place | undefined {
  return found && { provinceCode: found.MaTinhThanh, communeCode: found.MaPhuongXa, detail: found.ChiTiet };
}

function readBirthDay(found: z.output<typeof birthDay>): string | undefined {
  return 'Nam' in found ? found.Nam : findWireDate(found.NgayThangNam, 'yyyyMMdd');
}

async function authenticate(request: Outgoing, { settings: account, now }: Credentials): Promise<Record<string, string>> {
  const timestamp = wireTimestamp(now());
  const digest = hash('sha256', `${request.url}${account['USER']}${timestamp}${account['SECRET']}`);
  return Promise.resolve({ timestamp, authorization: `Basic ${Buffer.from(`${account['USER']}:${digest}`).toString('base64')}` });
}

function wireTimestamp(instant: string): string {
  const [date = '', time = ''] = writeWireTime(instant).split(' ');
  return `${date.split('/').reverse().join('')}${time.replaceAll(':', '')}`;
}

/** The national population register ("CSDLQG về dân cư", C06). */
export const population = defineSystem({
  name: 'population',
  title: words('Cơ sở dữ liệu quốc gia về dân cư', 'National population register (C06)'),
  // 2,000 calls a second of some 30 ms each keep 60 places busy
  limits: { deadlineMs: 5_000, budgetMs: 7_500, parallel: 64, perSecond: 2_000, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate,
  verbs: { people, kin },
});
