import { pino, type Logger } from 'pino';

/** The house's log: structured lines, never personal data (codes of dossiers are not; names, numbers and dates of birth are). */
export type Log = Logger;

/** Opens the log. `level` is pino's; 'silent' in tests. Lines go to standard error so that a command's own output stays clean. */
export function openLog(level: string): Log {
  return pino({ name: 'lienthong', level }, pino.destination({ dest: 2, sync: true }));
}
