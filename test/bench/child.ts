import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A process of the bench. */
export interface Child {
  /** The first line on its standard output that fits what was waited for. */
  readonly told: RegExpMatchArray;
  /** Everything it has printed so far. */
  printed(): string;
  /** Processor time it has used so far, milliseconds: all of its threads. */
  cpuMs(): Promise<number>;
  /** Asks it something; it answers one message at a time. */
  ask<Reply>(question: object): Promise<Reply>;
  end(): Promise<void>;
}

/** What to start. */
export interface Start {
  /** A compiled file below the repository, or a TypeScript file of the bench. */
  readonly file: string;
  readonly core: number | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** What it prints when it is ready. */
  readonly ready: RegExp;
  /** Further flags for node, such as a profiler's. */
  readonly flags?: readonly string[];
}

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Loaded before the measured program, hub and bare server alike: answers how much processor time was used. */
const METER = `data:text/javascript,${encodeURIComponent(`process.on('message', (m) => { if (m?.cpu) { const { user, system } = process.cpuUsage(); process.send({ number: m.number, reply: (user + system) / 1000 }); } if (m?.memory) process.send({ number: m.number, reply: process.memoryUsage().rss }); }); process.once('disconnect', () => process.exit());`)}`;

/** A process that is not ready by then will not be, milliseconds. */
const READY_MS = 60_000;

/** Starts a process in production mode, on its core, and waits until it says that it is ready. */
export async function startChild({ file, core, env = {}, ready, flags = [] }: Start): Promise<Child> {
  const loader = file.endsWith('.ts') ? ['--import', 'tsx'] : [];
  const command = [process.execPath, ...flags, '--import', METER, ...loader, file];
  const [program = '', ...args] = core === undefined ? command : ['taskset', '-c', String(core), ...command];
  const child = spawn(program, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: { PATH: process.env['PATH'] ?? '', NODE_ENV: 'production', LOG_LEVEL: 'error', ...env },
  });
  let printed = '';
  let complained = '';
  child.stderr?.on('data', (chunk: Buffer) => (complained += chunk.toString('utf8')));
  const told = await new Promise<RegExpMatchArray>((resolve, reject) => {
    const failed = (why: string) => reject(new Error(`${file} ${why}.\n${printed}${complained}`));
    const patience = setTimeout(() => failed('is not ready'), READY_MS);
    child.once('error', reject).once('exit', (code, signal) => failed(`ended with ${signal ?? `code ${code}`}`));
    child.stdout?.on('data', (chunk: Buffer) => {
      printed += chunk.toString('utf8');
      const match = ready.exec(printed);
      if (!match) return;
      clearTimeout(patience);
      resolve(match);
    });
  });
  const ask = questions(child, () => complained);
  return {
    told,
    printed: () => printed + complained,
    cpuMs: () => ask<number>({ cpu: true }),
    ask,
    end: () =>
      new Promise<void>((resolve) => {
        if (child.exitCode !== null || child.signalCode !== null) return resolve();
        child.removeAllListeners('exit').once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

function questions(child: ChildProcess, complained: () => string) {
  let number = 0;
  const waiting = new Map<number, { readonly resolve: (reply: never) => void; readonly reject: (error: Error) => void }>();
  child.on('message', (message: { readonly number: number; readonly reply: unknown; readonly error?: string }) => {
    const asker = waiting.get(message.number);
    waiting.delete(message.number);
    if (message.error === undefined) asker?.resolve(message.reply as never);
    else asker?.reject(new Error(message.error));
  });
  child.once('exit', () => {
    for (const { reject } of waiting.values()) reject(new Error(`A process of the bench ended in the middle of its work.\n${complained()}`));
  });
  return <Reply>(question: object): Promise<Reply> =>
    new Promise<Reply>((resolve, reject) => {
      number += 1;
      waiting.set(number, { resolve, reject });
      child.send({ number, ...question });
    });
}
