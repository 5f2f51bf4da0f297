import { maxDepthRule } from '@escape.tech/graphql-armor-max-depth';
import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refuse } from '../graph/errors.ts';
import { words } from '../kit/words.ts';

/**
 * How deep a query may go. The deepest sensible one (a page of dossiers, each with its bundle, its dossiers, their
 * applicant and the applicant's records) is 10 deep; two more leave room.
 */
export const DEEPEST = 12;

/** A request's body may be this long, bytes: the largest form is below 20 kB, a large document below 100 kB. */
export const LONGEST_BODY = 1024 * 1024;

/** The error of a body that is longer; HTTP 413. */
export function bodyTooLong(): GraphQLError {
  const { message, extensions } = refuse('TOO_COMPLEX', words(`Nội dung yêu cầu dài quá ${LONGEST_BODY} byte.`, `The body is longer than ${LONGEST_BODY} bytes.`), { limit: LONGEST_BODY });
  return new GraphQLError(message, { extensions: { ...extensions, http: { status: 413 } } });
}

/** The properties of a request that the hub reads. */
const PROPERTIES = ['query', 'operationName', 'variables', 'extensions'] as const;

/** Leaves out properties of a request that the hub does not know, as GraphQL over HTTP demands; yoga would refuse the request. */
export function useKnownProperties(): Plugin {
  return {
    onParams({ params, setParams }) {
      setParams(Object.fromEntries(PROPERTIES.flatMap((name) => (name in params ? [[name, params[name]]] : []))));
    },
  };
}

/** Refuses queries that go too deep, before anything is executed; introspection is left aside. */
export function useDepthLimit(): Plugin {
  const rule = maxDepthRule({
    n: DEEPEST,
    propagateOnRejection: false,
    onReject: [
      (validation) => {
        validation?.reportError(refuse('TOO_COMPLEX', words(`Truy vấn sâu quá ${DEEPEST} tầng.`, `The query is more than ${DEEPEST} levels deep.`), { limit: DEEPEST }));
      },
    ],
  });
  return {
    onValidate({ addValidationRule }) {
      addValidationRule(rule);
    },
  };
}
