import type { z } from 'zod';
import type { HandedPaper } from '../../kit/act.ts';
import { dateInWords } from '../../kit/date-words.ts';
import { inGroups } from '../../kit/in-groups.ts';
import type { CivilDate, Instant } from '../../kit/instant.ts';
import { badAnswer, done, refused, type BadAnswer, type OrderOutcome, type Outcome } from '../../kit/outcome.ts';
import { tidy } from '../../kit/person-name.ts';
import type { PersonKey, Sex } from '../../kit/personal-id.ts';
import { defineSystem, type Wire } from '../../kit/system.ts';
import { findWireDate, findWireTime, writeWireDate, writeWireTime } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { MOST_AT_ONCE, birthResult, lookUp, poll, receive, settings, states, type attachment, type polled, type registered } from './contract.ts';

/** What is needed to register a birth ("đăng ký khai sinh"). */
export interface BirthRegistration {
  readonly dossier: string;
  readonly linked: string;
  /** Agency code as dossier codes name it. */
  readonly agency: string;
  readonly receivedAt: Instant;
  /** Commune of registration, five digits. */
  readonly communeCode: string;
  readonly child: {
    readonly fullName: string;
    readonly sex: Sex;
    readonly birthDate: CivilDate;
    readonly birthPlace: { readonly provinceCode: string; readonly detail: string };
    readonly hometown: string;
    readonly ethnicity: string;
    readonly nationality: string;
  };
  readonly mother?: PersonKey | undefined;
  readonly father?: PersonKey | undefined;
  readonly requester: PersonKey & { readonly relation: string; readonly phone?: string | undefined };
  /** Number and day of the notice of birth; the software registers without them too. */
  readonly birthNotice: { readonly number?: string | undefined; readonly issuedOn?: CivilDate | undefined };
  readonly copies: number;
  readonly papers: readonly HandedPaper[];
}

/** A finished birth registration: the entry in the birth book and the certificate. */
export interface BirthEntry {
  /** Number given to the child ("số định danh cá nhân"). */
  readonly personalId: string;
  readonly registeredOn: CivilDate;
  /** Number in the book, "n/yyyy" ("số đăng ký"). */
  readonly number: string;
  readonly book: string;
  readonly page: string;
  readonly communeCode: string;
  /** Result type code, KQ.G15.000031. */
  readonly resultCode: string;
  /** The certificate as it came, PDF in base64 ("giấy khai sinh"); absent in an entry that is kept, the file stands with its document. */
  readonly certificatePdf?: string;
}

/** An entry in a civil-status book found by person ("đăng ký hộ tịch"). */
export interface CivilEntry {
  readonly personalId: string;
  readonly kind: 'BIRTH' | 'DEATH' | 'MARRIAGE';
  readonly number: string;
  readonly book: string;
  readonly page: string;
  readonly registeredOn: CivilDate;
  readonly communeCode: string;
}

/** The status by which the software says that it took a message. */
const TAKEN = '1';

/** Hands a birth over. The ministry's "already exists" is success: the order stands. */
async function receiveBirth(wire: Wire, birth: BirthRegistration): Promise<OrderOutcome<BirthEntry>> {
  const answer = await wire.exchange(receive, {
    trace: { about: [birth.mother, birth.father, birth.requester].flatMap((person) => person?.personalId ?? []), fields: ['registerBirth'] },
    body: () => ({
      module: 'LTKS' as const,
      maHoSoMCDT: birth.dossier,
      maHoSoLT: birth.linked,
      maDonVi: birth.agency,
      ngayTiepNhan: writeWireTime(birth.receivedAt),
      data: birthForm(birth),
      fileDinhKem: birth.papers.map(attached),
    }),
  });
  if (answer.is !== 'answer') return answer;
  const { status, errorDescription } = answer.body;
  if (status === TAKEN || /đã tồn tại|đã được tiếp nhận/iu.test(errorDescription.normalize('NFC'))) return { is: 'pending' };
  return refused('REJECTED_AT_RECEPTION', words(errorDescription, `The civil-status software did not take the dossier: ${errorDescription}`));
}

