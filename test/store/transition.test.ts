import { expect, test } from 'vitest';
import { allowedActions, factOf, findNext, states, statuses, type DossierAction, type DossierStatus } from '../../src/dossiers/states.ts';
import { register } from '../../src/dossiers/transition.ts';
import { isFailure } from '../../src/kit/failure.ts';
import { words } from '../../src/kit/words.ts';
import { onPostgres } from '../support/database.ts';
import { dossierOf, openRegistry, type OpenedRegistry } from './registry.ts';

const CODE = '000.17.23.H01-250303-0001';
const edges = statuses.flatMap((status) => allowedActions(status).map((action) => [status, action] as const));
const everyAction = [...new Set(edges.map(([, action]) => action))];
const forbidden = statuses.flatMap((status) => everyAction.filter((action) => !findNext(status, action)).map((action) => [status, action] as const));

test.each(edges)('%s + %s writes state, history and event', async (status: DossierStatus, action: DossierAction) => {
  const registry = await openRegistry();
  await registry.place(CODE, status);
  registry.clock.moveTo('2025-03-03T02:00:00.000Z');
  const to = findNext(status, action) ?? status;
  const changed = await registry.change({ code: CODE, action, actor: 'CB-1', note: words('vì sao', 'why'), set: { supplements: 1, supplementUntil: '2025-03-12T10:00:00.000Z' } });
  const { dossier, history, events } = await registry.look(CODE);
  expect(changed).toEqual(dossier);
  expect(dossier).toMatchObject({ statusCode: states[to].code, version: 2, supplements: 1, supplementUntil: '2025-03-12T10:00:00.000Z' });
  expect(history.at(-1)).toMatchObject({ fromCode: states[status].code, toCode: states[to].code, action, actor: 'CB-1', note: '{"vi":"vì sao","en":"why"}' });
  expect(history.at(-1)?.at.slice(0, 16)).toBe('2025-03-03T02:00');
  expect(events.at(-1)).toMatchObject({ kind: factOf[to], statusCode: states[to].code, run: '000.00.00.H01-250303-0001', agency: '000.17.23.H01', procedure: '1.001193' });
  expect([history.length, events.length]).toEqual([2, 2]);
});

test('what the table does not allow changes nothing and is told with what is allowed', async () => {
  const registry = await openRegistry();
  const codes = forbidden.map(([status, action], number) => ({ status, action, code: `H01-250303-${String(number + 1).padStart(4, '0')}` }));
  for (const { code, status } of codes) await registry.place(code, status);
  for (const { code, status, action } of codes) {
    const before = await registry.look(code);
    const answer = await registry.change({ code, action, actor: 'CB-1', set: { supplements: 9 } });
    expect(answer).toMatchObject({ is: 'failure', name: 'TransitionNotAllowed', code: 'TRANSITION_NOT_ALLOWED', facts: { status, allowed: allowedActions(status) } });
    expect(isFailure(answer) && answer.message.en).toContain(`A dossier that is ${status} cannot be ${action}; allowed now: ${allowedActions(status).join(', ') || '–'}.`);
    expect(isFailure(answer) && answer.message.vi).toContain(states[status].title.vi);
    expect(await registry.look(code)).toEqual(before);
  }
  expect(codes.length).toBe(statuses.length * everyAction.length - edges.length);
});

test('a dossier that is not there is not found', async () => {
  const registry = await openRegistry();
  expect(await registry.change({ code: CODE, action: 'accept', actor: 'CB-1' })).toMatchObject({ name: 'DossierNotFound' });
});

/** Has every such statement on the table fail. */
async function spoil({ store }: OpenedRegistry, moment: 'INSERT' | 'UPDATE', table: string): Promise<void> {
  await store.transact(async (rows) => {
    if (onPostgres) await rows.query("CREATE FUNCTION fault() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a fault of the disk'; END $$");
    await rows.query(`CREATE TRIGGER fault BEFORE ${moment} ON ${table} ${onPostgres ? 'FOR EACH ROW EXECUTE FUNCTION fault()' : "BEGIN SELECT RAISE(ABORT, 'a fault of the disk'); END"}`);
  });
}

test.each(['dossier', 'dossier_history', 'event'])('a fault while %s is written leaves nothing of the transition', async (table) => {
  const registry = await openRegistry();
  await registry.place(CODE, 'ACCEPTED');
  const before = await registry.look(CODE);
  const moment = table === 'dossier' ? 'UPDATE' : 'INSERT';
  await spoil(registry, moment, table);
  const told: string[] = [];
  await registry.settled();
  const followed = await registry.feed.follow({ dossier: CODE }, null);
  const news = followed.next().then(({ value }) => told.push(value?.kind as string));
  await expect(registry.change({ code: CODE, action: 'process', actor: 'CB-1' })).rejects.toThrow('a fault of the disk');
  expect(await registry.look(CODE)).toEqual(before);
  expect(told).toEqual([]);
  await registry.store.transact((rows) => rows.query(onPostgres ? `DROP TRIGGER fault ON ${table}` : 'DROP TRIGGER fault'));
  await registry.change({ code: CODE, action: 'process', actor: 'CB-1' });
  await news;
  expect(told).toEqual(['dossier.inProcess']);
});

test.each(['dossier', 'dossier_history', 'event'])('a fault while %s is written leaves nothing of a registration', async (table) => {
  const registry = await openRegistry();
  await spoil(registry, 'INSERT', table);
  await expect(registry.store.transact((rows) => register(registry, rows, dossierOf(CODE), 'citizen'))).rejects.toThrow('a fault of the disk');
  expect(await registry.look(CODE)).toEqual({ dossier: null, history: [], events: [] });
});

test.each<[DossierStatus, DossierAction, DossierAction]>([
  ['REGISTERED', 'accept', 'refuse'],
  ['REGISTERED', 'accept', 'accept'],
  ['IN_PROCESS', 'finish', 'withdraw'],
  ['IN_PROCESS', 'refuse', 'requestSupplement'],
  ['SUPPLEMENT_REQUESTED', 'stop', 'accept'],
])('of two transitions at once out of %s, %s and %s, one wins and the other is told what is allowed now', async (status, first, second) => {
  const registry = await openRegistry();
  await registry.place(CODE, status);
  const told = await Promise.all([registry.change({ code: CODE, action: first, actor: 'CB-1' }), registry.change({ code: CODE, action: second, actor: 'CB-2' })]);
  const isFirst = !isFailure(told[0]); // on SQLite always; on PostgreSQL whoever commits first
  const [won, lost] = isFirst ? told : [told[1], told[0]];
  const now = findNext(status, isFirst ? first : second) ?? status;
  expect(won).toMatchObject({ statusCode: states[now].code, version: 2 });
  expect(lost).toMatchObject({ name: 'TransitionNotAllowed', facts: { status: now, allowed: allowedActions(now) } });
  const { dossier, history } = await registry.look(CODE);
  expect(dossier?.statusCode).toBe(states[now].code);
  expect(history.map(({ actor }) => actor)).toEqual(['citizen', isFirst ? 'CB-1' : 'CB-2']);
});

test('of fifty officers who take up one dossier at once, one does', async () => {
  const registry = await openRegistry();
  await registry.place(CODE, 'ACCEPTED');
  const told = await Promise.all(Array.from({ length: 50 }, (_, officer) => registry.change({ code: CODE, action: 'process', actor: `CB-${officer}` })));
  expect(told.filter((one) => !isFailure(one))).toHaveLength(1);
  const { history, events } = await registry.look(CODE);
  expect([history.length, events.length]).toEqual([2, 2]);
});
