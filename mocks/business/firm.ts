import type { CivilDate } from '../../src/kit/instant.ts';
import type { statusNames } from '../../src/systems/business/contract.ts';

/** A state in the register's words. */
export type StatusName = (typeof statusNames)[number];

/** What an enterprise may be, in the register's words [assumed: high]; the last two are branches. */
export const FORMS = [
  'Công ty trách nhiệm hữu hạn một thành viên',
  'Công ty trách nhiệm hữu hạn hai thành viên trở lên',
  'Công ty cổ phần',
  'Doanh nghiệp tư nhân',
  'Chi nhánh',
  'Văn phòng đại diện',
] as const;

/** The legal form of a firm. */
export type Form = (typeof FORMS)[number];

/** A line of business by its code in the national list. */
export interface Trade {
  readonly code: string;
  readonly name: string;
}

/** Who represents a firm: the facts that the register keeps of a person. */
export interface Agent {
  readonly personalId: string;
  readonly fullName: string;
  /** "yyyy-mm-dd". */
  readonly birthDate: string;
}

/** One invented firm, or a branch of one. */
export interface Firm {
  readonly synthetic: true;
  /** Ten digits; of a branch thirteen with a hyphen. */
  readonly code: string;
  readonly form: Form;
  readonly name: string;
  readonly foreignName?: string;
  readonly shortName?: string;
  readonly status: StatusName;
  readonly foundedOn: CivilDate;
  /** Whole đồng; a branch has none of its own. */
  readonly capital?: number;
  readonly address: { readonly street: string; readonly ward: string; readonly district: string };
  /** The first is the main one. */
  readonly trades: readonly Trade[];
  readonly agents: readonly Agent[];
  readonly branches: readonly Firm[];
}

/** The firms that were there before the ministries opened: the invented ones, or a few that a test wrote by hand. */
export interface Firms {
  /** By the code of a firm or of a branch. */
  readonly find: (code: string) => Firm | undefined;
}
