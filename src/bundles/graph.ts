import { DueDateType } from '../catalogue/due-date-graph.ts';
import { FormFieldType, countTyped, originsOfFields } from '../dossiers/form-graph.ts';
import { checkedCode, readDue, readWords } from '../dossiers/graph.ts';
import { writeCursor } from '../events/cursor.ts';
import type { LoggedEvent } from '../events/log.ts';
import { ID, SystemNameEnum, builder, langArg, marked, said } from '../graph/builder.ts';
import { purposeOf } from '../graph/context.ts';
import { refuse, type Borrowed } from '../graph/errors.ts';
import { EventType, afresh, afterArg, follow } from '../graph/event.ts';
import { leavesOf } from '../kit/leaves.ts';
import { words } from '../kit/words.ts';
import { BirthRegistrationType } from '../systems/civil-status/graph.ts';
import type { BirthEntry } from '../systems/civil-status/client.ts';
import { ResidenceRegistrationType } from '../systems/residence/graph.ts';
import type { ResidenceEntry } from '../systems/residence/client.ts';
import { HealthCardType } from '../systems/social-insurance/graph.ts';
import type { Card } from '../systems/social-insurance/client.ts';
import { actOf, definitionOf, enginePart } from './engine.ts';
import { IncidentType } from '../dossiers/incident-graph.ts';
import { incidentTable } from '../dossiers/incident.ts';
import { type runStates, runTable, type stepStates, stepTable, type RunRow, type StepRow } from './table.ts';

const RunStateEnum = builder.enumType('BundleRunState', {
  description: 'Where a linked application stands as a whole ("tình trạng hồ sơ liên thông").',
  values: {
    RUNNING: { description: 'Under way ("đang thực hiện").' },
    FINISHED: { description: 'Every part is done ("hoàn thành").' },
    PARTLY_FINISHED: { description: 'Some parts are done and stand; the others were refused or withdrawn ("hoàn thành một phần").' },
    REFUSED: { description: 'Nothing was granted ("bị từ chối").' },
    WITHDRAWN: { description: 'Withdrawn before anything was done ("đã rút").' },
  } satisfies Record<(typeof runStates)[number], unknown>,
});

const StepStateEnum = builder.enumType('BundleStepState', {
  description: 'Where an act of a linked application stands ("tình trạng bước").',
  values: {
    PLANNED: { description: 'Waits for the acts before it ("chưa đến lượt").' },
    ORDERING: { description: 'Is being handed to the ministry ("đang chuyển").' },
    WAITING: { description: 'The ministry is at work ("cơ quan đang giải quyết").' },
    SUPPLEMENT: { description: 'Waits for the citizen ("chờ bổ sung").' },
    DONE: { description: 'Done ("đã xong").' },
    REFUSED: { description: 'Refused ("bị từ chối").' },
    SKIPPED: { description: 'Not begun, because an act before it was not granted ("không thực hiện").' },
    WITHDRAWN: { description: 'Withdrawn ("đã rút").' },
  } satisfies Record<(typeof stepStates)[number], unknown>,
});

interface Placed {
  readonly run: RunRow;
  readonly step: StepRow;
}

const StepType = builder.objectRef<Placed>('BundleStep').implement({
  description: 'One act of a linked application ("bước liên thông").',
  fields: (t) => ({
    act: t.string({ description: 'Its name in the bundle ("bước").', resolve: ({ step }) => step.act }),
    title: t.string({ args: langArg, description: 'What is done ("nội dung").', resolve: ({ run, step }, args, { parts }) => said(actOf(definitionOf(parts.get(enginePart), run), step).act.title, args) }),
    system: t.field({ type: SystemNameEnum, description: 'The system that does it ("hệ thống thực hiện").', resolve: ({ run, step }, _, { parts }) => actOf(definitionOf(parts.get(enginePart), run), step).act.system.name }),
    state: t.field({ type: StepStateEnum, description: 'Where it stands ("tình trạng").', resolve: ({ step }) => step.state }),
    dossierCode: t.string({ description: 'The child dossier ("mã hồ sơ").', resolve: ({ step }) => step.dossier }),
    dueAt: t.field({ type: 'DateTime', nullable: true, description: 'When it is due; null until its time counts ("hạn").', resolve: ({ step }) => step.dueAt }),
    nextAt: t.field({ type: 'DateTime', nullable: true, description: 'When the engine acts on it next ("lần xử lý kế tiếp").', resolve: ({ step }) => step.nextAt }),
    tries: t.int({ description: 'Failures in a row ("số lần thử").', resolve: ({ step }) => step.tries }),
    reason: t.string({ args: langArg, nullable: true, description: 'Why it was sent back, refused or not begun ("lý do").', resolve: ({ step }, args) => readWords(step.reason, args) }),
  }),
});

