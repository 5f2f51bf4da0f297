import type { DataSource } from 'typeorm';

/** Has whoever reads from a source be told in the store's own words what went wrong: that the database is gone is no bug of the reader's. */
export function nameReadFailures(source: DataSource, nameOf: (error: unknown) => unknown): void {
  const create = source.createQueryRunner.bind(source);
  source.createQueryRunner = (mode) => {
    const runner = create(mode);
    const query = runner.query.bind(runner) as (...statement: Parameters<typeof runner.query>) => Promise<unknown>;
    const named = async (...statement: Parameters<typeof runner.query>) => {
      try {
        return await query(...statement);
      } catch (error) {
        throw nameOf(error);
      }
    };
    return Object.assign(runner, { query: named });
  };
}
