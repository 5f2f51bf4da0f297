import type { z } from 'zod';
import { civilDateOf, type Instant } from '../src/kit/instant.ts';
import { sameName } from '../src/kit/person-name.ts';
import { findWireDate, writeWireDate } from '../src/kit/wire-date.ts';
import { contract, inquire, register as registerMove, settings, states } from '../src/systems/residence/contract.ts';
import { openMinistry, type Ministry, type World } from './ministry.ts';
import { lookUp, service, type Asked, type BodyOf, type Reply } from './ministry/exchange.ts';
import { openOffice } from './ministry/office.ts';
import { openOrderBook, type Carried, type Order } from './ministry/orders.ts';
import { codeAndReason } from './ministry/voice.ts';
import { COMMUNES } from './people.ts';
import type { Register } from './population/register.ts';

/** A registration as it was asked for. */
type Form = BodyOf<typeof registerMove>;

/** The notice of a finished registration. */
type Notice = NonNullable<z.output<(typeof inquire.answers)[200]>['ketQua']>;

/** The commune police's residence database: registers where a child lives, when the head of the household agrees. */
export function openResidence(world: World, register: Register): Ministry {
  const office = openOffice('residence', world, { operations: contract.operations, outcomes: ['done', 'supplement', 'supplementThenDone', 'refuse', 'silent'] });
  const orders = openOrderBook<Form, Notice>(office, {
    carryOut: registerResidence,
    idempotencyKey: (form) => form.maYeuCau,
    defaultReasons: { refuse: 'Hồ sơ không đủ điều kiện đăng ký thường trú theo quy định.', supplement: 'Đề nghị bổ sung giấy tờ chứng minh chỗ ở hợp pháp.' },
  });

  function registerResidence({ number, key, body: form }: Order<Form, Notice>, at: Instant): Carried<Notice> {
    const reason = findRefusal(form);
    if (reason !== undefined) return { is: 'refused', reason };
    const { soDinhDanh, chuHo, diaChi } = form;
    register.setResidence({ key, personalId: soDinhDanh, headId: chuHo.soDinhDanh, commune: diaChi.maXa, detail: diaChi.chiTiet, at });
    const today = civilDateOf(at);
    const soThongBao = `${number}/${today.slice(0, 4)}/TB-CT08`; // CT08 is the police's form of such a notice [assumed: low]
    return { is: 'done', effect: { act: 'registerResidence', subject: soDinhDanh }, result: { soThongBao, ngayDangKy: writeWireDate(today, 'dd/MM/yyyy'), soDinhDanh, maXa: diaChi.maXa, chiTiet: diaChi.chiTiet } };
  }

  function findRefusal({ chuHo, diaChi }: Form): string | undefined {
    const head = register.find(chuHo.soDinhDanh);
    if (!(COMMUNES as readonly string[]).includes(diaChi.maXa)) return `Không tìm thấy địa chỉ: mã xã ${diaChi.maXa} không có trong cơ sở dữ liệu về cư trú.`;
    if (!head || head.deceased) return 'Không tìm thấy chủ hộ trong cơ sở dữ liệu về cư trú.';
    if (!chuHo.dongY) return 'Chủ hộ không đồng ý cho đăng ký thường trú.';
    if (head.residence?.commune !== diaChi.maXa) return 'Chủ hộ không thường trú tại xã, phường nơi đăng ký.';
    return undefined;
  }

  function takeForm({ body: form }: { body: Form }): Reply<typeof registerMove> {
    const person = register.find(form.soDinhDanh);
    const isSame = person !== undefined && sameName(person.fullName, form.hoTen) && person.birthDate === findWireDate(form.ngaySinh, 'dd/MM/yyyy');
    if (!isSame) return { status: 422, body: { maLoi: 'KHONG_CO_TRONG_CSDL', lyDo: 'Số định danh, họ tên, ngày sinh không khớp với Cơ sở dữ liệu quốc gia về dân cư.' } };
    const { order } = orders.take({ key: form.maYeuCau }, form);
    return { status: 202, body: { maTiepNhan: `CT-89-${String(order.number).padStart(6, '0')}` } };
  }

  function tellState({ path: { maYeuCau = '' }, staleMs }: Omit<Asked<unknown>, 'body'>): Reply<typeof inquire> {
    const order = orders.find(maYeuCau, staleMs);
    if (!order) return { status: 404, body: { maLoi: 'KHONG_TIM_THAY', lyDo: `Không có yêu cầu ${maYeuCau}.` } };
    const lyDo = order.reason ?? '';
    switch (order.state) {
      case 'working':
      case 'silent':
        return { status: 200, body: { trangThai: states.waiting } };
      case 'supplement':
        return { status: 200, body: { trangThai: states.supplement, lyDo } };
      case 'refused':
        return { status: 200, body: { trangThai: states.refused, lyDo } };
      case 'done':
        return { status: 200, body: { trangThai: states.done, ...(order.result && { ketQua: order.result }) } };
    }
  }

  return openMinistry(office, {
    contract,
    voice: codeAndReason,
    gate: (request) => (request.headers.get('x-api-key') === settings.API_KEY.sandbox ? undefined : codeAndReason.say(401, 'Khóa truy cập (X-Api-Key) thiếu hoặc không đúng.')),
    services: [service(registerMove, takeForm), lookUp(inquire, tellState, ({ path: { maYeuCau = '' } }) => [orders.find(maYeuCau)?.body])],
    settle: orders.settle,
  });
}
