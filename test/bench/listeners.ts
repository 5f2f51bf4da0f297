/*
 * A thousand subscribers, in a process of their own: told a hub and an application, each opens a socket and follows it; asked
 * afterwards, tells how long after a given moment each heard of an event.
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** What the process is asked. */
type Question = { readonly number: number; readonly listen?: { readonly url: string; readonly code: string; readonly sockets: number }; readonly heard?: { readonly kind: string; readonly since: number } };

/** Sockets opened side by side while the thousand are being opened. */
const AT_ONCE = 50;

let opened = 0;
const heard = new Map<string, number[]>();

async function listen({ url, code, sockets }: NonNullable<Question['listen']>): Promise<number> {
  for (let from = 0; from < sockets; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, sockets - from) }, () => open(url, code)));
  }
  return opened;
}

function open(url: string, code: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const client = createClient({ url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0, lazy: false });
    opened += 1;
    client.subscribe<{ dossier: { event: { kind: string } } }>(
      { query: 'subscription ($code: String!) { dossier(code: $code, after: "0") { event { kind } } }', variables: { code } },
      {
        next: ({ data }) => {
          resolve(); // by what has been told so far it is certain that what comes is told, too
          const kind = data?.dossier.event.kind ?? '';
          const times = heard.get(kind) ?? [];
          heard.set(kind, times);
          times.push(Date.now());
        },
        error: reject,
        complete: () => undefined,
      },
    );
  });
}

async function answer({ listen: wanted, heard: asked }: Question): Promise<unknown> {
  if (wanted) return listen(wanted);
  return asked ? (heard.get(asked.kind) ?? []).map((at) => at - asked.since) : [];
}

process.on('message', (question: Question) => {
  if (!question.listen && !question.heard) return; // a question for the meter
  answer(question).then(
    (reply) => process.send?.({ number: question.number, reply }),
    (error: unknown) => process.send?.({ number: question.number, reply: undefined, error: String(error) }),
  );
});
process.stdout.write('ready\n');
