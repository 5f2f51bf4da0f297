import { idempotencyKey } from '../dossiers/input.ts';
import { orUnavailable } from '../dossiers/unavailable.ts';
import { builder } from '../graph/builder.ts';
import { officerOf } from '../graph/context.ts';
import { failureTypes } from '../graph/failures.ts';
import { isFailure } from '../kit/failure.ts';
import { enginePart } from './engine.ts';
import { BundleRunType } from './graph.ts';
import { retryStep } from './retry.ts';
import type { RunRow } from './table.ts';

const { InvalidInput, StepNotFound, RetryNotAllowed, IdempotencyKeyReused, StoreUnavailable } = failureTypes;

const RetryStepInput = builder.inputType('RetryStepInput', {
  description: 'Something that is to be tried again at once ("thử lại").',
  fields: (t) => ({
    idempotencyKey: t.string({ description: idempotencyKey }),
    bundleCode: t.string({ description: 'The linked application ("mã hồ sơ liên thông").' }),
    act: t.string({ required: false, description: 'Name of the act; absent: the confirmation of its persons by the population register ("bước").' }),
  }),
});

const StepRetriedType = builder.objectRef<RunRow>('StepRetried').implement({
  description: 'It is tried now; the application\'s events tell what comes of it ("đã cho thử lại").',
  fields: (t) => ({ bundleRun: t.field({ type: BundleRunType, description: 'The application as it stands now ("hồ sơ liên thông").', resolve: (run) => run }) }),
});

const RetryStepResult = builder.unionType('RetryStepResult', {
  description: 'What became of a retry ("kết quả thử lại").',
  types: [StepRetriedType, InvalidInput, StepNotFound, RetryNotAllowed, IdempotencyKeyReused, StoreUnavailable],
  resolveType: (result) => (isFailure(result) ? result.name : 'StepRetried'),
});

builder.mutationField('retryStep', (t) =>
  t.field({
    type: RetryStepResult,
    description: 'Tries an act now that waits between two tries, or the confirmation of the persons: the same order under the same key ("thử lại").',
    args: { input: t.arg({ type: RetryStepInput, description: 'Which one ("nội dung").' }) },
    resolve: (_, { input }, context) => {
      const engine = context.parts.get(enginePart);
      return orUnavailable(engine, () => retryStep(engine, { viewer: context.viewer, officer: officerOf(context), ...input }));
    },
  }),
);
