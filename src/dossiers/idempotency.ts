import { createHash } from 'node:crypto';
import type { Viewer } from '../access/viewer.ts';
import { failure, fieldIssue, invalidInput, type Failure } from '../kit/failure.ts';
import type { Instant } from '../kit/instant.ts';
import type { Rows } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { idempotencyTable } from './table.ts';

/** A key may have this many characters: room for any scheme of names, and not for a document. */
const LONGEST_KEY = 200;

/** One use of an idempotency key. */
export interface KeyUse {
  readonly viewer: Viewer;
  readonly key: string;
  readonly mutation: string;
  /** The input without the key; compared by content, not by the order of its fields. */
  readonly body: unknown;
}

/** What the key gave before: the first answer, the failure that it was used for something else, or nothing. */
export async function findFirstAnswer(rows: Rows, use: KeyUse): Promise<{ readonly answer: string } | Failure | undefined> {
  if (use.key.trim() === '' || use.key.length > LONGEST_KEY) return badKey();
  const known = await rows.findOneBy(idempotencyTable, { client: use.viewer.client, key: use.key });
  if (!known) return undefined;
  if (known.mutation === use.mutation && known.bodyHash === hashOf(use.body)) return { answer: known.answer };
  return failure(
    'IdempotencyKeyReused',
    words('Khóa chống trùng này đã dùng cho một yêu cầu khác; hãy dùng khóa mới cho yêu cầu mới.', 'This idempotency key was used for another request; a new request needs a new key.'),
    { issues: [fieldIssue('idempotencyKey', 'CONTRADICTION', words('Khóa đã dùng với nội dung khác.', 'The key was used with another body.'), words('một khóa mới', 'a new key'))] },
  );
}

function badKey(): Failure {
  const right = words(`1 đến ${LONGEST_KEY} ký tự, ví dụ một UUID`, `1 to ${LONGEST_KEY} characters, such as a UUID`);
  return invalidInput([fieldIssue('idempotencyKey', 'MALFORMED', words('Khóa chống trùng không đúng dạng.', 'The idempotency key is malformed.'), right)]);
}

/** Keeps the first answer, in the unit of work that makes it true. */
export async function keepAnswer(rows: Rows, use: KeyUse, answer: string, at: Instant): Promise<void> {
  await rows.insert(idempotencyTable, { client: use.viewer.client, key: use.key, mutation: use.mutation, bodyHash: hashOf(use.body), answer, at });
}

function hashOf(body: unknown): string {
  return createHash('sha256').update(JSON.stringify(sorted(body))).digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value === 'string') return value.normalize('NFC');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null).sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, sorted(one)]));
}
