import type { CivilDate } from '../../src/kit/instant.ts';
import type { Sex } from '../../src/kit/personal-id.ts';

/** Ethnic group as registered ("dân tộc"), the four of the province. */
export type Ethnicity = 'Kinh' | 'Khmer' | 'Chăm' | 'Hoa';

/** Marital status ("tình trạng hôn nhân"). Who survives a spouse is WIDOWED; the deceased keeps MARRIED. */
export type MaritalStatus = 'SINGLE' | 'MARRIED' | 'WIDOWED' | 'DIVORCED';

/** Blood group ("nhóm máu"), known of about half the people. */
export type BloodGroup = 'O' | 'A' | 'B' | 'AB';

/** What a member of the household is to its head ("quan hệ với chủ hộ"). */
export type HeadRelation =
  | 'Chủ hộ' | 'Vợ' | 'Chồng' | 'Con' | 'Con dâu' | 'Con rể' | 'Cháu'
  | 'Cha' | 'Mẹ' | 'Cha chồng' | 'Mẹ chồng' | 'Cha vợ' | 'Mẹ vợ';

/** Where a person is registered as permanent resident: ward code and the words of the address. */
export interface Residence {
  readonly commune: string;
  readonly detail: string;
}

/** Place of origin ("quê quán"), taken from the father, or from the mother where no father is known. */
export interface Hometown {
  /** Province code of three digits, as at the head of a personal id. */
  readonly province: string;
  readonly detail: string;
}

/** The entry in the commune's birth register, for everybody born from 2005 on. */
export interface BirthRegistration {
  /** Ward code; one of another province when the personal id begins with another province. */
  readonly commune: string;
  /** Number "n/yyyy": from 1 without gaps in each commune and year, in the order of the dates. */
  readonly number: string;
  /** Book "NN/yyyy-KS". */
  readonly book: string;
  readonly page: number;
  readonly date: CivilDate;
}

/**
 * Object group of a health insurance card: TE child under six, HS pupil, DN employee, HT pensioner, BT aged 80 or more
 * with an allowance, GD household.
 */
export type CardGroup = 'TE' | 'HS' | 'DN' | 'HT' | 'BT' | 'GD';

/** The facts of a health insurance card ("thẻ BHYT"). The card of a deceased person ends on the day of death. */
export interface HealthCard {
  readonly group: CardGroup;
  /** Benefit digit, 1 to 5. */
  readonly benefit: number;
  /** Province on the card, two digits. */
  readonly province: '89';
  readonly validFrom: CivilDate;
  /** Last day; of some GD cards it lies before the reference day: they were not renewed. */
  readonly validTo: CivilDate;
  /** Facility of first registration, "89001" to "89012". */
  readonly facility: string;
}

/** One invented person, known alike to every simulated ministry. A fact that is not on record is undefined. */
export interface InventedPerson {
  readonly synthetic: true;
  /** Number of the family to which the person belongs. */
  readonly family: number;
  readonly personalId: string;
  /** Old identity card of nine digits ("số CMND"). */
  readonly oldIdNumber?: string;
  readonly fullName: string;
  readonly sex: Sex;
  /** "yyyy-mm-dd", or "yyyy" where only the year is on record. */
  readonly birthDate: string;
  readonly ethnicity: Ethnicity;
  readonly religion?: string;
  readonly nationality: 'Việt Nam';
  readonly maritalStatus: MaritalStatus;
  readonly bloodGroup?: BloodGroup;
  readonly fatherId?: string;
  readonly motherId?: string;
  /** Husband or wife, living or dead; absent where a marriage ended otherwise or the spouse is not on record. */
  readonly spouseId?: string;
  readonly headId: string;
  readonly headRelation: HeadRelation;
  readonly householdNumber: string;
  readonly residence: Residence;
  readonly hometown: Hometown;
  readonly birthRegistration?: BirthRegistration;
  /** Social insurance number of ten digits ("mã số BHXH"). */
  readonly insuranceNumber: string;
  readonly healthCard: HealthCard;
  readonly deceased?: { readonly date: CivilDate };
}

/**
 * One invented family. Father and mother are the couple it is built round; a couple of elders without children is
 * still its father and mother. All live in one household, except that a few fathers keep one of their own elsewhere.
 */
export interface Family {
  readonly synthetic: true;
  /** 1 and up; also the place in the list of families. */
  readonly number: number;
  readonly commune: string;
  readonly addressDetail: string;
  /** Nine digits ("số sổ hộ khẩu"). */
  readonly householdNumber: string;
  /** Head of the household, living and of age. */
  readonly head: InventedPerson;
  readonly father?: InventedPerson;
  readonly mother?: InventedPerson;
  readonly grandparents?: readonly InventedPerson[];
  /** Children in the household, eldest first. */
  readonly children: readonly InventedPerson[];
  /** Everybody above, each once, the deceased too. */
  readonly members: readonly InventedPerson[];
}

/** A person on the workbench, before the last facts are written. */
export type Draft = { -readonly [Fact in keyof InventedPerson]: InventedPerson[Fact] };