/** A paper as the software takes it. */
function attached({ title, name, typeCode, content }: HandedPaper): z.input<typeof attachment> {
  return { tenGiayTo: title, tenTepDinhKem: name, loaiGiayTo: typeCode, duLieuTepDinhKem: content };
}

function birthForm(birth: BirthRegistration) {
  const { child, mother, father, requester, birthNotice } = birth;
  return {
    ...(birthNotice.number === undefined ? {} : { soGCS: birthNotice.number }),
    ...(birthNotice.issuedOn === undefined ? {} : { ngayCapGCS: writeWireDate(birthNotice.issuedOn, 'dd.MM.yyyy') }),
    loaiDangKy: '1',
    noiDangKy: birth.communeCode,
    soLuongBanSao: birth.copies,
    nksHoTen: tidy(child.fullName),
    nksGioiTinh: child.sex === 'MALE' ? ('1' as const) : ('2' as const),
    nksNgaySinh: writeWireDate(child.birthDate, 'dd.MM.yyyy'),
    nksNgaySinhBangChu: dateInWords(child.birthDate),
    nksNoiSinh: { maTinh: child.birthPlace.provinceCode, dcChiTiet: tidy(child.birthPlace.detail) },
    nksNoiSinhDVHC: child.birthPlace.provinceCode,
    nksQueQuan: tidy(child.hometown),
    nksDanToc: child.ethnicity,
    nksQuocTich: child.nationality,
    nksLoaiKhaiSinh: '1',
    ...(mother ? { meHoTen: tidy(mother.fullName), meNgaySinh: wireBirth(mother.birthDate), meLoaiGiayToTuyThan: 'CCCD', meSoGiayToTuyThan: mother.personalId, meXacThucThongTin: '1' } : {}),
    ...(father ? { chaHoTen: tidy(father.fullName), chaNgaySinh: wireBirth(father.birthDate), chaLoaiGiayToTuyThan: 'CCCD', chaSoGiayToTuyThan: father.personalId, chaXacThucThongTin: '1' } : {}),
    nycHoTen: tidy(requester.fullName),
    nycQuanHe: requester.relation,
    nycLoaiGiayToTuyThan: 'CCCD',
    nycSoGiayToTuyThan: requester.personalId,
    ...(requester.phone ? { nycSoDienThoai: requester.phone } : {}),
  };
}

function wireBirth(birthDate: string): string {
  return birthDate.length === 4 ? birthDate : writeWireDate(birthDate, 'dd.MM.yyyy');
}

/** Polls births by dossier code, three a call; the answers by dossier code, unknown dossiers left out. */
async function pollBirths(wire: Wire, dossiers: readonly string[]): Promise<ReadonlyMap<string, OrderOutcome<BirthEntry>>> {
  const found = new Map<string, OrderOutcome<BirthEntry>>();
  for (const asked of inGroups(dossiers, MOST_AT_ONCE)) {
    const answer = await wire.exchange(poll, {
      trace: { about: [], fields: ['birthEntry'] },
      body: () => ({ maTinh: wire.settings['PROVINCE_CODE'] ?? '', module: 'LTKS' as const, maDinhDanhHoSo: asked }),
    });
    if (answer.is !== 'answer') for (const dossier of asked) found.set(dossier, answer);
    else if (answer.body.status !== TAKEN) for (const dossier of asked) found.set(dossier, badAnswer(`status: not ${TAKEN}`)); // a dossier that is left out is unknown; here nothing was looked up
    else for (const one of answer.body.value) if (asked.includes(one.maHoSoMCDT)) found.set(one.maHoSoMCDT, readPolled(one, wire.now()));
  }
  return found;
}

