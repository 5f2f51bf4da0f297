import { builder } from '../graph/builder.ts';
import type { Confidence } from './row.ts';

/** How sure a row is. */
export const ConfidenceEnum = builder.enumType('Confidence', {
  description: 'How sure a row of the catalogue is ("mức độ tin cậy").',
  values: {
    CHECKED: { description: 'Read in a public source ("đã đối chiếu").' },
    DERIVED: { description: 'Follows from checked facts ("suy ra").' },
    HIGH: { description: 'Assumed, most likely right ("giả định, cao").' },
    MEDIUM_HIGH: { description: 'Assumed, likely right ("giả định, khá").' },
    MEDIUM: { description: 'Assumed ("giả định, trung bình").' },
    LOW: { description: 'A guess, to be replaced ("giả định, thấp").' },
  } satisfies Record<Confidence, unknown>,
});
