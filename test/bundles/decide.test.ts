import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ScoredAct } from '../../src/bundles/bundle.ts';
import { decide, isSettled, type Decision, type Move, type Situation } from '../../src/bundles/decide.ts';
import type { RunState, StepRow } from '../../src/bundles/table.ts';
import { later, type Instant } from '../../src/kit/instant.ts';
import { NOW, drawnScore, drawnSteps, endOf, plannedStep } from './score.ts';

const drawnSituation: fc.Arbitrary<Situation> = drawnScore.chain((acts) =>
  fc.record({
    acts: fc.constant(acts),
    run: fc.record({ state: fc.constantFrom<RunState>('RUNNING', 'RUNNING', 'RUNNING', 'FINISHED', 'WITHDRAWN'), confirmed: fc.constantFrom(1, 1, 1, 0), nextAt: fc.constantFrom(null, later(NOW, -5), later(NOW, 5)) }),
    steps: drawnSteps(acts),
    alarmed: fc.subarray(acts.map(({ name }) => name)).map((names): ReadonlySet<string> => new Set(names)),
    now: fc.constant(NOW),
  }),
);

/** The law that every decision keeps, whatever the situation. */
function expectLawful({ acts, run, steps, alarmed, now }: Situation, { moves, wakeAt }: Decision): void {
  const stateOf = new Map(steps.map((step) => [step.act, step.state]));
  const afterOf = new Map(acts.map((act) => [act.name, act.after]));
  if (wakeAt !== null) expect(wakeAt > now).toBe(true);
  for (const move of moves) {
    if ('step' in move) expect(move.step.state, 'what is done is never touched again').not.toBe('DONE');
    if (move.do === 'order' && move.step.state === 'PLANNED') for (const earlier of afterOf.get(move.step.act) ?? []) expect(stateOf.get(earlier)).toBe('DONE');
    if (move.do === 'order') expect(['PLANNED', 'ORDERING']).toContain(move.step.state);
    if (move.do === 'inquire') expect(['WAITING', 'WITHDRAWN']).toContain(move.step.state);
    if (move.do === 'skip') expect([move.step.state, ['REFUSED', 'SKIPPED', 'WITHDRAWN'].includes(move.because.state)]).toEqual(['PLANNED', true]);
    if (move.do === 'expire') expect([move.step.state, (move.step.supplementUntil ?? '') <= now]).toEqual(['SUPPLEMENT', true]);
    if (move.do === 'alarm') expect([(move.step.dueAt ?? '9999') <= now, alarmed.has(move.step.act), isSettled(move.step) || move.step.state === 'SUPPLEMENT']).toEqual([true, false, false]);
    if (move.do === 'finish') expect([move.state, steps.every(isSettled), run.state]).toEqual([endOf(steps), true, 'RUNNING']);
  }
  if (run.state !== 'RUNNING') expect(moves.every((move) => move.do === 'inquire' && move.step.state === 'WITHDRAWN')).toBe(true);
  if (run.state === 'RUNNING' && !run.confirmed && !steps.every(isSettled)) expect(moves.every((move) => move.do === 'confirm')).toBe(true);
}

test('in any situation a decision keeps the law: order only after what must be done, no touching of what is done, no waking in the past', () => {
  fc.assert(fc.property(drawnSituation, (situation) => expectLawful(situation, decide(situation))), { numRuns: 1_000 });
});

test('a running run whose steps are all settled is finished, with the end that fits, and no other is', () => {
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const finishing = decide(situation).moves.filter((move) => move.do === 'finish');
      expect(finishing).toHaveLength(situation.run.state === 'RUNNING' && situation.steps.every(isSettled) ? 1 : 0);
    }),
    { numRuns: 1_000 },
  );
});

test('everything that can begin begins at once: no act waits for another that it does not need', () => {
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const { acts, run, steps } = situation;
      fc.pre(run.state === 'RUNNING' && run.confirmed === 1);
      const done = new Set(steps.filter(({ state }) => state === 'DONE').map(({ act }) => act));
      const ready = steps.filter(({ act, state }) => state === 'PLANNED' && acts.find(({ name }) => name === act)?.after.every((earlier) => done.has(earlier))).map(({ act }) => act);
      const ordered = decide(situation).moves.flatMap((move) => (move.do === 'order' && move.step.state === 'PLANNED' ? [move.step.act] : []));
      expect(ordered).toEqual(ready);
    }),
    { numRuns: 1_000 },
  );
});

test('a decision depends on nothing but the situation, and changes nothing in it', () => {
  fc.assert(
    fc.property(drawnSituation, (situation) => {
      const before: Situation = { ...structuredClone({ ...situation, acts: [] }), acts: situation.acts }; // a score holds functions, which cannot be copied
      expect(decide(situation)).toEqual(decide(before));
      expect(situation).toEqual(before);
    }),
  );
});

