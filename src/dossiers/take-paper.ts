import { randomBytes } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Viewer } from '../access/viewer.ts';
import type { Clock } from '../kit/clock.ts';
import { isFailure, type Failure } from '../kit/failure.ts';
import type { Log } from '../kit/log.ts';
import type { Rows, Store } from '../kit/store.ts';
import type { KeptContent, Vault } from '../kit/vault.ts';
import { words } from '../kit/words.ts';
import { findFirstAnswer, keepAnswer, type KeyUse } from './idempotency.ts';
import { inspectPaper, type PaperMedia } from './paper-content.ts';
import { findNameProblem, nameOf } from './paper-name.ts';
import { PaperRefused, cutOff, paperProblem, type PaperProblem } from './paper-problem.ts';
import { leavingTable, paperTable, type PaperRow } from './paper-table.ts';
import { idempotencyTable } from './table.ts';
import { orUnavailable } from './unavailable.ts';

/** What papers are taken with. */
export interface PaperCounter {
  readonly store: Store;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** A paper as it comes in. */
export interface Upload {
  readonly viewer: Viewer;
  /** Its bytes. Ends in an error when they do not come to their end. */
  readonly content: Readable;
  /** What the sender calls it. */
  readonly name: string | undefined;
  /** The media type that the sender states. */
  readonly stated: string | undefined;
  /** The same key with the same paper gives the first answer again. */
  readonly idempotencyKey: string | undefined;
  /** What is wrong with the request as a whole, once all of it is here. */
  verdict(): Promise<PaperProblem | undefined>;
}

/** What `POST /papers` counts as among the uses of idempotency keys. */
const ACT = 'POST /papers';

/**
 * Takes a paper: looks at it while it streams into the vault, writes its row, and only then gives the content its place,
 * so that whatever lies there has a row. A paper without an acknowledgement is swept as one that nobody attached.
 */
export async function takePaper(counter: PaperCounter, upload: Upload): Promise<PaperRow | PaperProblem | Failure> {
  const { viewer, content, name, idempotencyKey } = upload;
  const misnamed = name === undefined ? undefined : findNameProblem(name);
  if (misnamed) return misnamed;
  const inspection = inspectPaper(upload.stated, () => upload.verdict());
  content.once('error', () => inspection.destroy(new PaperRefused(cutOff())));
  content.once('close', () => {
    if (!content.readableEnded) inspection.destroy(new PaperRefused(cutOff()));
  });
  content.pipe(inspection);
  let taken: PaperRow | PaperProblem | Failure | undefined;
  try {
    return await orUnavailable(counter, async () => {
      await counter.vault.keep(inspection, async (kept) => {
        taken = await counter.store.transact((rows) => write(counter, rows, { viewer, idempotencyKey, kept, media: inspection.media, name: nameOf(name, inspection.media) }));
        if ('is' in taken) throw new NotTaken();
      });
      if (!taken) throw new Error('The vault kept a paper without asking for its row.');
      return taken;
    });
  } catch (error) {
    if (error instanceof PaperRefused) return error.problem;
    if (error instanceof NotTaken && taken) return taken;
    throw error;
  } finally {
    content.unpipe(inspection);
  }
}

/** The row was not written, for a reason that is told beside. */
class NotTaken extends Error {}

interface Finished {
  readonly viewer: Viewer;
  readonly idempotencyKey: string | undefined;
  readonly kept: KeptContent;
  readonly media: PaperMedia;
  readonly name: string;
}

async function write({ clock }: PaperCounter, rows: Rows, { viewer, idempotencyKey, kept, media, name }: Finished): Promise<PaperRow | PaperProblem | Failure> {
  const use: KeyUse | undefined = idempotencyKey === undefined ? undefined : { viewer, key: idempotencyKey, mutation: ACT, body: { ...kept, name } };
  const first = use && (await findFirstAnswer(rows, use));
  if (first && isFailure(first)) return first;
  if (await rows.existsBy(leavingTable, { sha256: kept.sha256 })) return sentAgainTooSoon();
  const before = first && (await rows.findOneBy(paperTable, { id: first.answer }));
  if (before) return before;
  const now = clock.now();
  const id = randomBytes(18).toString('base64url'); // 144 bits: not to be guessed
  const paper: PaperRow = { id, owner: viewer.id, sha256: kept.sha256, size: kept.size, media, name, keptAt: now, attachedAt: null };
  await rows.insert(paperTable, paper);
  if (first) await rows.update(idempotencyTable, { client: viewer.client, key: idempotencyKey ?? '' }, { answer: id }); // the first paper was swept meanwhile
  else if (use) await keepAnswer(rows, use, id, now);
  return paper;
}

function sentAgainTooSoon(): PaperProblem {
  return paperProblem('SENT_AGAIN_TOO_SOON', words('Giấy tờ cùng nội dung đang được xóa vì quá lâu không dùng.', 'The same content, unused for long, is being let go of this moment.'), words('gửi lại sau vài giây', 'send it again in some seconds'));
}
