import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, onTestFinished } from 'vitest';
import { compile } from '../crash/compiled.ts';

/** Another process that writes into a store's file. */
export interface Writer {
  /** Resolves when it has opened the file. */
  readonly ready: Promise<void>;
  /** Lets it write; gives the names of the rows that its store told it were committed. */
  readonly write: () => Promise<string[]>;
}

/** Compiles the program of such processes; removed when the tests of the file are over. */
export async function compileWriter(): Promise<string> {
  const { file, remove } = await compile('test/store/writer-child.ts');
  afterAll(remove);
  return file;
}

/** Starts the process; it is stopped when the test is over, whatever has happened. */
export function openWriter(program: string, url: string, rows: number): Writer {
  const child = fork(program, [url, String(rows)], { execArgv: [] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return {
    ready: hear(child).then(() => undefined),
    async write() {
      const told = hear(child);
      child.send('write');
      return (await told) as string[];
    },
  };
}

async function hear(child: ChildProcess): Promise<unknown> {
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`The second process ended with code ${String(code)} before it answered.`);
  });
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [unknown];
  return message;
}
