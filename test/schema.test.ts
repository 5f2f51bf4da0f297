import { createRequire } from 'node:module';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { buildSchema, GraphQLSchema, validateSchema } from 'graphql';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { openApi, type Json } from '../schema/openapi.ts';
import { findDrift, printAll, readContracts, readPrinted } from '../schema/print.ts';
import { callback, operation, type Contract } from '../src/kit/contract.ts';
import { schema } from '../src/server/schema.ts';

const printed = await printAll();
const contracts = await readContracts();
const documents = [...printed].filter(([path]) => path.endsWith('.json')).map(([path, text]) => [path, JSON.parse(text) as Document] as const);

interface Document {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly webhooks?: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly securitySchemes: Readonly<Record<string, { readonly type: string }>> };
}

interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: object }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content?: Content }>>;
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
}

type Content = Readonly<Record<string, { readonly schema: object }>>;

test('what is printed under schema/ is what the code prints', () => {
  expect(findDrift(printed, readPrinted()), 'run npm run print').toEqual([]);
});

test('printing twice gives the same text', async () => {
  expect(await printAll()).toEqual(printed);
});

test('the tests and every library share one copy of graphql', () => {
  const theirs = createRequire(import.meta.url)('graphql') as { GraphQLSchema: unknown };
  expect(theirs.GraphQLSchema, 'see the alias in vitest.config.ts').toBe(GraphQLSchema);
  expect(schema).toBeInstanceOf(GraphQLSchema);
});

test('the printed graph is a valid schema in which everything is described', () => {
  const built = buildSchema(printed.get('schema/hub.graphql') ?? '');
  expect(validateSchema(built)).toEqual([]);
  const undescribed = Object.values(built.getTypeMap())
    .filter((type) => !type.name.startsWith('__') && !type.description && type.astNode)
    .map((type) => type.name);
  expect(undescribed).toEqual([]);
});

test('every system has its contract among the documents', () => {
  expect(documents.map(([path]) => path)).toEqual([...contracts.keys()].map((system) => `schema/contracts/${system}.json`));
  expect(documents.length).toBeGreaterThan(0);
});

test.each(documents)('%s is an OpenAPI 3.1 document', (_path, document) => {
  expect(document.openapi).toMatch(/^3\.1\.\d+$/);
  expect(document.info.title).not.toBe('');
  const operations = operationsOf(document);
  expect(operations.length).toBeGreaterThan(0);
  const ids = operations.map(({ operation: { operationId } }) => operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, operation: op } of operations) {
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    expect(op.parameters?.filter((parameter) => parameter.in === 'path').map(({ name }) => name) ?? [], op.operationId).toEqual(inPath);
    expect(op.parameters?.every(({ required }) => required) ?? true).toBe(true);
    expect(op.summary).not.toBe('');
    expect(Object.keys(op.responses).length).toBeGreaterThan(0);
    for (const [status, response] of Object.entries(op.responses)) {
      expect(status).toMatch(/^([1-5]\d\d|[1-5]XX|default)$/);
      expect(response.description).not.toBe('');
    }
    for (const requirement of op.security) expect(Object.keys(document.components.securitySchemes)).toEqual(expect.arrayContaining(Object.keys(requirement)));
  }
});

test.each(documents)('%s has only schemas that a JSON Schema 2020-12 validator takes', (_path, document) => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true }).addVocabulary(['xml']);
  addFormats.default(ajv);
  const schemas = operationsOf(document).flatMap(({ operation: op }) => [op.requestBody?.content, ...Object.values(op.responses).map(({ content }) => content)].flatMap((content) => Object.values(content ?? {})));
  expect(schemas.length).toBeGreaterThan(0);
  for (const { schema: body } of schemas) expect(() => ajv.compile(body)).not.toThrow();
});

