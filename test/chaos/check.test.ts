import { expect, test } from 'vitest';
import { findFaults, type Finding, type Testimony } from './check.ts';

/** A world in which everything is as it should be: two applications, of which one waits with an owner. */
function world(): Testimony {
  const run = (code: string, state: string, last: string) => ({
    code,
    state,
    incidents: state === 'RUNNING' ? 1 : 0,
    steps: [{ act: 'birth', state: 'DONE', dossier: `${code}-b` }, { act: 'residence', state: last, dossier: `${code}-r` }],
    dossiers: [{ code: `${code}-b`, status: 'FINISHED' }, { code: `${code}-r`, status: last === 'DONE' ? 'FINISHED' : 'IN_PROCESS' }],
  });
  const runs = [run('A', 'FINISHED', 'DONE'), run('B', 'RUNNING', 'WAITING')];
  const events = runs.flatMap(({ code, state, dossiers }) => [
    { cursor: `${code}1`, kind: 'BUNDLE_RECEIVED', run: code, dossier: null, status: null },
    ...dossiers.map(({ code: dossier, status }) => ({ cursor: `${dossier}2`, kind: 'DOSSIER_FINISHED', run: code, dossier, status })),
    ...(state === 'FINISHED' ? [{ cursor: `${code}9`, kind: 'BUNDLE_FINISHED', run: code, dossier: null, status: null }] : []),
  ]);
  return {
    receipts: [{ key: '1', code: 'A' }, { key: '2', code: 'B' }],
    runs,
    events,
    ledger: [{ ministry: 'civil-status', act: 'registerBirth', key: 'A.birth', received: 1 }, { ministry: 'civil-status', act: 'registerBirth', key: 'B.birth', received: 2 }, { ministry: 'residence', act: 'registerResidence', key: 'A.residence', received: 1 }],
    heard: [{ run: 'A', cursors: events.filter((event) => event.run === 'A').map(({ cursor }) => cursor) }],
  };
}

test('where everything fits nothing is found', () => {
  expect(findFaults(world())).toEqual([]);
});

const first = <T>([one]: readonly T[]): T => one ?? expect.fail();

test.each<[string, (whole: Testimony) => Partial<Testimony>, Finding['kind'], string]>([
  ['a receipt of which the hub knows nothing', ({ receipts }) => ({ receipts: [...receipts, { key: '3', code: 'C' }] }), 'loss', 'C'],
  ['an application that nobody filed', ({ receipts }) => ({ receipts: receipts.slice(0, 1) }), 'double', 'B'],
  ['two filers with one receipt', ({ receipts }) => ({ receipts: [...receipts, { key: '3', code: 'A' }] }), 'disagreement', 'A'],
  ['a run that waits and that nobody owns', ({ runs }) => ({ runs: runs.map((run) => ({ ...run, incidents: 0 })) }), 'loss', 'B'],
  ['a step that is done while its dossier is not', ({ runs }) => ({ runs: runs.map((run) => ({ ...run, dossiers: run.dossiers.map((dossier) => (dossier.code === 'A-b' ? { ...dossier, status: 'IN_PROCESS' } : dossier)) })) }), 'disagreement', 'A birth'],
  ['an effect that happened twice', ({ ledger }) => ({ ledger: [...ledger, first(ledger)] }), 'double', 'A birth'],
  ['an effect under a second key of the same order', ({ ledger }) => ({ ledger: [...ledger, { ...first(ledger), key: 'A.birth.2' }] }), 'double', 'A birth'],
  ['a step that is done and that no ministry did', ({ ledger }) => ({ ledger: ledger.slice(1) }), 'disagreement', 'A birth'],
  ['an effect that the hub denies', ({ runs }) => ({ runs: runs.map((run) => ({ ...run, steps: run.steps.map((step) => (step.dossier === 'A-r' ? { ...step, state: 'REFUSED' } : step)) })) }), 'disagreement', 'A residence'],
  ['an event that stands twice in the log', ({ events }) => ({ events: [...events, first(events)] }), 'double', 'A1'],
  ['an application whose receipt the log does not tell', ({ events, heard: _ }) => ({ events: events.slice(1), heard: [] }), 'loss', 'A'],
  ['an end that the log does not tell', ({ events }) => ({ events: events.filter(({ kind }) => kind !== 'BUNDLE_FINISHED'), heard: [] }), 'loss', 'A'],
  ['a dossier of which the log last told something else', ({ events }) => ({ events: events.map((event) => (event.dossier === 'A-b' ? { ...event, status: 'ACCEPTED' } : event)) }), 'disagreement', 'A-b'],
  ['a subscriber who missed the last event', ({ heard }) => ({ heard: heard.map((one) => ({ ...one, cursors: one.cursors.slice(0, -1) })) }), 'gap', 'subscriber 1 of A'],
  ['a subscriber who missed one in the middle', ({ heard }) => ({ heard: heard.map((one) => ({ ...one, cursors: one.cursors.filter((_, index) => index !== 1) })) }), 'gap', 'subscriber 1 of A'],
  ['a subscriber who heard one twice', ({ heard }) => ({ heard: heard.map(({ run, cursors }) => ({ run, cursors: [first(cursors), ...cursors] })) }), 'gap', 'subscriber 1 of A'],
])('%s is found', (_, spoil, kind, where) => {
  const whole = world();
  expect(findFaults({ ...whole, ...spoil(whole) })).toContainEqual(expect.objectContaining({ kind, where }));
});
