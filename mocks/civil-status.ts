import { HttpResponse } from 'msw';
import type { z } from 'zod';
import { civilDateOf, epochMs, instantAt, later, printed, wallTimeOf, DAY_END, type Instant } from '../src/kit/instant.ts';
import { writeWireDate, writeWireTime } from '../src/kit/wire-date.ts';
import { contract, lookUp, poll, receive, settings, states, type polled } from '../src/systems/civil-status/contract.ts';
import { openBirthBook } from './civil-status/birth-book.ts';
import { findFlaw, keyOf, registerBirth, type BirthResult, type Dossier } from './civil-status/registration.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { lookUp as lookUpService, service, type Asked, type BodyOf, type Reply } from './ministry/exchange.ts';
import { openOffice } from './ministry/office.ts';
import { openOrderBook, type Order } from './ministry/orders.ts';
import type { Voice } from './ministry/voice.ts';
import { checkBearer } from './ndxp/token.ts';
import { addOfficeDays, isOfficeDay } from './office-days.ts';
import type { Register } from './population/register.ts';

/** The civil-status software's refusals: status "0" and a text, with an empty list where a list is expected. */
const statusZero: Voice = {
  malformed: 200,
  say: (status, text, op) =>
    HttpResponse.json({ status: '0', errorDescription: text, ...(op !== undefined && op.id !== receive.id && { value: [] }) }, { status }),
};

/** A supplement may be handed in for so many working days. */
const SUPPLEMENT_DAYS = 7;

/** What is filed before this hour is due the same day, the rest on the next working day. */
const SAME_DAY_UNTIL = '15:00';

/** The civil-status software: takes dossiers, answers when polled, keeps the birth books. */
export function openCivilStatus(world: World, register: Register): Ministry {
  const office = openOffice('civil-status', world, { operations: contract.operations, outcomes: ['done', 'supplement', 'supplementThenDone', 'refuse', 'silent'] });
  const { clock, paceMs } = office;
  const book = openBirthBook(office.records, register);
  const orders = openOrderBook<Dossier, BirthResult>(office, {
    carryOut: (order, at) => registerBirth(order, at, { register, book }),
    idempotencyKey: keyOf,
    defaultReasons: { refuse: 'Hồ sơ không đủ điều kiện đăng ký khai sinh theo quy định.', supplement: 'Đề nghị bổ sung giấy chứng sinh bản rõ nét.' },
    supplementUntil: (at) => instantAt(addOfficeDays(civilDateOf(at), SUPPLEMENT_DAYS), DAY_END),
  });

  function takeDossier({ body }: { body: Dossier }): Reply<typeof receive> {
    const flaw = findFlaw(body);
    if (flaw !== undefined) return { status: 200, body: { status: '0', errorDescription: flaw } };
    const { is } = orders.take({ key: body.maHoSoMCDT, alias: aliasOf(body.module, body.maHoSoLT) }, body);
    if (is === 'known') return { status: 200, body: { status: '0', errorDescription: 'Hồ sơ đã tồn tại' } };
    return { status: 200, body: { status: '1', errorDescription: is === 'new' ? 'Tiếp nhận hồ sơ thành công' : 'Tiếp nhận hồ sơ bổ sung thành công' } };
  }

  function tellResults({ body, staleMs }: Asked<BodyOf<typeof poll>>): Reply<typeof poll> {
    if (body.maTinh !== settings.PROVINCE_CODE.sandbox) return { status: 200, body: { status: '0', errorDescription: WRONG_PROVINCE, value: [] } };
    const value = body.maDinhDanhHoSo.flatMap((code) => {
      const order = findOrder(body.module, code, staleMs);
      return order?.body.module === body.module ? [wordOrder(order)] : [];
    });
    return { status: 200, body: { status: '1', value } };
  }

  const findOrder = (module: Dossier['module'], code: string, agoMs = 0) => orders.find(code, agoMs) ?? orders.find(aliasOf(module, code), agoMs);

  function tellEntries({ body }: { body: BodyOf<typeof lookUp> }): Reply<typeof lookUp> {
    if (body.maTinh !== settings.PROVINCE_CODE.sandbox) return { status: 200, body: { status: '0', errorDescription: WRONG_PROVINCE, value: [] } };
    orders.settle();
    const value = body.soDinhDanh.flatMap((personalId) => {
      const entry = book.find(personalId);
      if (!entry) return [];
      const ngayDangKy = writeWireDate(entry.date, 'dd.MM.yyyy');
      return [{ soDinhDanh: personalId, loai: 'KS' as const, soDangKy: entry.number, quyenSo: entry.book, trangSo: String(entry.page), ngayDangKy, maXa: entry.commune, hoTen: entry.fullName }];
    });
    return { status: 200, body: { status: '1', value } };
  }

  function wordOrder(order: Order<Dossier, BirthResult>): z.input<typeof polled> {
    const { maHoSoMCDT, maHoSoLT } = order.body;
    const dossier = { maHoSoMCDT, maHoSoLT, nguoiXuLy: 'Công chức giả lập', chucDanh: 'Công chức tư pháp - hộ tịch', phongBanXuLy: 'Bộ phận Tư pháp - Hộ tịch', ghiChu: `Hẹn trả kết quả: ${printed(dueAt(order.receivedAt))}` };
    const reason = order.reason ?? '';
    const ended = writeWireTime(order.readyAt);
    switch (order.state) {
      case 'working':
      case 'silent': {
        const halfway = later(order.receivedAt, (epochMs(order.readyAt) - epochMs(order.receivedAt)) / 2);
        const isWaiting = paceMs > 0 && clock.now() < halfway;
        return { ...dossier, trangThai: isWaiting ? states.waiting : states.processing, noiDungXuLy: isWaiting ? 'Hồ sơ chờ xử lý' : 'Hồ sơ đang được xử lý', thoiGianThucHien: writeWireTime(isWaiting ? order.receivedAt : halfway) };
      }
      case 'supplement':
        return { ...dossier, trangThai: states.supplement, noiDungXuLy: reason, thoiGianThucHien: ended, ...(order.until !== null && { hanBoSungHoSo: writeWireTime(order.until) }) };
      case 'refused':
        return { ...dossier, trangThai: states.refused, noiDungXuLy: reason, errors: [reason], thoiGianThucHien: ended };
      case 'done':
        return { ...dossier, trangThai: states.done, noiDungXuLy: 'Đã hoàn thành đăng ký khai sinh', thoiGianThucHien: ended, ketQuaXuLy: JSON.stringify(order.result) };
    }
  }

  return openMinistry(office, {
    contract,
    voice: statusZero,
    gate: (request) => checkBearer(request, clock),
    services: [service(receive, takeDossier), lookUpService(poll, tellResults, ({ body }) => body.maDinhDanhHoSo.map((code) => findOrder(body.module, code)?.body)), service(lookUp, tellEntries)],
    settle: orders.settle,
  });
}

const WRONG_PROVINCE = `Mã tỉnh không hợp lệ; mã tỉnh được cấp là ${settings.PROVINCE_CODE.sandbox}.`;

/** The linked-service code names a dossier only together with its module. */
function aliasOf(module: Dossier['module'], linked: string): string {
  return `${module}/${linked}`;
}

/** When the result is due by the law of that procedure. The desk works faster; it only prints the term. */
function dueAt(receivedAt: Instant): Instant {
  const date = civilDateOf(receivedAt);
  const isSameDay = isOfficeDay(date) && wallTimeOf(receivedAt) < SAME_DAY_UNTIL;
  return instantAt(isSameDay ? date : addOfficeDays(date, 1), DAY_END);
}
