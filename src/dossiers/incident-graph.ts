import { IsNull, LessThan, Not, type FindOptionsWhere } from 'typeorm';
import { SystemNameEnum, builder, langArg } from '../graph/builder.ts';
import { badCursor, pageArgs, pageOf, readFirst } from '../graph/page.ts';
import { epochMs } from '../kit/instant.ts';
import type { SystemName } from '../kit/system.ts';
import { readWords } from './graph.ts';
import { incidentTable, type IncidentCause, type IncidentRow } from './incident.ts';

/** Causes of incidents. */
export const IncidentCauseEnum = builder.enumType('IncidentCause', {
  description: 'Why something cannot go on by itself ("nguyên nhân sự cố").',
  values: {
    MINISTRY_REFUSED: { description: 'A ministry refused ("cơ quan từ chối").' },
    MINISTRY_UNREACHABLE: { description: 'A ministry does not answer ("không kết nối được").' },
    MINISTRY_BAD_ANSWER: { description: 'A ministry answers outside its contract ("trả lời sai đặc tả").' },
    OVERDUE: { description: 'The due date has passed ("quá hạn").' },
    SECOND_SUPPLEMENT: { description: 'A supplement was asked for a second time, which the law does not allow ("yêu cầu bổ sung lần hai").' },
    AMOUNT_MISMATCH: { description: 'Another amount was paid than was asked for ("số tiền thanh toán sai lệch").' },
    DOUBLE_PAYMENT: { description: 'A fee was paid twice ("nộp trùng").' },
    PAYMENT_UNMATCHED: { description: 'Money that the hub or PayGov cannot place ("khoản tiền chưa đối soát được").' },
    STALLED: { description: 'The hub itself no longer looks at it in time; the watchman found it and set it going again ("hệ thống bỏ quên, đã được phát hiện").' },
    DONE_AFTER_WITHDRAWAL: { description: 'A ministry acted although the citizen had withdrawn ("đã giải quyết sau khi rút").' },
  } satisfies Record<IncidentCause, unknown>,
});

const OwnerRoleEnum = builder.enumType('OwnerRole', {
  description: 'Who has to see to an incident ("người chịu trách nhiệm").',
  values: { CASE_OFFICER: { description: 'The officer in charge ("cán bộ thụ lý").' }, OPERATOR: { description: 'The operator of the hub ("quản trị hệ thống").' } } satisfies Record<IncidentRow['ownerRole'], unknown>,
});

/** Something that needs a person. */
export const IncidentType = builder.objectRef<IncidentRow>('Incident').implement({
  description: 'Something that needs a person: it has a cause and an owner from the first second ("sự cố").',
  fields: (t) => ({
    id: t.id({ description: 'Its number ("số").', resolve: ({ id }) => String(id) }),
    cause: t.expose('cause', { type: IncidentCauseEnum, description: 'Why ("nguyên nhân").' }),
    detail: t.string({ args: langArg, description: 'What happened ("nội dung").', resolve: ({ detail }, args) => readWords(detail, args) ?? '' }),
    bundleCode: t.exposeString('run', { nullable: true, description: 'The linked application, where it is about one ("mã hồ sơ liên thông").' }),
    act: t.exposeString('act', { nullable: true, description: 'The act; null when the application as a whole is stuck ("bước").' }),
    dossierCode: t.exposeString('dossier', { nullable: true, description: 'The dossier ("mã hồ sơ").' }),
    system: t.field({ type: SystemNameEnum, nullable: true, description: 'The system it is about ("hệ thống").', resolve: ({ system }) => system as SystemName | null }),
    ownerAgency: t.exposeString('ownerAgency', { description: 'The agency that has to see to it ("cơ quan chịu trách nhiệm").' }),
    ownerRole: t.expose('ownerRole', { type: OwnerRoleEnum, description: 'Who there ("vai trò").' }),
    openedAt: t.expose('openedAt', { type: 'DateTime', description: 'Since when ("từ lúc").' }),
    ageSeconds: t.int({ description: 'How long it has stood, or stood, seconds ("thời gian tồn tại, giây").', resolve: ({ openedAt, resolvedAt }, _, { clock }) => Math.floor((epochMs(resolvedAt ?? clock.now()) - epochMs(openedAt)) / 1_000) }),
    resolvedBy: t.exposeString('resolvedBy', { nullable: true, description: 'Opaque id of the officer who resolved it; null while it stands and where its cause went away ("người xử lý").' }),
    note: t.exposeString('note', { nullable: true, description: 'Why the officer resolved it ("ghi chú xử lý").' }),
    resolvedAt: t.expose('resolvedAt', { type: 'DateTime', nullable: true, description: 'When it was over; null while it stands ("đã xử lý lúc").' }),
  }),
});

const IncidentConnection = builder.connectionObject(
  { type: IncidentType, name: 'IncidentConnection', description: 'A page of incidents ("trang sự cố").' },
  { name: 'IncidentEdge', description: 'An incident in a page ("dòng sự cố").' },
);

const IncidentFilter = builder.inputType('IncidentFilter', {
  description: 'Which incidents are wanted; all given must fit ("bộ lọc sự cố").',
  fields: (t) => ({
    open: t.boolean({ required: false, description: 'True: those that stand; false: those that are over ("đang mở").' }),
    cause: t.field({ type: IncidentCauseEnum, required: false, description: 'Of this cause ("nguyên nhân").' }),
    agency: t.string({ required: false, description: 'Owned by this agency ("cơ quan chịu trách nhiệm").' }),
    system: t.field({ type: SystemNameEnum, required: false, description: 'About this system ("hệ thống").' }),
  }),
});

builder.queryField('incidents', (t) =>
  t.field({
    type: IncidentConnection,
    description: 'What needs a person, newest first ("danh sách sự cố").',
    args: { ...pageArgs, filter: t.arg({ type: IncidentFilter, required: false, description: 'Which ones ("bộ lọc").' }) },
    resolve: async (_, { first, after, filter }, { store, seal }) => {
      const rows = readFirst(first);
      const place = typeof after === 'string' ? seal.open('incidents', after) : undefined;
      if (typeof after === 'string' && place === undefined) throw badCursor();
      const where: FindOptionsWhere<IncidentRow> = {
        ...(place ? { id: LessThan(Number(place)) } : {}),
        ...(filter?.open === true ? { resolvedAt: IsNull() } : filter?.open === false ? { resolvedAt: Not(IsNull()) } : {}),
        ...(filter?.cause ? { cause: filter.cause } : {}),
        ...(filter?.agency ? { ownerAgency: filter.agency } : {}),
        ...(filter?.system ? { system: filter.system } : {}),
      };
      const found = await store.read().find(incidentTable, { where, order: { id: 'DESC' }, take: rows + 1 });
      return pageOf(found, rows, after, ({ id }) => seal.close('incidents', String(id)));
    },
  }),
);
