import type { z } from 'zod';
import { findParentCode } from '../../kit/enterprise-code.ts';
import type { CivilDate } from '../../kit/instant.ts';
import { NOT_FOUND, badAnswer, done, refused, type Outcome } from '../../kit/outcome.ts';
import { tidy } from '../../kit/person-name.ts';
import { PERSONAL_ID } from '../../kit/personal-id.ts';
import { defineSystem, type Wire } from '../../kit/system.ts';
import { findWireDate } from '../../kit/wire-date.ts';
import { words } from '../../kit/words.ts';
import { findEnterprise, settings, type representative } from './contract.ts';

/** In which state an enterprise is; OTHER where the register has a word that the hub does not know. */
export type BusinessStatus = 'ACTIVE' | 'SUSPENDED' | 'DISSOLVING' | 'DISSOLVED' | 'REVOKED' | 'NOT_AT_ADDRESS' | 'OTHER';

/** Where an enterprise has its head office ("địa chỉ trụ sở chính"). */
export interface BusinessAddress {
  readonly fullText: string;
  readonly street?: string | undefined;
  readonly ward?: string | undefined;
  readonly district?: string | undefined;
  readonly province?: string | undefined;
}

/** A line of business ("ngành nghề kinh doanh"). */
export interface BusinessLine {
  /** Four or five digits of the national list (VSIC). */
  readonly code: string;
  readonly name: string;
  readonly main: boolean;
}

/** Who represents an enterprise by law; the name is public, the rest is personal data. */
export interface Representative {
  readonly fullName: string;
  /** Twelve digits; absent where the paper on record is another, such as a passport. */
  readonly personalId?: string | undefined;
  /** "yyyy-mm-dd", or "yyyy" where only the year is on record. */
  readonly birthDate?: string | undefined;
}

/** A branch or representative office as its enterprise names it ("đơn vị phụ thuộc"). */
export interface Branch {
  readonly registrationNumber: string;
  readonly name: string;
  readonly type?: string | undefined;
}

/** A registered enterprise, or a branch of one ("doanh nghiệp"), in the field's terms. */
export interface Business {
  readonly registrationNumber: string;
  readonly name: string;
  readonly foreignName?: string | undefined;
  readonly shortName?: string | undefined;
  /** In the register's words: no source closes the list. */
  readonly type: string;
  readonly status: BusinessStatus;
  /** The state in the register's own words. */
  readonly statusName: string;
  readonly foundedOn?: CivilDate | undefined;
  /** Whole đồng. */
  readonly charterCapital?: number | undefined;
  readonly headOffice?: BusinessAddress | undefined;
  readonly lines: readonly BusinessLine[];
  readonly representatives: readonly Representative[];
  readonly branches: readonly Branch[];
  /** The enterprise to which this branch belongs. */
  readonly parentNumber?: string | undefined;
}

/** Asks for enterprises by their codes; the answers stand in the order of the codes. */
async function businesses(wire: Wire, codes: readonly string[]): Promise<readonly Outcome<Business>[]> {
  return Promise.all(codes.map((code) => enterprise(wire, code))); // the register takes one enterprise a call
}

async function enterprise(wire: Wire, code: string): Promise<Outcome<Business>> {
  const answer = await wire.exchange(findEnterprise, { path: { msdn: code }, trace: { about: [code], fields: ['registration', 'representatives'] } });
  if (answer.is !== 'answer') return answer;
  const { Status, Message, Data } = answer.body;
  if (String(Status) !== '1') return refused('STATUS_0', words(Message || 'CSDLQG về đăng ký doanh nghiệp từ chối, không nêu lý do.', `The enterprise register refused the question: ${Message || 'no reason given'}`));
  const main = Data?.MainInformation;
  if (!main) return refused(NOT_FOUND, words('Không có doanh nghiệp nào mang mã số này.', 'No enterprise bears this code.'));
  if (main.ENTERPRISE_GDT_CODE !== code) return badAnswer('MainInformation.ENTERPRISE_GDT_CODE: another enterprise than the one asked for');
  const foundedOn = main.FOUNDING_DATE ? findWireDate(main.FOUNDING_DATE, 'dd/MM/yyyy') : undefined;
  if (main.FOUNDING_DATE && !foundedOn) return badAnswer('MainInformation.FOUNDING_DATE: not a date');
  return done({ ...readMain(main), foundedOn, ...readBlocks(Data, main.LEGAL_NAMES) }, wire.now());
}

