import type { Chance } from './chance.ts';
import { weigh } from './chance.ts';
import type { Hometown } from './records.ts';

/** The words that every invented address ends with, so that nobody takes it for a real one. */
export const MARK = '(dữ liệu giả lập)';

/** Ward codes in which the invented families live; their names are in the catalogue of communes. */
export const COMMUNES = [
  '30280', '30283', '30285', '30286', '30289', '30292', '30295', '30298', '30301', '30304',
  '30307', '30310', '30313', '30316', '30319', '30322', '30325', '30328', '30331', '30334',
] as const;

/** The province of the hub, as personal ids and health cards write it. */
export const HOME_PROVINCE = '089';

/** A province where some of the people were registered at birth. */
interface Province {
  readonly name: string;
  /** Ward whose birth register stands for the whole province; which one it is has no meaning. */
  readonly ward?: string;
}

/** Provinces by the three digits at the head of a personal id. */
export const PROVINCES: Readonly<Record<string, Province>> = {
  [HOME_PROVINCE]: { name: 'tỉnh An Giang' },
  '091': { name: 'tỉnh Kiên Giang', ward: '30730' },
  '092': { name: 'thành phố Cần Thơ', ward: '31117' },
  '087': { name: 'tỉnh Đồng Tháp', ward: '29866' },
  '079': { name: 'Thành phố Hồ Chí Minh', ward: '26734' },
  '001': { name: 'thành phố Hà Nội', ward: '00001' },
};

const drawGrownUpProvince = weigh([[HOME_PROVINCE, 82], ['091', 5], ['092', 5], ['087', 5], ['079', 2], ['001', 1]]);
const drawChildProvince = weigh([[HOME_PROVINCE, 95], ['091', 1], ['092', 1], ['087', 1], ['079', 2]]);

/** Province in which the birth was registered; who was born lately was nearly always registered at home. */
export function drawBirthProvince(chance: Chance, birthYear: number): string {
  return birthYear < 2005 ? drawGrownUpProvince(chance) : drawChildProvince(chance);
}

/** Ward in whose register the birth stands: mostly the family's own, sometimes another, or that of the other province. */
export function drawBirthCommune(chance: Chance, province: string, commune: string): string {
  return PROVINCES[province]?.ward ?? (chance.happens(0.9) ? commune : chance.pick(COMMUNES));
}

/** Streets are called after flowers and trees, so that no address can be walked to. */
const STREETS = [
  'Hoa Sen', 'Hoa Súng', 'Hoa Cúc', 'Hoa Mai', 'Hoa Lài', 'Hoa Phượng', 'Hoa Giấy', 'Hoa Ban', 'Cây Bàng', 'Cây Dầu',
  'Cây Gáo', 'Cây Me', 'Cây Trâm', 'Thốt Nốt', 'Dừa Nước', 'Điên Điển', 'Bằng Lăng', 'Bồ Đề', 'Ô Môi', 'Cà Na',
];

/** Those of the communes that are "xã": their quarters are called "ấp", those of a ward "khóm". */
const RURAL: readonly string[] = ['30310', '30313', '30331', '30334'];

/** The words of an address; `house` is the household's number within the commune, so that no two share one. */
export function inventAddress(chance: Chance, commune: string, house: number): string {
  const quarter = RURAL.includes(commune) ? 'ấp' : 'khóm';
  return `Số ${house}, đường ${chance.pick(STREETS)}, ${quarter} ${chance.between(1, 9)} ${MARK}`;
}

/** The place of origin that goes with a province. */
export function hometownIn(province: string): Hometown {
  let hometown = hometowns.get(province);
  if (!hometown) hometowns.set(province, (hometown = { province, detail: `${PROVINCES[province]?.name ?? ''} ${MARK}`.trim() }));
  return hometown;
}

const hometowns = new Map<string, Hometown>();