/** What a ministry, a citizen or time may do next; one is drawn for each turn. */
const chances = ['done', 'pending', 'refused', 'supplement', 'unreachable', 'withdraw', 'answer'] as const;
type Chance = (typeof chances)[number];

/** A run played with drawn answers, by the same rules as the engine's and without a database. */
interface Play {
  state: RunState;
  confirmed: number;
  nextAt: Instant | null;
  steps: StepRow[];
  alarmed: Set<string>;
  now: Instant;
}

const inAWhile = (now: Instant) => later(now, 60_000);

function settled(step: StepRow, chance: Chance, now: Instant): StepRow {
  if (step.state === 'WITHDRAWN') return { ...step, nextAt: chance === 'pending' || chance === 'unreachable' ? inAWhile(now) : null };
  switch (chance) {
    case 'pending':
      return { ...step, state: 'WAITING', ordered: 1, nextAt: inAWhile(now) };
    case 'unreachable':
      return { ...step, state: step.state === 'PLANNED' ? 'ORDERING' : step.state, ordered: 1, nextAt: inAWhile(now) };
    case 'refused':
      return { ...step, state: 'REFUSED', nextAt: null };
    case 'supplement':
      return step.generation > 0 ? { ...step, state: 'WAITING', nextAt: inAWhile(now) } : { ...step, state: 'SUPPLEMENT', nextAt: null, supplementUntil: later(now, 600_000) };
    default:
      return { ...step, state: 'DONE', ordered: 1, nextAt: null };
  }
}

function carryOut(play: Play, move: Move, chance: Chance): void {
  const put = (step: StepRow) => void (play.steps[step.position] = step);
  if (move.do === 'finish') play.state = move.state;
  else if (move.do === 'confirm') Object.assign(play, chance === 'unreachable' ? { nextAt: inAWhile(play.now) } : { confirmed: 1, nextAt: null });
  else if (move.do === 'alarm') play.alarmed.add(move.step.act);
  else if (move.do === 'skip') put({ ...move.step, state: 'SKIPPED', nextAt: null });
  else if (move.do === 'expire') put({ ...move.step, state: 'REFUSED', nextAt: null });
  else put({ ...settled(move.step, chance, play.now), dueAt: move.step.dueAt ?? later(play.now, 300_000) });
}

/** The citizen acts between two decisions: withdraws the first open part, or answers a request for a supplement. */
function actAsCitizen(play: Play, chance: Chance): void {
  const open = play.steps.find((step) => !isSettled(step));
  if (chance === 'withdraw' && open) play.steps[open.position] = { ...open, state: 'WITHDRAWN', nextAt: open.ordered ? play.now : null };
  const asked = play.steps.find(({ state }) => state === 'SUPPLEMENT');
  if (chance === 'answer' && asked) play.steps[asked.position] = { ...asked, state: 'PLANNED', generation: asked.generation + 1, supplementUntil: null };
}

function playOn(acts: readonly ScoredAct[], play: Play, chance: Chance): void {
  const situation = { acts, run: play, steps: [...play.steps], alarmed: new Set(play.alarmed), now: play.now };
  const decision = decide(situation);
  expectLawful(situation, decision);
  for (const move of decision.moves) carryOut(play, move, chance);
  if (decision.moves.length > 0) return;
  expect(decision.wakeAt, 'a run that goes on is never left to itself').not.toBeNull();
  play.now = decision.wakeAt ?? play.now;
}

test('however ministries and citizen behave, every run ends when its steps are settled, done acts stay done, and none is left to itself', () => {
  fc.assert(
    fc.property(drawnScore, fc.array(fc.tuple(fc.constantFrom(...chances), fc.constantFrom(...chances)), { maxLength: 60 }), (acts, turns) => {
      const play: Play = { state: 'RUNNING', confirmed: 0, nextAt: null, steps: acts.map(({ name }, position) => plannedStep(name, position)), alarmed: new Set(), now: NOW };
      let done: readonly string[] = [];
      const turn = (chance: Chance, citizen: Chance | undefined) => {
        playOn(acts, play, chance);
        if (citizen && play.state === 'RUNNING') actAsCitizen(play, citizen);
        const nowDone = play.steps.filter(({ state }) => state === 'DONE').map(({ act }) => act);
        expect(nowDone).toEqual(expect.arrayContaining([...done]));
        done = nowDone;
      };
      for (const [chance, citizen] of turns) if (play.state === 'RUNNING') turn(chance, citizen);
      for (let patience = 0; play.state === 'RUNNING' && patience < 100; patience += 1) turn('done', undefined); // from here on the ministries do as they are told
      expect(play.state).toBe(endOf(play.steps));
      expect(play.steps.every(isSettled)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
