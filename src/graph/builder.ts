import SchemaBuilder, { brandWithType, type ObjectRef } from '@pothos/core';
import RelayPlugin from '@pothos/plugin-relay';
import type { GraphQLError } from 'graphql';
import type { FieldIssue, IssueCode } from '../kit/failure.ts';
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
    Dong: { Input: number; Output: number };
  };
  DefaultFieldNullability: false;
  DefaultInputFieldRequiredness: true;
}

/** Said of every id. */
export const ID = 'Opaque and keyed; Query.node finds the object again ("mã định danh").';

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
    nodeQueryOptions: {
      description: 'Any object by its id; null when it does not exist or may not be seen ("đối tượng theo mã định danh").',
      args: { id: { description: 'An id that this hub gave out ("mã định danh").' } },
    },
    nodeTypeOptions: { description: 'An object with an opaque, keyed id ("đối tượng có mã định danh").' },
    idFieldOptions: { description: ID },
    pageInfoTypeOptions: { description: 'Where a page of a list begins and ends ("thông tin trang").' },
    hasNextPageFieldOptions: { description: 'Whether there is more after it ("còn trang sau").' },
    hasPreviousPageFieldOptions: { description: 'Whether it was asked for after a cursor ("có trang trước").' },
    startCursorFieldOptions: { description: 'The cursor of its first row; null when it has none ("con trỏ đầu trang").' },
    endCursorFieldOptions: { description: 'The cursor after which to go on ("con trỏ cuối trang").' },
    pageInfoFieldOptions: { description: 'Where it begins and ends ("thông tin trang").' },
    edgesFieldOptions: { description: 'Its rows, in order ("các dòng").' },
    nodeFieldOptions: { description: 'What stands in the row ("nội dung dòng").' },
    cursorFieldOptions: { description: 'The place of the row in the list ("con trỏ").' },
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

/**
 * Marks a loaded node with its type. Pothos does so too, but a moment too late for a second field of the same query that
 * asks for the same id and shares the load.
 */
export function marked<T extends object>({ name }: ObjectRef<typeof builder.$inferSchemaTypes, T>, node: T | null): T | null {
  if (node) brandWithType(node, name as never); // by name, which Pothos takes too: the reference stands for the bare object, not for the node
  return node;
}

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

/** An amount of money: a JSON number, which every language reads exactly up to 2^53 − 1 and can add up, as it could not a text. */
export const DongScalar = builder.scalarType('Dong', {
  description: 'An amount of money in whole đồng, from 0 to 9007199254740991 ("số tiền, đồng"). Int would end at 2147483647 đồng, less than the capital of a small company.',
  serialize: (value) => value,
  parseValue: (value) => {
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrongScalar('Dong', '10000');
    return value;
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
export const IssueCodeEnum = builder.enumType('IssueCode', {
  description: 'How a field can be wrong ("loại lỗi").',
  values: {
    MALFORMED: { description: 'Not in the right form ("sai định dạng").' },
    IMPOSSIBLE_DATE: { description: 'A date that does not exist ("ngày không có thật").' },
    IN_FUTURE: { description: 'A day that has not come ("ngày trong tương lai").' },
    TOO_OLD: { description: 'Too long ago ("quá thời hạn").' },
    OUT_OF_RANGE: { description: 'Too small or too large ("ngoài phạm vi").' },
    REQUIRED: { description: 'Missing ("thiếu").' },
    UNKNOWN_CODE: { description: 'A code that is in no list ("mã không có trong danh mục").' },
    NOT_IN_REGISTER: { description: 'A person or enterprise whom the register does not know by these facts ("không khớp cơ sở dữ liệu").' },
    CONTRADICTION: { description: 'Right by itself, but not beside another fact ("mâu thuẫn").' },
    NOT_ALLOWED_NOW: { description: 'Not at this stage ("chưa được phép").' },
  } satisfies Record<IssueCode, unknown>,
});

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
