import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Looked for from here to there: below the ports that Linux (32768), Windows and macOS (49152) give away by themselves. */
const FIRST = 20_000;
const LAST = 32_000;

/** A free port whose successors are free too, so many in all: a hub and its seven ministries take eight. */
export async function findFreePorts(count = 8): Promise<number> {
  for (;;) {
    const first = randomInt(FIRST, LAST);
    const free = await Promise.all(Array.from({ length: count }, (_, offset) => isFree(first + offset)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}
