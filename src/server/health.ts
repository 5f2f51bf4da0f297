import { randomUUID } from 'node:crypto';
import type { Watchman } from '../dossiers/watchman.ts';
import { systemEnumName } from '../graph/builder.ts';
import type { SystemStanding } from '../graph/system.ts';
import { realMs, realPause, type Clock } from '../kit/clock.ts';
import { epochMs } from '../kit/instant.ts';
import type { Log } from '../kit/log.ts';
import { ask } from '../kit/rows.ts';
import type { Store } from '../kit/store.ts';

/** Why a hub should get no requests: it cannot store anything, its database is not laid out for it, or it is about to end. */
export type Problem = 'STORE_CANNOT_WRITE' | 'MIGRATIONS_MISSING' | 'GOING_AWAY';

/** Something that is not as it should be and that does not keep the hub from its work. */
export type Impairment =
  | { readonly code: 'MINISTRY_DARK'; readonly system: string; readonly state: 'OPEN' | 'HALF_OPEN' }
  | { readonly code: 'UNOWNED_OVERDUE'; readonly count: number }
  | { readonly code: 'WATCHMAN_SILENT'; readonly seconds: number };

/** The body of `/health/ready`. */
export interface Readiness {
  readonly ready: boolean;
  readonly state: 'READY' | 'DEGRADED' | 'NOT_READY';
  readonly problems: readonly Problem[];
  readonly degraded: readonly Impairment[];
}

/** From where the health of a hub is read. */
export interface HealthSources {
  readonly store: Store;
  readonly clock: Clock;
  readonly log: Log;
  readonly watchman: Watchman;
  standings(): readonly SystemStanding[];
  /** The steps of layout that this program needs. */
  readonly migrations: readonly string[];
}

/** A proof that the store can write is good for so long, milliseconds of real time: who asks often does not write often. */
const PROOF_MS = 2_000;

/** A write takes some milliseconds; so long, milliseconds, and whoever asks is told that the store cannot. */
const LONGEST_WRITE_MS = 1_500;

/** He goes round every minute: after so long without a round, milliseconds, two are missing. */
const SILENT_MS = 180_000;

/** How a hub is. */
export interface Health {
  ready(): Promise<Readiness>;
}

/** Tells how a hub is. */
export function openHealth({ store, clock, log, watchman, standings, migrations }: HealthSources): Health {
  const began = clock.now();
  let proof: { readonly ms: number; readonly problems: Promise<readonly Problem[]> } | undefined;

  /** Writes a row and takes it away again: a full disk or a lock is found by a write only. */
  async function prove(): Promise<readonly Problem[]> {
    try {
      const late = realPause(LONGEST_WRITE_MS).then(() => 'late' as const);
      const write = store.transact(async (rows) => {
        const id = randomUUID();
        await ask(rows, (value) => `INSERT INTO write_proof (id, at) VALUES (${value(id)}, ${value(clock.now())})`);
        await ask(rows, (value) => `DELETE FROM write_proof WHERE id = ${value(id)}`);
        return ask<{ name: string }>(rows, () => 'SELECT name FROM migrations');
      });
      write.catch(() => undefined); // it may fail after it was given up
      const taken = await Promise.race([write, late]);
      if (taken === 'late') return ['STORE_CANNOT_WRITE'];
      return migrations.every((step) => taken.some(({ name }) => name === step)) ? [] : ['MIGRATIONS_MISSING'];
    } catch (error) {
      log.error({ err: error }, 'the store could not prove that it can write');
      return ['STORE_CANNOT_WRITE'];
    }
  }

  function impairments(): readonly Impairment[] {
    const dark = standings().flatMap(({ name, state }) => (state === 'CLOSED' ? [] : [{ code: 'MINISTRY_DARK', system: systemEnumName(name), state } as const]));
    const last = watchman.last();
    const silent = epochMs(clock.now()) - epochMs(last?.at ?? began);
    return [
      ...dark,
      ...(last && last.unowned > 0 ? [{ code: 'UNOWNED_OVERDUE', count: last.unowned } as const] : []),
      ...(silent > SILENT_MS ? [{ code: 'WATCHMAN_SILENT', seconds: Math.floor(silent / 1_000) } as const] : []),
    ];
  }

  return {
    async ready() {
      if (!proof || realMs() - proof.ms > PROOF_MS) proof = { ms: realMs(), problems: prove() };
      const problems = await proof.problems;
      const degraded = impairments();
      return { ready: problems.length === 0, state: problems.length > 0 ? 'NOT_READY' : degraded.length > 0 ? 'DEGRADED' : 'READY', problems, degraded };
    },
  };
}