test('a SOAP body names the namespace of each element, and a list has no wrapper', () => {
  const contract = contractOf({
    media: 'text/xml',
    namespace: 'urn:land',
    request: z.object({ FindPlots: z.object({ Owner: z.string(), Plot: z.array(z.object({ Sheet: z.string() })) }) }),
    answers: { 200: z.object({ Plots: z.object({}) }), 500: z.object({ Fault: z.object({ faultstring: z.string() }) }) },
  });
  const text = JSON.stringify(openApi(contract));
  const element = (name: string) => `"xml":{"name":"${name}","namespace":"urn:land","prefix":"dan"}`;
  for (const name of ['FindPlots', 'Owner', 'Plot', 'Sheet', 'Plots']) expect(text).toContain(element(name));
  for (const name of ['Envelope', 'Body', 'Fault']) expect(text).toContain(`"xml":{"name":"${name}","namespace":"http://schemas.xmlsoap.org/soap/envelope/","prefix":"soapenv"}`);
  expect(text).not.toContain('"xml":{"name":"faultstring"');
  expect(text).toContain('"required":["Owner"]');
});

test('a callback is printed as a webhook with its signature header', () => {
  const answered = callback({ id: 'land.answered', summary: 'Answers.', body: z.object({ code: z.string() }), signatureHeader: 'x-land-signature', source: 'invented for this test' });
  const document = openApi({ ...contractOf({}), callbacks: [answered] }) as unknown as Document;
  expect(document.webhooks?.['land.answered']?.['post']?.parameters).toMatchObject([{ name: 'x-land-signature', in: 'header', required: true }]);
});

test('a parameter of the query is printed beside those of the path, and the path is printed without it', () => {
  const document = openApi(contractOf({ method: 'GET', path: '/plots/{sheet}?so={number}&nam={year}' })) as unknown as Document;
  expect(Object.keys(document.paths)).toEqual(['/plots/{sheet}']);
  expect(document.paths['/plots/{sheet}']?.['get']?.parameters?.map(({ name, in: place, required }) => [name, place, required])).toEqual([['sheet', 'path', true], ['so', 'query', true], ['nam', 'query', true]]);
});

test('two operations on one method and path are refused', () => {
  const { operations, ...rest } = contractOf({});
  expect(() => openApi({ ...rest, operations: [...operations, ...operations] })).toThrow(/land\.find: POST \/ already stands/);
});

test('a changed line is told with its number and both wordings', () => {
  const there = new Map(printed).set('schema/hub.graphql', `${printed.get('schema/hub.graphql')}scalar Planted\n`);
  const drift = findDrift(printed, there);
  expect(drift.map(({ file }) => file)).toEqual(['schema/hub.graphql']);
  expect(drift[0]?.difference).toMatch(/^from line \d+:\n(.|\n)*- scalar Planted/);
});

test('a contract that changed, one that is missing and one that nobody prints are drift', () => {
  const [first, second] = [...contracts.keys()].map((system) => `schema/contracts/${system}.json`);
  const there = new Map(printed).set('schema/contracts/nobody.json', '{}');
  there.set(first ?? '', (printed.get(first ?? '') ?? '').replace('"3.1.0"', '"3.0.0"'));
  there.delete(second ?? '');
  const drift = new Map(findDrift(printed, there).map(({ file, difference }) => [file, difference]));
  expect(drift.get(first ?? '')).toContain('-   "openapi": "3.0.0",\n  +   "openapi": "3.1.0",');
  expect(drift.get(second ?? '')).toBe('the file is missing');
  expect(drift.get('schema/contracts/nobody.json')).toBe('nothing in the code prints this file');
  expect(drift.size).toBe(3);
});

test('a contract that says something else is printed otherwise', () => {
  const print = (contract: Contract): Json => openApi(contract);
  expect(print(contractOf({ answers: { 200: z.object({ plot: z.string() }) } }))).not.toEqual(print(contractOf({ answers: { 200: z.object({ plot: z.int() }) } })));
});

function contractOf(op: Partial<Parameters<typeof operation>[0]>): Contract {
  const find = operation({
    id: 'land.find',
    summary: 'Finds a plot.',
    method: 'POST',
    path: '/',
    media: 'application/json',
    answers: { 200: z.object({}) },
    secured: true,
    source: 'invented for this test',
    ...op,
  });
  return { title: 'Land', version: '1.0', description: 'Invented.', security: { type: 'http', scheme: 'bearer', description: 'A token.' }, operations: [find] };
}

function operationsOf(document: Document): { path: string; operation: Operation }[] {
  return [document.paths, document.webhooks ?? {}].flatMap((group) => Object.entries(group).flatMap(([path, methods]) => Object.values(methods).map((one) => ({ path, operation: one }))));
}
