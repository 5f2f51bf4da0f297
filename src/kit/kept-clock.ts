import { readFileSync, writeFileSync } from 'node:fs';
import { movableClock, systemClock, type MovableClock } from './clock.ts';
import { epochMs, findInstant, later, type Instant } from './instant.ts';

/**
 * A sandbox clock for processes that run apart: it began at `start` when the file was first written and has run at
 * normal speed since, also while nobody ran. Two processes that begin together so stay together over restarts.
 */
export function keptClock(file: string, start: Instant): MovableClock {
  const real = systemClock().now();
  const [keptStart, keptReal] = readAnchor(file) ?? writeAnchor(file, start, real);
  return movableClock(later(keptStart, epochMs(real) - epochMs(keptReal)));
}

function readAnchor(file: string): [Instant, Instant] | undefined {
  try {
    const [start, real] = readFileSync(file, 'utf8').trim().split(/\s+/).map(findInstant);
    return start && real ? [start, real] : undefined;
  } catch {
    return undefined;
  }
}

function writeAnchor(file: string, start: Instant, real: Instant): [Instant, Instant] {
  writeFileSync(file, `${start} ${real}\n`);
  return [start, real];
}
