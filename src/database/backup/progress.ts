import { realMs } from '../../kit/clock.ts';
import type { Tell } from './take.ts';

/** How often a line is written, milliseconds: at a terminal it rewrites itself, in a log it should not fill it. */
const TERMINAL_MS = 100;
const LOG_MS = 5_000;

/** Cells of the bar. */
const CELLS = 24;

/** Shows on standard error how far something has come and how fast it goes; `end` clears the line. */
export function openProgress(): { readonly tell: Tell; readonly end: () => void; readonly seconds: () => number } {
  const begun = realMs();
  const isTerminal = process.stderr.isTTY;
  let last = Number.NEGATIVE_INFINITY;
  const seconds = () => (realMs() - begun) / 1_000;
  return {
    seconds,
    tell(at, rows, of) {
      if (realMs() - last < (isTerminal ? TERMINAL_MS : LOG_MS)) return;
      last = realMs();
      const share = of === 0 ? 1 : rows / of;
      const full = Math.round(share * CELLS);
      const line = `${'█'.repeat(full)}${'░'.repeat(CELLS - full)} ${String(Math.floor(100 * share)).padStart(3)} %  ${rows.toLocaleString('en')} of ${of.toLocaleString('en')} rows  ${Math.round(rows / Math.max(seconds(), 0.001)).toLocaleString('en')} rows/s  ${at}`;
      process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
    end() {
      if (isTerminal) process.stderr.write('\r\u001b[K');
    },
  };
}
