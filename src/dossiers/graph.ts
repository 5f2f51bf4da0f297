import { AgencyType } from '../catalogue/agency-graph.ts';
import { DueDateType } from '../catalogue/due-date-graph.ts';
import { FilingChannelEnum, ProcedureType } from '../catalogue/graph.ts';
import { InPersonStepType } from '../catalogue/papers-graph.ts';
import { cataloguePart } from '../catalogue/part.ts';
import { channels } from '../catalogue/procedures.ts';
import { writeCursor } from '../events/cursor.ts';
import type { LoggedEvent } from '../events/log.ts';
import { ID, builder, langArg, marked, said } from '../graph/builder.ts';
import type { HubContext } from '../graph/context.ts';
import { refuse } from '../graph/errors.ts';
import { EventType, afresh, afterArg, follow } from '../graph/event.ts';
import { loadOwn } from '../graph/lookup.ts';
import { badCursor, pageArgs, pageOf, readFirst, type Page } from '../graph/page.ts';
import { civilDateOf } from '../kit/instant.ts';
import { words, type Words } from '../kit/words.ts';
import { findCodeParts } from './code.ts';
import { findDossier, findDossiers, findDueDates, isOverdue, type ListPlace } from './find.ts';
import { findDossiersOf, type Belonging } from './find-of.ts';
import { leftInPerson } from './in-person.ts';
import { states, statusOf, statuses } from './states.ts';
import { historyTable, type DossierRow, type HistoryRow, type ListedDossier } from './table.ts';
import type { KeptDue } from './term.ts';

/** The ten statuses. */
export const DossierStatusEnum = builder.enumType('DossierStatus', {
  description: 'Where a dossier stands, as the national portal has it ("trạng thái hồ sơ").',
  values: Object.fromEntries(statuses.map((status) => [status, { value: status, description: `${states[status].code}: ${states[status].title.en} ("${states[status].title.vi}").` }])) as Record<(typeof statuses)[number], { value: (typeof statuses)[number]; description: string }>,
});

const HistoryType = builder.objectRef<HistoryRow>('DossierChange').implement({
  description: 'One change of a dossier ("tiến trình xử lý").',
  fields: (t) => ({
    from: t.field({ type: DossierStatusEnum, nullable: true, description: 'Where it stood; null for the first line ("từ trạng thái").', resolve: ({ fromCode }) => (fromCode === null ? null : statusOf(fromCode)) }),
    to: t.field({ type: DossierStatusEnum, description: 'Where it stands since ("đến trạng thái").', resolve: ({ toCode }) => statusOf(toCode) }),
    action: t.exposeString('action', { description: 'What was done ("hành động").' }),
    at: t.expose('at', { type: 'DateTime', description: 'When ("thời điểm").' }),
    actor: t.exposeString('actor', { description: 'Who did it: an opaque id, or the engine ("người thực hiện").' }),
    note: t.string({ args: langArg, nullable: true, description: 'What is to be known about it ("ghi chú").', resolve: ({ note }, args) => readWords(note, args) }),
  }),
});

/** A dossier of the provincial store. */
export const DossierType = builder.objectRef<ListedDossier>('Dossier');

