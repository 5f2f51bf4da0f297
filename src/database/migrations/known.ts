import type { DataSource, MigrationInterface } from 'typeorm';
import { migrations } from './list.ts';

/** A database that this program cannot work on; the message says what to do. */
export class DatabaseRefused extends Error {
  override readonly name = 'DatabaseRefused';
}

/** The names of the steps in order; the last one names the layout that this program works on. */
export const stepNames: readonly string[] = migrations.map((Step) => new Step().name ?? Step.name);

/** The steps from an empty database up to the named one. A step that this program does not know is one of a later release. */
export function stepsUpTo(name: string): (new () => MigrationInterface)[] {
  const last = stepNames.indexOf(name);
  if (last < 0) throw tooNew(name);
  return migrations.slice(0, last + 1);
}

/** Refuses a database that a later release has laid out: its rows may mean what this program does not know. */
export async function refuseNewer(source: DataSource): Promise<void> {
  const runner = source.createQueryRunner();
  try {
    if (!(await runner.hasTable('migrations'))) return;
    const taken = (await runner.query('SELECT name FROM migrations')) as { readonly name: string }[];
    const unknown = taken.map(({ name }) => name).find((name) => !stepNames.includes(name));
    if (unknown !== undefined) throw tooNew(unknown);
  } finally {
    if (source.options.type === 'postgres') await runner.release(); // SQLite has one for all
  }
}

function tooNew(name: string): DatabaseRefused {
  return new DatabaseRefused(`It was laid out by a later release of lienthong (step ${name}; this one knows up to ${stepNames.at(-1) ?? ''}). Start that release, or restore a backup that this one has taken.`);
}
