import type { Server } from 'node:http';
import { GraphQLError, getOperationAST, type ExecutionArgs, type GraphQLFormattedError } from 'graphql';
import { useServer } from 'graphql-ws/use/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { HubContext } from '../graph/context.ts';
import { realPause } from '../kit/clock.ts';
import { DRAIN_MS, GOING_AWAY, type Draining } from './draining.ts';
import { LONGEST_BODY } from './limits.ts';
import type { HubYoga, ServerParts } from './parts.ts';
import { openRequest } from './request.ts';

/** Close code of a server that goes away (RFC 6455, 7.4.1). */
const LEAVING = 1001;

/** The reason beside it, at most 123 bytes. */
const AWAY = 'the hub is going away; resume from your cursor';

/** The sockets of a server. */
export interface Sockets {
  /** Sends away whoever only listens, and everybody else as soon as what they asked is answered, at most `DRAIN_MS` later. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** Serves graphql-ws on `/graphql`, through the same envelope as HTTP so that limits and masking hold here too. */
export function openSockets(server: Server, yoga: HubYoga, { services, usualPurpose }: Pick<ServerParts, 'services' | 'usualPurpose'>, draining: Pick<Draining, 'isOn'>): Sockets {
  const sockets = new WebSocketServer({
    server,
    path: '/graphql',
    maxPayload: LONGEST_BODY,
    perMessageDeflate: false,
    verifyClient: (_info, admit) => (draining.isOn() ? admit(false, 503, 'Service Unavailable', GOING_AWAY) : admit(true)),
  });
  const asked = new Map<WebSocket, Set<string>>(); // questions and orders that still have to be answered; subscriptions never are
  const answered = (socket: WebSocket, id: string) => {
    if (!asked.get(socket)?.delete(id) || asked.get(socket)?.size !== 0) return;
    asked.delete(socket);
    if (draining.isOn()) socket.close(LEAVING, AWAY);
  };
  const disposal = useServer(
    {
      execute: (args) => envelopeOf(args).execute(args) as never,
      subscribe: (args) => envelopeOf(args).subscribe(args) as never,
      onNext: (_socket, _id, _payload, _args, { errors, ...result }) => ({ ...result, ...(errors ? { errors: errors.map(withoutStatus) } : {}) }) as never,
      onError: ({ extra }, id, _payload, errors) => (answered(extra.socket, id), errors.map(withoutStatus)),
      onComplete: ({ extra }, id) => answered(extra.socket, id),
      onSubscribe: async (socket, id, payload) => {
        if (draining.isOn()) await new Promise<never>(() => undefined); // not begun here: the socket closes in a moment, and the client asks again elsewhere
        const request = openRequest(services, { extensions: payload.extensions, transport: socket.connectionParams?.['purpose'] }, usualPurpose);
        const envelope = yoga.getEnveloped({ ...request, params: payload } as never) as unknown as Envelope;
        try {
          const document = envelope.parse(payload.query);
          const errors = envelope.validate(envelope.schema, document);
          if (errors.length > 0) return errors;
          if (getOperationAST(document, payload.operationName)?.operation !== 'subscription') asked.set(socket.extra.socket, (asked.get(socket.extra.socket) ?? new Set()).add(id));
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
  sockets.on('connection', (socket) => socket.once('close', () => asked.delete(socket)));
  return {
    async drain() {
      const busy = [...sockets.clients].filter((socket) => asked.has(socket));
      for (const socket of sockets.clients) if (!asked.has(socket)) socket.close(LEAVING, AWAY);
      if (busy.length > 0) await Promise.race([Promise.all(busy.map((socket) => new Promise((resolve) => socket.once('close', resolve)))), realPause(DRAIN_MS)]);
    },
    async close() {
      for (const socket of sockets.clients) socket.close(LEAVING, AWAY);
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
