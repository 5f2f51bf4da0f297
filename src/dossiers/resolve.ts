import type { Viewer } from '../access/viewer.ts';
import { failure, fieldIssue, invalidInput, isFailure, type Failure } from '../kit/failure.ts';
import { printed } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { closeIncident, incidentTable, type IncidentRow } from './incident.ts';
import { underKey, type Office } from './office.ts';
import { remedyFor, type Remedy } from './remedy.ts';

/** What an officer says of an incident that needs nothing more. */
export interface Resolution {
  readonly viewer: Viewer;
  readonly idempotencyKey: string;
  /** Opaque id of the officer. */
  readonly officer: string;
  readonly incidentId: string;
  /** Why, 1 to 1,000 characters. */
  readonly note: string;
}

/** A note may be so long, characters: a page is a document and belongs into the dossier. */
const LONGEST_NOTE = 1_000;

/**
 * Resolves an incident by hand, with who, when and why. Refused by name while its cause stands: a step that still fails
 * would otherwise fail without an owner. An incident of the watchman's comes back within a minute if he finds the same again.
 */
export function resolveIncident(office: Office, remedies: readonly Remedy[], { viewer, idempotencyKey: key, officer, incidentId, note }: Resolution): Promise<IncidentRow | Failure> {
  const said = note.trim();
  if (said === '' || said.length > LONGEST_NOTE) {
    const right = words(`1 đến ${LONGEST_NOTE} ký tự`, `1 to ${LONGEST_NOTE} characters`);
    return Promise.resolve(invalidInput([fieldIssue('note', said === '' ? 'REQUIRED' : 'OUT_OF_RANGE', words('Phải ghi rõ vì sao sự cố đã được xử lý.', 'Say why the incident needs nothing more.'), right)]));
  }
  const again = (rows: Rows, id: string) => rows.findOneByOrFail(incidentTable, { id: Number(id) });
  return underKey(office, { viewer, key, mutation: 'resolveIncident', body: { incidentId, note } }, again, async (rows) => {
    const incident = await findIncident(rows, incidentId);
    if (isFailure(incident)) return incident;
    const allowed = await remedyFor(remedies, incident)?.standing(rows, incident);
    if (allowed) return causeStands(allowed);
    return { answer: String(incident.id), result: await closeIncident(office, rows, incident, { officer, note: said }) };
  });
}

/** The open incident with that number. */
async function findIncident(rows: Rows, incidentId: string): Promise<IncidentRow | Failure> {
  const incident = /^\d{1,9}$/.test(incidentId) ? await rows.findOneBy(incidentTable, { id: Number(incidentId) }) : null; // 9 digits: what the number's column holds for certain
  if (!incident) return failure('IncidentNotFound', words('Không tìm thấy sự cố.', 'There is no such incident.'));
  if (incident.resolvedAt === null) return incident;
  return failure('IncidentOver', words(`Sự cố đã được xử lý lúc ${printed(incident.resolvedAt)}.`, `The incident is over since ${incident.resolvedAt}.`), { facts: { resolvedAt: incident.resolvedAt } });
}

function causeStands(allowed: readonly string[]): Failure {
  const list = allowed.join(', ') || '–';
  return failure('CauseStands', words(`Nguyên nhân sự cố vẫn còn nên chưa thể đóng; khi hết nguyên nhân, sự cố tự đóng. Việc được phép: ${list}.`, `The cause still stands, so the incident cannot be put aside; it closes by itself when the cause is gone. What helps: ${list}.`), { facts: { allowed } });
}
