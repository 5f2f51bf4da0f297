import { Kind, getNamedType, isAbstractType, isObjectType, type FieldNode, type FragmentDefinitionNode, type GraphQLNamedType, type GraphQLSchema, type SelectionSetNode } from 'graphql';
import type { ExecutionArgs, ExecutionResult } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { refuse } from '../graph/errors.ts';
import { MOST_ROWS, USUAL_ROWS } from '../graph/page.ts';
import { words } from '../kit/words.ts';

/**
 * One query may ask for this many rows, over all its lists: a full page of a hundred, each with a full page of its own,
 * twice over. Lists within lists multiply, and a person's dossiers lead back to the person.
 */
export const MOST_ROWS_IN_ALL = 20_000;

interface Document {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly variables: Readonly<Record<string, unknown>>;
  /** How many selections may still be looked at: fragments within fragments multiply, too. */
  left: number;
}

/** The most rows that a selection can bring, `times` over: each list brings its page for every row of the list around it. */
function countRows(document: Document, selections: SelectionSetNode | undefined, type: GraphQLNamedType | undefined, times: number): number {
  let rows = 0;
  for (const selection of selections?.selections ?? []) {
    document.left -= 1;
    if (document.left < 0 || rows > MOST_ROWS_IN_ALL) return Infinity;
    if (selection.kind === Kind.FIELD) {
      const inner = findType(type, selection);
      const page = inner?.name.endsWith('Connection') ? readFirst(selection, document) : undefined;
      rows += (page === undefined ? 0 : times * page) + countRows(document, selection.selectionSet, inner, times * (page ?? 1));
    } else {
      const fragment = selection.kind === Kind.INLINE_FRAGMENT ? selection : document.fragments.get(selection.name.value);
      const on = fragment?.typeCondition?.name.value;
      rows += countRows(document, fragment?.selectionSet, on === undefined ? type : document.schema.getType(on), times);
    }
  }
  return rows;
}

function findType(type: GraphQLNamedType | undefined, { name }: FieldNode): GraphQLNamedType | undefined {
  const field = isObjectType(type) || (isAbstractType(type) && 'getFields' in type) ? type.getFields()[name.value] : undefined;
  return field && getNamedType(field.type);
}

function readFirst({ arguments: args = [] }: FieldNode, { variables }: Document): number {
  const value = args.find(({ name }) => name.value === 'first')?.value;
  const first = value?.kind === Kind.INT ? Number(value.value) : value?.kind === Kind.VARIABLE ? variables[value.name.value] : undefined;
  return typeof first === 'number' && first > 0 ? Math.min(first, MOST_ROWS) : USUAL_ROWS; // a page that is too large is refused by its own list, which says what would be right
}

/** The error of a query that asks for too much, before anything of it is executed; nothing where it does not. */
export function findTooManyRows({ schema, document, operationName, variableValues }: Pick<ExecutionArgs, 'schema' | 'document' | 'operationName' | 'variableValues'>) {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION && (!operationName || one.name?.value === operationName));
  if (operation?.kind !== Kind.OPERATION_DEFINITION) return undefined;
  const fragments = new Map(document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [])));
  const rows = countRows({ schema, fragments, variables: variableValues ?? {}, left: MOST_ROWS_IN_ALL }, operation.selectionSet, schema.getRootType(operation.operation) ?? undefined, 1);
  if (rows <= MOST_ROWS_IN_ALL) return undefined;
  return refuse('TOO_COMPLEX', words(`Truy vấn có thể trả về quá ${MOST_ROWS_IN_ALL} dòng; giảm first của các danh sách lồng nhau.`, `The query may bring more than ${MOST_ROWS_IN_ALL} rows; ask for smaller pages of the lists within lists.`), { limit: MOST_ROWS_IN_ALL });
}

/** Refuses queries whose lists within lists may bring too many rows. */
export function useRowLimit(): Plugin {
  const check = ({ args, setResultAndStopExecution }: { readonly args: ExecutionArgs; readonly setResultAndStopExecution: (result: ExecutionResult) => void }) => {
    const error = findTooManyRows(args);
    if (error) setResultAndStopExecution({ errors: [error] });
  };
  return { onExecute: check, onSubscribe: check };
}
