import { expect, test } from 'vitest';
import { allowedActions, factOf, findNext, isSettled, states, statuses, statusOf, type DossierAction, type DossierStatus } from '../../src/dossiers/states.ts';
import { eventKinds } from '../../src/events/log.ts';

/**
 * Permitted transitions, copied by hand from domain.md §1.4: "1→2,3,7; 2→4,5,7; 4→5,6,8,9,7; 5→2 or 4, 8 (no answer), 7;
 * 6→4,8; 9→10", and the name of each action from architecture.md ("refuseDossier is 1→3 or 4→8").
 */
const LAW: readonly (readonly [from: number, action: DossierAction, to: number])[] = [
  [1, 'accept', 2],
  [1, 'refuse', 3],
  [1, 'withdraw', 7],
  [2, 'process', 4],
  [2, 'requestSupplement', 5],
  [2, 'withdraw', 7],
  [4, 'requestSupplement', 5],
  [4, 'requestPayment', 6],
  [4, 'refuse', 8],
  [4, 'finish', 9],
  [4, 'withdraw', 7],
  [5, 'accept', 2],
  [5, 'process', 4],
  [5, 'stop', 8],
  [5, 'withdraw', 7],
  [6, 'process', 4],
  [6, 'stop', 8],
  [9, 'returnResult', 10],
];

/** The list of the national portal, by number. */
const TITLES = ['Mới đăng ký', 'Được tiếp nhận', 'Không được tiếp nhận', 'Đang xử lý', 'Yêu cầu bổ sung giấy tờ', 'Yêu cầu thực hiện nghĩa vụ tài chính', 'Công dân yêu cầu rút hồ sơ', 'Dừng xử lý', 'Đã xử lý xong', 'Đã trả kết quả'];

const actions = [...new Set(LAW.map(([, action]) => action))];
const cases = statuses.flatMap((status) => actions.map((action) => [status, action] as const));

test('there are the ten statuses of the national portal, by number and Vietnamese name', () => {
  expect(statuses.map((status) => states[status].code)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  expect(statuses.map((status) => states[status].title.vi)).toEqual(TITLES);
  expect(statuses).toEqual(['REGISTERED', 'ACCEPTED', 'NOT_ACCEPTED', 'IN_PROCESS', 'SUPPLEMENT_REQUESTED', 'PAYMENT_REQUESTED', 'WITHDRAWN', 'STOPPED', 'FINISHED', 'RETURNED']);
});

test.each(cases)('%s + %s leads where the table says, or nowhere', (status, action) => {
  const wanted = LAW.find(([from, name]) => from === states[status].code && name === action)?.[2];
  const next = findNext(status, action);
  expect(next && states[next].code).toBe(wanted);
  expect(allowedActions(status).includes(action)).toBe(wanted !== undefined);
});

test('no status knows an action beside those of the table', () => {
  expect([...new Set(statuses.flatMap((status) => allowedActions(status)))].sort()).toEqual([...actions].sort());
});

test('a dossier is taken up again only out of a supplement request', () => {
  const back = statuses.filter((status) => allowedActions(status).some((action) => findNext(status, action) === 'ACCEPTED') && status !== 'REGISTERED');
  expect(back).toEqual(['SUPPLEMENT_REQUESTED']);
});

test.each<[DossierStatus, boolean]>([
  ['REGISTERED', false],
  ['ACCEPTED', false],
  ['NOT_ACCEPTED', true],
  ['IN_PROCESS', false],
  ['SUPPLEMENT_REQUESTED', false],
  ['PAYMENT_REQUESTED', false],
  ['WITHDRAWN', true],
  ['STOPPED', true],
  ['FINISHED', true], // nothing more can happen but the handing over
  ['RETURNED', true],
])('%s is settled: %s', (status, settled) => {
  expect(isSettled(status)).toBe(settled);
});

test('each status records a fact of its own that the event log knows', () => {
  const facts = statuses.map((status) => factOf[status]);
  expect(new Set(facts).size).toBe(10);
  expect(facts.every((fact) => eventKinds.includes(fact))).toBe(true);
});

test('a status is found by its number, and a foreign number is a mistake that is named', () => {
  expect(statuses.map((status) => statusOf(states[status].code))).toEqual(statuses);
  for (const foreign of [0, 11, -1, 1.5, Number.NaN]) expect(() => statusOf(foreign)).toThrow(/codes run from 1 to 10/);
});