builder.node(DossierType, {
  description: 'A dossier at one agency ("hồ sơ").',
  id: { description: ID, resolve: (dossier) => dossier.code },
  loadOne: async (code, { store }) => marked(DossierType, await findDossier(store, code)),
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The one-stop code, `<agency>-<date>-<number>` ("mã hồ sơ").' }),
    procedureCode: t.exposeString('procedure', { description: 'Code of the procedure ("mã thủ tục").' }),
    procedure: t.field({ type: ProcedureType, nullable: true, description: 'The procedure as it stood when the dossier was filed ("thủ tục").', resolve: ({ procedure, registeredAt }, _, { parts }) => parts.get(cataloguePart).findProcedure(procedure, civilDateOf(registeredAt)) ?? null }),
    agencyCode: t.exposeString('agency', { description: 'Code of the agency that answers, as in the dossier code ("mã cơ quan").' }),
    agency: t.field({ type: AgencyType, nullable: true, description: 'The agency that answers ("cơ quan giải quyết").', resolve: ({ agency }, _, { parts }) => parts.get(cataloguePart).findAgency(agency) ?? null }),
    linkedCode: t.exposeString('run', { nullable: true, description: 'Code of the linked application it is part of ("mã hồ sơ liên thông").' }),
    act: t.exposeString('act', { nullable: true, description: 'The act of the bundle that it carries ("bước liên thông").' }),
    status: t.field({ type: DossierStatusEnum, description: 'Where it stands ("trạng thái").', resolve: ({ statusCode }) => statusOf(statusCode) }),
    statusCode: t.exposeInt('statusCode', { description: 'The same as the national portal\'s code, 1–10 ("mã trạng thái").' }),
    channel: t.field({ type: FilingChannelEnum, description: 'How it was filed ("kênh thực hiện").', resolve: ({ channel }) => channels[channel - 1] ?? 'ONLINE' }),
    inPerson: t.field({ type: [InPersonStepType], description: 'What somebody must still come for: steps of a partly online procedure ahead of a dossier filed from afar ("việc còn phải làm trực tiếp").', resolve: (dossier, _, { parts }) => [...leftInPerson(parts.get(cataloguePart), dossier)] }),
    enterpriseNumber: t.exposeString('enterprise', { nullable: true, description: 'Code of the enterprise in whose name it was filed; null where a person filed for themselves ("mã số doanh nghiệp").' }),
    registeredAt: t.expose('registeredAt', { type: 'DateTime', description: 'When it was filed ("ngày đăng ký").' }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', nullable: true, description: 'From when the agency\'s time counts; null until it is accepted ("ngày tiếp nhận").' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', nullable: true, description: 'When the result is due; null until the time counts ("ngày hẹn trả").' }),
    due: t.field({ type: DueDateType, nullable: true, description: 'The due date with its reasons ("giải trình hạn trả").', resolve: async ({ code, due }, _, context) => readDue(due === undefined ? await loadOwn(context, 'due dates', code, (codes) => findDueDates(context.store, codes)) : due) }),
    overdue: t.boolean({ description: 'Whether the agency is late now ("quá hạn").', resolve: (dossier, _, { clock }) => isOverdue(dossier, clock.now()) }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it was finished, refused, stopped or withdrawn ("ngày kết thúc xử lý").' }),
    reason: t.string({ args: langArg, nullable: true, description: 'Why it was sent back, refused, stopped or withdrawn ("lý do").', resolve: ({ reason }, args) => readWords(reason, args) }),
    supplementUntil: t.expose('supplementUntil', { type: 'DateTime', nullable: true, description: 'Until when a supplement is waited for ("hạn bổ sung").' }),
    assignee: t.exposeString('assignee', { nullable: true, description: 'The officer in charge: opaque staff id ("cán bộ thụ lý").' }),
    history: t.field({ type: [HistoryType], description: 'Every change, oldest first ("tiến trình xử lý").', resolve: ({ code }, _, { store }) => store.read().find(historyTable, { where: { dossier: code }, order: { id: 'ASC' } }) }),
  }),
});

/** A page of dossiers. */
export const DossierConnection = builder.connectionObject(
  { type: DossierType, name: 'DossierConnection', description: 'A page of dossiers ("trang hồ sơ").' },
  { name: 'DossierEdge', description: 'A dossier in a page ("dòng hồ sơ").' },
);

const DossierFilterInput = builder.inputType('DossierFilter', {
  description: 'Which dossiers are wanted; all given must fit ("bộ lọc hồ sơ").',
  fields: (t) => ({
    agency: t.string({ required: false, description: 'Agency code as in dossier codes ("mã cơ quan").' }),
    status: t.field({ type: DossierStatusEnum, required: false, description: 'Where they stand ("trạng thái").' }),
    procedure: t.string({ required: false, description: 'Procedure code ("mã thủ tục").' }),
    dueBefore: t.field({ type: 'DateTime', required: false, description: 'Due before this instant ("hạn trước").' }),
    overdue: t.boolean({ required: false, description: 'True: the agency is late; false: it is not ("quá hạn").' }),
    assignee: t.string({ required: false, description: 'In the charge of this officer: opaque staff id ("cán bộ thụ lý").' }),
  }),
});

builder.queryField('dossier', (t) =>
  t.field({
    type: DossierType,
    nullable: true,
    description: 'The dossier with that code; null when there is none or it may not be seen ("tra cứu hồ sơ").',
    args: { code: t.arg.string({ description: 'The one-stop code ("mã hồ sơ").' }) },
    resolve: (_, { code }, { store }) => findDossier(store, checkedCode(code)),
  }),
);