function readPolled(one: z.output<typeof polled>, now: Instant): OrderOutcome<BirthEntry> {
  if (one.trangThai === states.done) {
    const entry = readBirthEntry(one.ketQuaXuLy);
    return entry.is === 'badAnswer' ? entry : done(entry.value, findWireTime(one.thoiGianThucHien ?? '') ?? now);
  }
  const reason = one.noiDungXuLy ?? one.ghiChu ?? one.errors?.join('; ') ?? '';
  if (one.trangThai === states.refused) return refused('REFUSED', words(reason || 'Cơ quan hộ tịch từ chối, không nêu lý do.', `The civil-status office refused: ${reason || 'no reason given'}.`));
  if (one.trangThai === states.supplement) {
    const until = findWireTime(one.hanBoSungHoSo ?? '');
    return { is: 'supplement', what: reason, ...(until ? { until } : {}) };
  }
  return { is: 'pending' };
}

function readBirthEntry(text: string | undefined): { is: 'entry'; value: BirthEntry } | BadAnswer {
  let tree: unknown;
  try {
    tree = JSON.parse(text ?? '');
  } catch {
    return badAnswer('ketQuaXuLy: not JSON');
  }
  const parsed = birthResult.safeParse(tree);
  const registeredOn = parsed.success ? findWireDate(parsed.data.ngayDangKy, 'dd.MM.yyyy') : undefined;
  if (!parsed.success || !registeredOn) return badAnswer('ketQuaXuLy: not the entry of a birth');
  const { soDinhDanh, soDangKy, quyenSo, trangSo, ndkksMaXa, maGiayToKetQua, giayKhaiSinh } = parsed.data;
  return {
    is: 'entry',
    value: { personalId: soDinhDanh, registeredOn, number: soDangKy, book: quyenSo, page: trangSo, communeCode: ndkksMaXa, resultCode: maGiayToKetQua, certificatePdf: giayKhaiSinh },
  };
}

const KINDS = { KS: 'BIRTH', KT: 'DEATH', KH: 'MARRIAGE' } as const;

/** Book entries of persons, three a call; the answers stand in the order of the ids. */
async function entriesOf(wire: Wire, personalIds: readonly string[]): Promise<readonly Outcome<readonly CivilEntry[]>[]> {
  const answers = await Promise.all(
    inGroups(personalIds, MOST_AT_ONCE).map(async (asked): Promise<readonly Outcome<readonly CivilEntry[]>[]> => {
      const answer = await wire.exchange(lookUp, {
        trace: { about: asked, fields: ['civilEntries'] },
        body: (ask) => ({ maTinh: wire.settings['PROVINCE_CODE'] ?? '', maYeuCau: ask.requestId, maCanBo: ask.officer, maTTHC: ask.procedure, soDinhDanh: asked }),
      });
      if (answer.is !== 'answer') return asked.map(() => answer);
      const { status, errorDescription = '' } = answer.body;
      if (status !== TAKEN) return asked.map(() => refused('REJECTED_AT_LOOK_UP', words(errorDescription, `The civil-status software refused the question: ${errorDescription}`))); // its list is empty then, which would read as "no entries"
      const entries = answer.body.value.map(readEntry);
      if (entries.includes(undefined)) return asked.map(() => badAnswer('ngayDangKy: not a date'));
      return asked.map((id) => done(entries.filter((entry) => entry?.personalId === id) as CivilEntry[], wire.now()));
    }),
  );
  return answers.flat();
}

function readEntry(one: z.output<typeof registered>): CivilEntry | undefined {
  const registeredOn = findWireDate(one.ngayDangKy, 'dd.MM.yyyy');
  if (!registeredOn) return undefined;
  return { personalId: one.soDinhDanh, kind: KINDS[one.loai], number: one.soDangKy, book: one.quyenSo, page: one.trangSo, registeredOn, communeCode: one.maXa };
}

/** The electronic civil-status register ("hộ tịch điện tử", Ministry of Justice). */
export const civilStatus = defineSystem({
  name: 'civil-status',
  title: words('Hộ tịch điện tử (Bộ Tư pháp)', 'Electronic civil status (Ministry of Justice)'),
  behind: 'ndxp',
  gatewayPath: '/hotich/1.0',
  limits: { deadlineMs: 10_000, budgetMs: 15_000, parallel: 8, perSecond: 500, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate: async (_request, { bearer }) => ({ authorization: `Bearer ${await bearer()}` }),
  verbs: { receiveBirth, pollBirths, entriesOf },
});
