import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { makeQuick } from './quick-rows.ts';

/** One unit of work on a connection that all units share, one after the other. */
export interface UnitOfWork {
  readonly rows: EntityManager;
  readonly callbacks: (() => void)[];
  /** What is to be called out to other processes with the commit. */
  readonly words: Set<string>;
  /** Statements begun and not yet carried out; the unit ends after them. */
  readonly underWay: Set<Promise<unknown>>;
  open: boolean;
  /** Why a work that joined the unit failed: then nothing of the unit stays, whatever the outer work makes of it. */
  doom: { readonly error: unknown } | undefined;
}

/**
 * Opens a unit whose rows go through the shared connection until it ends. Afterwards they refuse: a work that outlives
 * its unit would write into whatever unit comes next.
 */
export function openUnit(source: DataSource, runner: QueryRunner): UnitOfWork {
  const underWay = new Set<Promise<unknown>>();
  const query = (...statement: Parameters<QueryRunner['query']>): Promise<unknown> => {
    if (!unit.open) return Promise.reject(new Error('The unit of work has ended; wait for everything that writes inside it.'));
    const carriedOut = runner.query(...statement);
    const forget = () => underWay.delete(carriedOut);
    underWay.add(carriedOut);
    carriedOut.then(forget, forget);
    return carriedOut;
  };
  const own = Object.create(runner, { query: { value: query }, isReleased: { value: false } }) as QueryRunner; // after its end it says why it refuses, whatever became of the connection
  const unit: UnitOfWork = { rows: makeQuick(source.createEntityManager(own)), callbacks: [], words: new Set(), underWay, open: true, doom: undefined };
  return unit;
}

/** Takes no more statements and waits for those that were begun. */
export async function endUnit(unit: UnitOfWork): Promise<void> {
  unit.open = false;
  await Promise.allSettled([...unit.underWay]);
}
