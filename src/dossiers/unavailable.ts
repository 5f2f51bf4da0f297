import { failure, type Failure } from '../kit/failure.ts';
import type { Log } from '../kit/log.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import { words } from '../kit/words.ts';

/** Seconds after which a caller should come back when the store cannot write. */
const RETRY_SECONDS = 5;

/** Carries out what a caller asked to be stored. Where the store cannot write, that is the expected failure which says when to come back. */
export async function orUnavailable<T>({ log }: { readonly log: Log }, work: () => Promise<T>): Promise<T | Failure> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof StoreUnavailableError)) throw error;
    log.error({ err: error }, 'the store cannot write; a caller was turned away');
    return failure('StoreUnavailable', words('Hệ thống tạm thời không ghi được dữ liệu; chưa có gì được lưu, xin gửi lại với cùng khóa.', 'The hub cannot store anything at the moment; nothing was stored, send it again with the same key.'), {
      facts: { retryAfterSeconds: RETRY_SECONDS },
    });
  }
}
