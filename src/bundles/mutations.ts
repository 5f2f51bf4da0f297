import { isFailure, type Failure } from '../kit/failure.ts';
import { DueDateType } from '../catalogue/due-date-graph.ts';
import { AgencyType } from '../catalogue/agency-graph.ts';
import { SystemNameEnum, builder, langArg, said } from '../graph/builder.ts';
import { purposeOf } from '../graph/context.ts';
import { failureTypes } from '../graph/failures.ts';
import type { BundleForm } from './application.ts';
import { enginePart } from './engine.ts';
import { DossierChangedType } from '../dossiers/mutations.ts';
import { BundleAcceptedType } from './graph.ts';
import { RehearseBundleInput, SubmitBundleInput, SupplementDossierInput, WithdrawDossierInput } from './input.ts';
import { rehearse, type RehearsedStep, type Rehearsal } from './rehearse.ts';
import { submit } from './submit.ts';
import { supplementDossier } from './supplement.ts';
import { orUnavailable } from '../dossiers/unavailable.ts';
import { withdraw } from './withdraw.ts';

const { InvalidInput, DuplicateApplication, NoDefinitionInForce, IdempotencyKeyReused, StoreUnavailable, DossierNotFound, TransitionNotAllowed } = failureTypes;

const failureName = (result: unknown): Failure['name'] | undefined => (isFailure(result) ? result.name : undefined);

const SubmitBundleResult = builder.unionType('SubmitBundleResult', {
  description: 'What became of an application ("kết quả nộp hồ sơ").',
  types: [BundleAcceptedType, InvalidInput, DuplicateApplication, NoDefinitionInForce, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => failureName(result) ?? 'BundleAccepted',
});

const SupplementDossierResult = builder.unionType('SupplementDossierResult', {
  description: 'What became of a supplement ("kết quả bổ sung").',
  types: [DossierChangedType, InvalidInput, DossierNotFound, TransitionNotAllowed, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => failureName(result) ?? 'DossierChanged',
});

const WithdrawDossierResult = builder.unionType('WithdrawDossierResult', {
  description: 'What became of a withdrawal ("kết quả rút hồ sơ").',
  types: [DossierChangedType, InvalidInput, DossierNotFound, TransitionNotAllowed, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => failureName(result) ?? 'DossierChanged',
});

builder.mutationField('submitBundle', (t) =>
  t.field({
    type: SubmitBundleResult,
    description: 'Files one application for a linked procedure; answers with the receipt at once ("nộp hồ sơ liên thông").',
    args: { input: t.arg({ type: SubmitBundleInput, description: 'The application ("hồ sơ").' }) },
    resolve: (_, { input }, context) =>
      submit(context.parts.get(enginePart), { viewer: context.viewer, purpose: purposeOf(context), idempotencyKey: input.idempotencyKey, form: input.form as unknown as BundleForm, prefill: input.prefill }),
  }),
);

builder.mutationField('supplementDossier', (t) =>
  t.field({
    type: SupplementDossierResult,
    description: 'Adds what was asked for to a dossier that was sent back; its time counts anew ("bổ sung hồ sơ").',
    args: { input: t.arg({ type: SupplementDossierInput, description: 'The supplement ("nội dung").' }) },
    resolve: async (_, { input }, context) => {
      const engine = context.parts.get(enginePart);
      const result = await orUnavailable(engine, () => supplementDossier(engine, { viewer: context.viewer, ...input }));
      return isFailure(result) ? result : { codes: [result.code] };
    },
  }),
);

builder.mutationField('withdrawDossier', (t) =>
  t.field({
    type: WithdrawDossierResult,
    description: 'Withdraws a dossier, or every open part of a linked application; what is done stays done ("rút hồ sơ").',
    args: { input: t.arg({ type: WithdrawDossierInput, description: 'The withdrawal ("nội dung").' }) },
    resolve: async (_, { input }, context) => {
      const engine = context.parts.get(enginePart);
      const result = await orUnavailable(engine, () => withdraw(engine, { viewer: context.viewer, ...input }));
      return isFailure(result) ? result : { codes: result.map(({ code }) => code) };
    },
  }),
);

const RehearsedStepType = builder.objectRef<RehearsedStep>('RehearsedStep').implement({
  description: 'One act as it would be played ("bước dự kiến").',
  fields: (t) => ({
    act: t.exposeString('act', { description: 'Its name in the bundle ("bước").' }),
    title: t.string({ args: langArg, description: 'What would be done ("nội dung").', resolve: ({ does }, args) => said(does.title, args) }),
    system: t.field({ type: SystemNameEnum, description: 'By which system ("hệ thống").', resolve: ({ does }) => does.system.name }),
    after: t.stringList({ description: 'After which acts ("sau các bước").', resolve: ({ after }) => [...after] }),
    agency: t.expose('agency', { type: AgencyType, nullable: true, description: 'Which agency answers ("cơ quan giải quyết").' }),
    due: t.expose('due', { type: DueDateType, nullable: true, description: 'By when at the latest, if every act before it took all its time ("hạn dự kiến").' }),
  }),
});

const RehearsalType = builder.objectRef<Rehearsal>('BundleRehearsal').implement({
  description: 'What would happen; nothing was stored and no ministry asked ("kết quả diễn tập").',
  fields: (t) => ({
    bundle: t.exposeString('bundle', { description: 'Which bundle ("loại liên thông").' }),
    procedureCode: t.exposeString('procedure', { description: 'Its procedure code ("mã thủ tục").' }),
    due: t.expose('due', { type: DueDateType, nullable: true, description: 'By when all of it ("hạn chung").' }),
    steps: t.expose('steps', { type: [RehearsedStepType], description: 'The acts, in order ("các bước").' }),
  }),
});

const RehearseBundleResult = builder.unionType('RehearseBundleResult', {
  description: 'The outcome of a rehearsal ("kết quả diễn tập").',
  types: [RehearsalType, InvalidInput, NoDefinitionInForce],
  resolveType: (result) => failureName(result) ?? 'BundleRehearsal',
});

builder.queryField('rehearseBundle', (t) =>
  t.field({
    type: RehearseBundleResult,
    description: 'Tries an application out: what is wrong with it, who would do what, and by when ("diễn tập hồ sơ liên thông").',
    args: { input: t.arg({ type: RehearseBundleInput, description: 'The application ("hồ sơ").' }) },
    resolve: (_, { input }, { parts, viewer }) => rehearse(parts.get(enginePart), viewer, input.form as unknown as BundleForm),
  }),
);
