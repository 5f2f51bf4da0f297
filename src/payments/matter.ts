import type { Catalogue } from '../catalogue/catalogue.ts';
import type { DossierRow } from '../dossiers/table.ts';
import type { PaymentForm } from '../systems/paygov/client.ts';
import type { Fee } from './fee.ts';
import type { PaymentRow } from './table.ts';

/** What is paid for: the same words each time it is asked for, or PayGov takes it for another payment. */
export type PaymentMatter = Pick<PaymentForm, 'items' | 'procedure' | 'agency' | 'description'>;

/** Says what is paid for, in the words of the law as they stand now. */
export function matterOf(catalogue: Catalogue, { code, procedure, agency }: DossierRow, fee: Fee, amount: number): PaymentMatter {
  const name = `Lệ phí ${fee.procedure.vi}`;
  return {
    items: [{ kind: 'CHARGE', code: `LP-${procedure}`, name, amount }],
    procedure: { code: procedure, name: fee.procedure.vi },
    agency: { code: agency, name: catalogue.findAgency(agency)?.name.vi ?? agency },
    description: `${name}, hồ sơ ${code}`.slice(0, LONGEST_DESCRIPTION),
  };
}

/** PayGov takes at most so many characters of a description. */
const LONGEST_DESCRIPTION = 255;

/** The order as it goes to PayGov. The payer's home is not told: nothing is asked about it. */
export function formOf({ transactionId, dossier, matter }: PaymentRow, { applicantName, applicantId, enterprise }: DossierRow, returnUrl: string): PaymentForm {
  const { items, procedure, agency, description } = JSON.parse(matter ?? '{}') as PaymentMatter;
  return { transactionId, dossier, items, procedure, agency, description, payer: { fullName: applicantName, id: enterprise ?? applicantId, address: '' }, returnUrl };
}
