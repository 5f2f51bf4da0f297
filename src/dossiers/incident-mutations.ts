import { SystemNameEnum, builder } from '../graph/builder.ts';
import { officerOf } from '../graph/context.ts';
import { failureTypes } from '../graph/failures.ts';
import { standingsPart } from '../graph/system.ts';
import { isFailure } from '../kit/failure.ts';
import { IncidentCauseEnum, IncidentType } from './incident-graph.ts';
import type { IncidentRow } from './incident.ts';
import { idempotencyKey } from './input.ts';
import { officePart } from './office.ts';
import { remediesPart } from './remedy.ts';
import { resolveIncident } from './resolve.ts';
import { retriedCauses, retryAll, type Woken } from './retry-all.ts';
import { orUnavailable } from './unavailable.ts';

const { InvalidInput, IncidentNotFound, IncidentOver, CauseStands, IdempotencyKeyReused, StoreUnavailable } = failureTypes;

const ResolveIncidentInput = builder.inputType('ResolveIncidentInput', {
  description: 'An incident that needs nothing more ("đóng sự cố").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    incidentId: t.id({ description: 'Its number, as Incident.id has it ("số sự cố").' }),
    note: t.string({ description: 'Why it needs nothing more, 1 to 1000 characters; leaves the hub with the incident only ("ghi chú").' }),
  }),
});

const IncidentResolvedType = builder.objectRef<IncidentRow>('IncidentResolved').implement({
  description: 'The incident is over, and who said so and why is kept ("đã đóng sự cố").',
  fields: (t) => ({ incident: t.field({ type: IncidentType, description: 'The incident as it stands now ("sự cố").', resolve: (incident) => incident }) }),
});

const ResolveIncidentResult = builder.unionType('ResolveIncidentResult', {
  description: 'What became of resolving an incident ("kết quả đóng sự cố").',
  types: [IncidentResolvedType, InvalidInput, IncidentNotFound, IncidentOver, CauseStands, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'IncidentResolved'),
});

builder.mutationField('resolveIncident', (t) =>
  t.field({
    type: ResolveIncidentResult,
    description: 'Resolves an incident by hand, with who, when and why; refused while its cause stands, because nobody would own what goes on failing ("đóng sự cố").',
    args: { input: t.arg({ type: ResolveIncidentInput, description: 'Which one, and why ("nội dung").' }) },
    resolve: (_, { input }, context) => {
      const office = context.parts.get(officePart);
      return orUnavailable(office, () => resolveIncident(office, context.parts.get(remediesPart), { viewer: context.viewer, officer: officerOf(context), ...input }));
    },
  }),
);

const RetryStepsInput = builder.inputType('RetryStepsInput', {
  description: 'Everything that waits for one ministry ("thử lại hàng loạt").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    system: t.field({ type: SystemNameEnum, description: 'The system that is there again ("hệ thống").' }),
    cause: t.field({ type: IncidentCauseEnum, required: false, description: `Only what failed for this cause; absent: ${retriedCauses.join(' or ')} ("nguyên nhân").` }),
  }),
});

const StepsRetriedType = builder.objectRef<Woken>('StepsRetried').implement({
  description: 'They are tried again one after the other, so that the ministry is not stormed ("đã cho thử lại").',
  fields: (t) => ({
    woken: t.exposeInt('woken', { description: 'How many steps, confirmations of persons, payments or daily files are tried again ("số việc được thử lại").' }),
    until: t.expose('until', { type: 'DateTime', description: 'When the last of them is tried ("đến lúc").' }),
  }),
});

const RetryStepsResult = builder.unionType('RetryStepsResult', {
  description: 'What became of a bulk retry ("kết quả thử lại hàng loạt").',
  types: [StepsRetriedType, InvalidInput, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'StepsRetried'),
});

builder.mutationField('retrySteps', (t) =>
  t.field({
    type: RetryStepsResult,
    description: 'Tries everything again that open incidents say is stuck at a ministry, spread out at the rate at which its line drains ("thử lại hàng loạt").',
    args: { input: t.arg({ type: RetryStepsInput, description: 'At which ministry ("nội dung").' }) },
    resolve: (_, { input }, context) => {
      const office = context.parts.get(officePart);
      const standing = context.parts.get(standingsPart)().find(({ name }) => name === input.system);
      const { idempotencyKey: key, system, cause } = input;
      return orUnavailable(office, () => retryAll(office, context.parts.get(remediesPart), { viewer: context.viewer, idempotencyKey: key, system, cause: cause ?? undefined }, standing?.drainPerSecond ?? 1));
    },
  }),
);