builder.queryField('dossiers', (t) =>
  t.field({
    type: DossierConnection,
    description: 'Dossiers by due date, those without one last ("danh sách hồ sơ").',
    args: { ...pageArgs, filter: t.arg({ type: DossierFilterInput, required: false, description: 'Which ones ("bộ lọc").' }) },
    resolve: async (_, { first, after, filter }, { store, seal, clock, parts }) => {
      const rows = readFirst(first);
      const procedure = filter?.procedure ?? undefined;
      if (procedure && !parts.get(cataloguePart).findProcedure(procedure, civilDateOf(clock.now()))) {
        throw refuse('BAD_INPUT', words(`Không có thủ tục mã ${procedure.slice(0, 40)} đang hiệu lực.`, `No procedure ${procedure.slice(0, 40)} is in force.`), { field: 'filter.procedure', expected: 'a code of Query.procedures' });
      }
      const wanted = { agency: filter?.agency ?? undefined, status: filter?.status ?? undefined, procedure, dueBefore: filter?.dueBefore ?? undefined, overdue: filter?.overdue ?? undefined, assignee: filter?.assignee ?? undefined };
      const found = await findDossiers(store, wanted, readPlace(seal, after), rows + 1, clock.now());
      return pageOf(found, rows, after, (dossier) => placeOf(seal, dossier));
    },
  }),
);

builder.objectField(EventType, 'dossier', (t) =>
  t.field({ type: DossierType, nullable: true, description: 'The dossier as it stands now ("hồ sơ").', resolve: ({ dossier }, _, { store }) => (dossier ? findDossier(store, dossier) : null) }),
);

const DossierUpdateType = builder.objectRef<LoggedEvent & { readonly dossier: string }>('DossierUpdate').implement({
  description: 'News of a dossier ("tin về hồ sơ").',
  fields: (t) => ({
    cursor: t.string({ description: 'Where to resume ("con trỏ").', resolve: (event, _, { seal }) => writeCursor(seal, event) }),
    event: t.field({ type: EventType, description: 'What happened ("sự kiện").', resolve: (event) => event }),
    dossier: t.field({ type: DossierType, nullable: true, description: 'The dossier as it stands now ("hồ sơ").', resolve: ({ dossier }, _, { store }) => findDossier(store, dossier) }),
  }),
});

builder.subscriptionField('dossier', (t) =>
  t.field({
    type: DossierUpdateType,
    description: 'Every change of one dossier ("theo dõi hồ sơ").',
    args: { ...afterArg, code: t.arg.string({ description: 'The one-stop code ("mã hồ sơ").' }) },
    subscribe: async (_, { code, after }, context) => {
      if (!(await findDossier(context.store, checkedCode(code)))) throw refuse('BAD_INPUT', words('Không tìm thấy hồ sơ.', 'There is no such dossier.'), { field: 'code' });
      return follow(context, { dossier: code }, after);
    },
    resolve: (event, _, context) => afresh(event, context) as LoggedEvent & { dossier: string },
  }),
);

/** The code, when it is one; BAD_INPUT says what would be. */
export function checkedCode(code: string): string {
  if (findCodeParts(code)) return code;
  throw refuse('BAD_INPUT', words('Mã hồ sơ không đúng dạng.', 'This is not a dossier code.'), { field: 'code', expected: '000.17.23.H01-250303-0001' });
}

/** Reads a stored text in both languages. */
export function readWords(stored: string | null, args: Parameters<typeof said>[1]): string | null {
  return stored === null ? null : said(JSON.parse(stored) as Words, args);
}

/** Reads a stored due date. */
export function readDue(stored: string | null): KeptDue | null {
  return stored === null ? null : (JSON.parse(stored) as KeptDue);
}

/** A page of the dossiers of one owner; those of all owners on one level of a query are read together. */
export async function pageOfDossiers(context: HubContext, by: Belonging, owner: string, { first, after }: { readonly first?: number | null | undefined; readonly after?: string | null | undefined }): Promise<Page<DossierRow>> {
  const { store, seal } = context;
  const rows = readFirst(first);
  const place = readPlace(seal, after);
  const found = await loadOwn(context, `dossiers by ${by}, ${rows} after ${after ?? ''}`, owner, (owners) => findDossiersOf(store, by, owners, place, rows + 1));
  return pageOf(found, rows, after, (dossier) => placeOf(seal, dossier));
}

/** The cursor of a dossier in lists by due date. */
function placeOf(seal: HubContext['seal'], { dueOrder, code }: ListedDossier): string {
  return seal.close('dossiers', JSON.stringify([dueOrder, code]));
}

function readPlace(seal: HubContext['seal'], after: string | null | undefined): ListPlace | undefined {
  if (after === null || after === undefined) return undefined;
  const content = seal.open('dossiers', after);
  if (content === undefined) throw badCursor();
  const [dueOrder = '', code = ''] = JSON.parse(content) as [string, string];
  return { dueOrder, code };
}
