import { findCheckDigit } from '../../src/kit/enterprise-code.ts';
import { ageOn, COMMUNES, inventFamilies, REFERENCE_DAY, SEED, type InventedPerson } from '../people.ts';
import { openChance, scatter, weigh, type Chance } from '../people/chance.ts';
import { dateOf, dayNumberOf, isWeekend, years } from '../people/days.ts';
import { inventAddress } from '../people/places.ts';
import type { Agent, Firm, Firms, Form, StatusName } from './firm.ts';
import { districtOf, NAMES, TRADES, WARDS } from './trades.ts';

/** The invented firms of a seed. */
export interface InventedFirms extends Firms {
  /** Every firm, in the order of invention; their branches stand in them. */
  readonly firms: readonly Firm[];
}

/** Firms in the register; branches are beside this count. */
const FIRMS = 500;

/**
 * Codes begin with 16, the province's [assumed: high], and 9: the tax offices of the province have not come that far. A
 * serial of 990,000 or more is never given out; firms written by hand bear those.
 */
const PREFIX = '169';
const SERIALS = 990_000;

const drawForm = weigh<Form>([['Công ty trách nhiệm hữu hạn một thành viên', 5], ['Công ty trách nhiệm hữu hạn hai thành viên trở lên', 3], ['Công ty cổ phần', 2], ['Doanh nghiệp tư nhân', 2]]);
const drawStatus = weigh<StatusName>([['Đang hoạt động', 70], ['Tạm ngừng kinh doanh', 10], ['Đang làm thủ tục giải thể', 5], ['Đã giải thể', 6], ['Bị thu hồi GCN ĐKDN', 4], ['Không còn hoạt động tại địa chỉ đã đăng ký', 5]]);
const drawBranches = weigh([[0, 80], [1, 12], [2, 6], [3, 2]]);

/** How a name begins, in Vietnamese and in English, by the form. */
const TITLES: Readonly<Record<Form, readonly [vi: string, en: string]>> = {
  'Công ty trách nhiệm hữu hạn một thành viên': ['CÔNG TY TNHH MTV', 'ONE MEMBER COMPANY LIMITED'],
  'Công ty trách nhiệm hữu hạn hai thành viên trở lên': ['CÔNG TY TNHH', 'COMPANY LIMITED'],
  'Công ty cổ phần': ['CÔNG TY CỔ PHẦN', 'JOINT STOCK COMPANY'],
  'Doanh nghiệp tư nhân': ['DOANH NGHIỆP TƯ NHÂN', 'PRIVATE ENTERPRISE'],
  'Chi nhánh': ['CHI NHÁNH', 'BRANCH'],
  'Văn phòng đại diện': ['VĂN PHÒNG ĐẠI DIỆN', 'REPRESENTATIVE OFFICE'],
};

let made: InventedFirms | undefined;

/** The invented firms: made at the first call, the same object ever after. */
export function inventFirms(): InventedFirms {
  return (made ??= composeFirms(SEED));
}

/** Makes the firms of a seed anew, with people of the invented population; only who wants to compare two makings asks for this. */
export function composeFirms(seed: number): InventedFirms {
  const chance = openChance(seed);
  const grownUps = inventFamilies(seed).people.filter((person) => !person.deceased && person.birthDate.length > 4 && ageOn(REFERENCE_DAY, person.birthDate) >= 25);
  const serial = scatter(chance, SERIALS);
  const firms: Firm[] = [];
  for (let index = 0; firms.length < FIRMS; index += 1) {
    const nine = PREFIX + String(serial(index)).padStart(6, '0');
    const digit = findCheckDigit(nine);
    if (digit !== undefined) firms.push(inventFirm(chance, `${nine}${digit}`, firms.length + 1, grownUps)); // one serial in eleven makes no code
  }
  const byCode = new Map(firms.flatMap((firm) => [firm, ...firm.branches]).map((firm) => [firm.code, firm]));
  return { firms, find: (code) => byCode.get(code) };
}

function inventFirm(chance: Chance, code: string, number: number, people: readonly InventedPerson[]): Firm {
  const form = drawForm(chance);
  const own = chance.pick(NAMES);
  const [title, foreignTitle] = TITLES[form];
  const first = chance.pick(people);
  const second = form === 'Công ty cổ phần' && chance.happens(0.3) ? chance.pick(people.filter((one) => one !== first)) : undefined;
  const status = drawStatus(chance);
  const foundedOn = drawFoundation(chance, first);
  const firm: Firm = {
    synthetic: true,
    code,
    form,
    name: `${title} GIẢ LẬP ${own.toLocaleUpperCase('vi')} ${number}`,
    ...(chance.happens(0.4) && { foreignName: `GIA LAP ${plain(own)} ${number} ${foreignTitle}`, shortName: `GIA LAP ${number}` }),
    status,
    foundedOn,
    capital: chance.between(1, 500) * 100_000_000, // 100 million to 50 billion đồng: most are above what a 32-bit number holds
    address: inventSeat(chance, number),
    trades: drawTrades(chance),
    agents: [first, second].filter((one) => one !== undefined).map(agentOf),
    branches: [],
  };
  const count = form === 'Doanh nghiệp tư nhân' ? 0 : drawBranches(chance);
  return { ...firm, branches: Array.from({ length: count }, (_, index) => inventBranch(chance, firm, index + 1, chance.pick(people))) };
}

function inventBranch(chance: Chance, firm: Firm, number: number, head: InventedPerson): Firm {
  const form = chance.happens(0.75) ? 'Chi nhánh' : 'Văn phòng đại diện';
  const { capital: _, foreignName: __, shortName: ___, ...rest } = firm;
  return {
    ...rest,
    code: `${firm.code}-${String(number).padStart(3, '0')}`,
    form,
    name: `${TITLES[form][0]} ${number} - ${firm.name}`,
    address: inventSeat(chance, number),
    agents: [agentOf(head)],
  };
}

function inventSeat(chance: Chance, house: number): Firm['address'] {
  const ward = chance.pick(COMMUNES);
  return { street: inventAddress(chance, ward, house), ward: WARDS[ward] ?? '', district: districtOf(ward) };
}

/** One to four different lines. */
function drawTrades(chance: Chance): Firm['trades'] {
  const place = scatter(chance, TRADES.length);
  return Array.from({ length: chance.between(1, 4) }, (_, index) => TRADES[place(index)]).filter((trade) => trade !== undefined);
}

/** A working day on which the representative was of age, from 2005 to the week before the reference day. */
function drawFoundation(chance: Chance, { birthDate }: InventedPerson): string {
  let day = chance.between(Math.max(dayNumberOf('2005-01-03'), dayNumberOf(birthDate) + years(18) + 1), dayNumberOf(REFERENCE_DAY) - 7);
  while (isWeekend(day)) day += 1;
  return dateOf(day);
}

function agentOf({ personalId, fullName, birthDate }: InventedPerson): Agent {
  return { personalId, fullName, birthDate };
}

/** Without the marks of Vietnamese, as foreign names are written. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replaceAll('đ', 'd').replaceAll('Đ', 'D').toUpperCase();
}
