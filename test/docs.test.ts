import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { getNamedType, isInterfaceType, isObjectType, parse, type OperationDefinitionNode } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ministryOffsets } from '../src/config.ts';
import { systemNames } from '../src/kit/system.ts';
import { schema } from '../src/server/schema.ts';
import { startHub, type TestHub } from './support/hub.ts';

// Every page under docs/ is a walk: its blocks are carried out from top to bottom, as a reader would paste them.
// A variable takes the last value that an answer gave under its name; in a shell block the same names stand in capitals.
// "# → Name" in a block: the answer carries this type. "# until WORD": asked again until the word is in the answer.
const folder = new URL('../docs/', import.meta.url);
const pages = readdirSync(folder).filter((name) => name.endsWith('.md') && name !== 'bench.md');
const carryOut = promisify(execFile);

interface Block {
  readonly kind: 'graphql' | 'sh';
  readonly text: string;
}

const blocksOf = (page: string): Block[] =>
  [...readFileSync(new URL(page, folder), 'utf8').matchAll(/```(graphql|sh)\n(.*?)```/gs)].map(([, kind, text = '']) => ({ kind: kind as Block['kind'], text: text.trim() }));

const failures = new Set(Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && type.getInterfaces().some((one) => isInterfaceType(one) && getNamedType(one).name === 'Failure')).map(({ name }) => name));

let hub: TestHub;
let desk: string;
beforeAll(async () => {
  hub = await startHub();
  desk = mkdtempSync(join(tmpdir(), 'lienthong-docs-'));
});
afterAll(async () => {
  await hub.close();
  rmSync(desk, { recursive: true, force: true });
});

/** Remembers every single value of an answer under its name. */
function remember(memory: Map<string, unknown>, value: unknown, name?: string): void {
  if (Array.isArray(value)) for (const one of value) remember(memory, one, name);
  else if (typeof value === 'object' && value !== null) for (const [inner, one] of Object.entries(value)) remember(memory, one, inner);
  else if (name !== undefined && value !== null) memory.set(name, value);
}

async function ask(query: string, memory: Map<string, unknown>): Promise<unknown> {
  const operation = parse(query).definitions[0] as OperationDefinitionNode;
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value);
  const variables = Object.fromEntries(names.map((name) => [name, memory.get(name)]));
  expect(Object.entries(variables).filter(([, value]) => value === undefined).map(([name]) => name), 'variables that no earlier answer gave').toEqual([]);
  if (operation.operation !== 'subscription') {
    const { data, errors } = await hub.ask(query, variables);
    expect(errors).toBeUndefined();
    return data;
  }
  const client = hub.socket();
  try {
    for await (const { data, errors } of client.iterate({ query, variables })) {
      expect(errors).toBeUndefined();
      return data; // the first message is enough to show that it is told
    }
    return undefined;
  } finally {
    await client.dispose();
  }
}

async function walk({ kind, text }: Block, memory: Map<string, unknown>): Promise<void> {
  if (kind === 'sh') {
    const at = (name: (typeof systemNames)[number]) => hub.ministries.urls[name] ?? '';
    const script = [...systemNames.map((name) => [`http://127.0.0.1:${4000 + ministryOffsets[name]}`, at(name)] as const), ['http://127.0.0.1:4000', hub.hub.url] as const].reduce((all, [from, to]) => all.replaceAll(from, to), text);
    const env = Object.fromEntries([...memory].map(([name, value]) => [name.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase(), String(value)]));
    const { stdout } = await carryOut('bash', ['-euo', 'pipefail', '-c', script], { cwd: desk, env: { ...env, PATH: process.env['PATH'] ?? '', HOME: desk } });
    for (const line of [stdout, ...stdout.split('\n')]) {
      try {
        remember(memory, JSON.parse(line));
      } catch {
        continue; // not everything that a command prints is JSON
      }
    }
    expect(stdout).toContain(/# → (.+)/.exec(text)?.[1] ?? '');
    return;
  }
  const until = /# until (\w+)/.exec(text)?.[1];
  let answer = await ask(text, memory);
  if (until !== undefined) {
    await expect.poll(async () => JSON.stringify((answer = await ask(text, memory))), { interval: 20, timeout: 20_000 }).toContain(`"${until}"`); // milliseconds
  }
  const told = [...JSON.stringify(answer).matchAll(/"__typename":"(\w+)"/g)].map(([, name = '']) => name);
  const promised = [...text.matchAll(/# → (\w+)/g)].map(([, name = '']) => name);
  expect(told).toEqual(expect.arrayContaining(promised));
  expect(told.filter((name) => failures.has(name) && !promised.includes(name)), JSON.stringify(answer)).toEqual([]);
  remember(memory, answer);
}

describe.each(pages)('docs/%s', (page) => {
  const blocks = blocksOf(page).filter(({ kind, text }) => kind === 'graphql' || !/^(npm|bash|git|docker) /m.test(text));

  test('shows at least two operations or commands', () => {
    expect(blocks.length).toBeGreaterThanOrEqual(2);
  });

  test('can be walked from top to bottom as it stands', async () => {
    const memory = new Map<string, unknown>();
    for (const [index, block] of blocks.entries()) {
      await walk(block, memory).catch((error: unknown) => {
        throw new Error(`block ${index + 1} of docs/${page}:\n${block.text}`, { cause: error });
      });
    }
  });
});
