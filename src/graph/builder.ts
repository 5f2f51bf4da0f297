import SchemaBuilder from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import { GraphQLError } from 'graphql';
import { issueCodes, type FieldIssue } from '../kit/failure.ts';
import { findCivilDate, findInstant } from '../kit/instant.ts';
import { systemNames, type SystemName } from '../kit/system.ts';
import { words, type Lang, type Words } from '../kit/words.ts';
import type { HubContext } from './context.ts';
import { refuse } from './errors.ts';

/** The types behind the schema's scalars and the context of every resolver. */
export interface HubTypes {
  Context: HubContext;
  Scalars: {
    ID: { Input: string; Output: string };
    DateTime: { Input: string; Output: string };
    Date: { Input: string; Output: string };
  };
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
}

/**
 * The one schema builder. A room's `graph.ts` adds its types by being imported in `server/schema.ts`.
 * Conventions: fields are non-null unless `nullable: true`; arguments required unless `required: false`; every type and
 * field has a description with the Vietnamese term; a field in two languages takes `lang` (see `said`); rooms above the
 * graph are fetched by `context.parts.get(somePart)`, errors raised by `refuse` in errors.ts.
 */
export const builder = new SchemaBuilder<HubTypes>({
  plugins: [RelayPlugin],
  defaultFieldNullability: false,
  defaultInputFieldRequiredness: true,
  relay: {
    nodesQueryOptions: false,
    brandLoadedObjects: true,
    nodeQueryOptions: { description: 'Any object by its id; null when it does not exist or may not be seen ("đối tượng theo mã định danh").' },
    nodeTypeOptions: { description: 'An object with an opaque, keyed id.' },
    pageInfoTypeOptions: { description: 'Where a page of a list begins and ends.' },
    encodeGlobalID: (typename, id, context) => (context as HubContext).seal.close('node', `${typename}:${id}`),
    decodeGlobalID: (globalId, context) => {
      const content = (context as HubContext).seal.open('node', globalId);
      if (content === undefined) throw refuse('BAD_INPUT', words('Mã định danh không hợp lệ.', 'This id was not given out by this hub.'));
      const colon = content.indexOf(':');
      return { typename: content.slice(0, colon), id: content.slice(colon + 1) };
    },
  },
});

builder.queryType({ description: 'What may be asked of the hub ("truy vấn").' });
builder.mutationType({ description: 'What may be ordered of the hub ("yêu cầu"). Each takes one input with an idempotency key.' });
builder.subscriptionType({ description: 'What the hub reports as it happens ("theo dõi"). Every payload carries a cursor from which to resume.' });

/** An instant in UTC. */
export const DateTime = builder.scalarType('DateTime', {
  description: 'An instant, ISO 8601 with an offset; answered in UTC ("thời điểm").',
  serialize: (value) => value,
  parseValue: (value) => {
    const instant = typeof value === 'string' ? findInstant(value) : undefined;
    if (!instant) throw wrongScalar('DateTime', '2025-03-03T08:00:00+07:00');
    return instant;
  },
});

builder.queryField('now', (t) =>
  t.field({ type: 'DateTime', description: 'The present instant of the hub\'s clock; the sandbox has its own ("thời điểm hiện tại").', resolve: (_, __, { clock }) => clock.now() }),
);

/** A civil date. */
export const DateScalar = builder.scalarType('Date', {
  description: 'A civil date "yyyy-mm-dd" in Asia/Ho_Chi_Minh ("ngày").',
  serialize: (value) => value,
  parseValue: (value) => {
    const date = typeof value === 'string' ? findCivilDate(value) : undefined;
    if (!date) throw wrongScalar('Date', '2025-03-03');
    return date;
  },
});

function wrongScalar(name: string, example: string): GraphQLError {
  return refuse('BAD_INPUT', words(`Giá trị ${name} không hợp lệ; ví dụ đúng: ${example}.`, `Not a valid ${name}; right would be ${example}.`), { expected: example });
}

/** The languages of messages. */
export const LangEnum = builder.enumType('Lang', {
  description: 'Language of a message ("ngôn ngữ").',
  values: { VI: { value: 'vi' as Lang, description: 'Vietnamese ("tiếng Việt")' }, EN: { value: 'en' as Lang, description: 'English ("tiếng Anh")' } },
});

/** The `lang` argument of a field in two languages. */
export const langArg = builder.args((t) => ({
  lang: t.field({ type: LangEnum, required: false, defaultValue: 'vi', description: 'Vietnamese unless asked otherwise.' }),
}));

/** Picks the wording that `lang` asks for. */
export function said(message: Words, { lang }: { readonly lang?: Lang | null | undefined }): string {
  return message[lang ?? 'vi'];
}

/** The name of a national system as the graph writes it: CIVIL_STATUS for civil-status. */
export function systemEnumName(name: SystemName): string {
  return name.replaceAll('-', '_').toUpperCase();
}

/** The national systems. */
export const SystemNameEnum = builder.enumType('SystemName', {
  description: 'A national system ("hệ thống quốc gia").',
  values: Object.fromEntries(systemNames.map((name) => [systemEnumName(name), { value: name, description: `The system ${name}.` }])) as Record<string, { value: SystemName; description: string }>,
});

/** Everything taken from a ministry says from whom and as of when. */
export const BorrowedInterface = builder.interfaceRef<{ readonly source: SystemName; readonly asOf: string }>('Borrowed').implement({
  description: 'A value taken from a national system ("dữ liệu khai thác").',
  fields: (t) => ({
    source: t.expose('source', { type: SystemNameEnum, description: 'The system that said so ("nguồn").' }),
    asOf: t.expose('asOf', { type: 'DateTime', description: 'The time of which it is true, the ministry\'s own where it states one ("tại thời điểm").' }),
  }),
});

/** Codes of field issues. */
export const IssueCodeEnum = builder.enumType('IssueCode', { description: 'How a field can be wrong ("loại lỗi").', values: issueCodes });

/** What is wrong with one field. */
export const FieldIssueType = builder.objectRef<FieldIssue>('FieldIssue').implement({
  description: 'What is wrong with one field and what would be right ("lỗi của trường").',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Where: the path below the input, dots between ("vị trí").' }),
    code: t.expose('code', { type: IssueCodeEnum, description: 'The stable code ("mã lỗi").' }),
    message: t.string({ args: langArg, description: 'What is wrong ("nội dung lỗi").', resolve: (issue, args) => said(issue.message, args) }),
    expected: t.string({ args: langArg, description: 'What would be right ("giá trị đúng").', resolve: (issue, args) => said(issue.expected, args) }),
  }),
});
