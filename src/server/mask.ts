import { GraphQLError } from 'graphql';
import type { Log } from '../kit/log.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import { refuse } from '../graph/errors.ts';
import { words } from '../kit/words.ts';

/** Lets errors raised on purpose out as they are and hides every other behind INTERNAL; the log keeps it, by request id. */
export function maskWith(log: Log, requestIdOf: () => string): (error: unknown) => Error {
  return (error) => {
    const cause = error instanceof GraphQLError ? error.originalError : error;
    if (error instanceof GraphQLError && (cause === undefined || cause === null || cause instanceof GraphQLError)) return error;
    const requestId = requestIdOf();
    log.error({ err: cause, requestId }, 'a resolver failed');
    const hidden =
      cause instanceof StoreUnavailableError
        ? refuse('INTERNAL', words('Hệ thống tạm thời không đọc ghi được dữ liệu; xin thử lại sau.', 'The hub cannot read or write its data at the moment; try again later.'), { requestId, retryAfterSeconds: 5 })
        : refuse('INTERNAL', words('Có lỗi trong hệ thống; xin báo mã yêu cầu cho quản trị viên.', 'Something failed inside the hub; give this request id to its operator.'), { requestId });
    return error instanceof GraphQLError
      ? new GraphQLError(hidden.message, { nodes: error.nodes ?? null, path: error.path ?? null, extensions: hidden.extensions })
      : hidden;
  };
}
