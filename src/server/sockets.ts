import type { Server } from 'node:http';
import { GraphQLError, type ExecutionArgs, type GraphQLFormattedError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer } from 'ws';
import type { HubContext } from '../graph/context.ts';
import { LONGEST_BODY } from './limits.ts';
import type { HubYoga, ServerParts } from './parts.ts';
import { openRequest } from './request.ts';

/** Close code of a server that goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001;

/** Serves graphql-ws on `/graphql`, through the same envelope as HTTP so that limits and masking hold here too. */
export function openSockets(server: Server, yoga: HubYoga, { services, usualPurpose }: Pick<ServerParts, 'services' | 'usualPurpose'>): { close(): Promise<void> } {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: LONGEST_BODY, perMessageDeflate: false });
  const disposal = useServer(
    {
      execute: (args) => envelopeOf(args).execute(args) as never,
      subscribe: (args) => envelopeOf(args).subscribe(args) as never,
      onNext: (_socket, _id, _payload, _args, { errors, ...result }) => ({ ...result, ...(errors ? { errors: errors.map(withoutStatus) } : {}) }) as never,
      onError: (_socket, _id, _payload, errors) => errors.map(withoutStatus),
      onSubscribe: async (socket, _id, payload) => {
        const request = openRequest(services, { extensions: payload.extensions, transport: socket.connectionParams?.['purpose'] }, usualPurpose);
        const envelope = yoga.getEnveloped({ ...request, params: payload } as never) as unknown as Envelope;
        try {
          const document = envelope.parse(payload.query);
          const errors = envelope.validate(envelope.schema, document);
          if (errors.length > 0) return errors;
          const args: EnvelopedArgs = {
            schema: envelope.schema,
            document,
            operationName: payload.operationName ?? null,
            variableValues: payload.variables ?? null,
            contextValue: { ...request, ...(await envelope.contextFactory()), loaders: request.loaders, purpose: request.purpose },
            rootValue: { envelope },
          };
          return args;
        } catch (error) {
          if (error instanceof GraphQLError) return [error]; // a syntax error ends this operation, not the socket
          throw error;
        }
      },
    },
    sockets,
  );
  return {
    async close() {
      for (const socket of sockets.clients) socket.close(GOING_AWAY, 'the hub is going away; resume from your cursor');
      await disposal.dispose();
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

/** Yoga notes on an error which HTTP status it has; a socket has none, and clients are not to see the note. */
function withoutStatus(error: GraphQLError): GraphQLFormattedError {
  const { http: _, ...extensions } = error.extensions;
  return { ...error.toJSON(), extensions };
}

interface Envelope {
  readonly schema: ExecutionArgs['schema'];
  parse(query: string): ExecutionArgs['document'];
  validate(schema: ExecutionArgs['schema'], document: ExecutionArgs['document']): readonly GraphQLError[];
  contextFactory(): Promise<HubContext>;
  execute(args: ExecutionArgs): unknown;
  subscribe(args: ExecutionArgs): unknown;
}

interface EnvelopedArgs extends ExecutionArgs {
  readonly rootValue: { readonly envelope: Envelope };
}

function envelopeOf(args: ExecutionArgs): Envelope {
  return (args as EnvelopedArgs).rootValue.envelope;
}
