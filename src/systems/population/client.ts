import { createHash } from 'node:crypto';
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

/** Asks for persons, each by number, name and date of birth together; the answers stand in the order of the keys. */
async function people(wire: Wire, keys: readonly PersonKey[]): Promise<readonly Outcome<Citizen>[]> {
  return Promise.all(keys.map((key) => person(wire, key))); // C06 takes one person a call
}

async function person(wire: Wire, key: PersonKey): Promise<Outcome<Citizen>> {
  const answer = await wire.exchange(findCitizen, {
    trace: { about: [key.personalId], fields: ['identity', 'permanentResidence', 'parents'] },
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
  return done(readCitizen(found, birthDate), wire.now());
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

function readPlace(found: z.output<typeof place> | undefined): Place | undefined {
  return found && { provinceCode: found.MaTinhThanh, communeCode: found.MaPhuongXa, detail: found.ChiTiet };
}

function readBirthDay(found: z.output<typeof birthDay>): string | undefined {
  return 'Nam' in found ? found.Nam : findWireDate(found.NgayThangNam, 'yyyyMMdd');
}

async function authenticate(request: Outgoing, { settings: account, now }: Credentials): Promise<Record<string, string>> {
  const timestamp = wireTimestamp(now());
  const digest = createHash('sha256').update(`${request.url}${account['USER']}${timestamp}${account['SECRET']}`).digest('hex');
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
  limits: { deadlineMs: 5_000, parallel: 16, perSecond: 2_000, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate,
  verbs: { people },
});
