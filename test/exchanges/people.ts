import type { Citizen, People } from '../../mocks/population/register.ts';

/*
 * Six invented people, written by hand, whom the exchanges in this folder are about. Their numbers have tails that the
 * invented population never gives out. Nothing here comes from a generator, so the exchanges stay true when it changes.
 */

const home = {
  residence: { commune: '30280', detail: 'Số 1, đường Hoa Sen (dữ liệu giả lập)' },
  headId: '089093990002',
  householdNumber: '302800001',
  hometown: { province: '089', detail: 'tỉnh An Giang (dữ liệu giả lập)' },
  ethnicity: 'Kinh',
  nationality: 'Việt Nam',
} as const;

/** The mother; on record with the new place of the tone mark. */
export const mother: Citizen = {
  ...home,
  personalId: '089195990001',
  oldIdNumber: '350990001',
  fullName: 'Nguyễn Thị Hòa',
  sex: 'FEMALE',
  birthDate: '1995-04-18',
  maritalStatus: 'MARRIED',
  spouseId: '089093990002',
  headRelation: 'Vợ',
  insuranceNumber: '8912345001',
  healthCard: { group: 'GD', benefit: 4, province: '89', validFrom: '2024-02-01', validTo: '2025-01-31', facility: '89001' },
};

/** The father, head of the household. */
export const father: Citizen = {
  ...home,
  personalId: '089093990002',
  fullName: 'Trần Văn Thủy',
  sex: 'MALE',
  birthDate: '1993-09-02',
  maritalStatus: 'MARRIED',
  spouseId: '089195990001',
  fatherId: '089050990003',
  headRelation: 'Chủ hộ',
  insuranceNumber: '8912345002',
  healthCard: { group: 'DN', benefit: 4, province: '89', validFrom: '2025-01-01', validTo: '2025-12-31', facility: '89001' },
};

/** The grandfather, registered by the year of birth alone. */
export const grandfather: Citizen = {
  ...home,
  personalId: '089050990003',
  fullName: 'Trần Văn Lộc',
  sex: 'MALE',
  birthDate: '1950',
  maritalStatus: 'WIDOWED',
  headRelation: 'Cha',
};

/** The elder child, registered in 2022 and holding a card. */
export const child: Citizen = {
  ...home,
  personalId: '089222990004',
  fullName: 'Trần Gia Khang',
  sex: 'MALE',
  birthDate: '2022-05-10',
  maritalStatus: 'SINGLE',
  fatherId: '089093990002',
  motherId: '089195990001',
  headRelation: 'Con',
  birthRegistration: { commune: '30280', number: '112/2022', book: '02/2022-KS', page: 12, date: '2022-05-20' },
  insuranceNumber: '8912345004',
  healthCard: { group: 'TE', benefit: 1, province: '89', validFrom: '2022-05-10', validTo: '2028-09-30', facility: '89003' },
};

/** A baby whose birth is registered and who has neither a card nor a home on record yet. */
export const baby: Citizen = {
  personalId: '089225990006',
  fullName: 'Trần Gia Bảo',
  sex: 'MALE',
  birthDate: '2025-02-20',
  maritalStatus: 'SINGLE',
  fatherId: '089093990002',
  motherId: '089195990001',
  hometown: home.hometown,
  ethnicity: 'Kinh',
  nationality: 'Việt Nam',
  birthRegistration: { commune: '30280', number: '17/2025', book: '01/2025-KS', page: 17, date: '2025-02-28' },
};

/** A pupil of six and a half years. */
export const pupil: Citizen = { ...child, personalId: '089318990007', fullName: 'Trần Ngọc Nhi', sex: 'FEMALE', birthDate: '2018-08-15', healthCard: undefined, insuranceNumber: undefined, birthRegistration: undefined };

/** A woman who died on the last day of 2024. */
export const deceased: Citizen = { ...mother, personalId: '089190990005', oldIdNumber: undefined, fullName: 'Lê Thị Mai', birthDate: '1990-01-15', deceased: { date: '2024-12-31' }, spouseId: undefined, headRelation: 'Cháu' };

const everybody = [mother, father, grandfather, child, baby, pupil, deceased];

/** The hand-written people as the ministries' register takes them. */
export const people: People = {
  find: (personalId) => everybody.find((one) => one.personalId === personalId),
  findByOldId: (oldIdNumber) => everybody.find((one) => one.oldIdNumber === oldIdNumber),
  findFamily: () => ({ members: everybody }),
  birthsRegistered: (commune, year) => (commune === '30280' && year === 2025 ? 17 : 0),
};
