import { expect, test } from 'vitest';
import type { SystemName } from '../../src/kit/system.ts';
import { birthDossier, cardOrder, pollOf, readPolled, residenceForm } from './forms.ts';
import { idOf, openTill } from './payments.ts';
import { openReceiver } from './receiver.ts';
import { openTown, type Town } from './town.ts';

const acts = (town: Town, name: SystemName) => town.byName[name].ledger().map(({ act, received }) => `${act} ${received}`);

test('a ministry that does not deduplicate does everything that it is ordered, and its ledger shows it', async () => {
  const town = openTown({ mode: { deduplicates: false } });
  for (let times = 0; times < 2; times += 1) {
    await town.ask('civil-status', 'POST', '/nhanHoSo', birthDossier(1));
    await town.ask('residence', 'POST', '/residence/registrations', residenceForm('key'));
    await town.ask('social-insurance', 'POST', '/te-cards', cardOrder('key'));
  }
  expect([acts(town, 'civil-status'), acts(town, 'residence'), acts(town, 'social-insurance')]).toEqual([['registerBirth 1', 'registerBirth 1'], ['registerResidence 1', 'registerResidence 1'], ['issueHealthCard 1', 'issueHealthCard 1']]);
  expect(acts(town, 'population').sort()).toEqual(['registerNewborn 1', 'registerNewborn 1', 'setResidence 1', 'setResidence 1']);
  expect(new Set(town.byName.residence.ledger().map(({ idempotencyKey }) => idempotencyKey))).toEqual(new Set(['key']));
  expect(readPolled((await town.ask('civil-status', 'POST', '/traCuuKetQua', pollOf(1))).body)).toHaveLength(1);
});

test('a PayGov that does not deduplicate takes the money twice and pays it back twice', async () => {
  const receiver = await openReceiver(['{"return_code":0,"return_msg":""}']);
  const town = openTown({ mode: { deduplicates: false }, hubUrl: () => receiver.url });
  const till = openTill(town);
  await till.create(1);
  await till.create(1);
  await till.click(idOf(1), 'pay');
  await till.refund(1);
  await till.refund(1);
  expect(till.ledger().map(([act, , key]) => [act, key])).toEqual([['pay', idOf(1)], ['pay', idOf(1)], ['refund', idOf(1)], ['refund', idOf(1)]]);
  await receiver.hears(1);
});

test('the mode is put and cleared over HTTP; without look-ups every question about an order is answered 501', async () => {
  const town = openTown();
  expect((await town.ask('residence', 'PUT', '/__mode', { looksUp: false })).status).toBe(204);
  await town.ask('residence', 'POST', '/residence/registrations', residenceForm('key'));
  const inquire = async () => (await town.ask('residence', 'GET', '/residence/registrations/key')).status;
  expect(await inquire()).toBe(501);
  expect((await town.ask('residence', 'DELETE', '/__mode')).status).toBe(204);
  expect(await inquire()).toBe(200);
  expect(await town.ask('residence', 'PUT', '/__mode', { deduplicates: 'no' })).toMatchObject({ status: 400, body: { error: expect.stringMatching(/deduplicates\?, looksUp\?/) as unknown } });
});

test('a stale answer is read from an older copy of the books: not there yet, then at work still', async () => {
  const town = openTown({ paceMs: 10_000 });
  const inquire = async () => (await town.ask('residence', 'GET', '/residence/registrations/key')).body['trangThai'] ?? 'unknown';
  await town.ask('residence', 'POST', '/residence/registrations', residenceForm('key'));
  town.byName.residence.script([{ match: { contains: 'Trần Gia Bảo' }, do: 'stale', staleMs: 5_000, times: 1 }]);
  expect(await inquire()).toBe('unknown');
  town.pass(11_000);
  expect(await inquire()).toBe(4);
  town.byName.residence.script([{ match: {}, do: 'stale', staleMs: 5_000, times: 1 }]);
  expect([await inquire(), await inquire()]).toEqual([1, 4]);
});

test('shut doors refuse the connection, and open again at the same address', async () => {
  const town = openTown();
  const address = await town.byName.residence.listen(0, '127.0.0.1');
  const open = await town.byName.residence.shut();
  await expect(fetch(`${address}/__health`)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
  await open();
  expect((await fetch(`${address}/__health`)).status).toBe(200);
});

test('a dripping answer begins at once and does not end in time', async () => {
  const town = openTown();
  const address = await town.byName.residence.listen(0, '127.0.0.1');
  town.byName.residence.script([{ match: {}, do: 'drip' }]);
  const response = await fetch(`${address}/residence/registrations/key`, { signal: AbortSignal.timeout(1_000) }); // a second, of which the answer needs eleven
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toMatchObject({ name: 'TimeoutError' });
});

test('callbacks may be signed wrongly, come twice, come before the answer to the order, or come to another order’s address', async () => {
  const receiver = await openReceiver([204]);
  const town = openTown({ callbackPausesMs: [60_000] });
  const at = (path: string) => ({ callbackUrl: `${receiver.url}/${path}` });
  town.byName['social-insurance'].decide((['callbackForged', 'callbackDoubled', 'callbackFirst', 'callbackAstray'] as const).map((outcome) => ({ contains: outcome, outcome })));
  await town.ask('social-insurance', 'POST', '/te-cards', cardOrder('callbackFirst', at('first')));
  expect(receiver.arrived.map(({ path }) => path)).toEqual(['/first']); // already
  await town.ask('social-insurance', 'POST', '/te-cards', cardOrder('callbackDoubled', at('doubled')));
  await receiver.hears(3);
  await town.ask('social-insurance', 'POST', '/te-cards', cardOrder('callbackAstray', at('astray')));
  await receiver.hears(4);
  await town.ask('social-insurance', 'POST', '/te-cards', cardOrder('callbackForged', at('forged')));
  await receiver.hears(5);
  expect(receiver.arrived.map(({ path, body }) => [path, (JSON.parse(body) as { maYeuCau: string }).maYeuCau])).toEqual([['/first', 'callbackFirst'], ['/doubled', 'callbackDoubled'], ['/doubled', 'callbackDoubled'], ['/doubled', 'callbackAstray'], ['/forged', 'callbackForged']]);
  const [good, bad] = [receiver.arrived[0], receiver.arrived[4]].map((message) => message?.headers['x-bhxh-signature']);
  expect([good, bad]).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/), expect.stringMatching(/^[0-9a-f]{64}$/)]);
});
