import type { CivilDate } from '../../kit/instant.ts';
import { NOT_FOUND, badAnswer, done, refused, type OrderOutcome } from '../../kit/outcome.ts';
import { tidy } from '../../kit/person-name.ts';
import { defineSystem, type Wire } from '../../kit/system.ts';
import { findWireDate, writeWireDate } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { inquire as inquireExchange, register as registerExchange, settings, states } from './contract.ts';

/** What is needed to register permanent residence ("đăng ký thường trú"). */
export interface ResidenceRegistration {
  readonly key: string;
  readonly linked: string;
  readonly person: { readonly personalId: string; readonly fullName: string; readonly birthDate: CivilDate };
  readonly head: { readonly personalId: string; readonly consents: boolean };
  readonly address: { readonly communeCode: string; readonly detail: string };
}

/** A registered permanent residence. */
export interface ResidenceEntry {
  /** Number of the notice of result ("thông báo kết quả"). */
  readonly noticeNumber: string;
  readonly registeredOn: CivilDate;
  readonly communeCode: string;
  readonly detail: string;
}

/** Orders a registration; after a supplement request the same key carries the amended form. */
async function register(wire: Wire, { key, linked, person, head, address }: ResidenceRegistration): Promise<OrderOutcome<ResidenceEntry>> {
  const answer = await wire.exchange(registerExchange, {
    trace: { about: [person.personalId, head.personalId], fields: ['registerResidence'] },
    body: () => ({
      maYeuCau: key,
      maHoSoLT: linked,
      soDinhDanh: person.personalId,
      hoTen: tidy(person.fullName),
      ngaySinh: writeWireDate(person.birthDate, 'dd/MM/yyyy'),
      chuHo: { soDinhDanh: head.personalId, dongY: head.consents },
      diaChi: { maXa: address.communeCode, chiTiet: tidy(address.detail) },
    }),
  });
  if (answer.is !== 'answer') return answer;
  if (answer.status === 422) return refused(answer.body.maLoi, words(answer.body.lyDo, `The police did not take the registration: ${answer.body.lyDo}`));
  return { is: 'pending' };
}

/** What became of a registration; NOT_FOUND when the police never heard of it. */
async function inquire(wire: Wire, key: string): Promise<OrderOutcome<ResidenceEntry>> {
  const answer = await wire.exchange(inquireExchange, { path: { maYeuCau: key }, trace: { about: [], fields: ['residenceEntry'] } });
  if (answer.is !== 'answer') return answer;
  if (answer.status === 404) return refused(NOT_FOUND, words(answer.body.lyDo, 'The police know of no such registration.'));
  const { trangThai, lyDo = '', ketQua } = answer.body;
  if (trangThai === states.refused) return refused('REFUSED', words(lyDo || 'Công an từ chối, không nêu lý do.', `The police refused the registration: ${lyDo || 'no reason given'}`));
  if (trangThai === states.supplement) return { is: 'supplement', what: lyDo };
  if (trangThai === states.waiting) return { is: 'pending' };
  const registeredOn = ketQua && findWireDate(ketQua.ngayDangKy, 'dd/MM/yyyy');
  if (!ketQua || !registeredOn) return badAnswer('ketQua: missing though trangThai is 4');
  return done({ noticeNumber: ketQua.soThongBao, registeredOn, communeCode: ketQua.maXa, detail: ketQua.chiTiet }, wire.now());
}

/** The residence database of the police ("CSDL về cư trú"). */
export const residence = defineSystem({
  name: 'residence',
  title: words('Cơ sở dữ liệu về cư trú (Công an)', 'Residence database (police)'),
  limits: { deadlineMs: 10_000, budgetMs: 15_000, parallel: 8, perSecond: 500, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate: (_request, { settings: account }) => Promise.resolve({ 'x-api-key': account['API_KEY'] ?? '' }),
  verbs: { register, inquire },
});
