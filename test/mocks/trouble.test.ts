import { expect, test } from 'vitest';
import { findSoapBody } from '../../src/kit/soap.ts';
import type { SystemName } from '../../src/kit/system.ts';
import { baby } from '../exchanges/people.ts';
import { birthDossier, pollOf, residenceForm } from './forms.ts';
import { openTown, type Town } from './town.ts';

const receive = (town: Town) => town.ask('civil-status', 'POST', '/nhanHoSo', birthDossier(1));
const effects = async (town: Town) => {
  await town.ask('civil-status', 'POST', '/traCuuKetQua', pollOf(1));
  return town.byName['civil-status'].ledger().length;
};

async function listen(town: Town, name: SystemName): Promise<string> {
  return await town.byName[name].listen(0, '127.0.0.1');
}

/** Registers residence over a real port. */
function register(address: string, signal?: AbortSignal): Promise<Response> {
  return fetch(`${address}/residence/registrations`, { method: 'POST', headers: { 'x-api-key': 'sandbox-residence-key' }, body: JSON.stringify(residenceForm('key')), ...(signal && { signal }) });
}

test('a page of HTML, half a JSON and a foreign shape can be scripted, and nothing has its effect', async () => {
  const town = openTown();
  for (const kind of ['html', 'truncated', 'shape'] as const) {
    town.byName['civil-status'].script([{ match: {}, do: kind, times: 1 }]);
    const { status, body } = await receive(town);
    expect(status).toBe(200);
    expect([Object.keys(body), body['text']].toString()).toMatch({ html: /<!DOCTYPE html>/, truncated: /^text,\{"ketQua/, shape: /^ketQua,phienBan/ }[kind]);
  }
  expect(await effects(town)).toBe(0);
});

test('trouble afterwards lets the effect happen and loses only the answer', async () => {
  const town = openTown();
  town.byName['civil-status'].script([{ match: { operation: 'civilStatus.receive' }, do: 'truncated', after: true, times: 1 }]);
  expect((await receive(town)).body).toEqual({ text: '{"status":"1","errorDescription":"Tiếp nhận hồ sơ thành công"}'.slice(0, 31) });
  expect(await effects(town)).toBe(1);
  expect((await receive(town)).body).toMatchObject({ status: '0', errorDescription: 'Hồ sơ đã tồn tại' });
});

test('in XML trouble is XML: a foreign element, and half of it', async () => {
  const town = openTown();
  const ask = async () => (await town.byName.population.answer(new Request('http://c06.test/', { method: 'POST', body: '' }))).text();
  town.byName.population.script([{ match: {}, do: 'shape', times: 1 }, { match: {}, do: 'truncated' }]);
  expect(findSoapBody(await ask())).toEqual({ KetQuaKhac: { Ma: '0' } });
  expect(findSoapBody(await ask())).toBeUndefined();
});

test('a status comes in the ministry’s own form, with Retry-After, or with a body of one’s own', async () => {
  const town = openTown();
  const script = (name: SystemName, body?: unknown) => town.byName[name].script([{ match: {}, do: 'status', status: 503, retryAfter: 7, ...(body !== undefined && { body }) }]);
  const ask = async (name: SystemName, path: string) => {
    const response = await town.byName[name].answer(new Request(`http://x.test${path}`, { method: 'POST', body: '{}' }));
    return [response.status, response.headers.get('retry-after'), await response.text()];
  };
  script('civil-status');
  expect(await ask('civil-status', '/nhanHoSo')).toEqual([503, '7', expect.stringContaining('"status":"0"')]);
  script('residence');
  expect(await ask('residence', '/residence/registrations')).toEqual([503, '7', expect.stringContaining('"maLoi":"LOI_503"')]);
  script('ndxp');
  expect(await ask('ndxp', '/hotich/1.0/nhanHoSo')).toEqual([503, '7', expect.stringContaining('"code":101503')]);
  script('population', '<oh/>');
  expect(await ask('population', '/')).toEqual([503, '7', '<oh/>']);
});

test('a rule meets only the exchange and the text that it names, and only so many times', async () => {
  const town = openTown();
  const residence = town.byName.residence;
  residence.script([{ match: { operation: 'residence.inquire', contains: 'mine:1' }, do: 'status', status: 500, times: 2 }]);
  const statuses: number[] = [];
  for (const key of ['other', 'mine%3A1', 'mine:1', 'mine:1']) statuses.push((await town.ask('residence', 'GET', `/residence/registrations/${key}`)).status);
  expect(statuses).toEqual([404, 500, 500, 404]);
});

test('on a real port a scripted reset resets the connection, before the effect or after it', async () => {
  const town = openTown();
  const address = await listen(town, 'residence');
  town.byName.residence.script([{ match: {}, do: 'reset', times: 1 }, { match: {}, do: 'reset', after: true, times: 1 }]);
  await expect(register(address)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect(town.byName.residence.ledger()).toHaveLength(0);
  await expect(register(address)).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } });
  expect(town.byName.residence.ledger()).toMatchObject([{ subject: baby.personalId, received: 1 }]);
  expect((await register(address)).status).toBe(202);
});

test('a silent ministry holds the connection until the caller hangs up, and closes all the same', async () => {
  const town = openTown();
  const address = await listen(town, 'residence');
  town.byName.residence.script([{ match: {}, do: 'silent' }]);
  const caller = new AbortController();
  const call = register(address, caller.signal);
  const held = register(address);
  const gone = expect(held).rejects.toBeDefined(); // cut when the ministry closes below
  while (town.byName.residence.calls.length < 2) await new Promise((resolve) => setImmediate(resolve));
  caller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
  await town.leave();
  await gone;
});

test('script and outcomes are put and cleared over HTTP, and unknown words are refused with what is allowed', async () => {
  const town = openTown();
  const put = (path: string, body: unknown) => town.ask('residence', 'PUT', path, body);
  expect((await put('/__script', [{ match: {}, do: 'status', status: 502 }])).status).toBe(204);
  expect((await town.ask('residence', 'GET', '/residence/registrations/key')).status).toBe(502);
  expect((await town.ask('residence', 'DELETE', '/__script')).status).toBe(204);
  expect((await town.ask('residence', 'GET', '/residence/registrations/key')).status).toBe(404);
  expect(await put('/__script', [{ match: {}, do: 'explode' }])).toMatchObject({ status: 400, body: { error: expect.stringMatching(/html, truncated, shape, reset, silent, drip, stale, status/) as unknown } });
  expect(await put('/__script', [{ match: { operation: 'residence.fly' }, do: 'html' }])).toMatchObject({ status: 400, body: { error: expect.stringMatching(/residence\.register, residence\.inquire/) as unknown } });
  expect(await put('/__script', [{ match: {}, do: 'html', status: 500 }])).toMatchObject({ status: 400 });
  expect(await put('/__outcomes', [{ contains: 'x', outcome: 'explode' }])).toMatchObject({ status: 400, body: { error: expect.stringMatching(/done, supplement, supplementThenDone, refuse, silent/) as unknown } });
  expect((await put('/__outcomes', 'no JSON')).status).toBe(400);
  expect((await put('/__outcomes', [{ contains: 'x', outcome: 'refuse', reason: 'Không.' }])).status).toBe(204);
});

test('a ministry refuses outcomes that its contract does not know', () => {
  const town = openTown();
  expect(() => town.byName['social-insurance'].decide([{ contains: 'x', outcome: 'supplement' }])).toThrow(/done, doneUntold, refuse, silent/);
  expect(() => town.byName.population.decide([{ contains: 'x', outcome: 'done' }])).toThrow(/takes no orders/);
});

test('trouble at a system behind the gateway reaches the caller as the gateway’s 503', async () => {
  const addresses: Record<string, string> = {};
  const town = openTown({ addresses });
  addresses['civil-status'] = await listen(town, 'civil-status');
  town.byName['civil-status'].script([{ match: {}, do: 'reset' }]);
  expect(await town.ask('ndxp', 'POST', '/hotich/1.0/nhanHoSo', birthDossier(1))).toMatchObject({ status: 503, body: { fault: { code: 101503 } } });
});
