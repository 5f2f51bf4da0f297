import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { boundaries } from '../../src/kit/boundary.ts';

const src = fileURLToPath(new URL('../../src', import.meta.url));
const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && file !== join('kit', 'boundary.ts'));
const passed = files.flatMap((file) => [...readFileSync(join(src, file), 'utf8').matchAll(/\bpass\('([^']*)'/g)].map(([, name = '']) => name));

test('every boundary that has a name is passed somewhere, and every one that is passed has a name', () => {
  expect([...new Set(passed)].sort()).toEqual([...boundaries].sort());
});

test('each boundary is one place', () => {
  expect(passed.length).toBe(boundaries.length);
});
