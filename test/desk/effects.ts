import type { TestHub } from '../support/hub.ts';

/** Every effect of every ministry, as "system act subject" with how many times it was carried out. */
export function effectsOfAll(hub: TestHub): Record<string, number> {
  const all: Record<string, number> = {};
  for (const [system, ministry] of Object.entries(hub.ministries.byName)) {
    for (const { act, subject } of ministry.ledger()) {
      const name = `${system} ${act} ${subject}`;
      all[name] = (all[name] ?? 0) + 1;
    }
  }
  return all;
}