type Blocks = NonNullable<z.output<(typeof findEnterprise.answers)[200]>['Data']>;

function readMain(main: NonNullable<Blocks['MainInformation']>) {
  return {
    registrationNumber: main.ENTERPRISE_GDT_CODE,
    name: tidy(main.NAME),
    foreignName: main.NAME_F || undefined,
    shortName: main.SHORT_NAME || undefined,
    type: main.ENTERPRISE_TYPE_NAME,
    status: readStatus(main.ENTERPRISE_STATUS_NAME),
    statusName: main.ENTERPRISE_STATUS_NAME,
    charterCapital: main.CAPITAL_AMOUNT == null ? undefined : Math.round(main.CAPITAL_AMOUNT), // three decimals on the wire; there is no coin below one đồng
    parentNumber: findParentCode(main.ENTERPRISE_GDT_CODE),
  };
}

function readBlocks({ HOAdress: office, ...blocks }: Blocks, legalNames: string | null | undefined) {
  const people = listOf(blocks.Representatives).map(readRepresentative);
  return {
    headOffice: office
      ? { fullText: tidy(office.AddressFullText), street: office.StreetNumber || undefined, ward: office.WardName || undefined, district: office.DistrictName || undefined, province: office.CityName || undefined }
      : undefined,
    lines: listOf(blocks.BusinessActivity).map(({ CODE, NAME, IS_MAIN }) => ({ code: CODE, name: NAME, main: IS_MAIN === 'Y' })),
    representatives: people.length > 0 ? people : (legalNames ?? '').split(';').map(tidy).filter(Boolean).map((fullName) => ({ fullName })),
    branches: listOf(blocks.Branches).map(({ ENTERPRISE_GDT_CODE, NAME, ENTERPRISE_TYPE_NAME }) => ({ registrationNumber: ENTERPRISE_GDT_CODE, name: tidy(NAME), type: ENTERPRISE_TYPE_NAME ?? undefined })),
  };
}

function readRepresentative({ FULL_NAME, PERS_DOC_NO, DATE_OF_BIRTH }: z.output<typeof representative>): Representative {
  const birthDate = /^\d{4}$/.test(DATE_OF_BIRTH ?? '') ? DATE_OF_BIRTH : findWireDate(DATE_OF_BIRTH ?? '', 'dd/MM/yyyy');
  return { fullName: tidy(FULL_NAME), personalId: PERSONAL_ID.test(PERS_DOC_NO ?? '') ? (PERS_DOC_NO ?? undefined) : undefined, birthDate: birthDate ?? undefined };
}

/** How each state begins, in small letters: the short word of the register and the longer one of a decree begin alike. */
const STATUSES: readonly (readonly [beginning: string, status: BusinessStatus])[] = [
  ['đang hoạt động', 'ACTIVE'],
  ['tạm ngừng', 'SUSPENDED'],
  ['đang làm thủ tục giải thể', 'DISSOLVING'],
  ['đã giải thể', 'DISSOLVED'],
  ['bị thu hồi', 'REVOKED'],
  ['không còn hoạt động', 'NOT_AT_ADDRESS'],
];

function readStatus(name: string): BusinessStatus {
  const small = tidy(name).toLocaleLowerCase('vi');
  return STATUSES.find(([beginning]) => small.startsWith(beginning))?.[1] ?? 'OTHER';
}

function listOf<T>(block: T | readonly T[] | null | undefined): readonly T[] {
  if (block === null || block === undefined) return [];
  return Array.isArray(block) ? (block as readonly T[]) : [block as T];
}

/** The national enterprise register ("CSDLQG về đăng ký doanh nghiệp"). */
export const business = defineSystem({
  name: 'business',
  title: words('Cơ sở dữ liệu quốc gia về đăng ký doanh nghiệp', 'National enterprise register'),
  behind: 'ndxp',
  gatewayPath: '/apiCSDLDKDN/1.0',
  limits: { deadlineMs: 10_000, budgetMs: 15_000, parallel: 8, perSecond: 500, failuresToOpen: 5, openMs: 5_000 },
  settings,
  authenticate: async (_request, { bearer }) => ({ authorization: `Bearer ${await bearer()}` }),
  verbs: { businesses },
});
