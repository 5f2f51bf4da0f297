import { defaultFieldResolver, type GraphQLSchema } from 'graphql';
import type { HubContext } from '../graph/context.ts';
import { isFailure } from '../kit/failure.ts';
import { tallyPart } from './metrics.ts';

/** Has every mutation of the schema counted by its result. The resolvers themselves need not know. */
export function countMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const [name, field] of Object.entries(schema.getMutationType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = async (source: unknown, args: Record<string, unknown>, context: HubContext, info) => {
      const tally = context.parts.get(tallyPart);
      try {
        const result = (await resolve(source, args, context, info)) as unknown;
        tally.mutated(name, isFailure(result) ? result.name : 'done');
        return result;
      } catch (error) {
        tally.mutated(name, 'error');
        throw error;
      }
    };
  }
  return schema;
}
