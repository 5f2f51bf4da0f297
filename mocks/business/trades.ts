import type { Trade } from './firm.ts';

/** What the firms of the province do, from the national list (VSIC 2018, QĐ 27/2018/QĐ-TTg); the wording of names is [assumed: high]. */
export const TRADES: readonly Trade[] = [
  { code: '0111', name: 'Trồng lúa' },
  { code: '0322', name: 'Nuôi trồng thủy sản nội địa' },
  { code: '1020', name: 'Chế biến, bảo quản thủy sản và các sản phẩm từ thủy sản' },
  { code: '1061', name: 'Xay xát và sản xuất bột thô' },
  { code: '1410', name: 'May trang phục (trừ trang phục từ da lông thú)' },
  { code: '4101', name: 'Xây dựng nhà để ở' },
  { code: '4102', name: 'Xây dựng nhà không để ở' },
  { code: '46310', name: 'Bán buôn gạo, lúa mỳ, hạt ngũ cốc khác, bột mỳ' },
  { code: '4620', name: 'Bán buôn nông, lâm sản nguyên liệu (trừ gỗ, tre, nứa) và động vật sống' },
  { code: '4632', name: 'Bán buôn thực phẩm' },
  { code: '4663', name: 'Bán buôn vật liệu, thiết bị lắp đặt khác trong xây dựng' },
  { code: '4933', name: 'Vận tải hàng hóa bằng đường bộ' },
  { code: '5022', name: 'Vận tải hàng hóa đường thủy nội địa' },
  { code: '5510', name: 'Dịch vụ lưu trú ngắn ngày' },
  { code: '5610', name: 'Nhà hàng và các dịch vụ ăn uống phục vụ lưu động' },
  { code: '62010', name: 'Lập trình máy vi tính' },
  { code: '6920', name: 'Hoạt động liên quan đến kế toán, kiểm toán và tư vấn về thuế' },
  { code: '79110', name: 'Đại lý du lịch' },
];

/** Firms are called after flowers and trees, a word that says they are invented, and a number. */
export const NAMES = ['Hoa Sen', 'Hoa Súng', 'Hoa Cúc', 'Hoa Mai', 'Cây Bàng', 'Cây Dầu', 'Cây Gáo', 'Thốt Nốt', 'Dừa Nước', 'Điên Điển', 'Bằng Lăng', 'Ô Môi', 'Cà Na'];

/** Names of the wards in which firms have their seat, as the register spells them, by the ward's code. */
export const WARDS: Readonly<Record<string, string>> = {
  30280: 'Phường Mỹ Bình', 30283: 'Phường Mỹ Long', 30285: 'Phường Đông Xuyên', 30286: 'Phường Mỹ Xuyên', 30289: 'Phường Bình Đức',
  30292: 'Phường Bình Khánh', 30295: 'Phường Mỹ Phước', 30298: 'Phường Mỹ Quý', 30301: 'Phường Mỹ Thới', 30304: 'Phường Mỹ Thạnh',
  30307: 'Phường Mỹ Hòa', 30310: 'Xã Mỹ Khánh', 30313: 'Xã Mỹ Hòa Hưng', 30316: 'Phường Châu Phú B', 30319: 'Phường Châu Phú A',
  30322: 'Phường Vĩnh Mỹ', 30325: 'Phường Núi Sam', 30328: 'Phường Vĩnh Ngươn', 30331: 'Xã Vĩnh Tế', 30334: 'Xã Vĩnh Châu',
};

/** The district of a ward: the codes below 30316 belong to Long Xuyên, the others to Châu Đốc. */
export function districtOf(ward: string): string {
  return ward < '30316' ? 'Thành phố Long Xuyên' : 'Thành phố Châu Đốc';
}
