import { isEnumType, isInputObjectType, isInterfaceType, isObjectType, isSpecifiedDirective, isSpecifiedScalarType, type GraphQLNamedType } from 'graphql';
import { expect, test } from 'vitest';
import { schema } from '../../src/server/schema.ts';

/** What of the schema is described: where it stands, what it is, and its words. */
interface Described {
  readonly at: string;
  readonly is: 'type' | 'field' | 'argument' | 'value';
  readonly description: string;
}

/** Types of the hub's own: without those that GraphQL brings. */
const types = Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));

const described: readonly Described[] = types.flatMap((type) => [{ at: type.name, is: 'type' as const, description: type.description ?? '' }, ...membersOf(type)]);

function membersOf(type: GraphQLNamedType): Described[] {
  if (isObjectType(type) || isInterfaceType(type)) {
    return Object.values(type.getFields()).flatMap(({ name, description, args }) => [
      { at: `${type.name}.${name}`, is: 'field' as const, description: description ?? '' },
      ...args.map((arg) => ({ at: `${type.name}.${name}(${arg.name})`, is: 'argument' as const, description: arg.description ?? '' })),
    ]);
  }
  if (isInputObjectType(type)) return Object.values(type.getFields()).map(({ name, description }) => ({ at: `${type.name}.${name}`, is: 'field', description: description ?? '' }));
  if (isEnumType(type)) return type.getValues().map(({ name, description }) => ({ at: `${type.name}.${name}`, is: 'value', description: description ?? '' }));
  return [];
}

/** The term of the field, in Vietnamese, as descriptions carry it: ("hồ sơ"), or more than one. */
const TERM = /\("[^"()]+"(, "[^"()]+")*\)/;

test('the walk sees the whole schema', () => {
  expect(types.length).toBeGreaterThan(60);
  expect(described.length).toBeGreaterThan(350);
  for (const at of ['Query', 'Query.dossiers(filter)', 'DossierFilter.overdue', 'DossierStatus.STOPPED', 'PageInfo.endCursor', 'Node.id', 'Borrowed.asOf', 'SubmitBundleResult', 'DateTime']) expect(described.map((one) => one.at)).toContain(at);
});

test('every type, field, argument and value has a description', () => {
  expect(described.filter(({ description }) => !description.trim()).map(({ at }) => at)).toEqual([]);
});

test('every description of a type or field carries the Vietnamese term', () => {
  expect(described.filter(({ is, description }) => (is === 'type' || is === 'field') && description && !TERM.test(description)).map(({ at }) => at)).toEqual([]);
});

test('a description is a sentence in English, the Vietnamese term aside', () => {
  const odd = described.filter(({ description }) => description && !/^["A-Z0-9đ`]/.test(description));
  expect(odd.map(({ at }) => at)).toEqual([]);
});

test('the hub adds no directive of its own', () => {
  expect(schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive)).map(({ name }) => name)).toEqual([]);
});
