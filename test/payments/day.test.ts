import { openHouse } from './house.ts';
import './asked.ts';
import './troubles.ts';

openHouse({ limits: { openMs: 50 }, callbackPausesMs: [1_000] }); // milliseconds: the breaker and PayGov try again soon
