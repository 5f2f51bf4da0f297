import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** Who runs on which core, where the machine lets us choose. */
export interface Cores {
  /** The measured server. */
  readonly server: number | undefined;
  /** Whoever asks it. */
  readonly generator: number | undefined;
  /** The ministries, and the servers that are not being measured. */
  readonly ministries: number | undefined;
}

/** The cores this process may use, as `taskset` names them; none where there is no taskset or only one core. */
export function findCores(): Cores {
  const asked = spawnSync('taskset', ['-cp', String(process.pid)], { encoding: 'utf8' });
  const list = asked.status === 0 ? (asked.stdout.split(':').at(-1) ?? '') : '';
  const cores = list
    .trim()
    .split(',')
    .filter(Boolean)
    .flatMap((range) => {
      const [from = 0, to = from] = range.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, index) => from + index);
    });
  if (cores.length < 2) return { server: undefined, generator: undefined, ministries: undefined };
  return { server: cores[0], generator: cores[1], ministries: cores[2] ?? cores[1] };
}

/** The machine in one line, and how processes were pinned in another. */
export function describeMachine({ server, generator, ministries }: Cores): { readonly machine: string; readonly pinning: string } {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return {
    machine: `${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${availableParallelism()} cores, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`,
    pinning:
      server === undefined
        ? 'not pinned: there is no taskset, or only one core; ratios are rougher than they could be'
        : `measured server on core ${server}, load generator on core ${generator}, ministries on core ${ministries} (taskset)`,
  };
}
