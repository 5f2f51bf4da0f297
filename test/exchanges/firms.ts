import type { Firm, Firms } from '../../mocks/business/firm.ts';
import { father, mother } from './people.ts';

/*
 * Two invented firms and a branch, written by hand, which the exchanges with the enterprise register are about. Their codes
 * have serials that the invented firms never get. Nothing here comes from a generator.
 */

const agentOf = ({ personalId, fullName, birthDate }: typeof mother) => ({ personalId, fullName, birthDate });
const address = { street: 'Số 1, đường Hoa Sen (dữ liệu giả lập)', ward: 'Phường Mỹ Bình', district: 'Thành phố Long Xuyên' };

/** A branch of the mill. */
export const branch: Firm = {
  synthetic: true,
  code: '1699900018-001',
  form: 'Chi nhánh',
  name: 'CHI NHÁNH 1 - CÔNG TY TNHH GIẢ LẬP XAY XÁT MỘT',
  status: 'Đang hoạt động',
  foundedOn: '2019-05-06',
  address: { ...address, street: 'Số 2, đường Cây Me (dữ liệu giả lập)' },
  trades: [{ code: '46310', name: 'Bán buôn gạo, lúa mỳ, hạt ngũ cốc khác, bột mỳ' }],
  agents: [agentOf(mother)],
  branches: [],
};

/** A rice mill at work, with two representatives, two lines of business and a branch. */
export const mill: Firm = {
  synthetic: true,
  code: '1699900018',
  form: 'Công ty trách nhiệm hữu hạn hai thành viên trở lên',
  name: 'CÔNG TY TNHH GIẢ LẬP XAY XÁT MỘT',
  foreignName: 'GIA LAP ONE RICE MILL COMPANY LIMITED',
  shortName: 'GIA LAP ONE',
  status: 'Đang hoạt động',
  foundedOn: '2015-03-02',
  capital: 4_500_000_000,
  address,
  trades: [{ code: '1061', name: 'Xay xát và sản xuất bột thô' }, ...branch.trades],
  agents: [agentOf(father), agentOf(mother)],
  branches: [branch],
};

/** A private enterprise that has been dissolved. */
export const dissolved: Firm = {
  synthetic: true,
  code: '1699900025',
  form: 'Doanh nghiệp tư nhân',
  name: 'DOANH NGHIỆP TƯ NHÂN GIẢ LẬP VẬN TẢI HAI',
  status: 'Đã giải thể',
  foundedOn: '2012-11-20',
  capital: 300_000_000,
  address: { ...address, street: 'Số 3, đường Cây Bàng (dữ liệu giả lập)' },
  trades: [{ code: '4933', name: 'Vận tải hàng hóa bằng đường bộ' }],
  agents: [agentOf(father)],
  branches: [],
};

const all = [mill, branch, dissolved];

/** The hand-written firms as the register takes them. */
export const firms: Firms = { find: (code) => all.find((one) => one.code === code) };
