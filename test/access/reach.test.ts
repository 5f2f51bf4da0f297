import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { engine } from '../../src/access/viewer.ts';
import { later } from '../../src/kit/instant.ts';
import type { Ask } from '../../src/kit/system.ts';
import { carried, direct, gateway, lineTo, openDoor, purpose, viewer } from './ministry-line.ts';

const FOUND = '{"ten":"Bình"}';
const found = lineToFound();

function lineToFound() {
  return lineTo(() => [200, FOUND]);
}

test('a line "asked" is committed before the call leaves, and "answered" after it came back', async () => {
  const atSending: string[] = [];
  const residence = lineTo(async () => {
    atSending.push(...(await door.lines()).map(({ stage }) => stage));
    return [200, FOUND];
  });
  const door = await openDoor({ residence });
  const answer = await door.reach(viewer, purpose, direct).look({});
  expect(answer).toEqual({ is: 'answer', status: 200, body: { ten: 'Bình' } });
  expect(atSending).toEqual(['asked']);
  expect((await door.lines()).map(({ stage }) => stage)).toEqual(['asked', 'answered']);
});

test('the audit says who, what for, of which system, about whom and which facts, and what came back, and shows no person', async () => {
  const door = await openDoor({ residence: found });
  await door.reach(viewer, purpose, direct).look({});
  const [asked, answered] = await door.lines();
  expect(asked).toMatchObject({ viewer: 'partner-1', system: 'residence', operation: 'test.look', fields: '["identity"]', answerHash: null, detail: '' });
  expect(JSON.parse(asked?.purpose ?? '')).toEqual(purpose);
  expect(JSON.parse(asked?.about ?? '')).toEqual([door.seal.fingerprint('089195000001')]);
  expect(answered?.answerHash).toBe(createHash('sha256').update(FOUND).digest('hex'));
  expect(answered?.detail).toBe('200 in 1 ms');
  expect(answered?.requestId).toBe(asked?.requestId);
  expect(JSON.stringify([asked, answered])).not.toMatch(/089195000001|Bình/);
});

test('each call has a number of its own, which the ministry is told too', async () => {
  const residence = lineToFound();
  const door = await openDoor({ residence });
  await Promise.all([door.reach(viewer, purpose, direct).look({}), door.reach(viewer, purpose, direct).look({})]);
  const numbers = residence.sent.map(({ headers }) => headers['x-request-id']);
  expect(new Set(numbers).size).toBe(2);
  expect(new Set((await door.lines()).map(({ requestId }) => requestId))).toEqual(new Set(numbers));
});

test('where the trace cannot be written no call leaves', async () => {
  const residence = lineToFound();
  const door = await openDoor({ residence }, () => ({ write: () => Promise.reject(new Error('the store cannot write')) }));
  await expect(door.reach(viewer, purpose, direct).look({})).rejects.toThrow('the store cannot write');
  expect(residence.sent).toEqual([]);
});

test('the body is told who asks: the officer by the ministry’s own number, procedure, dossier and unit as stated', async () => {
  const door = await openDoor({ residence: found });
  const told: Ask[] = [];
  await door.reach(viewer, purpose, direct).look({ tell: (ask) => told.push(ask) });
  await door.reach(engine, { procedure: '1.001193' }, direct).look({ tell: (ask) => told.push(ask) });
  expect(told[0]).toMatchObject({ procedure: '2.002621', dossier: '000.17.23.H01-250303-0001', unit: '000.17.23.H01', officer: 'number of CB-1' });
  expect(told[1]).toMatchObject({ procedure: '1.001193', officer: 'number of nobody' });
  expect(told[1]).not.toHaveProperty('dossier');
});

