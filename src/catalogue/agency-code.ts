import { z } from 'zod';

/** An agency code in the forward form of QĐ 20/2020/QĐ-TTg: the top level first, as in H01.23.17. */
export const agencyCode = z.string().regex(/^[A-Y]\d{2}(\.\d{2,3}){0,5}$/, 'an agency code is written forward, like H01.23.17');

/** The reversed form of QCVN 102:2016: four groups, the top level last, as in 000.17.23.H01. */
export const REVERSED = /^\d{3}\.\d{2}\.\d{2}\.[A-Y]\d{2}$/;

/**
 * The reversed form of a forward code: H01.23.17 → 000.17.23.H01. Levels that are missing are zeros.
 * Gives nothing for a code that the four groups cannot hold (a fifth level, or three digits above the lowest group).
 */
export function findReversed(code: string): string | undefined {
  const [top, second = '00', third = '00', fourth = '000', ...deeper] = code.split('.');
  const reversed = `${fourth}.${third}.${second}.${top}`;
  return deeper.length === 0 && REVERSED.test(reversed) ? reversed : undefined;
}
