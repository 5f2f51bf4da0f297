import { readCursor, writeCursor, type Position } from '../events/cursor.ts';
import { eventKinds, type EventKind, type LoggedEvent } from '../events/log.ts';
import type { Wanted } from '../events/feed.ts';
import { builder } from './builder.ts';
import type { HubContext } from './context.ts';
import { badCursor, pageArgs, pageOf, readFirst } from './page.ts';

/** The enum name of a fact: DOSSIER_NOT_ACCEPTED for dossier.notAccepted. */
const enumName = (kind: EventKind) => kind.replace('.', '_').replace(/(?<=[a-z])(?=[A-Z])/g, '_').toUpperCase();

const EventKindEnum = builder.enumType('EventKind', {
  description: 'What happened ("loại sự kiện").',
  values: Object.fromEntries(eventKinds.map((kind) => [enumName(kind), { value: kind, description: `The fact ${kind}.` }])) as Record<string, { value: EventKind; description: string }>,
});

/** A fact of the event log. */
export const EventType = builder.objectRef<LoggedEvent>('Event').implement({
  description: 'Something that happened ("sự kiện"). Delivered at least once, in one order for every reader.',
  fields: (t) => ({
    cursor: t.string({ description: 'Where to resume after this event ("con trỏ").', resolve: (event, _, { seal }) => writeCursor(seal, event) }),
    kind: t.expose('kind', { type: EventKindEnum, description: 'What happened ("loại").' }),
    at: t.expose('at', { type: 'DateTime', description: 'When ("thời điểm").' }),
    dossierCode: t.exposeString('dossier', { nullable: true, description: 'The dossier it is about ("mã hồ sơ").' }),
    bundleCode: t.exposeString('run', { nullable: true, description: 'The linked application it is about ("mã hồ sơ liên thông").' }),
    agencyCode: t.exposeString('agency', { nullable: true, description: 'The agency that answers ("mã cơ quan").' }),
    procedureCode: t.exposeString('procedure', { nullable: true, description: 'The procedure ("mã thủ tục").' }),
    statusCode: t.exposeInt('statusCode', { nullable: true, description: 'The dossier\'s status after it, 1–10 ("mã trạng thái").' }),
  }),
});

const EventConnection = builder.connectionObject(
  { type: EventType, name: 'EventConnection', description: 'A page of the event log ("trang sự kiện").' },
  { name: 'EventEdge', description: 'An event in a page ("dòng sự kiện").' },
);

const EventFilter = builder.inputType('EventFilter', {
  description: 'Which events are wanted; all given must fit ("bộ lọc sự kiện").',
  fields: (t) => ({
    agency: t.string({ required: false, description: 'Agency code as in dossier codes ("mã cơ quan").' }),
    procedure: t.string({ required: false, description: 'Procedure code ("mã thủ tục").' }),
    kinds: t.field({ type: [EventKindEnum], required: false, description: 'These facts only ("loại sự kiện").' }),
  }),
});

/** Reads an `after` argument; BAD_CURSOR when it is malformed or foreign. */
export function positionOf({ seal }: HubContext, after: string | null | undefined): Position | null {
  const reading = readCursor(seal, after);
  if (reading.is === 'bad') throw badCursor();
  return reading.position;
}

/** The `after` argument of subscriptions. */
export const afterArg = builder.args((t) => ({
  after: t.field({ type: 'String', required: false, description: 'The cursor after which to go on; "0" from the beginning; absent: only what comes from now ("sau con trỏ").' }),
}));

/** Follows the log for a subscription, whose every event is loaded afresh. */
export async function follow(context: HubContext, wanted: Wanted, after: string | null | undefined): Promise<AsyncIterable<LoggedEvent>> {
  return context.feed.follow(wanted, positionOf(context, after));
}

/** Called as each event goes out: what earlier events loaded is forgotten. */
export function afresh(event: LoggedEvent, { loaders }: HubContext): LoggedEvent {
  loaders.clear();
  return event;
}

builder.queryField('events', (t) =>
  t.field({
    type: EventConnection,
    description: 'The event log, oldest first ("nhật ký sự kiện"). `after` "0" from the beginning; absent: nothing but the cursor of now.',
    args: { ...pageArgs },
    resolve: async (_, { first, after }, context) => {
      const rows = readFirst(first);
      const newest = await context.feed.newest();
      const position = positionOf(context, after) ?? newest;
      const page = pageOf(await context.feed.page({}, position, rows + 1), rows, position.id > 0 ? after : null, (event) => writeCursor(context.seal, event));
      return { ...page, pageInfo: { ...page.pageInfo, endCursor: page.pageInfo.endCursor ?? writeCursor(context.seal, position) } };
    },
  }),
);

builder.subscriptionField('events', (t) =>
  t.field({
    type: EventType,
    description: 'Every event as it happens ("theo dõi mọi sự kiện").',
    args: { ...afterArg, filter: t.arg({ type: EventFilter, required: false, description: 'Which ones ("bộ lọc").' }) },
    subscribe: (_, { after, filter }, context) =>
      follow(context, { agency: filter?.agency ?? undefined, procedure: filter?.procedure ?? undefined, kinds: filter?.kinds ?? undefined }, after),
    resolve: (event, _, context) => afresh(event, context),
  }),
);