test('a request goes out in the form of its contract, with the system’s own proof where it is secured', async () => {
  const residence = lineTo(({ url }) => (url.endsWith('/soap') ? [200, '<e:Envelope xmlns:e="x"><e:Body><Dap>B&amp;B</Dap></e:Body></e:Envelope>'] : url.endsWith('/list') ? [200, '["a"]'] : [200, '{"ten":"x"}']));
  const door = await openDoor({ residence });
  const to = door.reach(viewer, purpose, direct);
  await to.look({ key: 'a/b ?c' });
  await to.file();
  expect(await to.soap()).toMatchObject({ body: { Dap: 'B&B' } });
  expect(await to.list()).toMatchObject({ body: ['a'] });
  const [look, file, soap, list] = residence.sent;
  expect(look).toMatchObject({ method: 'POST', url: 'http://residence.test/look/a%2Fb%20%3Fc', body: '{"ma":"x"}', headers: { 'content-type': 'application/json; charset=utf-8', 'x-api-key': 'secret' } });
  expect(file).toMatchObject({ body: 'a=b+c%26d', headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' } });
  expect(file?.headers).not.toHaveProperty('x-api-key');
  expect(soap?.body).toContain('<dan:Hoi>B&amp;B</dan:Hoi>');
  expect(soap?.headers).toMatchObject({ accept: 'text/xml', 'content-type': 'text/xml; charset=utf-8' });
  expect(list).toMatchObject({ method: 'GET' });
  expect(list).not.toHaveProperty('body');
});

test('a request of our own that leaves the contract is a mistake, never sent and never said to have been asked', async () => {
  const residence = lineToFound();
  const door = await openDoor({ residence });
  await expect(door.reach(viewer, purpose, direct).wrong()).rejects.toThrow(/own request test.look leaves the contract at ma: invalid_type/);
  expect(residence.sent).toEqual([]);
  expect(await door.lines()).toEqual([]);
});

test.each<[string, readonly [number, string], object, string]>([
  ['an answer of a status that the contract knows', [404, '{"lyDo":"không có"}'], { is: 'answer', status: 404, body: { lyDo: 'không có' } }, 'refused'],
  ['the wrong shape', [200, '{"ten":7}'], { is: 'badAnswer', problem: 'ten: invalid_type' }, 'refused'],
  ['a list where a record should be', [200, '[]'], { is: 'badAnswer', problem: '(body): invalid_type' }, 'refused'],
  ['HTML', [200, '<!DOCTYPE html><h1>Bảo trì</h1>'], { is: 'badAnswer', problem: 'the body is not JSON' }, 'refused'],
  ['JSON cut off', [200, '{"ten":"B'], { is: 'badAnswer', problem: 'the body is not JSON' }, 'refused'],
  ['nothing', [200, ''], { is: 'badAnswer', problem: 'the body is not JSON' }, 'refused'],
  ['a status that the contract does not know', [204, ''], { is: 'badAnswer', problem: 'HTTP 204 is not in the contract of test.look' }, 'refused'],
  ['a teapot', [418, '{}'], { is: 'badAnswer', problem: 'HTTP 418 is not in the contract of test.look' }, 'refused'],
  ['who are you', [401, '{}'], { is: 'unreachable', cause: 'not authorised' }, 'unreachable'],
  ['you may not', [403, '{}'], { is: 'unreachable', cause: 'not authorised' }, 'unreachable'],
  ['not so fast', [429, '{}'], { is: 'unreachable', cause: 'throttled' }, 'unreachable'],
  ['a fault of its own', [500, 'NullPointerException'], { is: 'unreachable', cause: 'server error' }, 'unreachable'],
])('what the ministry says: %s', async (_, said, read, stage) => {
  const door = await openDoor({ residence: lineTo(() => said) });
  expect(await door.reach(viewer, purpose, direct).look({})).toEqual(read);
  const [, after] = await door.lines();
  expect(after).toMatchObject({ stage, answerHash: createHash('sha256').update(said[1]).digest('hex') });
});

test.each([429, 500])('how long to wait is read off a %i', async (status) => {
  const door = await openDoor({ residence: lineTo(() => [status, '{}', { 'retry-after': '30' }]) });
  expect(await door.reach(viewer, purpose, direct).look({})).toMatchObject({ is: 'unreachable', retryAfterMs: 30_000 });
});

test('an answer outside the contract leaves its place in the audit, never its contents', async () => {
  const door = await openDoor({ residence: lineTo(() => [200, '{"ten":["Nguyễn Thị Bí Mật","089195000001"]}']) });
  await door.reach(viewer, purpose, direct).look({});
  const [, after] = await door.lines();
  expect(after?.detail).toBe('200 in 1 ms, outside the contract: ten: invalid_type');
});

test('where nobody answers the audit says so', async () => {
  const door = await openDoor({ residence: lineTo(() => ({ is: 'unreachable', cause: 'timed out' })) });
  expect(await door.reach(viewer, purpose, direct).look({})).toEqual({ is: 'unreachable', cause: 'timed out' });
  expect((await door.lines()).map(({ stage, detail, answerHash }) => [stage, detail, answerHash])).toEqual([['asked', '', null], ['unreachable', 'timed out', null]]);
});

test('calls of one moment share one token, and later calls use it as long as it lasts', async () => {
  const [ndxp, civil] = [gateway(3_600), lineToFound()];
  const door = await openDoor({ ndxp, 'civil-status': civil });
  const to = door.reach(viewer, purpose, carried);
  await Promise.all(Array.from({ length: 20 }, () => to.look({})));
  door.clock.moveTo(later(door.clock.now(), 3_500_000));
  await to.look({});
  expect(ndxp.sent).toHaveLength(1);
  expect(new Set(civil.sent.map(({ headers }) => headers['authorization']))).toEqual(new Set(['Bearer token 1']));
});

test('a token is renewed some seconds before its end, so that none dies on the way', async () => {
  const [ndxp, civil] = [gateway(60), lineToFound()];
  const door = await openDoor({ ndxp, 'civil-status': civil });
  const to = door.reach(viewer, purpose, carried);
  await to.look({});
  door.clock.moveTo(later(door.clock.now(), 56_000));
  await to.look({});
  expect(civil.sent.map(({ headers }) => headers['authorization'])).toEqual(['Bearer token 1', 'Bearer token 2']);
});

test('after a 401 the call goes out once more with a new token, and both are in the audit', async () => {
  const ndxp = gateway();
  const civil = lineTo(({ headers }) => (headers['authorization'] === 'Bearer token 1' ? [401, '{}'] : [200, FOUND]));
  const door = await openDoor({ ndxp, 'civil-status': civil });
  expect(await door.reach(viewer, purpose, carried).look({})).toMatchObject({ is: 'answer', body: { ten: 'Bình' } });
  expect([ndxp.sent.length, civil.sent.length]).toEqual([2, 2]);
  expect(new Set(civil.sent.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
  const stages = (await door.lines()).filter(({ operation }) => operation === 'test.look').map(({ stage }) => stage);
  expect(stages).toEqual(['asked', 'refused', 'asked', 'answered']);
});

test('a second 401 is the end of it: no third try', async () => {
  const [ndxp, civil] = [gateway(), lineTo(() => [401, '{}'])];
  const door = await openDoor({ ndxp, 'civil-status': civil });
  expect(await door.reach(viewer, purpose, carried).look({})).toEqual({ is: 'unreachable', cause: 'not authorised' });
  expect([ndxp.sent.length, civil.sent.length]).toEqual([2, 2]);
});

test('when a token ends under many calls at once, one new token serves them all', async () => {
  const ndxp = gateway();
  const civil = lineTo(({ headers }) => (headers['authorization'] === 'Bearer token 1' ? [401, '{}'] : [200, FOUND]));
  const door = await openDoor({ ndxp, 'civil-status': civil });
  const answers = await Promise.all(Array.from({ length: 20 }, () => door.reach(viewer, purpose, carried).look({})));
  expect(answers.every(({ is }) => is === 'answer')).toBe(true);
  expect(ndxp.sent).toHaveLength(2);
});

test('a 401 of a system with a key of its own is not tried again', async () => {
  const residence = lineTo(() => [401, '{}']);
  const door = await openDoor({ residence });
  await door.reach(viewer, purpose, direct).look({});
  expect(residence.sent).toHaveLength(1);
});

test('where the gateway gives no token the call does not leave; the callers of that moment share the failure, the next one asks anew', async () => {
  let dark = true;
  const ndxp = lineTo(() => (dark ? { is: 'unreachable', cause: 'timed out', retryAfterMs: 5_000 } : [200, '{"access_token":"t","token_type":"Bearer","expires_in":3600}']));
  const civil = lineToFound();
  const door = await openDoor({ ndxp, 'civil-status': civil });
  const to = door.reach(viewer, purpose, carried);
  const answers = await Promise.all(Array.from({ length: 10 }, () => to.look({})));
  expect(answers).toEqual(Array(10).fill({ is: 'unreachable', cause: 'timed out', retryAfterMs: 5_000 }));
  expect([ndxp.sent.length, civil.sent.length]).toEqual([1, 0]);
  dark = false;
  expect(await to.look({})).toMatchObject({ is: 'answer' });
});

test.each<[string, readonly [number, string]]>([
  ['refuses the hub', [401, '{"fault":{"code":900901,"message":"Invalid Credentials","description":"x"}}']],
  ['answers in HTML', [200, '<html>']],
  ['gives a token of no length', [200, '{"access_token":"","token_type":"Bearer","expires_in":3600}']],
])('where the gateway %s the call counts as not authorised', async (_, said) => {
  const civil = lineToFound();
  const door = await openDoor({ ndxp: lineTo(() => said), 'civil-status': civil });
  expect(await door.reach(viewer, purpose, carried).look({})).toEqual({ is: 'unreachable', cause: 'not authorised' });
  expect(civil.sent).toEqual([]);
});

test('the token call is in the audit like every other, and the token is not', async () => {
  const door = await openDoor({ ndxp: gateway(), 'civil-status': found });
  await door.reach(viewer, purpose, carried).look({});
  const lines = await door.lines();
  expect(lines.map(({ system, stage }) => `${system} ${stage}`)).toEqual(['civil-status asked', 'ndxp asked', 'ndxp answered', 'civil-status answered']);
  expect(JSON.stringify(lines)).not.toContain('token 1');
});
