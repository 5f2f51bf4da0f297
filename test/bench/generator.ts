/* The load generator: a process of its own that sends what it is told and answers with what it measured. */
import autocannon from 'autocannon';
import type { Load, Measured } from './load.ts';

/** A request that takes longer has failed, seconds. */
const TIMEOUT_SECONDS = 60;

/** How often autocannon looks whether everything has been answered, milliseconds; what is measured ends with the last answer. */
const LOOK_MS = 20;

process.on('message', ({ number, load }: { readonly number: number; readonly load?: Load }) => {
  if (!load) return; // a question for the meter
  send(load).then(
    (reply) => process.send?.({ number, reply }),
    (error: unknown) => process.send?.({ number, reply: undefined, error: error instanceof Error ? error.message : String(error) }),
  );
});
process.stdout.write('ready\n');

function send({ url, bodies, connections, amount, expect }: Load): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    let clients = 0;
    let wrong: string | undefined;
    const begun = performance.now();
    let last = begun;
    const cannon = autocannon(
      {
        url,
        connections,
        amount,
        timeout: TIMEOUT_SECONDS,
        sampleInt: LOOK_MS,
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: bodies[0] ?? '',
        verifyBody(body) {
          const text = String(body);
          const isRight = text.includes(expect) && !text.includes('"errors"');
          if (!isRight) wrong ??= text.slice(0, 500);
          return isRight;
        },
        // each connection has a row of bodies of its own, so that a body which must be sent once is sent once
        setupClient(client) {
          const number = clients++;
          const own = bodies.filter((_, index) => index % connections === number);
          client.setRequests((own.length > 0 ? own : bodies).map((body) => ({ body })));
        },
      },
      (error: Error | null, { non2xx, errors, mismatches }) => {
        if (error) return reject(error);
        if (non2xx + errors + mismatches > 0) return reject(new Error(`Of ${amount} requests ${errors} were not answered, ${non2xx} not with 200 and ${mismatches} not with what was asked for: ${wrong ?? ''}`));
        times.sort((a, b) => a - b);
        const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN;
        resolve({ requests: times.length, seconds: (last - begun) / 1_000, p50: at(0.5), p95: at(0.95), p99: at(0.99) });
      },
    );
    cannon.on('response', (_client, _status, _bytes, took) => {
      times.push(took);
      last = performance.now();
    });
  });
}
