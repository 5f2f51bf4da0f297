import type { BodyOf } from '../ministry/exchange.ts';
import type { receive } from '../../src/systems/civil-status/contract.ts';
import type { BookPlace } from './birth-book.ts';
import { writePdf } from './pdf.ts';

/** What stands on a birth certificate beside the form. */
interface Registered extends BookPlace {
  readonly personalId: string;
  readonly commune: string;
  /** "dd.MM.yyyy" */
  readonly date: string;
}

/** The electronic birth certificate ("giấy khai sinh") as a PDF in base64, marked so that nobody takes it for a real one. */
export function writeBirthCertificate({ data }: BodyOf<typeof receive>, registered: Registered): string {
  const small = (text: string) => ({ text, size: 11 });
  const centred = (text: string, size: number) => ({ text, size, centred: true });
  const pdf = writePdf(`Giấy khai sinh ${registered.number}`, [
    centred('CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM', 13),
    centred('Độc lập - Tự do - Hạnh phúc', 12),
    centred('GIẤY KHAI SINH', 20),
    centred(`Số: ${registered.number}   Quyển số: ${registered.book}   Trang số: ${registered.page}`, 11),
    centred('DỮ LIỆU GIẢ LẬP - KHÔNG CÓ GIÁ TRỊ PHÁP LÝ', 11),
    small(' '),
    small(`Họ, chữ đệm, tên: ${data.nksHoTen}`),
    small(`Ngày, tháng, năm sinh: ${data.nksNgaySinh}`),
    small(`(${data.nksNgaySinhBangChu})`),
    small(`Giới tính: ${data.nksGioiTinh === '1' ? 'Nam' : 'Nữ'}   Dân tộc: ${data.nksDanToc}   Quốc tịch: ${data.nksQuocTich}`),
    small(`Nơi sinh: ${data.nksNoiSinh.dcChiTiet}`),
    small(`Quê quán: ${data.nksQueQuan}`),
    small(`Số định danh cá nhân: ${registered.personalId}`),
    small(`Họ, chữ đệm, tên người mẹ: ${data.meHoTen ?? ''}`),
    small(`Họ, chữ đệm, tên người cha: ${data.chaHoTen ?? ''}`),
    small(`Người đi khai sinh: ${data.nycHoTen} (${data.nycQuanHe})`),
    small(`Nơi đăng ký khai sinh: ${registered.commune}   Ngày đăng ký: ${registered.date}`),
  ]);
  return pdf.toString('base64');
}
