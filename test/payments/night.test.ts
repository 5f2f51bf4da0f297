import { openHouse } from './house.ts';
import './files.ts';
import './sums.ts';

// The fast look is off: what no callback told, only PayGov's file of the day tells, on the day after.
openHouse({ env: { RECONCILE_EVERY_MS: '0' }, limits: { openMs: 50 }, callbackPausesMs: [20] }); // milliseconds: the breaker and PayGov try again soon
