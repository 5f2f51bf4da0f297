import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { StopAt } from './child.ts';

/** What runs in a process of its own. */
export type Role = 'hub' | 'main' | 'ministries';

/** A process that is running. */
export interface Process {
  /** Resolves when it serves. */
  readonly serves: Promise<void>;
  /** Tells a hub where to stop; resolves when it has heard it. */
  readonly stopAt: (where: StopAt) => Promise<void>;
  /** Resolves when it stands at the boundary. */
  readonly stands: (boundary: string) => Promise<void>;
  /** Resolves when it is gone, however. */
  readonly gone: () => Promise<void>;
  /** kill -9, and waits until it is gone. */
  readonly kill: () => Promise<void>;
  /** SIGTERM; gives the exit code and the signal that ended it. */
  readonly end: () => Promise<readonly [code: number | null, signal: NodeJS.Signals | null]>;
}

const running = new Set<ChildProcess>();

/** Kills whatever still runs. */
export async function killAll(): Promise<void> {
  await Promise.all([...running].map((child) => (child.kill('SIGKILL'), gone(child))));
}

/** Starts a process of the compiled program. */
export function start(program: string, role: Role, env: Readonly<Record<string, string>>): Process {
  const child = spawn(process.execPath, [program, role], {
    env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  let complaints = '';
  child.stderr?.on('data', (chunk: Buffer) => (complaints += chunk.toString('utf8')));
  const said: string[] = [];
  const wake = new Set<() => void>();
  const stir = () => wake.forEach((one) => one());
  if (child.stdout) createInterface(child.stdout).on('line', (line) => (said.push(line), stir()));
  child.once('exit', stir);

  /** Waits until the process says a line that begins so. */
  async function hear(words: string): Promise<void> {
    for (;;) {
      const index = said.findIndex((line) => line.startsWith(words));
      if (index >= 0) return void said.splice(index, 1);
      if (hasEnded(child)) throw new Error(`The process "${role}" ended before it said "${words}".\n${complaints}`);
      await new Promise<void>((resolve) => wake.add(resolve));
      wake.clear();
    }
  }

  const serves = hear(role === 'ministries' ? 'ministries' : 'hub http');
  serves.catch(() => undefined); // who is killed before it serves is missed by nobody, unless somebody waits for it

  return {
    serves,
    async stopAt(where) {
      child.send(where);
      await hear('told');
    },
    stands: (boundary) => hear(`at ${boundary}`),
    gone: () => gone(child),
    async kill() {
      child.kill('SIGKILL');
      await gone(child);
    },
    async end() {
      child.kill('SIGTERM');
      await gone(child);
      return [child.exitCode, child.signalCode];
    },
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function gone(child: ChildProcess): Promise<void> {
  if (!hasEnded(child)) await once(child, 'exit');
}
