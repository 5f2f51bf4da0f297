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

/** Sends to all servers at once, each its share of the connections and the bodies. */
async function send({ url, others = [], bodies, connections, amount, expect }: Load): Promise<Measured> {
  const servers = [url, ...others];
  const begun = performance.now();
  const share = (whole: number, index: number) => Math.floor(whole / servers.length) + (index < whole % servers.length ? 1 : 0);
  const all = await Promise.all(servers.map((server, index) => sendTo({ url: server, bodies: servers.length === 1 ? bodies : bodies.filter((_, number) => number % servers.length === index), connections: share(connections, index), amount: share(amount, index), expect })));
  const times = all.flatMap((one) => one.times).sort((a, b) => a - b);
  const at = (part: number) => times[Math.min(times.length - 1, Math.floor(times.length * part))] ?? Number.NaN;
  return { requests: times.length, seconds: (Math.max(...all.map(({ last }) => last)) - begun) / 1_000, p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

/** What one server gave: how long each answer took, milliseconds, and when the last one came. */
interface Sent {
  readonly times: readonly number[];
  readonly last: number;
}

function sendTo({ url, bodies, connections, amount, expect }: Load): Promise<Sent> {
  return new Promise((resolve, reject) => {
    const times: number[] = [];
    let clients = 0;
    let wrong: string | undefined;
    let last = performance.now();
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
        resolve({ times, last });
      },
    );
    cannon.on('response', (_client, _status, _bytes, took) => {
      times.push(took);
      last = performance.now();
    });
  });
}
