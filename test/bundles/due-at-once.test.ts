import { expect, test } from 'vitest';
import { familyOf, startHub } from '../support/hub.ts';
import { WHOLE_BIRTH, breachesOf, effectNames } from './records.ts';
import { hasty } from './troubles.ts';

// The look that finds a step due may be in the same commit as the answer that made it due, while the call that brought the answer
// is not quite put away. The step is not left lying until its call counts as lost, which here it does after an hour.
test('a step that is due again in the moment in which its failure is written down is tried again at once', async () => {
  const hub = await startHub(hasty({ limits: { failuresToOpen: 1_000_000 }, patience: { retryMs: [0], lostMs: 3_600_000, triesToIncident: 1_000 } })); // an hour; and an incident would be no matter of this test
  try {
    for (const ministry of ['residence', 'social-insurance'] as const) hub.ministries.byName[ministry].script([{ match: {}, times: 60, do: 'status', status: 503, retryAfter: 0 }]);
    const codes = await Promise.all(Array.from({ length: 20 }, async (_, number) => (await hub.file(familyOf(number)))['code'] as string));
    for (const code of codes) {
      await hub.ended(code);
      expect(effectNames(hub, code)).toEqual(WHOLE_BIRTH);
    }
    expect(breachesOf(hub)).toEqual([]);
  } finally {
    await hub.close();
  }
});
