import { closeIncidents as closeAll, openIncident as open, type IncidentCause } from '../dossiers/incident.ts';
import type { Rows } from '../kit/store.ts';
import type { Words } from '../kit/words.ts';
import type { PaymentRow } from './table.ts';
import type { Till } from './till.ts';

type Concerned = Pick<PaymentRow, 'dossier' | 'procedure' | 'agency'>;

/** What an incident about the payments of a dossier belongs to. */
export const matterOf = ({ dossier, procedure, agency }: Concerned) => ({ run: null, act: 'requestPayment', dossier, procedure, ownerAgency: agency });

/** Opens an incident about the payments of a dossier; its agency owns it. */
export async function openIncident(till: Till, rows: Rows, payment: Concerned, cause: IncidentCause, detail: Words): Promise<void> {
  await open(till, rows, { ...matterOf(payment), system: 'paygov', cause, detail });
}

/** Closes the open incidents of a dossier's payments whose causes are gone. */
export async function closeIncidents(till: Till, rows: Rows, payment: Concerned, causes: readonly IncidentCause[]): Promise<void> {
  await closeAll(till, rows, matterOf(payment), causes);
}
