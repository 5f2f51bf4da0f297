import { dueIn, openRounds } from '../kit/rounds.ts';
import { dayTable, paymentTable } from './table.ts';
import type { Till } from './till.ts';

/** Opens the till: what is due is read from the tables of payments and of days. */
export function openTill(parts: Omit<Till, 'rounds' | 'dayRounds'>): Till {
  const { store } = parts;
  return {
    ...parts,
    rounds: openRounds(dueIn(store, paymentTable, 'transactionId', 'nextAt'), { ...parts, name: 'payments' }),
    dayRounds: openRounds(dueIn(store, dayTable, 'day', 'nextAt'), { ...parts, name: 'days of reconciliation' }),
  };
}
