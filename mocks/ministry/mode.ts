import { z } from 'zod';

/** How a ministry treats what it has seen before. Its document promises both; a real one may keep neither promise. */
export interface Mode {
  /** Whether an order under a key that it knows is the same order. Where it is not, everything that is ordered is done. */
  readonly deduplicates: boolean;
  /** Whether it answers the question what became of an order. */
  readonly looksUp: boolean;
}

const mode = z.strictObject({ deduplicates: z.boolean().optional(), looksUp: z.boolean().optional() });

/** The mode in which a ministry works now. */
export interface ModeSwitch extends Mode {
  /** Sets what is named; what is not named is as the document says. Throws a RangeError that says what is allowed. */
  readonly set: (wanted: unknown) => void;
}

/** The way in which a ministry keeps its document. */
const BY_THE_DOCUMENT: Mode = { deduplicates: true, looksUp: true };

/** Installs the switch. */
export function openMode(first: Partial<Mode> = {}): ModeSwitch {
  let now: Mode = { ...BY_THE_DOCUMENT, ...first };
  return {
    get deduplicates() {
      return now.deduplicates;
    },
    get looksUp() {
      return now.looksUp;
    },
    set(wanted) {
      const read = mode.safeParse(wanted);
      if (!read.success) throw new RangeError(`Expected { deduplicates?, looksUp? }, each true or false. ${z.prettifyError(read.error)}`);
      const { deduplicates = BY_THE_DOCUMENT.deduplicates, looksUp = BY_THE_DOCUMENT.looksUp } = read.data;
      now = { deduplicates, looksUp };
    },
  };
}
