import { expect, onTestFinished, test } from 'vitest';
import { z } from 'zod';
import { movableClock } from '../../src/kit/clock.ts';
import { operation, type Contract } from '../../src/kit/contract.ts';
import { openLog } from '../../src/kit/log.ts';
import { ministries, startMinistries } from '../../mocks/list.ts';
import { openMinistry, type Ministry } from '../../mocks/ministry.ts';
import { service, type Reply, type Service } from '../../mocks/ministry/exchange.ts';
import { openOffice } from '../../mocks/ministry/office.ts';
import { codeAndReason } from '../../mocks/ministry/voice.ts';
import { people } from '../exchanges/people.ts';
import { residenceForm } from './forms.ts';
import { openTown, START } from './town.ts';

const greet = operation({
  id: 'residence.greet',
  summary: 'Greets.',
  method: 'POST',
  path: '/greet',
  media: 'application/json',
  request: z.object({ name: z.string() }),
  answers: { 200: z.object({ greeting: z.string() }) },
  secured: false,
  source: 'a test',
});
const contract: Contract = { title: 'A test', version: '1', description: '', security: { type: 'http', scheme: 'basic', description: '' }, operations: [greet] };

function openGreeter(work: Service['work']): Ministry {
  const office = openOffice('residence', { clock: movableClock(START), log: openLog('silent'), paceMs: 0 }, { operations: [greet], outcomes: [] });
  const ministry = openMinistry(office, { contract, voice: codeAndReason, gate: () => undefined, services: [{ op: greet, work }] });
  onTestFinished(ministry.close);
  return ministry;
}

const askGreeter = (ministry: Ministry) => ministry.answer(new Request('http://greeter.test/greet', { method: 'POST', body: '{"name":"An"}' }));

test.each([
  ['lacks a field', { status: 200, body: {} }, /greeting: invalid_type/],
  ['carries a field more', { status: 200, body: { greeting: 'Chào An', secret: 1 } }, /field that the contract does not name/],
  ['has a status that the contract does not know', { status: 201, body: { greeting: 'Chào An' } }, /no status 201/],
])('an answer that %s is a fault of the simulation: 500, and recorded', async (_case, reply, breach) => {
  const ministry = openGreeter(() => Promise.resolve(reply));
  expect((await askGreeter(ministry)).status).toBe(500);
  expect(ministry.contractBreaches).toEqual([expect.stringMatching(breach)]);
});

test('work that breaks down is a fault of the simulation too, and the ministry goes on', async () => {
  let isBroken = true;
  const { work } = service(greet, ({ body }): Reply<typeof greet> => {
    if (isBroken) throw new Error('out of ink');
    return { status: 200, body: { greeting: `Chào ${body.name}` } };
  });
  const ministry = openGreeter(work);
  expect((await askGreeter(ministry)).status).toBe(500);
  expect(ministry.contractBreaches).toEqual(['residence.greet: out of ink']);
  isBroken = false;
  expect(await (await askGreeter(ministry)).json()).toEqual({ greeting: 'Chào An' });
});

test('a request outside the contract gets the ministry’s own refusal in Vietnamese, naming the fields and not their contents', async () => {
  const town = openTown();
  const residence = await town.ask('residence', 'POST', '/residence/registrations', residenceForm('key', { soDinhDanh: 'not a number' }));
  expect(residence).toMatchObject({ status: 422, body: { maLoi: 'DU_LIEU_KHONG_HOP_LE', lyDo: 'Dữ liệu gửi đến không đúng quy định: soDinhDanh (thiếu hoặc sai quy định).' } });
  const insurance = await town.ask('social-insurance', 'POST', '/te-cards', '{"maYeuCau":');
  expect(insurance).toMatchObject({ status: 422, body: { lyDo: 'Không đọc được nội dung yêu cầu.' } });
  const civilStatus = await town.ask('civil-status', 'POST', '/nhanHoSo', { module: 'LTKS' });
  expect(civilStatus).toMatchObject({ status: 200, body: { status: '0', errorDescription: expect.stringContaining('maHoSoMCDT') as unknown } });
});

test('every ministry answers an unknown path with a 404 of its own, and marks everything as synthetic', async () => {
  const town = openTown();
  for (const { name } of ministries) {
    const response = await town.byName[name].answer(new Request(`http://${name}.test/khong-co`));
    expect([name, response.status, response.headers.get('x-synthetic-data')]).toEqual([name, 404, 'true']);
    expect(await response.text()).toContain('Không có dịch vụ');
  }
});

test('all ministries open on their ports, tell their health, and show what they did', async () => {
  const started = await startMinistries({ port: 0, host: '127.0.0.1', clock: movableClock(START), paceMs: 0, log: openLog('silent'), people });
  onTestFinished(started.close);
  expect(Object.keys(started.urls)).toEqual(ministries.map(({ name }) => name));
  for (const { name } of ministries) expect(await (await fetch(`${started.urls[name]}/__health`)).json()).toMatchObject({ status: 'ok', ministry: name });
  await fetch(`${started.urls.residence}/residence/registrations`, { method: 'POST', headers: { 'x-api-key': 'sandbox-residence-key' }, body: JSON.stringify(residenceForm('key')) });
  const ledger = (await (await fetch(`${started.urls.residence}/__ledger`)).json()) as unknown;
  expect(ledger).toEqual([{ act: 'registerResidence', subject: '089225990006', idempotencyKey: 'key', at: expect.stringMatching(/^2025-03-03T01:00/) as unknown, received: 1 }]);
});

test('a port that is taken is told, and the ministries opened before are closed again', async () => {
  const world = { host: '127.0.0.1', clock: movableClock(START), paceMs: 0, log: openLog('silent'), people };
  const first = await startMinistries({ port: 0, ...world });
  onTestFinished(first.close);
  const taken = Number(new URL(first.urls.residence).port);
  await expect(startMinistries({ port: taken - 3, ...world })).rejects.toThrow(/EADDRINUSE/);
});