interface BirthResults {
  readonly is: 'birth';
  readonly birth: Borrowed<BirthEntry> | null;
  readonly residence: Borrowed<ResidenceEntry> | null;
  readonly healthCard: Borrowed<Card> | null;
}

const BirthResultsType = builder.objectRef<BirthResults>('BirthBundleResults').implement({
  description: 'What a birth application has brought so far ("kết quả liên thông khai sinh").',
  fields: (t) => ({
    birth: t.expose('birth', { type: BirthRegistrationType, nullable: true, description: 'The registered birth ("khai sinh").' }),
    residence: t.expose('residence', { type: ResidenceRegistrationType, nullable: true, description: 'The registered residence ("thường trú").' }),
    healthCard: t.expose('healthCard', { type: HealthCardType, nullable: true, description: 'The card ("thẻ BHYT").' }),
  }),
});

const ResultsUnion = builder.unionType('BundleResults', { types: [BirthResultsType], description: 'What a linked application has brought so far, by its kind ("kết quả liên thông").', resolveType: () => BirthResultsType });

/** One application of a linked procedure. */
export const BundleRunType = builder.objectRef<RunRow>('BundleRun');

builder.node(BundleRunType, {
  description: 'One application of a linked procedure: several ministries, one answer ("hồ sơ liên thông").',
  id: { description: ID, resolve: ({ code }) => code },
  loadOne: async (code, { store }) => marked(BundleRunType, await store.read().findOneBy(runTable, { code })),
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The bundle\'s own code ("mã hồ sơ liên thông").' }),
    bundle: t.exposeString('bundle', { description: 'Which bundle ("loại liên thông").' }),
    procedureCode: t.exposeString('procedure', { description: 'Its procedure code ("mã thủ tục").' }),
    agencyCode: t.exposeString('agency', { description: 'The agency that runs it ("cơ quan đầu mối").' }),
    definitionFrom: t.expose('definitionFrom', { type: 'Date', description: 'The version of the definition that it keeps: in force from ("phiên bản quy trình").' }),
    state: t.expose('state', { type: RunStateEnum, description: 'Where it stands as a whole ("tình trạng").' }),
    peopleConfirmed: t.boolean({ description: 'Whether the population register has confirmed the persons; nothing is ordered before ("đã xác thực dân cư").', resolve: ({ confirmed }) => confirmed === 1 }),
    receivedAt: t.expose('receivedAt', { type: 'DateTime', description: 'When it was filed ("thời điểm nộp").' }),
    dueAt: t.expose('dueAt', { type: 'DateTime', nullable: true, description: 'When all of it is due ("hạn chung").' }),
    due: t.field({ type: DueDateType, nullable: true, description: 'That due date with its reasons ("giải trình hạn").', resolve: ({ due }) => readDue(due) }),
    finishedAt: t.expose('finishedAt', { type: 'DateTime', nullable: true, description: 'When it ended ("kết thúc lúc").' }),
    steps: t.field({
      type: [StepType],
      description: 'Its acts, in order ("các bước").',
      resolve: async (run, _, { store }) => (await store.read().find(stepTable, { where: { run: run.code }, order: { position: 'ASC' } })).map((step) => ({ run, step })),
    }),
    results: t.field({
      type: ResultsUnion,
      nullable: true, // so that a request without a purpose loses the results only
      description: 'What it has brought so far; asks for a purpose ("kết quả").',
      resolve: async (run, _, context) => {
        purposeOf(context);
        const engine = context.parts.get(enginePart);
        const definition = definitionOf(engine, run);
        const done = await context.store.read().findBy(stepTable, { run: run.code, state: 'DONE' });
        const known = Object.fromEntries(done.map((step) => [step.act, { ...(JSON.parse(step.result ?? '{}') as object), source: actOf(definition, step).act.system.name, asOf: step.resultAsOf }]));
        return { birth: null, residence: null, healthCard: null, ...(definition.gives(known) as object), is: 'birth' } as BirthResults;
      },
    }),
    fields: t.field({
      type: [FormFieldType],
      description: 'The fields of the form, by path, and where each value comes from; papers are counted with the dossiers ("tờ khai").',
      resolve: async ({ code, form }, _, context) => {
        const values = leavesOf(JSON.parse(form));
        return (await originsOfFields(context, code)).map((field) => ({ ...field, read: () => Promise.resolve(values.get(field.path) ?? null) }));
      },
    }),
    typedFields: t.int({ description: 'How many fields of the form a human typed ("số trường tự nhập").', resolve: async ({ code }, _, context) => countTyped(await originsOfFields(context, code)) }),
    incidents: t.field({
      type: [IncidentType],
      description: 'What needed a person, oldest first ("sự cố").',
      resolve: ({ code }, _, { store }) => store.read().find(incidentTable, { where: { run: code }, order: { id: 'ASC' } }),
    }),
  }),
});

