import { In } from 'typeorm';
import { writeCursor } from '../events/cursor.ts';
import { builder } from '../graph/builder.ts';
import { purposeOf, type HubContext } from '../graph/context.ts';
import { failureTypes } from '../graph/failures.ts';
import { isFailure, type Failure } from '../kit/failure.ts';
import { applicantsPart } from './applicants.ts';
import { acceptDossier, assignDossier, finishDossier, refuseDossier, requestSupplement, returnResult } from './desk.ts';
import { DossierType } from './graph.ts';
import { AcceptDossierInput, AssignDossierInput, FinishDossierInput, RefuseDossierInput, RequestSupplementInput, ReturnResultInput, SubmitDossierInput } from './input.ts';
import { officePart, type Office } from './office.ts';
import { fileDossier } from './submit.ts';
import { dossierTable, type DossierRow } from './table.ts';
import { orUnavailable } from './unavailable.ts';

const { InvalidInput, IdempotencyKeyReused, StoreUnavailable, DossierNotFound, TransitionNotAllowed, SupplementAlreadyRequested, LinkedDossier } = failureTypes;

/** A dossier after a mutation. */
export const DossierChangedType = builder.objectRef<{ readonly codes: readonly string[] }>('DossierChanged').implement({
  description: 'The change was made ("đã thực hiện").',
  fields: (t) => ({
    dossiers: t.field({ type: [DossierType], description: 'The changed dossiers as they stand now ("hồ sơ").', resolve: ({ codes }, _, { store }) => store.read().find(dossierTable, { where: { code: In([...codes]) }, order: { code: 'ASC' } }) }),
  }),
});

const DossierAcceptedType = builder.objectRef<DossierRow>('DossierAccepted').implement({
  description: 'The receipt of an ordinary application: it is stored and will not be lost ("biên nhận").',
  fields: (t) => ({
    dossier: t.field({ type: DossierType, description: 'The dossier ("hồ sơ").', resolve: (dossier) => dossier }),
    cursor: t.string({
      description: 'Subscribe with this as `after` to hear everything from the first event on ("con trỏ").',
      resolve: async ({ code }, _, { feed, seal }) => writeCursor(seal, await feed.beginningOf({ dossier: code })),
    }),
  }),
});

const SubmitDossierResult = builder.unionType('SubmitDossierResult', {
  description: 'What became of an ordinary application ("kết quả nộp hồ sơ").',
  types: [DossierAcceptedType, InvalidInput, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'DossierAccepted'),
});

builder.mutationField('submitDossier', (t) =>
  t.field({
    type: SubmitDossierResult,
    description: 'Files an ordinary application for one procedure ("nộp hồ sơ").',
    args: { input: t.arg({ type: SubmitDossierInput, description: 'The application ("hồ sơ").' }) },
    resolve: (_, { input }, context) => {
      const office = context.parts.get(officePart);
      const filing = { viewer: context.viewer, purpose: purposeOf(context), ...input, channel: input.channel ?? ('ONLINE' as const) };
      return orUnavailable(office, () => fileDossier(office, context.parts.get(applicantsPart), filing));
    },
  }),
);

/** Runs an act at the desk and answers with the changed dossier, or the named failure. */
async function atDesk(context: HubContext, act: (office: Office) => Promise<DossierRow | Failure>): Promise<{ readonly codes: readonly string[] } | Failure> {
  const office = context.parts.get(officePart);
  const result = await orUnavailable(office, () => act(office));
  return isFailure(result) ? result : { codes: [result.code] };
}

const changedName = (result: unknown) => (isFailure(result) ? result.name : 'DossierChanged');
const usualFailures = [InvalidInput, DossierNotFound, TransitionNotAllowed, IdempotencyKeyReused, StoreUnavailable] as const;

const AcceptDossierResult = builder.unionType('AcceptDossierResult', { description: 'What became of an acceptance ("kết quả tiếp nhận").', types: [DossierChangedType, LinkedDossier, ...usualFailures], resolveType: changedName });
const AssignDossierResult = builder.unionType('AssignDossierResult', { description: 'What became of an assignment ("kết quả phân công").', types: [DossierChangedType, ...usualFailures], resolveType: changedName });
const RequestSupplementResult = builder.unionType('RequestSupplementResult', { description: 'What became of a request for more ("kết quả yêu cầu bổ sung").', types: [DossierChangedType, SupplementAlreadyRequested, LinkedDossier, ...usualFailures], resolveType: changedName });
const RefuseDossierResult = builder.unionType('RefuseDossierResult', { description: 'What became of a refusal ("kết quả từ chối").', types: [DossierChangedType, LinkedDossier, ...usualFailures], resolveType: changedName });
const FinishDossierResult = builder.unionType('FinishDossierResult', { description: 'What became of finishing ("kết quả xử lý").', types: [DossierChangedType, LinkedDossier, ...usualFailures], resolveType: changedName });
const ReturnResultResult = builder.unionType('ReturnResultResult', { description: 'What became of handing over ("kết quả trả hồ sơ").', types: [DossierChangedType, ...usualFailures], resolveType: changedName });

builder.mutationField('acceptDossier', (t) =>
  t.field({
    type: AcceptDossierResult,
    description: 'Accepts a registered dossier (1 → 2); the agency\'s time begins ("tiếp nhận").',
    args: { input: t.arg({ type: AcceptDossierInput, description: 'Which one ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => acceptDossier(office, { viewer: context.viewer, ...input })),
  }),
);

builder.mutationField('assignDossier', (t) =>
  t.field({
    type: AssignDossierResult,
    description: 'Puts an officer in charge; an accepted dossier goes into process with it (2 → 4) ("phân công").',
    args: { input: t.arg({ type: AssignDossierInput, description: 'Whom ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => assignDossier(office, { viewer: context.viewer, ...input })),
  }),
);

builder.mutationField('requestSupplement', (t) =>
  t.field({
    type: RequestSupplementResult,
    description: 'Asks the citizen for more, once (→ 5); the agency\'s time stops ("yêu cầu bổ sung").',
    args: { input: t.arg({ type: RequestSupplementInput, description: 'What ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => requestSupplement(office, { viewer: context.viewer, ...input })),
  }),
);

builder.mutationField('refuseDossier', (t) =>
  t.field({
    type: RefuseDossierResult,
    description: 'Refuses at reception (1 → 3), in process (4 → 8) or for want of payment (6 → 8), with the reason in writing ("từ chối").',
    args: { input: t.arg({ type: RefuseDossierInput, description: 'Why ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => refuseDossier(office, { viewer: context.viewer, ...input })),
  }),
);

builder.mutationField('finishDossier', (t) =>
  t.field({
    type: FinishDossierResult,
    description: 'Finishes a dossier in process (4 → 9); this time stamp decides whether it was on time ("xử lý xong").',
    args: { input: t.arg({ type: FinishDossierInput, description: 'What was decided ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => finishDossier(office, { viewer: context.viewer, ...input })),
  }),
);

builder.mutationField('returnResult', (t) =>
  t.field({
    type: ReturnResultResult,
    description: 'Hands the result over (9 → 10) ("trả kết quả").',
    args: { input: t.arg({ type: ReturnResultInput, description: 'Which one ("nội dung").' }) },
    resolve: (_, { input }, context) => atDesk(context, (office) => returnResult(office, { viewer: context.viewer, ...input })),
  }),
);
