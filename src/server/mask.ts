import { GraphQLError, type ExecutionResult } from 'graphql';
import { handleStreamOrSingleExecutionResult, type Plugin } from 'graphql-yoga';
import type { HubContext } from '../graph/context.ts';
import { refuse } from '../graph/errors.ts';
import type { Log } from '../kit/log.ts';
import { StoreUnavailableError } from '../kit/store.ts';
import { words } from '../kit/words.ts';
import { bodyTooLong } from './limits.ts';

/** Makes of any error one that may leave the hub, under the id of the request that met it. */
export type Mask = (error: unknown, requestId: string) => GraphQLError;

/**
 * Lets errors raised on purpose out as they are, gives those about the request itself (variables that do not fit) their
 * code, and hides every other behind INTERNAL; the log keeps it, by request id.
 */
export function openMask(log: Log): Mask {
  return (error, requestId) => {
    const cause = error instanceof GraphQLError ? error.originalError : error;
    const isOurs = error instanceof GraphQLError && (cause === undefined || cause === null || cause instanceof GraphQLError);
    if (isOurs && error.extensions['code'] === YOGA_TOO_LONG) return bodyTooLong();
    if (isOurs && error.extensions['code'] !== undefined) return withoutValues(error);
    if (isOurs && error.path === undefined) return badRequest(withoutValues(error));
    log.error({ err: cause ?? error, requestId }, 'a resolver failed');
    const hidden =
      cause instanceof StoreUnavailableError
        ? refuse('INTERNAL', words('Hệ thống tạm thời không đọc ghi được dữ liệu; xin thử lại sau.', 'The hub cannot read or write its data at the moment; try again later.'), { requestId, retryAfterSeconds: 5 })
        : refuse('INTERNAL', words('Có lỗi trong hệ thống; xin báo mã yêu cầu cho quản trị viên.', 'Something failed inside the hub; give this request id to its operator.'), { requestId });
    return error instanceof GraphQLError ? new GraphQLError(hidden.message, { nodes: error.nodes ?? null, path: error.path ?? null, extensions: hidden.extensions }) : hidden;
  };
}

/** Masks what comes out of an operation under its own request id; stands before yoga's own masking, which is told of no request. */
export function useMask(mask: Mask): Plugin<HubContext> {
  const maskResult = (requestId: string) => ({ result, setResult }: { result: ExecutionResult; setResult: (result: ExecutionResult) => void }) => {
    if (result.errors) setResult({ ...result, errors: result.errors.map((error) => mask(error, requestId)) });
  };
  return {
    onExecute: ({ args }) => ({ onExecuteDone: (payload) => handleStreamOrSingleExecutionResult(payload, maskResult(args.contextValue.requestId)) }),
    onSubscribe: ({ args }) => ({
      onSubscribeResult: (payload) => handleStreamOrSingleExecutionResult(payload, maskResult(args.contextValue.requestId)),
      onSubscribeError: ({ error, setError }) => {
        if (!isAborted(error)) setError(mask(error, args.contextValue.requestId));
      },
    }),
  };
}

/** Yoga's own code for a body that is longer than `maxRequestBodySize`. */
const YOGA_TOO_LONG = 'REQUEST_ENTITY_TOO_LARGE';

/**
 * graphql-js repeats a variable that does not fit, value and all; a form in an error text would be personal data in every
 * log on the way. What stays is where it does not fit and why.
 */
function withoutValues(error: GraphQLError): GraphQLError {
  if (!/^Variable "\$\w+" got invalid value/.test(error.message)) return error;
  const name = /^Variable "(\$\w+)"/.exec(error.message)?.[1] ?? '';
  const at = / at "([\w.[\]]+)"; /.exec(error.message)?.[1];
  const why = error.message.slice(error.message.lastIndexOf('; ') + 2);
  const shown = /^(Field|Expected|Value|Exactly)/.test(why) ? why.replace(/"[^"]*"(?= (does not exist|cannot represent))/g, 'given').replace(/cannot represent ([^:]*): .*/s, 'cannot represent $1') : why;
  const message = `Variable "${name}" does not fit${at ? ` at "${at}"` : ''}: ${shown}`;
  return new GraphQLError(message, { nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null, path: error.path ?? null, extensions: error.extensions });
}

/** What graphql-js says of variables and operation names, with the code for it; its sentence is English and stays as it is. */
function badRequest(error: GraphQLError): GraphQLError {
  const { vi, en } = words(`Yêu cầu không hợp lệ: ${error.message}`, error.message);
  return new GraphQLError(error.message, { nodes: error.nodes ?? null, source: error.source ?? null, positions: error.positions ?? null, extensions: { ...error.extensions, code: 'BAD_INPUT', vi, en } });
}

/** A client that went away is no fault. */
function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
