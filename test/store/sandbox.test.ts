import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { ministries } from '../../mocks/list.ts';
import { forget, startSandbox, type Sandbox } from '../../mocks/sandbox.ts';
import { readConfig } from '../../src/config.ts';
import type { MovableClock } from '../../src/kit/clock.ts';
import { epochMs, later } from '../../src/kit/instant.ts';
import { openFolder } from '../mocks/folder.ts';

const START = '2025-03-03T01:00:00.000Z';
const HOUR = 3_600_000;

/** A sandbox on free ports that remembers in the folder; closed at the latest with the test. */
async function open(dataDir: string): Promise<Sandbox & { readonly clock: MovableClock }> {
  const sandbox = await startSandbox(readConfig({ PORT: '0', DATA_DIR: dataDir, LOG_LEVEL: 'silent' }, { sandbox: true }));
  let isOpen = true;
  const close = async () => {
    if (isOpen) await sandbox.close();
    isOpen = false;
  };
  onTestFinished(close);
  return { ...sandbox, clock: sandbox.clock as MovableClock, close };
}

/** Between the instant and a minute after it: a sandbox's clock runs while the test does. */
const justAfter = (instant: string) => (now: string) => epochMs(now) >= epochMs(instant) && epochMs(now) < epochMs(instant) + 60_000;

function fill(dataDir: string, files: readonly string[]): void {
  for (const folder of ['papers', 'letters']) mkdirSync(join(dataDir, folder), { recursive: true });
  for (const file of files) writeFileSync(join(dataDir, file), 'x');
}

test('forgetting removes what the sandbox wrote on both sides, and nothing of anybody else', () => {
  const dataDir = openFolder();
  const own = ['hub', ...ministries.map(({ name }) => name)].flatMap((name) => ['.sqlite', '.sqlite-wal', '.sqlite-shm'].map((suffix) => name + suffix)).concat('papers/1.pdf');
  const foreign = ['notes.txt', 'hub.sqlite.bak', 'other.sqlite', 'hub.sqlite-old', 'calendar.yaml', 'clockwork', 'letters/1.pdf', '.env'];
  fill(dataDir, [...own, 'clock', ...foreign]);
  forget(dataDir);
  expect(foreign.filter((file) => !existsSync(join(dataDir, file)))).toEqual([]);
  expect([...own, 'clock'].filter((file) => existsSync(join(dataDir, file)))).toEqual([]);
});

test('there may be nothing to forget', () => {
  const dataDir = openFolder();
  forget(dataDir);
  forget(join(dataDir, 'nowhere'));
  expect(readdirSync(dataDir)).toEqual([]);
});

test('a sandbox that was forgotten has left nothing behind', async () => {
  const dataDir = openFolder();
  const sandbox = await open(dataDir);
  expect(readdirSync(dataDir)).toEqual(expect.arrayContaining(['clock', 'hub.sqlite', 'population.sqlite']));
  await sandbox.close();
  forget(dataDir);
  expect(readdirSync(dataDir)).toEqual([]);
});

test('the clock of a sandbox resumes where it stopped, and begins anew once it was forgotten', async () => {
  const dataDir = openFolder();
  const first = await open(dataDir);
  expect(first.clock.now()).toSatisfy(justAfter(START));
  const stopped = later(START, 50 * HOUR);
  first.clock.moveTo(stopped);
  await first.close();
  const second = await open(dataDir);
  expect(second.clock.now()).toSatisfy(justAfter(stopped));
  await second.close();
  forget(dataDir);
  expect((await open(dataDir)).clock.now()).toSatisfy(justAfter(START));
});

test('a sandbox that is killed resumes at most a moment earlier', async () => {
  const dataDir = openFolder();
  const killed = await open(dataDir);
  const moved = later(START, 50 * HOUR);
  killed.clock.moveTo(moved);
  await vi.waitFor(() => expect(readFileSync(join(dataDir, 'clock'), 'utf8') >= moved).toBe(true));
  const left = join(openFolder(), 'left');
  cpSync(dataDir, left, { recursive: true }); // what a kill leaves: nobody said goodbye
  expect((await open(left)).clock.now()).toSatisfy(justAfter(moved));
});

test.each(['', 'yesterday', '2025-03-0'])('a clock that reads %j is set anew', async (text) => {
  const dataDir = openFolder();
  writeFileSync(join(dataDir, 'clock'), text);
  expect((await open(dataDir)).clock.now()).toSatisfy(justAfter(START));
});
