import type { Purpose } from '../access/purpose.ts';
import type { Reach } from '../access/reach.ts';
import { cashier } from '../access/viewer.ts';
import type { Office } from '../dossiers/office.ts';
import { part } from '../kit/part.ts';
import type { Retrying } from '../kit/retry.ts';
import type { Rounds } from '../kit/rounds.ts';
import type { Seal } from '../kit/seal.ts';
import type { Reached, Settings } from '../kit/system.ts';
import { paygov } from '../systems/paygov/client.ts';
import type { PaymentRow } from './table.ts';

/** How patiently the hub looks after payments. */
export interface CashierPatience extends Retrying {
  /** How often PayGov is asked about an open payment, milliseconds; 0 = never, and only the daily file tells what was not called back. */
  readonly lookMs: number;
  /** At what time "HH:MM" in the zone of the law the file of the day before is fetched. */
  readonly fileAt: string;
}

/** Everything the cashier works with ("quầy thu phí"). */
export interface Till extends Office {
  readonly reach: Reach;
  readonly seal: Seal;
  readonly patience: CashierPatience;
  /** The looks at single payments. */
  readonly rounds: Rounds;
  /** The comparisons with PayGov's daily files. */
  readonly dayRounds: Rounds;
  /** Whether a fee is paid back when the citizen withdraws after paying. */
  readonly refundsWithdrawn: boolean;
  /** Where the payer's browser is sent after paying. */
  returnUrl(): string;
  /** PayGov's settings, for checking its callbacks. */
  readonly settings: Settings;
}

/** The till as resolvers fetch it. */
export const tillPart = part<Till>('till');

/** The cashier's purpose: the dossier whose fee it is, and the duty officer of its agency. */
function purposeOf(till: Till, { procedure, dossier, agency }: PaymentRow): Purpose {
  const officer = till.catalogue().findAgency(agency)?.dutyOfficer;
  return { procedure, dossier, unit: agency, ...(officer ? { officer } : {}) };
}

/** PayGov's verbs, bound to the cashier and the dossier of the payment. */
export function verbsFor(till: Till, payment: PaymentRow): Reached<typeof paygov.verbs> {
  return till.reach(cashier, purposeOf(till, payment), paygov);
}