builder.queryField('bundleRun', (t) =>
  t.field({
    type: BundleRunType,
    nullable: true,
    description: 'The linked application with that code; null when there is none or it may not be seen ("tra cứu hồ sơ liên thông").',
    args: { code: t.arg.string({ description: 'The bundle\'s own code ("mã hồ sơ liên thông").' }) },
    resolve: (_, { code }, { store }) => store.read().findOneBy(runTable, { code: checkedCode(code) }),
  }),
);

builder.objectField(EventType, 'bundleRun', (t) =>
  t.field({ type: BundleRunType, nullable: true, description: 'The linked application as it stands now ("hồ sơ liên thông").', resolve: ({ run }, _, { store }) => (run ? store.read().findOneBy(runTable, { code: run }) : null) }),
);

const BundleRunUpdateType = builder.objectRef<LoggedEvent & { readonly run: string }>('BundleRunUpdate').implement({
  description: 'News of a linked application ("tin về hồ sơ liên thông").',
  fields: (t) => ({
    cursor: t.string({ description: 'Where to resume ("con trỏ").', resolve: (event, _, { seal }) => writeCursor(seal, event) }),
    event: t.field({ type: EventType, description: 'What happened ("sự kiện").', resolve: (event) => event }),
    bundleRun: t.field({ type: BundleRunType, description: 'The linked application as it stands now ("hồ sơ liên thông").', resolve: ({ run }, _, { store }) => store.read().findOneByOrFail(runTable, { code: run }) }),
  }),
});

builder.subscriptionField('bundleRun', (t) =>
  t.field({
    type: BundleRunUpdateType,
    description: 'Everything that happens to one linked application and its dossiers ("theo dõi hồ sơ liên thông").',
    args: { ...afterArg, code: t.arg.string({ description: 'The bundle\'s own code ("mã hồ sơ liên thông").' }) },
    subscribe: async (_, { code, after }, context) => {
      if (!(await context.store.read().existsBy(runTable, { code: checkedCode(code) }))) throw refuse('BAD_INPUT', words('Không tìm thấy hồ sơ.', 'There is no such application.'), { field: 'code' });
      return follow(context, { run: code }, after);
    },
    resolve: (event, _, context) => afresh(event, context) as LoggedEvent & { run: string },
  }),
);

/** What a caller gets for an accepted application. */
export const BundleAcceptedType = builder.objectRef<RunRow>('BundleAccepted').implement({
  description: 'The receipt of an application: it is stored and will not be lost ("biên nhận").',
  fields: (t) => ({
    code: t.exposeString('code', { description: 'The bundle\'s own code ("mã hồ sơ liên thông").' }),
    bundleRun: t.field({ type: BundleRunType, description: 'The application ("hồ sơ liên thông").', resolve: (run) => run }),
    cursor: t.string({
      description: 'Subscribe with this as `after` to hear everything from the first event on ("con trỏ").',
      resolve: async ({ code }, _, { feed, seal }) => writeCursor(seal, await feed.beginningOf({ run: code })),
    }),
  }),
});
