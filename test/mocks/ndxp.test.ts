import { onTestFinished, expect, test } from 'vitest';
import { movableClock } from '../../src/kit/clock.ts';
import { openLog } from '../../src/kit/log.ts';
import { startMinistries, type Options } from '../../mocks/list.ts';
import { people } from '../exchanges/people.ts';
import { birthDossier, cardOrder, pollOf } from './forms.ts';
import { START } from './town.ts';

const BASIC = `Basic ${Buffer.from('lienthong-sandbox:sandbox-ndxp-secret').toString('base64')}`;

async function start(options: Options = {}) {
  const clock = movableClock(START);
  const started = await startMinistries({ port: 0, host: '127.0.0.1', clock, paceMs: 0, log: openLog('silent'), people, ...options });
  onTestFinished(() => started.close());
  return { ...started, clock };
}

async function getToken(address: string): Promise<string> {
  const response = await fetch(`${address}/token`, { method: 'POST', headers: { authorization: BASIC }, body: new URLSearchParams({ grant_type: 'client_credentials' }) });
  return ((await response.json()) as { access_token: string }).access_token;
}

async function post(address: string, token: string | undefined, body: unknown): Promise<{ status: number; body: unknown }> {
  const headers = { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const response = await fetch(address, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: await response.json() };
}

test('the gateway carries calls to civil status and to social insurance over real HTTP', async () => {
  const { urls, byName } = await start();
  const token = await getToken(urls.ndxp);
  expect(await post(`${urls.ndxp}/hotich/1.0/nhanHoSo`, token, birthDossier(1))).toMatchObject({ status: 200, body: { status: '1' } });
  expect(await post(`${urls.ndxp}/bhxh/1.0/te-cards`, token, cardOrder('key:1'))).toMatchObject({ status: 202, body: { maYeuCau: 'key:1' } });
  expect(await post(`${urls.ndxp}/bhxh/1.0/te-cards`, token, { ...cardOrder('key:2'), maXa: 'x' })).toMatchObject({ status: 422, body: { maLoi: 'DU_LIEU_KHONG_HOP_LE' } });
  expect(byName.ndxp.calls.map(({ operation }) => operation)).toEqual(['ndxp.token', 'ndxp.carry', 'ndxp.carry', 'ndxp.carry']);
});

test('a token is good at the gateway and behind it until its hour on the clock is over, and not after', async () => {
  const { urls, clock } = await start();
  const token = await getToken(urls.ndxp);
  const doors = [`${urls.ndxp}/hotich/1.0/traCuuKetQua`, `${urls['civil-status']}/traCuuKetQua`];
  clock.moveTo('2025-03-03T01:59:00.000Z');
  for (const door of doors) expect(await post(door, token, pollOf(1))).toMatchObject({ status: 200, body: { status: '1' } });
  clock.moveTo('2025-03-03T02:01:00.000Z');
  for (const door of doors) expect(await post(door, token, pollOf(1))).toMatchObject({ status: 401, body: { fault: { code: 900903 } } });
  expect(await post(doors[0] ?? '', await getToken(urls.ndxp), pollOf(1))).toMatchObject({ status: 200 });
});

test('the life of a token can be set', async () => {
  const { urls, clock } = await start({ tokenSeconds: 5 });
  const token = await getToken(urls.ndxp);
  clock.moveTo('2025-03-03T01:00:10.000Z');
  expect(await post(`${urls.ndxp}/hotich/1.0/traCuuKetQua`, token, pollOf(1))).toMatchObject({ status: 401 });
});

test('a missing token and a forged one are told apart, at the gateway and behind it', async () => {
  const { urls } = await start();
  const token = await getToken(urls.ndxp);
  for (const door of [`${urls.ndxp}/hotich/1.0/traCuuKetQua`, `${urls['civil-status']}/traCuuKetQua`]) {
    expect(await post(door, undefined, pollOf(1))).toMatchObject({ status: 401, body: { fault: { code: 900902 } } });
    expect(await post(door, `${token.slice(0, -4)}AAAA`, pollOf(1))).toMatchObject({ status: 401, body: { fault: { code: 900901 } } });
    expect(await post(door, 'rubbish', pollOf(1))).toMatchObject({ status: 401, body: { fault: { code: 900901 } } });
  }
});

test('a token issued before a restart is good after it', async () => {
  const first = await start();
  const token = await getToken(first.urls.ndxp);
  await first.close();
  const second = await start();
  expect(await post(`${second.urls.ndxp}/hotich/1.0/traCuuKetQua`, token, pollOf(1))).toMatchObject({ status: 200 });
});

test('a dark system behind the gateway is a 503 in the form of the gateway', async () => {
  const { urls } = await start({ addresses: { 'civil-status': 'http://127.0.0.1:9' } }); // the discard port: nobody listens
  const answer = await post(`${urls.ndxp}/hotich/1.0/traCuuKetQua`, await getToken(urls.ndxp), pollOf(1));
  expect(answer).toMatchObject({ status: 503, body: { fault: { code: 101503 } } });
});

test.each([
  ['another grant', 'grant_type=password', 'invalid_request'],
  ['no form at all', '', 'invalid_request'],
])('%s gets no token', async (_case, body, error) => {
  const { urls } = await start();
  const response = await fetch(`${urls.ndxp}/token`, { method: 'POST', headers: { authorization: BASIC, 'content-type': 'application/x-www-form-urlencoded' }, body });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error });
});
